"""Orders written: new ones in bulk, known ones changed, each with what undoing it needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F

from kexin.ground.imports import bulk
from kexin.ground.imports.loaders import Journal
from kexin.loop.orders.loaders.reading import ZERO, Line, Read
from kexin.loop.orders.models import Order, OrderLine, Product

ORDER_COLUMNS = (
    "id",
    "public_id",
    "number",
    "kind",
    "customer_id",
    "branch_id",
    "channel",
    "currency",
    "occurred_at",
    "occurred_on",
    "promised_on",
    "delivered_on",
    "cancelled_on",
    "undoes_id",
    "amount",
    "line_count",
    "version",
    "change",
)
LINE_COLUMNS = ("id", "order_id", "key", "product_id", "description", "quantity", "unit_price", "amount", "unit_cost", "undoes_id")

Known = tuple[Mapping[str, int], Mapping[str, int]]  # ids of customers and of products by their codes
DayOf = Callable[[tuple[dt.datetime, dt.date], int | None], dt.date]  # the business day at a branch


def insert_orders(reads: list[Read], known: Known, day_of: DayOf, journal: Journal, change: int) -> None:
    """New orders with their lines: one insert for each table."""
    customers, products = known
    ids = bulk.allocate(Order, len(reads))
    all_lines = bulk.allocate(OrderLine, sum(len(read.lines) for read in reads))
    line_ids = iter(all_lines)
    orders: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    suffix = "+00:00" if connection.vendor == "postgresql" else ""
    for pk, public, read in zip(ids, bulk.public_ids(len(ids)), reads, strict=True):
        values = read.values
        lines += [
            (next(line_ids), pk, key, products[product] if product else None, description, quantity, price, str(amount), cost, None)
            for key, product, description, quantity, price, amount, cost, _row in read.lines
        ]
        day = day_of((read.at, read.on), values.get("branch_id"))
        orders.append(
            (
                pk,
                public,
                read.number,
                read.kind,
                customers[read.customer] if read.customer else None,
                values.get("branch_id"),
                values.get("channel", ""),
                read.currency,
                read.at.replace(tzinfo=None).isoformat(" ", "seconds") + suffix,
                day.isoformat(),
                _iso(values.get("promised_on")),
                _iso(values.get("delivered_on")),
                _iso(values.get("cancelled_on")),
                None,
                str(sum((line[5] for line in read.lines), ZERO[0])),
                len(read.lines),
                1,
                change,
            )
        )
    bulk.insert(Order, ORDER_COLUMNS, orders)
    bulk.insert(OrderLine, LINE_COLUMNS, lines)
    journal.added += [("order", first, last) for first, last in bulk.ranges(ids)]
    journal.added += [("order_line", first, last) for first, last in bulk.ranges(all_lines)]


def change_order(
    order: Any,
    fields: dict[str, Any],
    fresh: list[Line],
    altered: list[Any],
    known: Known,
    journal: Journal,
    change: int,
) -> None:
    """What a file says otherwise of an order we have: header, lines it adds, lines it alters."""
    customers, products = known
    values = dict(fields)
    if "customer_new" in values:
        values["customer_id"] = customers[values.pop("customer_new")]
    ids = bulk.allocate(OrderLine, len(fresh))
    rows = [
        (pk, order.pk, key, products[product] if product else None, description, quantity, price, str(amount), cost, None)
        for pk, (key, product, description, quantity, price, amount, cost, _row) in zip(ids, fresh, strict=True)
    ]
    amount = order.amount + sum((line[5] for line in fresh), Decimal(0))
    for pk, was, now in altered:
        amount += now.get("amount", Decimal(0)) - was.get("amount", Decimal(0))
        new = {
            ("product_id" if name == "product" else name): (products[value] if name == "product" else value) for name, value in now.items()
        }
        old = {
            ("product_id" if name == "product" else name): (_product_id(value) if name == "product" else _json(value))
            for name, value in was.items()
        }
        OrderLine.objects.filter(pk=pk).update(**new)
        journal.changed.append(("order_line", pk, old))
    old = {name: _json(getattr(order, name)) for name in values}
    values |= {"amount": amount, "line_count": order.line_count + len(fresh)}
    old |= {"amount": str(order.amount), "line_count": order.line_count}
    Order.objects.filter(pk=order.pk).update(**values, change=change, version=F("version") + 1)
    bulk.insert(OrderLine, LINE_COLUMNS, rows)
    journal.changed.append(("order", order.pk, old))
    journal.added += [("order_line", first, last) for first, last in bulk.ranges(ids)]


def _product_id(code: str) -> int | None:
    return Product.objects.filter(code=code).values_list("pk", flat=True).first() if code else None


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value
