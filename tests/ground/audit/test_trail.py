from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import Error, connection, transaction
from pytest_django import DjangoAssertNumQueries

from kexin.ground.audit import actions, queries
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry

pytestmark = pytest.mark.django_db
LI = Actor(id=7, name="李娜")


def note(number: int = 1, *, kind: str = "customer", action: str = "customer.change", by: Actor = LI) -> int:
    return actions.record(action=action, kind=kind, record_id=number, label=f"客户{number}", by=by, changes={"name": ["旧", "新"]})


def test_an_entry_keeps_who_what_and_both_values() -> None:
    number = note()

    entry = Entry.objects.get(pk=number)
    assert (entry.actor_id, entry.actor_name, entry.surface, entry.action) == (7, "李娜", "web", "customer.change")
    assert (entry.kind, entry.record_id, entry.label, entry.changes) == ("customer", "1", "客户1", {"name": ["旧", "新"]})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET label = 'forged'",
        "DELETE FROM audit_entry",
        pytest.param("TRUNCATE audit_entry", marks=pytest.mark.postgresql),
    ],
)
def test_the_database_refuses_to_change_the_trail(statement: str) -> None:
    number = note()

    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Entry.objects.get(pk=number).label == "客户1"


def test_the_trail_is_read_newest_first_and_by_record_person_action_and_time() -> None:
    first = note(1)
    other_kind = note(1, kind="order", action="order.cancel")
    second = note(2, by=Actor.system("job"))

    assert [entry.pk for entry in queries.trail()] == [second, other_kind, first]
    assert [entry.pk for entry in queries.trail(kind="customer", record_id=1)] == [first]
    assert [entry.pk for entry in queries.trail(actor_id=7)] == [other_kind, first]
    assert [entry.pk for entry in queries.trail(action="order.cancel")] == [other_kind]
    assert queries.trail(since=datetime(2999, 1, 1, tzinfo=UTC)) == []
    assert [entry.pk for entry in queries.trail(until=datetime(2999, 1, 1, tzinfo=UTC), limit=1)] == [second]
    assert [entry.pk for entry in queries.trail(before=second, limit=1)] == [other_kind]
    last = queries.last_change("customer", 1)
    assert last is not None
    assert last.pk == first


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_the_trail_is_two_statements(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(rows):
        note(number)

    with django_assert_num_queries(2):  # the entries, and the keys of those they are about
        assert len(queries.trail(kind="customer")) == rows


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_kept_only_with_what_it_describes() -> None:
    def fail_half_way() -> None:
        with transaction.atomic():
            note()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert queries.trail() == []
    note()
    assert len(queries.trail()) == 1
