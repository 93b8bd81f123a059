"""An independent recount of everything standing says of a customer: plain Python over the rows, no columns."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from kexin.loop.orders.models import Order, OrderLine


@dataclass
class Counted:
    orders: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    gross: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    margins: list[Decimal] = field(default_factory=list)
    known: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        return self.gross - self.returned

    @property
    def margin(self) -> Decimal | None:
        return sum(self.margins, Decimal(0)).quantize(Decimal("0.0001"), ROUND_HALF_UP) if self.margins else None


def recount(as_of: dt.date, currency: str) -> dict[int, Counted]:  # noqa: C901 -- one rule a line, as the reference lists them
    found: dict[int, Counted] = defaultdict(Counted)
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.all():
        lines[line.order_id].append(line)
    for order in Order.objects.exclude(customer=None):
        if order.occurred_on > as_of:
            continue
        one = found[order.customer_id]
        called_off = order.kind == "sale" and order.cancelled_on is not None and order.cancelled_on <= as_of
        if called_off:
            continue
        if order.kind == "sale":
            one.orders += 1
            one.first = min(one.first or order.occurred_on, order.occurred_on)
            one.last = max(one.last or order.occurred_on, order.occurred_on)
        if order.currency != currency:
            continue
        for line in lines[order.pk]:
            if order.kind == "sale" and line.quantity > 0:
                one.gross += line.amount
                if line.unit_cost is not None:
                    one.known += line.amount
            elif order.kind != "sale" or line.quantity < 0:
                one.returned -= line.amount
            else:
                continue
            if line.unit_cost is not None:
                one.margins.append(line.amount - line.quantity * line.unit_cost)
    return found
