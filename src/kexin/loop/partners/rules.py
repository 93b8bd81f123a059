"""When a report may take which step, what it counts for, and which answer the company's table proposes."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

REPORTED, EXAMINED, CONFIRMED, REJECTED, ANSWERED, CLOSED = "reported", "examined", "confirmed", "rejected", "answered", "closed"
TRANSITIONS: dict[str, frozenset[str]] = {
    REPORTED: frozenset({EXAMINED}),
    EXAMINED: frozenset({CONFIRMED, REJECTED}),
    CONFIRMED: frozenset({ANSWERED, REJECTED}),
    REJECTED: frozenset({EXAMINED, CLOSED}),
    ANSWERED: frozenset({CLOSED, REJECTED}),
    CLOSED: frozenset({EXAMINED}),
}
# What was confirmed and not taken back since. Nothing else is ever held against a customer.
COUNTING = frozenset({CONFIRMED, ANSWERED, CLOSED})
# What an answer takes to decide: a permission of ground.staff.rules.
AUTHORITY = {"talk": "practice.examine", "warning": "practice.examine", "stop": "practice.examine", "end": "practice.end"}
TIMES = 3  # the table says what the first, second and third time is answered with; the third stands for all later ones
FEWEST_MONTHS, MOST_MONTHS = 1, 240


def may_become(now: str, wanted: str) -> bool:
    return wanted in TRANSITIONS[now]


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of its month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def counts_until(happened_on: date, months: int) -> date:
    """The last day on which it is held against the customer: the limitation, from the day it happened."""
    return months_later(happened_on, months)


def times(happened_on: date, before: Sequence[date], repeat_months: int) -> int:
    """How often it has happened now: this time, and each confirmed time of the same kind within so many months before it."""
    return 1 + sum(1 for day in before if day <= happened_on <= months_later(day, repeat_months))


def proposed(answers: Sequence[str], time: int) -> str:
    """The standing answer to the first, second, third time."""
    return answers[min(time, TIMES) - 1]
