"""When a to-do presses, and which later moments are offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.loop.todo import rules
from kexin.loop.todo.rules import Group

NOW = datetime(2026, 9, 17, 9, 52, tzinfo=UTC)  # a Thursday
DAY_ENDS = datetime(2026, 9, 18, tzinfo=UTC)
MOMENTS = st.integers(0, 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("due_at", "group"),
    [
        (None, Group.UNDATED),
        (NOW - timedelta(seconds=1), Group.OVERDUE),
        (NOW, Group.SOON),
        (NOW + timedelta(hours=4), Group.SOON),
        (NOW + timedelta(hours=4, seconds=1), Group.TODAY),
        (DAY_ENDS - timedelta(seconds=1), Group.TODAY),
        (DAY_ENDS, Group.LATER),
    ],
)
def test_group_by_how_soon_it_presses(due_at: datetime | None, group: Group) -> None:
    assert rules.group_of(due_at, now=NOW, day_ends=DAY_ENDS) == group


def test_within_four_hours_wins_over_tomorrow() -> None:
    late = datetime(2026, 9, 17, 22, tzinfo=UTC)

    assert rules.group_of(late + timedelta(hours=3), now=late, day_ends=DAY_ENDS) == Group.SOON


@given(MOMENTS, st.lists(st.integers(-10_000, 10_000), min_size=2))
def test_sooner_never_comes_in_a_later_group(now: datetime, minutes: list[int]) -> None:
    day_ends = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    order = list(Group)

    positions = [order.index(rules.group_of(now + timedelta(minutes=m), now=now, day_ends=day_ends)) for m in sorted(minutes)]

    assert positions == sorted(positions)


def test_postponements_of_a_thursday_morning() -> None:
    assert rules.postponements(NOW) == {
        "tonight": datetime(2026, 9, 17, 18, tzinfo=UTC),
        "tomorrow": datetime(2026, 9, 18, 9, tzinfo=UTC),
        "in_three_days": datetime(2026, 9, 20, 9, tzinfo=UTC),
        "next_monday": datetime(2026, 9, 21, 9, tzinfo=UTC),
    }


def test_postponements_of_a_sunday_night_name_each_moment_once() -> None:
    assert rules.postponements(datetime(2026, 9, 20, 19, tzinfo=UTC)) == {
        "tomorrow": datetime(2026, 9, 21, 9, tzinfo=UTC),
        "in_three_days": datetime(2026, 9, 23, 9, tzinfo=UTC),
    }


@given(MOMENTS)
def test_every_postponement_lies_ahead_and_is_offered_once(now: datetime) -> None:
    offered = list(rules.postponements(now).values())

    assert all(at > now for at in offered)
    assert len(set(offered)) == len(offered)


def test_every_end_can_be_taken_back() -> None:
    assert {"open": {"done", "dropped"}, "done": {"open"}, "dropped": {"open"}} == rules.TRANSITIONS
