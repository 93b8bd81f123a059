"""A short run of the fuzz (tests/surfaces/api/fuzz.py); the long one is called by hand and on both databases before a release."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.surfaces.api import fuzz


@pytest.mark.slow
@pytest.mark.django_db
def test_no_server_error_no_answer_outside_the_document_no_way_around(settings: Any) -> None:
    settings.API_COUNTS_IN, settings.API_BURST = "memory", 10**9
    settings.ALLOWED_HOSTS = ["*"]
    for name in ("kexin.api", "django.request"):
        logging.getLogger(name).disabled = True

    statuses, wrong = fuzz.run(142, seed=7)  # one that fits and one that does not for each operation

    assert not wrong, "\n\n".join(wrong)
    assert statuses.total() >= 120
