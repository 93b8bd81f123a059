"""Past counts of the demo's segments are what its dated facts tell, and agree with the list of today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.factories.customers import make_customer
from tests.factories.staff import make_user

from kexin.demo import segments
from kexin.ground.audit.actor import Actor
from kexin.ground.lists.models import SavedView, SegmentCount
from kexin.loop.customers import actions
from kexin.loop.customers.models import Interaction

pytestmark = pytest.mark.django_db


def test_past_counts_are_told_by_dates() -> None:
    now = datetime.now(UTC)
    old = make_customer(created_at=now - timedelta(days=200))
    make_customer(created_at=now - timedelta(days=3))
    actions.note_interaction(customer_id=old.pk, kind="call", text="回访", by=Actor.system("cli"))
    Interaction.objects.update(occurred_at=now - timedelta(days=40))
    type(old).objects.filter(pk=old.pk).update(last_contact_at=now - timedelta(days=40))

    segments.write(staff={"boss": make_user(role="manager", sees="all")}, now=now)

    quiet, new, tier, _owner = SavedView.objects.filter(is_segment=True).order_by("pk")
    days = {view: dict(SegmentCount.objects.filter(view=view).values_list("day", "count")) for view in (new, quiet, tier)}
    assert len(days[quiet]) == segments.DAYS + 1
    assert days[quiet][now.date()] == 2  # nobody spoke to the new one yet
    assert days[quiet][now.date() - timedelta(days=20)] == 1
    assert days[quiet][now.date() - timedelta(days=60)] == 2  # before the call
    assert (days[new], list(days[tier])) == ({now.date(): 1}, [now.date()])  # nothing tells what they were before
