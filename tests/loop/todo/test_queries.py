"""Who sees which to-dos, in which order, in how many statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.todo import make_todo

from kexin.loop.todo import queries
from kexin.loop.todo.queries import Counts

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_scopes_and_order() -> None:
    branch, other = make_branch(), make_branch()
    me, colleague = make_user(branch=branch), make_user(branch=branch)
    undated = make_todo(owner=me, branch=branch)
    later = make_todo(owner=me, branch=branch, due_at=NOW + timedelta(days=1))
    overdue = make_todo(owner=me, branch=branch, due_at=NOW - timedelta(days=1))
    theirs = make_todo(owner=colleague, branch=branch, due_at=NOW)
    nobodys = make_todo(branch=branch, due_at=NOW + timedelta(days=2))
    make_todo(owner=make_user(branch=other), branch=other)
    make_todo(owner=me, branch=branch, state="done", done_at=NOW)

    assert list(queries.open_todos(me, scope="mine")) == [overdue, later, undated]
    assert list(queries.open_todos(me, scope="branch")) == [overdue, theirs, later, nobodys, undated]
    assert list(queries.open_todos(me, scope="unassigned")) == [nobodys]
    assert queries.counts(me, now=NOW, soon=NOW + timedelta(hours=4)) == Counts(mine=3, branch=5, unassigned=1, overdue=1, soon=0)
    assert queries.due_count(me, before=NOW + timedelta(days=7)) == 2


def test_who_sees_only_their_own() -> None:
    branch = make_branch()
    me = make_user(branch=branch, sees="own")
    mine = make_todo(owner=me, branch=branch)
    make_todo(branch=branch)

    assert list(queries.open_todos(me, scope="branch")) == [mine]
    assert list(queries.todos_visible_to(make_user(sees="all"))) == list(queries.todos_visible_to(make_user(sees="all")))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_is_one_statement(rows: int, django_assert_num_queries: Any) -> None:
    me = make_user(sees="all")
    for _ in range(rows):
        make_todo(owner=me, customer=make_customer())

    with django_assert_num_queries(1):
        shown = [
            (todo.title, todo.customer.name, getattr(todo.customer, "place", None), str(todo.owner)) for todo in queries.open_todos(me)
        ]

    assert len(shown) == rows


def test_counts_are_one_statement(django_assert_num_queries: Any) -> None:
    me = make_user(sees="all")

    with django_assert_num_queries(1):
        queries.counts(me, now=NOW, soon=NOW)
