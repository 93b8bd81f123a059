"""Days by the sun and by the moon. Golden days: the Hong Kong Observatory's Gregorian–Lunar calendar conversion tables,
https://www.hko.gov.hk/en/gts/time/conversion1_text.htm (years 2023–2026)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.loop.customers.rules import occasions


@pytest.mark.parametrize(
    ("month", "day", "today", "expected"),
    [
        (1, 1, date(2024, 1, 1), date(2024, 2, 10)),  # New Year of 2024
        (1, 1, date(2025, 1, 1), date(2025, 1, 29)),
        (1, 1, date(2026, 1, 1), date(2026, 2, 17)),
        (1, 15, date(2024, 2, 1), date(2024, 2, 24)),  # lanterns
        (5, 5, date(2024, 1, 1), date(2024, 6, 10)),  # dragon boats
        (5, 5, date(2025, 1, 1), date(2025, 5, 31)),
        (8, 15, date(2023, 1, 1), date(2023, 9, 29)),  # mid-autumn, after the leap second month of 2023
        (8, 15, date(2024, 1, 1), date(2024, 9, 17)),
        (8, 15, date(2025, 1, 1), date(2025, 10, 6)),  # after the leap sixth month of 2025
        (9, 9, date(2026, 1, 1), date(2026, 10, 18)),
        (12, 8, date(2025, 1, 8), date(2026, 1, 26)),  # 2025-01-07 was the day; the next one belongs to lunar 2025
    ],
)
def test_lunar_days_match_the_observatory_tables(month: int, day: int, today: date, expected: date) -> None:
    assert occasions.next_date("lunar", month, day, today=today) == expected


def test_a_day_of_a_leap_month_is_kept_in_it_where_the_year_has_it_and_in_the_plain_month_elsewhere() -> None:
    assert occasions.next_date("lunar", 6, 1, leap=True, today=date(2025, 1, 1)) == date(2025, 7, 25)
    assert occasions.next_date("lunar", 6, 1, leap=True, today=date(2026, 1, 1)) == occasions.next_date(
        "lunar", 6, 1, today=date(2026, 1, 1)
    )
    # Who was born in the plain sixth month celebrates in the plain one of 2025 as well.
    assert occasions.next_date("lunar", 6, 1, today=date(2025, 1, 1)) == date(2025, 6, 25)


def test_the_thirtieth_falls_on_the_twenty_ninth_of_a_short_month() -> None:
    # The twelfth month of lunar 2024 has 29 days and ends on 28 January 2025, the eve of New Year.
    assert occasions.next_date("lunar", 12, 30, today=date(2025, 1, 1)) == date(2025, 1, 28)
    assert occasions.next_date("lunar", 12, 29, today=date(2025, 1, 1)) == date(2025, 1, 28)


def test_the_twenty_ninth_of_february_is_kept_on_the_twenty_eighth_of_common_years() -> None:
    assert occasions.next_date("solar", 2, 29, today=date(2027, 1, 1)) == date(2027, 2, 28)
    assert occasions.next_date("solar", 2, 29, today=date(2028, 1, 1)) == date(2028, 2, 29)


def test_today_counts() -> None:
    assert occasions.next_date("solar", 9, 16, today=date(2026, 9, 16)) == date(2026, 9, 16)
    assert occasions.next_date("solar", 9, 15, today=date(2026, 9, 16)) == date(2027, 9, 15)


@given(
    calendar=st.sampled_from(["solar", "lunar"]),
    month=st.integers(1, 12),
    day=st.integers(1, 29),
    leap=st.booleans(),
    today=st.dates(date(1990, 1, 1), date(2080, 12, 31)),
)
def test_the_next_day_lies_within_thirteen_months_and_is_stable(calendar: str, month: int, day: int, leap: bool, today: date) -> None:  # noqa: FBT001 -- hypothesis hands it over
    if calendar == "solar" and month == 2:
        day = min(day, 28)
    leap = leap and calendar == "lunar"
    found = occasions.next_date(calendar, month, day, leap=leap, today=today)
    assert today <= found <= today + timedelta(days=385 + 30)
    assert occasions.next_date(calendar, month, day, leap=leap, today=found) == found


@pytest.mark.parametrize(
    ("month", "day", "leap", "words"),
    [
        (9, 9, False, "九月初九"),
        (12, 30, False, "腊月三十"),
        (6, 20, True, "闰六月二十"),
        (1, 10, False, "正月初十"),
        (11, 21, False, "冬月廿一"),
        (2, 11, False, "二月十一"),
    ],
)
def test_lunar_words(month: int, day: int, leap: bool, words: str) -> None:  # noqa: FBT001 -- parametrised
    assert occasions.lunar_words(month, day, leap=leap) == words


def test_days_that_do_not_exist() -> None:
    assert occasions.exists("solar", None, 2, 29)
    assert not occasions.exists("solar", 2025, 2, 29)
    assert not occasions.exists("solar", None, 2, 30)
    assert occasions.exists("lunar", 2025, 6, 29, leap=True)
    assert not occasions.exists("lunar", 2024, 6, 1, leap=True)
    assert not occasions.exists("lunar", None, 6, 31)
    assert not occasions.exists("solar", None, 13, 1)


def test_years_are_counted_in_the_calendar_of_the_day() -> None:
    assert occasions.anniversary("solar", 1980, date(2026, 3, 1), month=3) == 46
    # Born on the 8th of the twelfth month of lunar 1990 (January 1991): on 26 January 2026 it is still lunar 2025.
    assert occasions.anniversary("lunar", 1990, date(2026, 1, 26), month=12) == 35
    assert occasions.anniversary("lunar", None, date(2026, 1, 26), month=12) is None
