"""Saved views and segments over the API: as the pages show them, and only of lists the token covers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import Caller, make_token

from kexin.ground.lists import actions, segments
from kexin.ground.lists.models import SavedView
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=make_branch())


def view(owner: User, listing: str = "customers", query: str = "", **fields: bool) -> SavedView:
    return SavedView.objects.create(listing=listing, name=f"{listing}{query}", query=query, owner_id=owner.pk, **fields)


def test_views_are_those_of_the_person_and_of_the_token(person: User) -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    own, todos = view(person), view(person, "todos")
    shared, private = view(boss, query="quiet=30", is_shared=True), view(boss)
    credit = view(boss, query="overdue_min=1", is_shared=True)
    actions.keep_columns(listing="customers", columns=["name"], owner_id=person.pk)

    def ids(token: str) -> set[int]:
        return {one["id"] for one in Caller(token).get("/views").json()["items"]}

    assert ids(make_token(person)) == {own.pk, todos.pk, shared.pk}
    assert ids(make_token(person, scopes=("customers:read",))) == {own.pk, shared.pk}
    assert not {private.pk, credit.pk} & ids(make_token(person))


def test_a_segment_gives_its_counts_day_by_day(person: User) -> None:
    call, today = Caller(make_token(person)), segments.today()
    one = view(person, is_segment=True)
    make_customer(branch=person.branch)
    actions.write_history(view_id=one.pk, counts={today - timedelta(days=7): 3, today - timedelta(days=1): 2})
    actions.count_segment(view_id=one.pk, day=today)

    (told,) = call.get("/segments").json()["items"]
    assert (told["count"], told["against_7_days"], told["against_30_days"], told["trouble"]) == (1, -2, None, None)
    counts = call.get(f"/segments/{one.pk}/counts?since={today - timedelta(days=2)}").json()["items"]
    assert [(row["day"], row["count"]) for row in counts] == [((today - timedelta(days=1)).isoformat(), 2), (today.isoformat(), 1)]
    assert call.get(f"/segments/{one.pk}/counts?since=gestern").status_code == 400
    assert call.get(f"/segments/{view(make_user(), is_segment=True).pk}/counts").status_code == 404
    assert call.get("/segments/9999999999999999999999/counts").status_code == 404


def test_a_segment_that_cannot_be_counted_says_why(person: User) -> None:
    one = view(person, query="tier=Z", is_segment=True)
    actions.count_segment(view_id=one.pk)
    (told,) = Caller(make_token(person)).get("/segments").json()["items"]
    assert told["count"] is None
    assert "Z" in told["trouble"]
