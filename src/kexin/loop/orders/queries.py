from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, DecimalField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum

from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order, OrderLine, Product

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
    late: int  # delivered after the promised day


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
            late=Count("id", filter=standing_sale & Q(delivered_on__gt=F("promised_on"))),
        )
    )
    return OrderSummary(**row)
