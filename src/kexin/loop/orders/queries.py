from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import BigIntegerField, Count, DecimalField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum

from kexin.ground.search import queries as search
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order, OrderLine, Product

FEW = 500  # orders or customers found, up to which fetching and sorting them is quicker than walking the list
LAST = "\U0010ffff"
MONEY = DecimalField(max_digits=30, decimal_places=8)
# Signed: what is left of a line after its cost, for lines whose cost is known.
LINE_MARGIN = ExpressionWrapper(F("amount") - F("quantity") * F("unit_cost"), output_field=MONEY)


def orders_visible_to(user: User | AnonymousUser) -> QuerySet[Order]:
    """Orders of the person's branches, and those of customers they may see. Orders without either: who sees everything."""
    if not isinstance(user, User):
        return Order.objects.none()
    if user.sees == Sees.ALL:
        return Order.objects.all()
    if user.sees == Sees.OWN:
        return Order.objects.filter(customer__owner=user)
    branches = staff.branch_ids_of(user)
    return Order.objects.filter(Q(branch__in=branches) | Q(customer__branch__in=branches) | Q(customer__owner=user))


def orders_found(records: QuerySet[Order], typed: str) -> QuerySet[Order]:
    """Those whose number begins like this, or whose customer is found by it as in the search box."""
    numbers = Q(number__gte=typed, number__lt=typed + LAST) if connection.vendor == "sqlite" else Q(number__startswith=typed)
    customers = search.matching(Customer.objects.all(), "customer", typed).values("pk")
    few = list(customers.values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW and Order.objects.filter(numbers).values("pk")[: FEW + 1].count() <= FEW:
        return records.filter(numbers | Q(customer__in=few))
    # Common words: the list is walked in its own order and each order looked up, which an expression instead of the bare key asks for.
    unordered: Any = ExpressionWrapper(F("customer") + 0, output_field=BigIntegerField())
    return records.alias(_customer=unordered).filter(numbers | Q(_customer__in=customers))


def numbered(user: User | AnonymousUser, typed: str) -> QuerySet[Order]:
    """Orders within reach whose number begins as typed."""
    return orders_visible_to(user).filter(_begins("number", typed)).order_by("number")


def coded(typed: str) -> QuerySet[Product]:
    """Products whose code begins as typed."""
    return Product.objects.filter(_begins("code", typed)).order_by("code")


def _begins(path: str, typed: str) -> Q:
    """A condition the unique index of the field serves: SQLite's LIKE would read the whole table."""
    asked = Q()
    for text in {typed, typed.upper()}:
        asked |= (
            Q(**{f"{path}__gte": text, f"{path}__lt": text + LAST}) if connection.vendor == "sqlite" else Q(**{f"{path}__startswith": text})
        )
    return asked


def orders_of(customer: Customer, user: User | AnonymousUser) -> QuerySet[Order]:
    """What one customer ordered and gave back, newest first."""
    return orders_visible_to(user).filter(customer=customer).order_by("-occurred_at", "-id")


def lines_of(order: Order) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).select_related("product", "undoes__order").order_by("id")


def undone_by(order: Order) -> QuerySet[Order]:
    """Cancellations and returns that name this order as what they undo."""
    return Order.objects.filter(undoes=order).order_by("occurred_at", "id")


def products() -> QuerySet[Product]:
    """Products are the company's: everybody who may see orders sees them."""
    return Product.objects.all()


def margins_of(orders: Iterable[Order]) -> Mapping[int, Decimal | None]:
    """Margin of each order over its lines of known cost, one statement for all; None where no cost is known."""
    ids = [order.pk for order in orders]
    rows = (
        OrderLine.objects.filter(order__in=ids, unit_cost__isnull=False)
        .values("order")
        .annotate(margin=Sum(LINE_MARGIN))
        .values_list("order", "margin")
    )
    found = dict(rows)
    return {pk: found.get(pk) for pk in ids}


