from __future__ import annotations

import os

import pytest
from tests.faults.installation import Installation
from tests.faults.soak import soak

KILLS = 100 if os.environ.get("KEXIN_SOAK") == "1" else 3


@pytest.mark.fault
@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost_or_doubled(installation: Installation) -> None:
    """Three kills in every run, a hundred with `make soak`."""
    assert sum(soak(installation, kills=KILLS, seed=1).values()) == KILLS
