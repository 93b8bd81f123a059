from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.factories.customers import make_customer

from kexin.demo import consents
from kexin.ground.audit.actor import Actor
from kexin.loop.privacy.models import Consent

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_some_agree_some_take_it_back_and_the_same_seed_says_the_same() -> None:
    for _ in range(12):
        make_customer()

    written = consents.write(np.random.default_rng(3), now=NOW, by=Actor.system())

    said = list(Consent.objects.order_by("pk").values_list("state", "occurred_at"))
    assert len(said) == written
    assert {state for state, _at in said} == {"given", "withdrawn"}
    assert all(at < NOW for _state, at in said)
