"""To-dos on the customer's timeline, and what becomes of them when files are merged or erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_user
from tests.factories.todo import make_todo

from kexin.loop.customers.parts import Cursor
from kexin.loop.todo import own_part
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_timeline_shows_what_ended_newest_first_in_one_statement(django_assert_num_queries: Any) -> None:
    customer, everyone = make_customer(), make_user(sees="all")
    old = make_todo(customer=customer, state="done", done_at=NOW - timedelta(days=2), done_by=everyone, outcome="已寄")
    new = make_todo(customer=customer, state="dropped", done_at=NOW - timedelta(days=1), outcome="不用了")
    make_todo(customer=customer)

    with django_assert_num_queries(1):
        items = own_part.timeline(customer, None, 10, everyone)

    assert [(item.id, item.title, item.text, item.who) for item in items] == [
        (new.pk, new.title, "不用了", ""),
        (old.pk, old.title, "已寄", str(everyone)),
    ]
    assert own_part.timeline(customer, Cursor.of(items[0]), 10, everyone) == items[1:]
    assert own_part.counts(customer, everyone)["todo"].count() == 2


def test_timeline_keeps_others_to_dos_to_others() -> None:
    customer = make_customer()
    make_todo(customer=customer, owner=make_user(), state="done", done_at=NOW)

    assert own_part.timeline(customer, None, 10, make_user(sees="own")) == []


def test_merge_moves_and_moves_back() -> None:
    source, target = make_customer(), make_customer()
    both = make_todo(customer=source, cause="slip")
    make_todo(customer=target, cause="slip")
    other = make_todo(customer=source, cause="call")
    before = list(ToDo.objects.order_by("id").values("id", "customer_id", "state", "outcome"))

    moved = own_part.move(source, target)

    assert ToDo.objects.get(pk=both.pk).state == "dropped"
    assert {both.pk, other.pk} == set(ToDo.objects.filter(customer=target).exclude(cause="").values_list("pk", flat=True)) & {
        both.pk,
        other.pk,
    }
    own_part.move_back(source, target, moved)
    assert list(ToDo.objects.order_by("id").values("id", "customer_id", "state", "outcome")) == before


def test_erase_forgets_words_and_keeps_the_count() -> None:
    customer = make_customer()
    make_todo(customer=customer, title="给王伟回电", detail="王伟", outcome="")

    assert own_part.erase(customer) == 1
    assert ToDo.objects.values_list("title", "detail").get() == ("–", "")
    assert own_part.export(customer)[0]["title"] == "–"
