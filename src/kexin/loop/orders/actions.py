from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import NotFound
from kexin.ground.jobs import actions as jobs
from kexin.loop.orders import errors
from kexin.loop.orders.announcements import OrderCancelled, OrderDelivered
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order, Product

PRODUCT_LENGTHS = {"code": 60, "name": 200, "category": 80}
COST_LIMIT = Decimal(10) ** 14


@transaction.atomic
def create_product(*, code: str, name: str = "", category: str = "", unit_cost: Decimal | None = None, by: Actor) -> Product:
    """Add a product. Orders already loaded keep the cost their lines were loaded with."""
    fields = {"code": code.strip(), "name": name.strip(), "category": category.strip(), "unit_cost": unit_cost}
    _check_product(fields)
    if Product.objects.filter(code=fields["code"]).exists():
        raise errors.ProductCodeTaken(value=fields["code"])

    product = Product.objects.create(**fields)

    product.change = _record("product.create", product, by, {name: [None, _plain(value)] for name, value in fields.items() if value})
    product.save(update_fields=["change"])
    return product


@transaction.atomic
def change_product(*, product_id: int, version: int, fields: Mapping[str, Any], by: Actor) -> Product:
    """Change code, name, category, unit cost or activity. A new cost counts for lines from now on, not for history."""
    product: Product = _locked(Product, product_id)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    changed = {name: value for name, value in values.items() if getattr(product, name) != value}
    if product.version != version and changed:
        raise errors.EditedMeanwhile(theirs={name: getattr(product, name) for name in changed}, yours=changed, version=product.version)
    _check_product(values)
    if "code" in changed and Product.objects.filter(code=changed["code"]).exclude(pk=product.pk).exists():
        raise errors.ProductCodeTaken(value=changed["code"])
    if not changed:
        return product

    old = {name: getattr(product, name) for name in changed}
    for name, value in changed.items():
        setattr(product, name, value)
    product.version += 1
    product.change = _record("product.change", product, by, {n: [_plain(old[n]), _plain(v)] for n, v in changed.items()})
    product.save(update_fields=[*changed, "version", "change"])
    return product


@transaction.atomic
def change_delivery(
    *, order_id: int, version: int, promised_on: dt.date | None, delivered_on: dt.date | None, today: dt.date, by: Actor
) -> Order:
    """Say when delivery is promised for and when it happened. Announces the delivery when its day is new."""
    order: Order = _locked(Order, order_id)
    new = {"promised_on": promised_on, "delivered_on": delivered_on}
    changed = {name: value for name, value in new.items() if getattr(order, name) != value}
    if order.version != version and changed:
        raise errors.EditedMeanwhile(theirs={name: getattr(order, name) for name in changed}, yours=changed, version=order.version)
    if order.cancelled_on is not None and changed:
        raise errors.AlreadyCancelled(number=order.number, day=order.cancelled_on)
    if promised_on is not None and promised_on < order.occurred_on:
        raise errors.PromisedBeforeOrdered(day=order.occurred_on)
    if delivered_on is not None and delivered_on < order.occurred_on:
        raise errors.DeliveredBeforeOrdered(day=order.occurred_on)
    if delivered_on is not None and delivered_on > today:
        raise errors.DayInFuture(beside="delivered_on")
    if not changed:
        return order

    old = {name: getattr(order, name) for name in changed}
    for name, value in changed.items():
        setattr(order, name, value)
    order.version += 1
    order.change = _record("order.change", order, by, {n: [_plain(old[n]), _plain(v)] for n, v in changed.items()})
    order.save(update_fields=[*changed, "version", "change"])

    if "delivered_on" in changed and delivered_on is not None:
        late = (delivered_on - promised_on).days if promised_on is not None else None
        jobs.announce(OrderDelivered(order_id=order.pk, customer_id=order.customer_id, late_days=late))
    return order


@transaction.atomic
def cancel_order(*, order_id: int, version: int, cancelled_on: dt.date, today: dt.date, reason: str = "", by: Actor) -> Order:
    """Call a whole sale off. It counts neither as bought nor as returned from that day on; `reinstate_order` takes it back."""
    order: Order = _locked(Order, order_id)
    if order.kind != OrderKind.SALE:
        raise errors.OnlySalesCancelled(number=order.number)
    if order.cancelled_on is not None:
        raise errors.AlreadyCancelled(number=order.number, day=order.cancelled_on)
    if order.version != version:
        raise errors.EditedMeanwhile(version=order.version)
    if cancelled_on < order.occurred_on:
        raise errors.CancelledBeforeOrdered(day=order.occurred_on)
    if cancelled_on > today:
        raise errors.DayInFuture(beside="cancelled_on")
    if order.delivered_on is not None:
        raise errors.DeliveredAlready(day=order.delivered_on)

    order.cancelled_on = cancelled_on
    order.version += 1
    changes: dict[str, Any] = {"cancelled_on": [None, _plain(cancelled_on)]}
    if reason:
        changes["reason"] = [None, reason[:200]]
    order.change = _record("order.cancel", order, by, changes)
    order.save(update_fields=["cancelled_on", "version", "change"])

    days = (cancelled_on - order.occurred_on).days
    jobs.announce(OrderCancelled(order_id=order.pk, customer_id=order.customer_id, days_after_order=days))
    return order


@transaction.atomic
def reinstate_order(*, order_id: int, version: int, by: Actor) -> Order:
    """Take a cancellation back: it was recorded by mistake."""
    order: Order = _locked(Order, order_id)
    if order.cancelled_on is None:
        raise errors.NotCancelled(number=order.number)
    if order.version != version:
        raise errors.EditedMeanwhile(version=order.version)

    old, order.cancelled_on = order.cancelled_on, None
    order.version += 1
    order.change = _record("order.reinstate", order, by, {"cancelled_on": [_plain(old), None]})
    order.save(update_fields=["cancelled_on", "version", "change"])
    return order


def _locked(model: Any, pk: int) -> Any:
    """The record, held against a second writer until this transaction ends."""
    record = model.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if record is None:
        raise NotFound
    return record


def _record(action: str, record: Product | Order, by: Actor, changes: dict[str, Any]) -> int:
    kind = "product" if isinstance(record, Product) else "order"
    label = record.code if isinstance(record, Product) else record.number
    return audit.record(action=action, kind=kind, record_id=record.pk, label=label, by=by, changes=changes)


def _check_product(fields: Mapping[str, Any]) -> None:
    if "code" in fields and not fields["code"]:
        raise errors.CodeMissing
    for name, limit in PRODUCT_LENGTHS.items():
        if len(fields.get(name) or "") > limit:
            raise errors.TextTooLong(beside=name, limit=limit)
    cost = fields.get("unit_cost")
    if cost is not None and cost < 0:
        raise errors.CostNegative
    if cost is not None and (cost >= COST_LIMIT or cost != round(cost, 4)):
        raise errors.CostTooLarge


def _plain(value: Any) -> Any:
    """A value as the trail keeps it: numbers without trailing zeros, days as written."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else value