@dataclass(frozen=True)
class OrderSummary:
    """What a customer page shows at a glance, in one statement."""

    sales: int
    cancelled: int
    undone: int  # cancellations and returns
    first_on: dt.date | None
    last_on: dt.date | None
    promised: int  # delivered, and a day had been promised
    late: int  # of those, delivered after it


def summary_of(customer: Customer, user: User | AnonymousUser) -> OrderSummary:
    sale = Q(kind=OrderKind.SALE)
    standing_sale = sale & Q(cancelled_on__isnull=True)
    row: dict[str, Any] = (
        orders_visible_to(user)
        .filter(customer=customer)
        .aggregate(
            sales=Count("id", filter=standing_sale),
            cancelled=Count("id", filter=sale & Q(cancelled_on__isnull=False)),
            undone=Count("id", filter=~sale),
            first_on=Min("occurred_on", filter=standing_sale),
            last_on=Max("occurred_on", filter=standing_sale),
            promised=Count("id", filter=standing_sale & Q(delivered_on__isnull=False, promised_on__isnull=False)),
            late=Count("id", filter=standing_sale & Q(delivered_on__gt=F("promised_on"))),
        )
    )
    return OrderSummary(**row)


# What facts.purchases calls ORDERS and LINES: whole numbers on both databases. SQLite keeps days as text and four decimals as
# floating point of 15 digits, so both are brought to whole numbers by the database, before any column reader sees them.
ORDERS_AS_COLUMNS = {
    "sqlite": """
        SELECT id AS order_id,
               customer_id,
               CAST(julianday(occurred_on) - 2440587.5 AS INTEGER) AS day,
               CASE kind WHEN 'sale' THEN 0 WHEN 'cancellation' THEN 1 ELSE 2 END AS kind,
               CAST(julianday(cancelled_on) - 2440587.5 AS INTEGER) AS cancelled_day,
               CASE WHEN currency = ? THEN 1 ELSE 0 END AS ours
          FROM orders_order
         WHERE id > ? AND id <= ?
         ORDER BY id
    """,
    "postgresql": """
        SELECT id AS order_id,
               customer_id,
               (occurred_on - DATE '1970-01-01')::bigint AS day,
               CASE kind WHEN 'sale' THEN 0 WHEN 'cancellation' THEN 1 ELSE 2 END::bigint AS kind,
               (cancelled_on - DATE '1970-01-01')::bigint AS cancelled_day,
               CASE WHEN currency = $1 THEN 1 ELSE 0 END::bigint AS ours
          FROM orders_order
         WHERE id > $2 AND id <= $3
         ORDER BY id
    """,
}
LINES_AS_COLUMNS = {
    "sqlite": """
        SELECT order_id,
               CAST(ROUND(quantity * 10000) AS INTEGER) AS quantity,
               CAST(ROUND(amount * 10000) AS INTEGER) AS amount,
               CAST(ROUND(unit_cost * 10000) AS INTEGER) AS unit_cost
          FROM orders_orderline
         WHERE id > ? AND id <= ?
         ORDER BY id
    """,
    "postgresql": """
        SELECT order_id,
               (quantity * 10000)::bigint AS quantity,
               (amount * 10000)::bigint AS amount,
               (unit_cost * 10000)::bigint AS unit_cost
          FROM orders_orderline
         WHERE id > $1 AND id <= $2
         ORDER BY id
    """,
}


@dataclass(frozen=True)
class Extent:
    """How far orders reach now: the same twice means that nothing was loaded or changed in between."""

    last_order: int
    last_line: int
    last_change: int


def extent() -> Extent:
    row = Order.objects.aggregate(last=Max("id"), change=Max("change"))
    line = OrderLine.objects.aggregate(last=Max("id"))
    return Extent(last_order=row["last"] or 0, last_line=line["last"] or 0, last_change=row["change"] or 0)


def orders_by_currency(until: dt.date) -> Mapping[str, int]:
    return dict(
        Order.objects.filter(occurred_on__lte=until).order_by().values("currency").annotate(n=Count("id")).values_list("currency", "n")
    )


def newest_order_day() -> dt.date | None:
    newest: dt.date | None = Order.objects.aggregate(last=Max("occurred_on"))["last"]
    return newest
