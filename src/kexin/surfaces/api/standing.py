"""Where customers stand: now, how it moved, and the assessments that say so."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kexin.ground.errors import NotFound
from kexin.loop.customers.choices import CustomerClass, Tier
from kexin.loop.customers.models import Place
from kexin.loop.standing import queries
from kexin.loop.standing.lists import STANDING
from kexin.loop.standing.models import RunState
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import amount, answer, moment
from kexin.surfaces.api.contract.room import Room, described, one, page
from kexin.surfaces.api.contract.shapes import ANYTHING, DAY, INTEGER, MOMENT, MONEY, TEXT, Field, Shape, many, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("standing")

PLACE = described(
    Shape(
        "Place",
        (
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("as_of", maybe(DAY), lambda row: row.as_of, "2026-11-01"),
            Field("tier", one_of(Tier, blank=True), lambda row: row.tier, "B"),
            Field("previous_tier", one_of(Tier, blank=True), lambda row: row.previous_tier, "C"),
            Field("tier_since", maybe(DAY), lambda row: row.tier_since, "2026-08-01"),
            Field("customer_class", one_of(CustomerClass, blank=True), lambda row: row.customer_class, "key"),
            Field("behaviours", many(TEXT), lambda row: [one for one in row.behaviours.split(",") if one], ["heavy"]),
            Field("abc", TEXT, lambda row: row.abc, "A"),
            Field("rfm", TEXT, lambda row: row.rfm, "543"),
            Field("recency_days", maybe(INTEGER), lambda row: row.recency_days, 22),
            Field("orders", INTEGER, lambda row: row.orders, 14),
            Field("gross_amount", MONEY, lambda row: amount(row.gross_amount), "19000"),
            Field("returned_amount", MONEY, lambda row: amount(row.returned_amount), "799.5"),
            Field("net_amount", MONEY, lambda row: amount(row.net_amount), "18200.5"),
            Field("margin_amount", maybe(MONEY), lambda row: amount(row.margin_amount), "4120"),
            Field("currency", TEXT, lambda row: row.currency, "CNY"),
            Field("first_order_on", maybe(DAY), lambda row: row.first_order_on, "2023-02-14"),
            Field("last_order_on", maybe(DAY), lambda row: row.last_order_on, "2026-10-31"),
        ),
        about="Where a customer stands now, as the last assessment wrote it down.",
    )
)
TRANSITION = described(
    Shape(
        "Transition",
        (
            Field("id", INTEGER, lambda row: row.pk, 640),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("run_id", INTEGER, lambda row: row.run_id, 8),
            Field("field", TEXT, lambda row: row.field, "tier", "tier or class."),
            Field("old", TEXT, lambda row: row.old, "C"),
            Field("new", TEXT, lambda row: row.new, "B"),
            Field("on", DAY, lambda row: row.on, "2026-11-01"),
            Field("reason", ANYTHING, lambda row: row.reason, {"code": "metric", "data": {}}),
            Field("impact", maybe(MONEY), lambda row: amount(row.impact), "1200"),
        ),
        about="A change of tier or class, with its reason.",
    )
)
RUN = described(
    Shape(
        "Run",
        (
            Field("id", INTEGER, lambda row: row.pk, 8),
            Field("as_of", DAY, lambda row: row.as_of, "2026-11-01"),
            Field("state", one_of(RunState), lambda row: row.state, "done"),
            Field("method", TEXT, lambda row: row.method, "standing"),
            Field("method_version", TEXT, lambda row: row.method_version, "1"),
            Field("rules_number", INTEGER, lambda row: row.rules.number, 2),
            Field("currency", TEXT, lambda row: row.currency, "CNY"),
            Field("customers", INTEGER, lambda row: row.customers, 300),
            Field("orders", INTEGER, lambda row: row.orders, 4120),
            Field("moved", INTEGER, lambda row: row.moved, 17, "Customers whose tier changed."),
            Field("started_at", MOMENT, lambda row: moment(row.started_at), "2026-11-01T00:00:02.000Z"),
            Field("finished_at", maybe(MOMENT), lambda row: moment(row.finished_at), "2026-11-01T00:00:04.000Z"),
        ),
        about="One dated assessment: by which method and rules, and what came out in sum.",
    )
)


@room.get("/standing", "standing.view", gives=page(PLACE), listing=STANDING, shape=PLACE)
def places(request: HttpRequest) -> HttpResponse:
    """Where everybody stands, a page at a time."""
    return answer(asking.page(request, STANDING, PLACE, caller_of(request), needs={}))


@room.get("/customers/{int:customer_id}/standing", "standing.view", record="customer", gives=one(PLACE, etag=False))
def place(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Where one customer stands. 404 also where they were never assessed."""
    customer = file_of(caller_of(request), customer_id)
    found: Any = Place.objects.select_related("customer").filter(customer=customer).first()
    if found is None:
        raise NotFound
    return answer(PLACE.of(found))


@room.get("/customers/{int:customer_id}/transitions", "standing.view", record="customer", gives=page(TRANSITION), parameters=asking.PAGED)
def transitions(request: HttpRequest, customer_id: int) -> HttpResponse:
    """How a customer moved between tiers and classes, newest first."""
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    return answer(asking.keyed(request, queries.transitions_of(customer, caller.user).order_by("-pk"), TRANSITION))


@room.get("/standing/runs", "standing.view", gives=page(RUN), parameters=asking.PAGED)
def runs(request: HttpRequest) -> HttpResponse:
    """Assessments, the last one first."""
    return answer(asking.keyed(request, queries.runs().order_by("-pk"), RUN))


@room.get("/standing/runs/{int:run_id}", "standing.view", record="run", gives=one(RUN, etag=False))
def run(request: HttpRequest, run_id: int) -> HttpResponse:  # noqa: ARG001 -- every operation is called with the request
    """One assessment."""
    found = queries.runs().filter(pk=run_id).first()
    if found is None:
        raise NotFound
    return answer(RUN.of(found))
