"""The way back of an order file, and what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kexin.ground.imports import undoing
from kexin.ground.imports.loaders import Text, Undo
from kexin.ground.staff.models import Company
from kexin.loop.customers.loaders import undoing as customers
from kexin.loop.orders.models import Order, OrderLine, Product

TABLES: dict[str, Any] = {"order": Order, "order_line": OrderLine, "product": Product}
TOLD = frozenset({"order", "order_line"})


def blockers(steps: Sequence[Undo], run_id: int) -> list[Text]:
    """Orders and products somebody edited since, orders that undo one of ours, and what hangs on customers we created."""
    found: list[Text] = []
    added = undoing.ids_of(steps, "order", added=True)
    orders = [*added, *undoing.ids_of(steps, "order", added=False)]
    found += [
        _("order %(number)s was changed since") % {"number": order.number} for order in undoing.foreign_changes(Order, orders, run_id)
    ]
    others = Order.objects.exclude(change__in=undoing.changes_of(run_id))
    found += [_("order %(number)s undoes one of these") % {"number": order.number} for order in others.filter(undoes_id__in=added)[:5]]
    lines = undoing.ids_of(steps, "order_line", added=True)
    linked = OrderLine.objects.filter(undoes_id__in=lines).exclude(order__change__in=undoing.changes_of(run_id)).select_related("order")[:5]
    found += [_("order %(number)s undoes one of these") % {"number": line.order.number} for line in linked]
    made = undoing.ids_of(steps, "customer", added=True)
    if made:
        found += customers.blockers(steps, run_id)
    return found


def undo(steps: Sequence[Undo], change: int) -> None:
    """Lines, orders, products, customers: the latest first. A product others have ordered since stays."""
    for step in steps:
        if step.kind == "customer":
            customers.remove_customers(list(range(step.first, step.last + 1)))
        elif step.kind == "company":
            if not Order.objects.exists():
                Company.objects.filter(pk=1).update(currency="")
        elif step.kind == "product" and step.old is None:
            _remove_products(range(step.first, step.last + 1))
        else:
            if step.kind == "order_line" and step.old is None:
                OrderLine.objects.filter(undoes_id__gte=step.first, undoes_id__lte=step.last).update(undoes=None)
            if step.kind == "order" and step.old is None:
                Order.objects.filter(undoes_id__gte=step.first, undoes_id__lte=step.last).update(undoes=None)
            undoing.take_back([step], TABLES, change, told=TOLD)


def _remove_products(ids: Sequence[int]) -> None:
    used = set(OrderLine.objects.filter(product_id__in=list(ids)).values_list("product_id", flat=True))
    Product.objects.filter(pk__in=[pk for pk in ids if pk not in used]).delete()
