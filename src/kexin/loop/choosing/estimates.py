"""What became of customers scored earlier: whether they went on buying, by score band. An interval each, none where too few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.db.models import Sum
from django.db.models.functions import Abs

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.choosing.queries.scores import marks_on
from kexin.loop.choosing.rules.scoring import BANDS
from kexin.loop.customers import queries as customers
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order
from kexin.measures.scores.intervals import share_interval

FEWEST = 20  # customers of a band, below which no share is said


@dataclass(frozen=True)
class Band:
    """Customers whose score stood in one band on the day before the period."""

    low: int
    high: int
    n: int
    kept: int  # ordered within the period
    lost: int  # had ordered within as long before, and did not within it
    kept_share: float | None = None
    kept_low: float | None = None
    kept_high: float | None = None
    net_each: Decimal | None = None  # net sales of the period, a customer


@dataclass(frozen=True)
class Calibration:
    since: date
    until: date
    bands: list[Band]
    currency: str

    @property
    def n(self) -> int:
        return sum(band.n for band in self.bands)


def calibration(user: User, *, today: date, days: int = 365) -> Calibration:
    """Scores as they stood so many days ago beside what was ordered since: five statements, whatever the number of customers."""
    since = today - timedelta(days=days)
    seen = customers.customers_visible_to(user, closed=True).order_by().values("pk")
    band_of = dict(marks_on(since).filter(band__isnull=False, customer__in=seen).values_list("customer", "band"))
    currency = staff.company().currency
    sales = Order.objects.filter(kind=OrderKind.SALE, cancelled_on=None, customer__in=seen)
    after = set(sales.filter(occurred_on__gt=since, occurred_on__lte=today).values_list("customer", flat=True).distinct())
    before = set(
        sales.filter(occurred_on__gt=since - timedelta(days=days), occurred_on__lte=since).values_list("customer", flat=True).distinct()
    )
    within = Order.objects.filter(
        occurred_on__gt=since, occurred_on__lte=today, cancelled_on=None, customer__in=seen, currency=currency
    ).order_by()
    net: dict[int, Decimal] = {}
    for pk, kind, amount in within.values_list("customer", "kind").annotate(amount=Sum(Abs("amount"))):
        net[pk] = net.get(pk, Decimal(0)) + (amount if kind == OrderKind.SALE else -amount)

    bands = []
    for band in range(BANDS):
        inside = [pk for pk, stood in band_of.items() if stood == band]
        kept = sum(pk in after for pk in inside)
        lost = sum(pk in before and pk not in after for pk in inside)
        bands.append(_band(band, len(inside), kept, lost, sum((net.get(pk, Decimal(0)) for pk in inside), Decimal(0))))
    return Calibration(since, today, bands, currency)


def _band(band: int, n: int, kept: int, lost: int, net: Decimal) -> Band:
    width = 100 // BANDS
    low, high = band * width, (band + 1) * width
    if n < FEWEST:
        return Band(low, high, n, kept, lost)
    share = kept / n
    below, above = share_interval(np.array([share]), np.array([n]))
    return Band(low, high, n, kept, lost, share, float(below[0]), float(above[0]), net / n)
