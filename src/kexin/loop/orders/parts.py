"""What the customer file shows of orders: lines of the timeline, and what happens when two files become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from kexin.kit.money import written
from kexin.loop.customers import own_erasure, parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.parts import Cursor, Part, TimelineItem
from kexin.loop.orders import queries
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order, OrderLine

NAME = "orders"
AT_ONCE = 500
ICONS = {OrderKind.SALE: "shopping-cart", OrderKind.CANCELLATION: "receipt-refund", OrderKind.RETURN: "arrow-back-up"}


def orders_on_timeline(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:
    rows = queries.orders_of(customer, user).filter(Cursor.older(before, part=NAME)).select_related("undoes")[:limit]
    return [_item(order) for order in rows]


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:
    return {"order": queries.orders_of(customer, user).order_by()}


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Orders follow the customer into the file it is merged into, with the merge's change number. Returns what moved."""
    ids = list(Order.objects.filter(customer=source).order_by("pk").values_list("pk", flat=True))
    Order.objects.filter(customer=source).update(customer=target, change=target.change)
    return {"Order": ids}


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    ids = moved["Order"]
    for start in range(0, len(ids), AT_ONCE):
        Order.objects.filter(customer=target, pk__in=ids[start : start + AT_ONCE]).update(customer=source, change=source.change)


def export(customer: Customer) -> list[dict[str, Any]]:
    """The customer's own copy: every order and its lines."""
    rows = Order.objects.filter(customer=customer).prefetch_related("lines__product").order_by("occurred_at", "id")
    return [
        {
            "number": order.number,
            "kind": order.kind,
            "occurred_at": order.occurred_at.isoformat(),
            "currency": order.currency,
            "amount": str(order.amount),
            "lines": [
                {
                    "product": line.product.code if line.product else "",
                    "description": line.description,
                    "quantity": str(line.quantity),
                    "unit_price": str(line.unit_price),
                    "amount": str(line.amount),
                }
                for line in order.lines.all()
            ],
        }
        for order in rows
    ]


def erase(customer: Customer) -> int:
    """Orders and amounts stay. What somebody wrote into a line that names the person goes."""
    named = Q()
    for value in own_erasure.values_of(customer):
        named |= Q(description__contains=value)
    return OrderLine.objects.filter(named, order__customer=customer).update(description="–") if named else 0


def register_part() -> None:
    parts.register(
        Part(
            NAME,
            gettext_lazy("Orders"),
            kinds={"order": gettext_lazy("Orders")},
            timeline=orders_on_timeline,
            counts=counts,
            move=move,
            move_back=move_back,
            tables=(Order,),
            export=export,
            erase=erase,
            keeps=(
                gettext_lazy("Orders with their amounts"),
                gettext_lazy("Accounting records must be kept by law; they carry the customer's code and no name."),
            ),
            permission="order.view",
            position=30,
        )
    )


def _item(order: Order) -> TimelineItem:
    title = {
        OrderKind.SALE: _("Order %(number)s"),
        OrderKind.CANCELLATION: _("Cancellation %(number)s"),
        OrderKind.RETURN: _("Return %(number)s"),
    }[OrderKind(order.kind)] % {"number": order.number}
    lines = ngettext("%(count)s line", "%(count)s lines", order.line_count) % {"count": order.line_count}
    said = [written(order.amount, order.currency, language=get_language()), lines]
    if order.channel:
        said.append(order.channel)
    if order.undoes is not None:
        said.append(_("undoes %(number)s") % {"number": order.undoes.number})
    chip, tone = "", ""
    if order.cancelled_on is not None:
        chip, tone = _("Cancelled"), "warn"
    elif order.promised_on and order.delivered_on and order.delivered_on > order.promised_on:
        chip, tone = _("Delivered late"), "bad"
    return TimelineItem(
        at=order.occurred_at,
        kind="order",
        icon=ICONS[OrderKind(order.kind)],
        title=title,
        text=" · ".join(said),
        link=f"/orders/{order.pk}/",
        part=NAME,
        id=order.pk,
        chip=chip,
        tone=tone,
    )
