"""When a customer goes to the pool, what keeps it from that, and who may claim one. Pure: told every day it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

NO_CONTACT, NO_ORDER = "no_contact", "no_order"


@dataclass(frozen=True)
class Terms:
    """Of one tier: days without contact, days without an order; None: never for that. Warned so many days before."""

    no_contact_days: int | None
    no_order_days: int | None


@dataclass(frozen=True)
class Known:
    """What is known of a customer and its owner. Days are those of the company's zone."""

    mine_since: date  # when the owner got it, or the file was opened
    contact_on: date | None
    order_on: date | None


@dataclass(frozen=True)
class Due:
    on: date
    cause: str


def due(terms: Terms, known: Known) -> Due | None:
    """The day a customer is due to go, and why; the earlier of the two.

    An order is contact too: nobody orders without a word. No day counts from before the owner had the customer, so a new
    owner always has the whole time.
    """
    found = []
    if terms.no_contact_days is not None:
        last = max(day for day in (known.mine_since, known.contact_on, known.order_on) if day is not None)
        found.append(Due(last + timedelta(days=terms.no_contact_days), NO_CONTACT))
    if terms.no_order_days is not None:
        last = max(day for day in (known.mine_since, known.order_on) if day is not None)
        found.append(Due(last + timedelta(days=terms.no_order_days), NO_ORDER))
    return min(found, key=lambda one: (one.on, one.cause), default=None)


def goes_on(due_on: date, *, warned_on: date | None, today: date, warn_days: int) -> date:
    """The day it really goes: never before the owner was warned for the full time."""
    return max(due_on, (warned_on or today) + timedelta(days=warn_days))


def day_places_left(limit: int | None, claimed_today: int) -> int | None:
    """How many more somebody may claim today; None: no limit."""
    return None if limit is None else max(limit - claimed_today, 0)


def capacity_left(capacity: int | None, owned: int) -> int | None:
    return None if capacity is None else max(capacity - owned, 0)


def may_again_on(released_on: date, cooldown_days: int) -> date:
    """The first day the previous owner may claim the customer again."""
    return released_on + timedelta(days=cooldown_days)
