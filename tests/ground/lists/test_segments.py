"""A segment is counted with its owner's rights, day by day; what cannot be counted says so and never counts as nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.jobs import work_until_idle
from tests.factories.staff import make_branch, make_user

from kexin.ground.lists import actions, deadline, members, segments
from kexin.ground.lists.errors import CountTooSlow
from kexin.ground.lists.models import SavedView, SegmentCount
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture
def boss() -> User:
    return make_user(role="manager", sees=Sees.ALL)


def segment(owner: User, query: str = "", **fields: Any) -> SavedView:
    name = f"{query}{SavedView.objects.count()}"[:60]
    return SavedView.objects.create(listing="customers", name=name, query=query, owner_id=owner.pk, is_segment=True, **fields)


def count(view: SavedView, day: date = DAY) -> int | None:
    kept = actions.count_segment(view_id=view.pk, day=day)
    return kept.count if kept is not None else None


@given(st.lists(st.integers(min_value=1, max_value=2**62)))
def test_members_are_unpacked_as_they_were_packed(ids: list[int]) -> None:
    assert members.unpacked(members.packed(ids)) == sorted(set(ids))


def test_it_is_counted_with_what_its_owner_sees(boss: User) -> None:
    here = make_branch()
    narrow = make_user(role="manager", branch=here)
    make_customer(branch=here, source="events")
    make_customer(branch=make_branch(), source="events")
    assert count(segment(boss, "source=events")) == 2
    assert count(segment(narrow, "source=events")) == 1


def test_the_same_day_again_replaces_and_other_days_stay(boss: User) -> None:
    view = segment(boss)
    make_customer()
    assert (count(view, DAY - timedelta(days=7)), count(view)) == (1, 1)
    make_customer()
    assert count(view) == 2
    assert list(segments.history(view).values_list("day", "count")) == [(DAY - timedelta(days=7), 1), (DAY, 2)]
    trend = segments.trends([view], today=DAY)[view.pk]
    assert (trend.day, trend.count, trend.against) == (DAY, 2, (1, None))


def test_who_came_in_and_who_left_is_known_from_one_count_to_the_next(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    view = segment(boss, "source=events")
    stays, leaves, comes = (make_customer(source="events") for _ in range(3))
    type(comes).objects.filter(pk=comes.pk).update(source="dealings")
    count(view, DAY - timedelta(days=1))
    assert segments.movement(view) is None
    type(comes).objects.filter(pk=comes.pk).update(source="events")
    type(leaves).objects.filter(pk=leaves.pk).update(source="dealings")
    count(view)
    moved = segments.movement(view)
    assert moved is not None
    assert (moved.came, moved.left) == ((comes.pk,), (leaves.pk,))
    assert stays.pk not in moved.came
    monkeypatch.setattr(members, "MOST", 1)
    count(view)
    assert segments.movement(view) is None  # too many to name: the number alone


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("tier=Z", "bad_list_address"),
        ("net_min=x", "bad_list_address"),
        ("field_99=1", "condition_not_yours"),
        ("sort=nothing", "bad_list_address"),
    ],
)
def test_a_condition_that_cannot_be_read_any_more_is_said_and_not_counted_as_nothing(boss: User, query: str, code: str) -> None:
    view = segment(boss, query)
    assert count(view) is None
    view.refresh_from_db()
    assert view.trouble == code
    assert segments.trouble(view)
    assert not SegmentCount.objects.exists()


def test_without_an_owner_or_their_rights_nothing_is_counted(boss: User) -> None:
    gone = make_user(role="manager", sees=Sees.ALL, is_active=False)
    front = make_user(sees=Sees.ALL)
    assert count(segment(gone)) is None
    assert count(segment(front, "overdue_min=1")) is None  # what somebody is owed is not theirs to ask
    assert count(segment(boss, "overdue_min=1")) == 0


def test_counting_gives_up_at_its_deadline(boss: User) -> None:
    slow = "SELECT pg_sleep(5)" if connection.vendor == "postgresql" else SLOW
    with connection.cursor() as cursor, pytest.raises(CountTooSlow), deadline.within(0.2):
        cursor.execute(slow)
    make_customer()
    assert count(segment(boss)) == 1  # the connection goes on


@pytest.mark.django_db(transaction=True)
def test_a_count_keeps_nobody_from_writing() -> None:
    with deadline.within(5):
        list(SavedView.objects.all()[:1])
        assert connection.vendor == "postgresql" or not connection.connection.in_transaction  # SQLite's begins with the write lock


SLOW = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000000) SELECT count(*) FROM n"


def test_saving_counts_and_the_daily_job_counts_all_and_stops_at_none(boss: User) -> None:
    make_customer(source="events")
    view = actions.save_view(
        listing="customers", name="活动认识的", query="source=events", shared=False, segment=True, owner_id=boss.pk, by=boss.actor
    )
    broken = segment(boss, "tier=Z")
    work_until_idle()
    assert SegmentCount.objects.get(view=view).count == 1
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- beside its one use

    job = jobs.run_here(jobs.start(kind="lists.count_segments", by=boss.actor, here=True).pk)
    assert (job.state, job.result) == ("done", {"counted": 1, "failed": 1})
    broken.refresh_from_db()
    assert broken.trouble
    other = {"listing": "customers", "name": "活动认识的", "shared": False, "segment": True, "owner_id": boss.pk, "by": boss.actor}
    actions.save_view(query="source=events&sort=-net", **other)
    assert SegmentCount.objects.count() == 1  # asks the same
    actions.save_view(query="source=projects", **other)
    assert SegmentCount.objects.count() == 0  # asks something else: the old numbers were not of it


def test_who_came_and_left_is_not_told_across_a_change_of_conditions(boss: User) -> None:
    make_customer(source="events")
    make_customer(source="projects")
    own = {"listing": "customers", "name": "常看的", "shared": False, "segment": True, "owner_id": boss.pk, "by": boss.actor}
    view = actions.save_view(query="source=events", **own)
    count(view, DAY - timedelta(days=1))

    view = actions.save_view(query="source=projects", **own)
    count(view)

    assert segments.movement(view) is None


def test_what_was_counted_for_conditions_changed_meanwhile_is_not_kept(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    view = segment(boss, "source=events")

    @contextmanager
    def while_it_counts(_seconds: float) -> Iterator[None]:
        yield
        SavedView.objects.filter(pk=view.pk).update(query="source=projects")

    monkeypatch.setattr(deadline, "within", while_it_counts)

    assert count(view) is None
    assert not SegmentCount.objects.exists()


def test_who_sees_which_segment(boss: User, client: Client) -> None:
    front = make_user(branch=make_branch())
    own, shared = segment(front), segment(boss, "quiet=30", is_shared=True)
    private, credit = segment(boss), segment(boss, "overdue_min=1", is_shared=True)
    assert {view.pk for view in segments.segments_visible_to(front)} == {own.pk, shared.pk}
    client.force_login(front)
    assert [client.get(f"/lists/segments/{view.pk}/").status_code for view in (own, shared, private, credit)] == [200, 200, 404, 404]
    assert client.post(f"/lists/views/{shared.pk}/segment/").status_code == 404
    client.post(f"/lists/views/{own.pk}/segment/")
    own.refresh_from_db()
    assert not own.is_segment


def test_the_pages_cost_the_same_for_one_and_three(boss: User, client: Client) -> None:
    client.force_login(boss)
    costs = []
    for more in (1, 2):
        for _ in range(more):
            view = segment(boss)
            count(view, timezone.localdate() - timedelta(days=1))
            count(view, timezone.localdate())
        client.get("/lists/segments/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/lists/segments/").status_code == 200
        with CaptureQueriesContext(connection) as one:
            assert client.get(f"/lists/segments/{view.pk}/").status_code == 200
        costs.append((len(captured), len(one)))
    assert costs[0] == costs[1]
    assert costs[0][0] <= 10
    assert costs[0][1] <= 14
