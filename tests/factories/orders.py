from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from kexin.loop.customers.models import Customer
from kexin.loop.orders.models import Order, OrderLine, Product

_number = count(1)


def make_product(*, code: str = "", **fields: Any) -> Product:
    return Product.objects.create(code=code or f"P{next(_number)}", **fields)


def make_order(
    *,
    customer: Customer | None = None,
    on: dt.date = dt.date(2025, 3, 1),
    lines: list[tuple[Any, ...]] | None = None,
    **fields: Any,
) -> Order:
    """An order; each line is (quantity, unit price) or (quantity, unit price, unit cost)."""
    fields.setdefault("number", f"O{next(_number)}")
    fields.setdefault("currency", "CNY")
    at = dt.datetime.combine(on, dt.time(4), tzinfo=dt.UTC)
    order = Order.objects.create(customer=customer, occurred_at=at, occurred_on=on, **fields)
    total = Decimal(0)
    rows = []
    for position, (quantity, price, *cost) in enumerate(lines or []):
        amount = (Decimal(str(quantity)) * Decimal(str(price))).quantize(Decimal("0.0001"))  # as the importer does
        total += amount
        rows.append(
            OrderLine(
                order=order,
                key=str(position + 1),
                quantity=Decimal(str(quantity)),
                unit_price=Decimal(str(price)),
                amount=amount,
                unit_cost=Decimal(str(cost[0])) if cost and cost[0] is not None else None,
            )
        )
    OrderLine.objects.bulk_create(rows)
    order.amount, order.line_count = total, len(rows)
    order.save(update_fields=["amount", "line_count"])
    return order
