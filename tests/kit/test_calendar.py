from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.kit.calendar import BusinessCalendar, Holidays, NeverOpen, Override, Slot

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING, AFTERNOON = Slot(time(9), time(12)), Slot(time(13), time(18))
WEEK = dict.fromkeys(range(5), (MORNING, AFTERNOON))


def at(day: int, hour: int, minute: int = 0, *, month: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def test_the_lunch_break_is_not_open_time() -> None:
    calendar = BusinessCalendar(WEEK)

    assert [calendar.is_open(at(21, hour)) for hour in (8, 9, 11, 12, 13, 17, 18)] == [False, True, True, False, True, True, False]
    assert calendar.working_between(at(21, 11), at(21, 14)) == timedelta(hours=2)
    assert local(calendar.add_working(at(21, 11), timedelta(hours=2))) == "09-21 14:00"


def test_what_is_due_at_closing_time_is_not_due_the_next_morning() -> None:
    calendar = BusinessCalendar(WEEK)

    assert local(calendar.add_working(at(21, 17), timedelta(hours=1))) == "09-21 18:00"
    assert local(calendar.add_working(at(21, 17), timedelta(hours=1, minutes=1))) == "09-22 09:01"


def test_time_outside_hours_counts_from_the_next_opening() -> None:
    calendar = BusinessCalendar(WEEK)

    assert local(calendar.add_working(at(19, 3), timedelta(hours=4))) == "09-21 14:00"  # Saturday night to Monday
    assert local(calendar.next_opening(at(19, 3))) == "09-21 09:00"


def test_a_holiday_closes_and_a_weekend_in_exchange_opens() -> None:
    holidays = Holidays({date(2026, 9, 25): "中秋节"}, frozenset({date(2026, 9, 20)}), frozenset({2026}))
    calendar = BusinessCalendar(WEEK, holidays)

    assert calendar.day(date(2026, 9, 25)).kind == "holiday"
    assert calendar.day(date(2026, 9, 25)).reason == "中秋节"
    assert calendar.day(date(2026, 9, 20)).slots == (MORNING, AFTERNOON)
    assert calendar.is_working_day(date(2026, 9, 20))
    assert not calendar.is_working_day(date(2026, 9, 19))


def test_a_weekend_in_exchange_keeps_its_own_hours_where_the_place_opens_on_it_anyhow() -> None:
    sunday = Slot(time(10), time(16))
    calendar = BusinessCalendar({**WEEK, 6: (sunday,)}, Holidays(working=frozenset({date(2026, 9, 20)}), years=frozenset({2026})))

    assert calendar.day(date(2026, 9, 20)).slots == (sunday,)


def test_an_override_wins_over_holiday_and_week() -> None:
    short = Slot(time(10), time(15))
    calendar = BusinessCalendar(
        WEEK,
        Holidays({date(2026, 10, 1): "国庆节"}, years=frozenset({2026})),
        {date(2026, 10, 1): Override((short,), "值班"), date(2026, 9, 21): Override((), "盘点")},
    )

    assert calendar.day(date(2026, 10, 1)).slots == (short,)
    assert not calendar.is_working_day(date(2026, 9, 21))
    assert calendar.day(date(2026, 9, 21)).reason == "盘点"


def test_years_without_a_published_arrangement_are_said() -> None:
    calendar = BusinessCalendar(WEEK, Holidays(years=frozenset({2025, 2026})))

    assert calendar.is_certain(date(2026, 12, 31))
    assert not calendar.is_certain(date(2027, 1, 1))
    assert calendar.uncertain_years(at(1, 9, month=12), at(1, 9, month=1, year=2028)) == (2027, 2028)
    assert BusinessCalendar(WEEK).uncertain_years(at(1, 9), at(1, 9, year=2040)) == ()


def test_overlapping_slots_count_once() -> None:
    calendar = BusinessCalendar({0: (Slot(time(9), time(13)), Slot(time(12), time(15)), Slot(time(15), time(16)))})

    assert calendar.slots[0] == (Slot(time(9), time(16)),)


def test_a_business_day_is_a_day_of_the_branch() -> None:
    late = datetime(2026, 9, 20, 17, 0, tzinfo=UTC)

    assert BusinessCalendar({}).business_day(late) == date(2026, 9, 21)
    assert BusinessCalendar({}, zone="Europe/London").business_day(late) == date(2026, 9, 20)


def test_a_clock_put_forward_shortens_the_open_time() -> None:
    all_night = BusinessCalendar(dict.fromkeys(range(7), (Slot(time(0), time(6)),)), zone="Europe/Berlin")
    berlin = ZoneInfo("Europe/Berlin")

    spring = all_night.working_between(datetime(2026, 3, 29, 0, tzinfo=berlin), datetime(2026, 3, 29, 12, tzinfo=berlin))
    autumn = all_night.working_between(datetime(2026, 10, 25, 0, tzinfo=berlin), datetime(2026, 10, 25, 12, tzinfo=berlin))

    assert (spring, autumn) == (timedelta(hours=5), timedelta(hours=7))


def test_a_calendar_that_never_opens_says_so() -> None:
    with pytest.raises(NeverOpen):
        BusinessCalendar({}).add_working(at(21, 9), timedelta(hours=1))
    with pytest.raises(NeverOpen):
        BusinessCalendar({}).next_opening(at(21, 9))
    with pytest.raises(NeverOpen):
        BusinessCalendar({}).add_working_days(date(2026, 9, 21), 1)


def test_working_days_are_counted() -> None:
    calendar = BusinessCalendar(WEEK)

    assert calendar.add_working_days(date(2026, 9, 18), 1) == date(2026, 9, 21)
    assert calendar.add_working_days(date(2026, 9, 18), 5) == date(2026, 9, 25)
    assert calendar.add_working_days(date(2026, 9, 19), 0) == date(2026, 9, 21)
    assert calendar.add_working_days(date(2026, 9, 18), 0) == date(2026, 9, 18)


# Laws

quarters = st.integers(0, 95)
slots = st.lists(
    st.tuples(quarters, quarters)
    .filter(lambda two: two[0] != two[1])
    .map(lambda two: Slot(*(time(q // 4, q % 4 * 15) for q in sorted(two)))),
    max_size=3,
).map(tuple)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.builds(
    BusinessCalendar,
    st.dictionaries(st.integers(0, 6), slots, min_size=1).filter(lambda week: any(week.values())),
    st.none()
    | st.builds(Holidays, st.dictionaries(days, st.just("假"), max_size=20), st.frozensets(days, max_size=10), st.just(frozenset({2026}))),
    st.dictionaries(days, st.builds(Override, slots), max_size=10),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 -- hypothesis takes bounds without a zone
    datetime(2026, 12, 31),  # noqa: DTZ001 -- the same
    timezones=st.just(UTC),
)
spans = st.timedeltas(timedelta(0), timedelta(hours=60))


@given(calendars, moments, spans)
def test_what_is_added_lies_between(calendar: BusinessCalendar, start: datetime, span: timedelta) -> None:
    due = calendar.add_working(start, span)

    assert calendar.working_between(start, due) == span
    assert due >= start


@given(calendars, moments, spans, spans)
def test_adding_twice_is_adding_the_sum(calendar: BusinessCalendar, start: datetime, first: timedelta, second: timedelta) -> None:
    assert calendar.add_working(calendar.add_working(start, first), second) == calendar.add_working(start, first + second)


@given(calendars, moments, moments, moments)
def test_open_time_adds_up_over_any_stop_between(calendar: BusinessCalendar, one: datetime, two: datetime, three: datetime) -> None:
    assert calendar.working_between(one, two) + calendar.working_between(two, three) == calendar.working_between(one, three)
    assert calendar.working_between(one, two) == -calendar.working_between(two, one)


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_open_time_is_never_more_than_the_time_that_passed(calendar: BusinessCalendar, start: datetime, length: timedelta) -> None:
    assert timedelta(0) <= calendar.working_between(start, start + length) <= length


@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_before_it_was(calendar: BusinessCalendar, start: datetime) -> None:
    opening = calendar.next_opening(start)

    assert calendar.is_open(opening)
    assert calendar.working_between(start, opening) == timedelta(0)
    assert calendar.is_open(start) == (opening == start)


@given(calendars, moments, spans, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_starting_later_never_makes_it_due_earlier(calendar: BusinessCalendar, start: datetime, span: timedelta, later: timedelta) -> None:
    if span:
        assert calendar.add_working(start, span) <= calendar.add_working(start + later, span)
