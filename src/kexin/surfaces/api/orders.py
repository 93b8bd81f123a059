"""Orders with their lines; delivery promised and kept; called off and taken back. Products."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import ConfigDict

from kexin.ground.errors import NotFound
from kexin.loop.orders import actions, queries
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.lists import ORDERS, PRODUCTS
from kexin.loop.orders.models import Order
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import amount, answer, moment, version_tag
from kexin.surfaces.api.contract.entries import Body, Day, Line, MaybeDay
from kexin.surfaces.api.contract.room import Room, described, one, page, several
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, MONEY, TEXT, YES, Field, Shape, maybe, one_of
from kexin.surfaces.api.people import NAMED, named

room = Room("orders")

ORDER = described(
    Shape(
        "Order",
        (
            Field("id", INTEGER, lambda row: row.pk, 880),
            Field("number", TEXT, lambda row: row.number, "SO-2026-0880"),
            Field("kind", one_of(OrderKind), lambda row: row.kind, "sale"),
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("branch", NAMED, lambda row: named(row.branch), {"id": 2, "name": "杭州店"}),
            Field("channel", TEXT, lambda row: row.channel, "门店"),
            Field("currency", TEXT, lambda row: row.currency, "CNY"),
            Field("amount", MONEY, lambda row: amount(row.amount), "18200.5", "The sum of its lines, signed as they are."),
            Field("margin", maybe(MONEY), lambda row: amount(row.margin), "4120", "Over the lines whose cost is known."),
            Field("line_count", INTEGER, lambda row: row.line_count, 3),
            Field("occurred_at", MOMENT, lambda row: moment(row.occurred_at), "2026-10-31T06:12:00.000Z"),
            Field("occurred_on", DAY, lambda row: row.occurred_on, "2026-10-31", "The business day where the branch is."),
            Field("promised_on", maybe(DAY), lambda row: row.promised_on, "2026-11-05"),
            Field("delivered_on", maybe(DAY), lambda row: row.delivered_on, None),
            Field("cancelled_on", maybe(DAY), lambda row: row.cancelled_on, None),
            Field("undoes_id", maybe(INTEGER), lambda row: row.undoes_id, None, "The order a cancellation or return undoes."),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="An order, or the cancellation or return that undoes one.",
    )
)
LINE = described(
    Shape(
        "OrderLine",
        (
            Field("id", INTEGER, lambda row: row.pk, 2201),
            Field("key", TEXT, lambda row: row.key, "1", "What tells it apart within its order."),
            Field("product_code", maybe(TEXT), lambda row: row.product.code if row.product else None, "P-100"),
            Field("description", TEXT, lambda row: row.description, "机油 5W-30 4L"),
            Field("quantity", MONEY, lambda row: amount(row.quantity), "2"),
            Field("unit_price", MONEY, lambda row: amount(row.unit_price), "199"),
            Field("amount", MONEY, lambda row: amount(row.amount), "398"),
            Field("unit_cost", maybe(MONEY), lambda row: amount(row.unit_cost), "120", "At the time; null: not known."),
        ),
        about="One line of an order.",
    )
)
PRODUCT = described(
    Shape(
        "Product",
        (
            Field("id", INTEGER, lambda row: row.pk, 31),
            Field("code", TEXT, lambda row: row.code, "P-100"),
            Field("name", TEXT, lambda row: row.name, "机油 5W-30 4L"),
            Field("category", TEXT, lambda row: row.category, "保养"),
            Field("unit_cost", maybe(MONEY), lambda row: amount(row.unit_cost), "120"),
            Field("is_active", YES, lambda row: row.is_active, True),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="A product, the company's.",
    )
)


class DeliveryDates(Body):
    """When it is promised for and when it was delivered; null: neither. What is left out stays."""

    promised_on: MaybeDay = None
    delivered_on: MaybeDay = None

    model_config = ConfigDict(json_schema_extra={"example": {"promised_on": "2026-11-05"}})


class Cancellation(Body):
    """On which day it was called off, and why."""

    cancelled_on: Day
    reason: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"cancelled_on": "2026-11-02", "reason": "客户改期"}})


def order_of(caller: Caller, order_id: int) -> Order:
    found = queries.orders_visible_to(caller.user).select_related("customer", "branch").filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return with_margin(found)


def with_margin(order: Order) -> Order:
    order.margin = queries.margins_of([order])[order.pk]  # type: ignore[attr-defined]  # beside the record, as the list's rows have it
    return order


def _shown(order: Order) -> HttpResponse:
    return answer(ORDER.of(order), etag=version_tag(order))


@room.get("/orders", "order.view", gives=page(ORDER), listing=ORDERS, shape=ORDER)
def orders(request: HttpRequest) -> HttpResponse:
    """Orders, a page at a time, newest first unless `sort` says otherwise."""
    return answer(asking.page(request, ORDERS, ORDER, caller_of(request), needs={}))


@room.get("/orders/{int:order_id}", "order.view", record="order", gives=one(ORDER))
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order."""
    return _shown(order_of(caller_of(request), order_id))


@room.get("/orders/{int:order_id}/lines", "order.view", record="order", gives=several(LINE))
def lines(request: HttpRequest, order_id: int) -> HttpResponse:
    """The lines of an order."""
    found = order_of(caller_of(request), order_id)
    return answer({"items": [LINE.of(row) for row in queries.lines_of(found)]})


@room.patch("/orders/{int:order_id}", "order.edit", record="order", gives=one(ORDER))
def change_delivery(request: HttpRequest, order_id: int, payload: DeliveryDates, version: int) -> HttpResponse:
    """Say when delivery is promised for, and when it happened."""
    caller = caller_of(request)
    before = order_of(caller, order_id)
    values: dict[str, dt.date | None] = {"promised_on": before.promised_on, "delivered_on": before.delivered_on, **payload.given()}
    changed = actions.change_delivery(
        order_id=order_id,
        version=version,
        promised_on=values["promised_on"],
        delivered_on=values["delivered_on"],
        today=timezone.localdate(),
        by=caller.actor,
    )
    return _shown(with_margin(changed))


@room.post("/orders/{int:order_id}/cancel", "order.edit", record="order", gives=one(ORDER), versioned=True)
def cancel(request: HttpRequest, order_id: int, payload: Cancellation, version: int) -> HttpResponse:
    """Call a whole sale off."""
    caller = caller_of(request)
    order_of(caller, order_id)
    actions.cancel_order(
        order_id=order_id,
        version=version,
        cancelled_on=payload.cancelled_on,
        today=timezone.localdate(),
        reason=payload.reason,
        by=caller.actor,
    )
    return _shown(order_of(caller, order_id))


@room.post("/orders/{int:order_id}/reinstate", "order.edit", record="order", gives=one(ORDER), versioned=True)
def reinstate(request: HttpRequest, order_id: int, version: int) -> HttpResponse:
    """Take a cancellation back: it was recorded by mistake."""
    caller = caller_of(request)
    order_of(caller, order_id)
    actions.reinstate_order(order_id=order_id, version=version, by=caller.actor)
    return _shown(order_of(caller, order_id))


@room.get("/products", "order.view", gives=page(PRODUCT), listing=PRODUCTS, shape=PRODUCT)
def products(request: HttpRequest) -> HttpResponse:
    """Products, by code. Everybody who may see orders sees them."""
    return answer(asking.page(request, PRODUCTS, PRODUCT, caller_of(request), needs={}))
