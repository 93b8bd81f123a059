"""Days that come round every year, by the sun or by the moon.

The Chinese calendar has months of 29 or 30 days and, in some years, a leap month after the one it repeats. A birthday in
a leap month is kept in the plain month of years without that leap month, the 30th on the 29th of short months, and
29 February on the 28th of common years.
"""

from __future__ import annotations

import calendar as gregorian
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import LunarYear, Solar

SOLAR, LUNAR = "solar", "lunar"
LONGEST_LUNAR_MONTH = 30
MONTHS_OF_YEAR = 12
MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DAY_TENS = ("初", "十", "廿", "三")
DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def next_date(calendar: str, month: int, day: int, *, leap: bool = False, today: date) -> date:
    """The day, today or later, on which it comes round next."""
    if calendar == SOLAR:
        this_year = _solar(today.year, month, day)
        return this_year if this_year >= today else _solar(today.year + 1, month, day)
    # A lunar year begins in January or February, so the day sought lies in this lunar year, the one before or the next.
    return min(found for year in (today.year - 1, today.year, today.year + 1) if (found := _lunar(year, month, day, leap=leap)) >= today)


def falling_on(day: date) -> list[tuple[str, int, int, bool]]:
    """(calendar, month, day, leap) of everything that comes round on this day: the other way to read `next_date`."""
    found = [(SOLAR, day.month, day.day, False)]
    if (day.month, day.day) == (2, 28) and not gregorian.isleap(day.year):
        found.append((SOLAR, 2, 29, False))
    for year in (day.year - 1, day.year):  # a lunar year begins in January or February
        months = _months(year)
        for number, (first, length) in months.items():
            place = (day - first) // timedelta(days=1) + 1
            if not 1 <= place <= length:
                continue
            month, leap = abs(number), number < 0
            days = [place, LONGEST_LUNAR_MONTH] if place == length < LONGEST_LUNAR_MONTH else [place]
            found += [(LUNAR, month, one, leap) for one in days]
            if not leap and -month not in months:
                found += [(LUNAR, month, one, True) for one in days]
    return found


def exists(calendar: str, year: int | None, month: int, day: int, *, leap: bool = False) -> bool:
    """Whether there is such a day: in that year, or, where the year is not known, in some year."""
    if not 1 <= month <= MONTHS_OF_YEAR or day < 1:
        return False
    if year is not None and not 1850 <= year <= 2150:  # noqa: PLR2004 -- nobody we serve was born earlier; the tables end later
        return False
    if calendar == SOLAR:
        return day <= gregorian.monthrange(year or 2000, month)[1]  # 2000 was a leap year
    if year is None:
        return day <= LONGEST_LUNAR_MONTH
    found = _months(year).get(-month if leap else month)
    return found is not None and day <= found[1]


def anniversary(calendar: str, year: int | None, on: date, *, month: int) -> int | None:
    """How many years it will be on that day; None when the first year is not known.

    A lunar day late in the lunar year falls in January or February of the next solar one: it belongs to the lunar year.
    """
    if year is None:
        return None
    if calendar == SOLAR or month <= 10 or on.month > 2:  # noqa: PLR2004 -- only the 11th and 12th month reach into the next year
        return on.year - year
    return on.year - 1 - year


def in_days(on: date, today: date) -> int:
    return (on - today) // timedelta(days=1)


def lunar_words(month: int, day: int, *, leap: bool = False) -> str:
    """九月初九, 闰四月十五, 腊月三十."""
    tens, ones = divmod(day - 1, 10)
    number = {20: "二十", 30: "三十"}.get(day) or DAY_TENS[tens] + DIGITS[ones + 1]
    return f"{'闰' if leap else ''}{MONTHS[month - 1]}月{number}"


def _solar(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, gregorian.monthrange(year, month)[1]))


def _lunar(year: int, month: int, day: int, *, leap: bool) -> date:
    months = _months(year)
    first, length = months.get(-month if leap else month) or months[month]
    return first + timedelta(days=min(day, length) - 1)


@lru_cache(maxsize=512)
def _months(year: int) -> dict[int, tuple[date, int]]:
    """First day and length of a lunar year's months; negative numbers are leap months. Kept: working one out takes 10 ms."""
    found: dict[int, tuple[date, int]] = {}
    for month in LunarYear.fromYear(year).getMonths():
        if month.getYear() == year:  # the library's table overlaps with the years before and after
            first = Solar.fromJulianDay(month.getFirstJulianDay())
            found[month.getMonth()] = (date(first.getYear(), first.getMonth(), first.getDay()), month.getDayCount())
    return found
