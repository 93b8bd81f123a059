from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Sees
from kexin.loop.customers import actions, queries
from kexin.loop.customers.models import Customer, HandOver, Interaction
from kexin.loop.customers.parts import Cursor

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def busy(count: int) -> Customer:
    """Calls, notes, entries and hand-overs, many of them at the very same moment."""
    customer = make_customer()
    old, new = make_user(name="甲"), make_user(name="乙")
    now = timezone.now()
    for number in range(count):
        moment = now - timedelta(hours=number // 4)
        Interaction.objects.create(customer=customer, kind=("call", "note")[number % 2], occurred_at=moment, text=f"第{number}次", by=old)
        HandOver.objects.create(customer=customer, old_owner=old, new_owner=new, by=old, occurred_at=moment, reason="调岗")
        entry = actions.add_entry(
            customer_id=customer.pk, topic="hobby", choice="sports", value=f"球{number}", source="events", by=old.actor
        )
        type(entry).objects.filter(pk=entry.pk).update(recorded_at=moment)
    return customer


def test_paging_shows_every_item_once_newest_first() -> None:
    customer, user = busy(9), make_user(sees=Sees.ALL)
    everything = queries.timeline(customer, user, limit=100)
    assert everything.older is None
    assert len(everything.items) == 27
    assert [item.at for item in everything.items] == sorted((item.at for item in everything.items), reverse=True)

    paged, before = [], None
    while True:
        page = queries.timeline(customer, user, before=before, limit=4)
        paged += page.items
        if page.older is None:
            break
        before = Cursor.decode(page.older.encode())
    assert paged == everything.items


def test_a_filter_shows_only_its_kind_and_counts_agree() -> None:
    customer, user = busy(5), make_user(sees=Sees.ALL)
    counts = {kind: count for kind, _, count in queries.timeline_counts(customer, user)}
    assert counts == {"call": 3, "note": 2, "entry": 5, "owner": 5}
    for kind, count in counts.items():
        items = queries.timeline(customer, user, kinds=[kind]).items
        assert [item.kind for item in items] == [kind] * count


def test_one_statement_a_part_and_one_for_all_counts(django_assert_num_queries: Any) -> None:
    user = make_user(sees=Sees.ALL)
    read = set()
    for customer in (busy(1), busy(3), busy(30)):
        with django_assert_num_queries(1):
            queries.timeline_counts(customer, user)
        from django.db import connection  # noqa: PLC0415 -- beside its one use
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- the same

        with CaptureQueriesContext(connection) as statements:
            queries.timeline(customer, user, limit=10)
        read.add(len(statements))
    assert len(read) == 1


def test_words_of_the_items() -> None:
    customer, user = busy(1), make_user(sees=Sees.ALL)
    by_kind = {item.kind: item for item in queries.timeline(customer, user).items}
    assert (by_kind["call"].text, by_kind["call"].who) == ("第0次", "甲")
    assert "球0" in by_kind["entry"].text
    assert "甲 → 乙" in by_kind["owner"].title


@pytest.mark.parametrize("broken", ["", "x", "e30", "W10", "WyJ4IiwgMSwgMl0", "!!!!"])
def test_a_changed_cursor_is_a_value_error(broken: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Cursor.decode(broken)
