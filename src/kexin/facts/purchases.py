"""Purchases per customer: what everybody bought, gave back and left us, from orders and their lines.

Which orders count, on a day `as_of`:

- an order after `as_of` is not there yet;
- a sale called off on or before `as_of` counts as nothing but as `placed` and `undone`;
- lines of other sales with a quantity above zero are `gross`; with a quantity below zero they are `returned`;
- all lines of cancellations and returns are `returned`, turned positive;
- amounts are summed where `ours` is 1 (the company's currency); orders and days count in any currency;
- margin counts lines whose cost is known, what was given back included.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kexin.facts.contracts import Contract

SALE, CANCELLATION, RETURN = 0, 1, 2

CUSTOMERS = Contract("customers", {"customer_id": "known customer, each once"})
ORDERS = Contract(
    "orders",
    {
        "order_id": "the order",
        "customer_id": "who ordered; empty: not known",
        "day": "business day, days since 1970-01-01",
        "kind": "0 sale, 1 cancellation, 2 return",
        "cancelled_day": "day a sale was called off; empty: it stands",
        "ours": "1 where the order is in the company's currency, else 0",
    },
)
LINES = Contract(
    "lines",
    {
        "order_id": "its order",
        "quantity": "ten-thousandths",
        "amount": "ten-thousandths of the currency, signed as it stands",
        "unit_cost": "ten-thousandths of the currency; empty: not known",
    },
)
PURCHASES = Contract(
    "purchases",
    {
        "customer_id": "",
        "orders": "sales not called off",
        "placed": "sales, also those called off",
        "undone": "sales called off, cancellations and returns",
        "first_day": "day of the first counted order; empty: none",
        "last_day": "day of the last counted order; empty: none",
        "orders_year": "orders within the last twelve months",
        "gross": "ten-thousandths",
        "returned": "ten-thousandths, positive",
        "gross_known": "gross of lines whose cost is known",
        "margin": "ten-thousandths, of lines whose cost is known; empty: no cost known",
        "net_year": "gross less returned within the last twelve months",
        "margin_year": "as margin, within the last twelve months",
        "net_half": "gross less returned within the last 182 days",
        "net_half_before": "gross less returned in the 182 days before those",
    },
)
EPOCH = dt.date(1970, 1, 1)
HALF_YEAR = 182  # days


@dataclass(frozen=True)
class Windows:
    """Days since 1970-01-01. Each window runs from the day after `…_after` to `as_of`, both included."""

    as_of: int
    year_after: int
    half_after: int
    half_before_after: int


def windows(as_of: dt.date) -> Windows:
    """The windows that end on a day. A year before 29 February is 28 February.

    >>> windows(dt.date(2024, 2, 29)).year_after == day_number(dt.date(2023, 2, 28))
    True
    """
    last = day_number(as_of)
    try:
        year_before = as_of.replace(year=as_of.year - 1)
    except ValueError:
        year_before = as_of.replace(year=as_of.year - 1, day=28)
    return Windows(as_of=last, year_after=day_number(year_before), half_after=last - HALF_YEAR, half_before_after=last - 2 * HALF_YEAR)


def day_number(day: dt.date) -> int:
    return (day - EPOCH).days


def of_customers(when: Windows) -> Any:
    """An Ibis expression over unbound tables `orders` and `lines`: PURCHASES, one row for each customer with any order."""
    import ibis  # noqa: PLC0415 -- a second to import, and pages never need it

    whole = "int64"
    orders = ibis.table(dict.fromkeys(ORDERS.columns, whole), name="orders")
    lines = ibis.table(dict.fromkeys(LINES.columns, whole), name="lines")

    known = orders.filter(orders.customer_id.notnull(), orders.day <= when.as_of)
    known = known.mutate(called_off=(known.kind == SALE) & known.cancelled_day.notnull() & (known.cancelled_day <= when.as_of))
    sale = (known.kind == SALE) & ~known.called_off
    by_order = known.group_by("customer_id").aggregate(
        orders=sale.sum(),
        placed=(known.kind == SALE).sum(),
        undone=((known.kind != SALE) | known.called_off).sum(),
        first_day=known.day.min(where=sale),
        last_day=known.day.max(where=sale),
        orders_year=(sale & (known.day > when.year_after)).sum(),
    )

    counted = known.filter(~known.called_off, known.ours == 1).select("order_id", "customer_id", "day", "kind")
    joined = lines.join(counted, "order_id")
    is_gross = (joined.kind == SALE) & (joined.quantity > 0)
    is_returned = (joined.kind != SALE) | (joined.quantity < 0)
    joined = joined.mutate(
        is_gross=is_gross,
        counts=is_gross | is_returned,
        costed=(is_gross | is_returned) & joined.unit_cost.notnull(),
        # Ten-thousandths times ten-thousandths: exact in 38 digits, brought back to ten-thousandths once, at the end.
        margin=joined.amount.cast("decimal(18, 0)") * 10_000
        - joined.quantity.cast("decimal(18, 0)") * joined.unit_cost.cast("decimal(18, 0)"),
    )
    in_year = joined.day > when.year_after
    in_half = joined.day > when.half_after
    in_half_before = (joined.day > when.half_before_after) & (joined.day <= when.half_after)
    by_line = joined.group_by("customer_id").aggregate(
        gross=joined.amount.sum(where=joined.is_gross),
        returned=-joined.amount.sum(where=joined.counts & ~joined.is_gross),
        gross_known=joined.amount.sum(where=joined.is_gross & joined.costed),
        margin=_brought_back(joined.margin.sum(where=joined.costed)),
        net_year=joined.amount.sum(where=joined.counts & in_year),
        margin_year=_brought_back(joined.margin.sum(where=joined.costed & in_year)),
        net_half=joined.amount.sum(where=joined.counts & in_half),
        net_half_before=joined.amount.sum(where=joined.counts & in_half_before),
    )

    both = by_order.left_join(by_line, "customer_id")
    money = ("gross", "returned", "gross_known", "net_year", "net_half", "net_half_before")
    return both.select(*[both[name].fill_null(0).name(name) if name in money else both[name] for name in PURCHASES.columns])


def _brought_back(total: Any) -> Any:
    return (total.cast("float64") / 10_000).round()
