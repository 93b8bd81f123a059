from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.factories.staff import make_branch

from kexin.ground.audit import queries as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict
from kexin.ground.staff import errors, queries
from kexin.ground.staff.actions import branches, calendars
from kexin.ground.staff.holidays import public_holidays
from kexin.kit.calendar import Slot

pytestmark = pytest.mark.django_db
BY = Actor(id=1, name="管理员")
GOLDEN = Path(__file__).parents[2] / "golden" / "holidays_cn"
NINE_TO_FIVE = [(time(9), time(17))]


def _golden() -> list[tuple[date, str]]:
    lines = (GOLDEN / "state_council_2024_2026.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [(date.fromisoformat(day), kind) for day, kind in (line.split(",") for line in lines)]


@pytest.mark.parametrize(("day", "kind"), _golden(), ids=str)
def test_holidays_and_exchanged_weekends_match_the_state_councils_notices(day: date, kind: str) -> None:
    calendar = queries.calendar_of(make_branch())

    assert calendar.is_working_day(day) == (kind == "work")


def test_holidays_have_names_in_the_readers_language() -> None:
    zh, en = (public_holidays("CN", until=2026, language=language) for language in ("zh-hans", "en"))

    assert zh is not None
    assert en is not None
    assert (zh.closed[date(2026, 10, 1)], en.closed[date(2026, 10, 1)]) == ("国庆节", "National Day")


def test_a_year_whose_exchange_is_not_published_is_said() -> None:
    holidays = public_holidays("CN", until=2028)

    assert holidays is not None
    assert 2026 in holidays.years
    assert 2028 not in holidays.years


def test_a_branch_keeps_several_slots_a_day() -> None:
    branch = make_branch()
    calendars.set_week(branch_id=branch.pk, version=1, week={5: [(time(13), time(17)), (time(9), time(12))]}, by=BY)

    calendar = queries.calendar_of(branch)

    assert dict(calendar.slots) == {5: (Slot(time(9), time(12)), Slot(time(13), time(17)))}
    assert audit.trail(kind="branch")[0].changes == {"week": [{}, {"5": ["09:00–12:00", "13:00–17:00"]}]}


def test_a_branch_without_hours_follows_the_one_above() -> None:
    group = make_branch()
    shop = make_branch(parent=make_branch(parent=group))
    calendars.set_week(branch_id=group.pk, version=1, week={6: NINE_TO_FIVE}, by=BY)

    assert dict(queries.calendar_of(shop).slots) == {6: (Slot(time(9), time(17)),)}


def test_a_single_day_wins_over_a_holiday_and_over_the_branch_above() -> None:
    group = make_branch()
    shop = make_branch(parent=group)
    national_day = date(2026, 10, 1)
    calendars.set_day(branch_id=group.pk, day=national_day, hours=NINE_TO_FIVE, reason="值班", by=BY)

    assert queries.calendar_of(shop).is_working_day(national_day)

    calendars.set_day(branch_id=shop.pk, day=national_day, hours=[], reason="休息", by=BY)
    assert not queries.calendar_of(shop).is_working_day(national_day)

    calendars.clear_day(branch_id=shop.pk, day=national_day, by=BY)
    assert queries.calendar_of(shop).is_working_day(national_day)
    assert [entry.action for entry in audit.trail(kind="branch", record_id=shop.pk)] == ["branch.clear_day", "branch.set_day"]


def test_a_change_above_is_seen_below_at_once() -> None:
    group = make_branch()
    shop = make_branch(parent=group)
    before = queries.calendar_of(shop)

    calendars.set_week(branch_id=group.pk, version=1, week={0: NINE_TO_FIVE}, by=BY)

    assert queries.calendar_of(shop) != before
    branches.change_branch(branch_id=shop.pk, version=1, fields={"holidays": ""}, by=BY)
    shop.refresh_from_db()
    assert queries.calendar_of(shop).holidays is None


def test_opening_times_that_contradict_themselves_are_refused() -> None:
    branch = make_branch()

    with pytest.raises(errors.SlotOrder):
        calendars.set_week(branch_id=branch.pk, version=1, week={0: [(time(12), time(9))]}, by=BY)
    with pytest.raises(errors.SlotsOverlap):
        calendars.set_week(branch_id=branch.pk, version=1, week={0: [(time(9), time(12)), (time(11), time(15))]}, by=BY)
    with pytest.raises(Conflict):
        calendars.set_week(branch_id=branch.pk, version=9, week={0: NINE_TO_FIVE}, by=BY)


def test_a_known_calendar_costs_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    queries.company()
    shop = make_branch(parent=make_branch(parent=make_branch()))

    with django_assert_num_queries(3):
        first = queries.calendar_of(shop)
    with django_assert_num_queries(1):
        assert queries.calendar_of(shop) is first


def test_a_month_says_of_every_day_why_it_is_open_or_not() -> None:
    days = {day.day.day: day for day in queries.month_of(make_branch(), year=2026, month=10)}

    assert len(days) == 31
    assert [days[n].kind for n in (1, 7, 8, 10)] == ["holiday", "holiday", "week", "working_weekend"]
    assert days[10].slots == (Slot(time(9), time(12)), Slot(time(13), time(18)))


def test_open_time_spans_a_holiday() -> None:
    calendar = queries.calendar_of(make_branch())
    before = calendar.open_times(date(2026, 9, 30))[-1][1] - timedelta(hours=1)

    assert calendar.business_day(calendar.add_working(before, timedelta(hours=2))) == date(2026, 10, 8)
