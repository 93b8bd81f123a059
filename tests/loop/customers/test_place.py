from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.factories.customers import make_customer

from kexin.ground.audit.actor import Actor
from kexin.loop.customers import actions
from kexin.loop.customers.actions import PlaceRow
from kexin.loop.customers.models import Customer, Place

pytestmark = pytest.mark.django_db
BY = Actor.system("job")


def test_places_are_written_and_written_over_without_touching_the_file() -> None:
    first, second = make_customer(), make_customer()
    row = PlaceRow(
        customer_id=first.pk,
        tier="A",
        tier_since=date(2026, 9, 1),
        customer_class="key",
        behaviours="heavy,key",
        abc="A",
        rfm="555",
        recency_days=3,
        first_order_on=date(2020, 1, 1),
        last_order_on=date(2026, 9, 13),
        orders=12,
        gross_amount=Decimal("1000.1234"),
        returned_amount=Decimal(10),
        net_amount=Decimal("990.1234"),
        margin_amount=Decimal("100.5"),
        margin_known=0.9,
        currency="CNY",
        as_of=date(2026, 9, 16),
        run_id=1,
    )
    assert actions.place(rows=[row, PlaceRow(customer_id=second.pk, run_id=1)], by=BY) == 2

    written = Place.objects.get(pk=first.pk)
    assert {name: getattr(written, name) for name in PlaceRow._fields} == {name: getattr(row, name) for name in PlaceRow._fields}

    later = row._replace(recency_days=4, orders=13, margin_amount=None, margin_known=None, as_of=date(2026, 9, 17), run_id=2)
    actions.place(rows=[later], by=BY)  # nothing that is indexed changed
    written.refresh_from_db()
    assert {name: getattr(written, name) for name in PlaceRow._fields} == {name: getattr(later, name) for name in PlaceRow._fields}

    actions.place(rows=[later._replace(net_amount=100.5)], by=BY)
    actions.place(rows=[later._replace(net_amount=100.5, run_id=3)], by=BY)  # in floating point, and again
    written.refresh_from_db()
    assert (written.net_amount, written.run_id, written.orders, written.last_order_on) == (Decimal("100.5"), 3, 13, date(2026, 9, 13))

    actions.place(rows=[PlaceRow(customer_id=first.pk, tier="B", previous_tier="A", run_id=2)], by=BY)
    written.refresh_from_db()
    assert (written.tier, written.previous_tier, written.orders, written.net_amount) == ("B", "A", 0, 0)
    assert Place.objects.count() == 2
    assert set(Customer.objects.values_list("version", flat=True)) == {1}


def test_an_empty_batch_leaves_no_trace() -> None:
    assert actions.place(rows=[], by=BY) == 0
