"""Decisions on orders that need no database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def late_days(*, promised_on: date | None, delivered_on: date | None, cancelled_on: date | None, today: date) -> int | None:
    """Days past the promise: positive late, zero or negative kept; None when nothing was promised or it was called off.

    What is not delivered yet is late from the day after the promise on.
    """
    if promised_on is None or cancelled_on is not None:
        return None
    if delivered_on is not None:
        return (delivered_on - promised_on).days
    return max((today - promised_on).days, 0) or None


def margin(lines: list[tuple[Decimal, Decimal, Decimal | None]]) -> Decimal | None:
    """What is left of (quantity, amount, unit cost) lines after their cost; lines of unknown cost do not count.

    None when no cost is known at all.
    """
    known = [amount - quantity * cost for quantity, amount, cost in lines if cost is not None]
    return sum(known, Decimal(0)) if known else None
