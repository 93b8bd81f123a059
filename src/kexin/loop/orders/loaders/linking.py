"""Cancellations and returns linked to the sale they undo: where the file names it, or where only one earlier sale fits."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db import connection

from kexin.ground.imports import bulk
from kexin.ground.imports.loaders import Context, Journal
from kexin.ground.imports.models import Change
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order, OrderLine

ORDERS = 50  # at a time
NAMED = 500
SET_UNDOES = "UPDATE orders_order SET undoes_id = %s, version = version + 1 WHERE id = %s"

# An earlier sale of the same customer, product, quantity and price that nothing undoes yet. The plus signs keep a database that
# knows nothing of how often values occur (SQLite) from beginning with every line that undoes nothing, or every line of a product.
CANDIDATES = """
SELECT undoing.id, undoing.order_id, sold.id, sold.order_id
  FROM orders_orderline undoing
  JOIN orders_order     back ON back.id = undoing.order_id
  JOIN orders_order     sale ON sale.customer_id = back.customer_id
                            AND sale.kind = 'sale'
                            AND sale.cancelled_on IS NULL
                            AND sale.currency = back.currency
                            AND sale.occurred_at <= back.occurred_at
  JOIN orders_orderline sold ON sold.order_id = sale.id
                            AND +sold.product_id = +undoing.product_id
                            AND sold.quantity = -undoing.quantity
                            AND sold.unit_price = undoing.unit_price
 WHERE undoing.order_id IN (%s)
   AND +undoing.undoes_id IS NULL
   AND undoing.quantity < 0
   AND NOT EXISTS (SELECT 1 FROM orders_orderline other WHERE other.undoes_id = sold.id)
 ORDER BY back.occurred_at, undoing.id, sold.id
"""


class Linking:
    """One run's links, made a little at a time."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def changes(self) -> list[int]:
        """The changes by which this run brought or altered orders, one for each of its batches."""
        made = Change.objects.filter(run_id=self.context.run_id).order_by("change")
        return list(made.values_list("change", flat=True).distinct())

    def go_on(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        """For about so many seconds; None when all orders this run brought or changed were looked at."""
        journal = Journal()
        until = time.perf_counter() + seconds
        if "undoes" in self.context.columns and not start.get("named"):
            pairs = self.context.pairs("undoes", str(start.get("key", "")), NAMED)
            if pairs:
                _link_named(pairs, journal)
                return {**start, "key": pairs[-1][0]}, journal
            start = {**start, "named": True}
        last = int(start.get("change", 0))
        for change in self.changes[bisect_right(self.changes, last) :]:
            undoing = Order.objects.filter(change=change, kind__in=[OrderKind.CANCELLATION, OrderKind.RETURN], customer__isnull=False)
            found = list(undoing.order_by("pk").values_list("pk", flat=True))
            for begin in range(0, len(found), ORDERS):
                _link_alike(found[begin : begin + ORDERS], journal)
            if time.perf_counter() > until:
                return {**start, "change": change}, journal
        return None, journal


def _link_named(pairs: list[tuple[str, str]], journal: Journal) -> None:
    wanted = {number for pair in pairs for number in pair}
    orders = {order.number: order for order in Order.objects.filter(number__in=wanted).only("pk", "number", "kind", "undoes_id")}
    links: list[tuple[int, int]] = []
    for number, original in pairs:
        order, undone = orders.get(number), orders.get(original)
        if order is None or undone is None or order.kind == OrderKind.SALE or undone.pk in {order.pk, order.undoes_id}:
            continue
        journal.changed.append(("order", order.pk, {"undoes_id": order.undoes_id}))
        links.append((undone.pk, order.pk))
    _set_undoes(links)


def _link_alike(orders: list[int], journal: Journal) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES % ", ".join(["%s"] * len(orders)), orders)
        rows = cursor.fetchall()
    fits: dict[int, list[tuple[int, int]]] = {}
    of_order: dict[int, int] = {}
    for undoing, back, sold, sale in rows:
        fits.setdefault(undoing, []).append((sold, sale))
        of_order[undoing] = back
    taken: set[int] = set()
    sales: dict[int, set[int]] = {}
    links: list[tuple[int, int]] = []
    for undoing, options in fits.items():
        if len(options) == 1 and options[0][0] not in taken:
            sold, sale = options[0]
            taken.add(sold)
            links.append((sold, undoing))
            journal.changed.append(("order_line", undoing, {"undoes_id": None}))
            sales.setdefault(of_order[undoing], set()).add(sale)
    bulk.update(OrderLine, ("undoes_id",), links)
    whole = [(next(iter(found)), pk) for pk, found in sales.items() if len(found) == 1]
    free = set(Order.objects.filter(pk__in=[pk for _sale, pk in whole], undoes=None).values_list("pk", flat=True))
    links = [(sale, pk) for sale, pk in whole if pk in free]
    journal.changed += [("order", pk, {"undoes_id": None}) for _sale, pk in links]
    _set_undoes(links)


def _set_undoes(links: list[tuple[int, int]]) -> None:
    """What each order undoes: (undone, order)."""
    if links:
        with connection.cursor() as cursor:
            cursor.executemany(SET_UNDOES, links)
