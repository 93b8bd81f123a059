"""Days that come round soon, of the customers a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from kexin.loop.customers.models import Occasion
from kexin.loop.customers.queries.visible import customers_visible_to
from kexin.loop.customers.rules import occasions

MOST = 50


@dataclass(frozen=True)
class Coming:
    occasion: Occasion
    on: date
    in_days: int
    years: int | None


def days_coming_up(user: Any, *, today: date, days: int = 7, mine: bool = False, limit: int = MOST) -> list[Coming]:
    """What falls on today and the next days, the soonest first. One statement: each day's dates are worked out and looked up by index."""
    falls: dict[tuple[str, int, int, bool], date] = {}
    for ahead in range(days):
        for key in occasions.falling_on(today + timedelta(days=ahead)):
            falls.setdefault(key, today + timedelta(days=ahead))
    wanted = Q(pk__in=[])
    for calendar, month, day, leap in falls:
        wanted |= Q(calendar=calendar, month=month, day=day, is_leap_month=leap)
    customers = customers_visible_to(user)
    if mine:
        customers = customers.filter(owner=user)
    found = Occasion.objects.filter(wanted, customer__in=customers.values("pk")).select_related(
        "customer__place", "customer__owner", "contact"
    )
    coming = []
    for occasion in found[: 20 * limit]:
        on = falls[occasion.calendar, occasion.month, occasion.day, occasion.is_leap_month]
        years = occasions.anniversary(occasion.calendar, occasion.year, on, month=occasion.month)
        coming.append(Coming(occasion, on, (on - today).days, years))
    return sorted(coming, key=lambda one: (one.on, one.occasion.pk))[:limit]
