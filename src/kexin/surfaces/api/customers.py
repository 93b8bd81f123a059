"""Customers: list, one, opened, changed, handed over, closed and opened again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.ground.lists.models import Tagging
from kexin.ground.staff.choices import Sees
from kexin.kit import text as plain_text
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.choices import CustomerClass, Exactness, Kind, PointKind, Source, Tier
from kexin.loop.customers.listing import CUSTOMERS, decorate
from kexin.loop.customers.models import Customer
from kexin.loop.customers.rules.distances import Distance
from kexin.surfaces.api import own_values
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import amount, answer, moment, version_tag
from kexin.surfaces.api.contract.entries import Body, Line, MaybeKey, OneOf, Short
from kexin.surfaces.api.contract.room import Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import DAY, FLOAT, INTEGER, MOMENT, MONEY, TEXT, YES, Field, Shape, many, maybe, one_of
from kexin.surfaces.api.own_values import ABOUT, OwnValues
from kexin.surfaces.api.people import NAMED, branch_of, named, owner_of

room = Room("customers")
STANDING = "standing.view"
# Conditions and orders that tell where a customer stands.
NEEDS = dict.fromkeys(("tier", "moved", "class", "behaviour", "net", "last_order"), STANDING)


def _placed(name: str) -> Any:
    return lambda row: getattr(getattr(row, "place", None), name, None)


def _behaviours(row: Customer) -> list[str]:
    return [name for name in str(_placed("behaviours")(row) or "").split(",") if name]


MASKS = {"tax_number": plain_text.mask_id, "address": plain_text.mask_address}
OWN = {"type": "object", "additionalProperties": {}, "description": ABOUT}


def _of_person(name: str) -> Any:
    """An organisation's is no secret; a person's is shown on purpose only, with a trace, as on pages."""
    return lambda row: MASKS[name](getattr(row, name)) if row.kind == Kind.PERSON else getattr(row, name)


def _within(row: Customer) -> float | None:
    distance: Distance = row.distance  # type: ignore[attr-defined]  # set by with_more
    return None if distance.km is None else round(distance.within_km, 1)


CUSTOMER = described(
    Shape(
        "Customer",
        (
            Field("id", INTEGER, lambda row: row.pk, 12),
            Field("code", TEXT, lambda row: row.code, "K-000012"),
            Field("kind", one_of(Kind), lambda row: row.kind, "organisation"),
            Field("name", TEXT, lambda row: row.name, "江南机电有限公司"),
            Field("salutation", TEXT, lambda row: row.salutation, ""),
            Field("tax_number", TEXT, _of_person("tax_number"), "", "Unified social credit code; a person's is masked."),
            Field("phone", TEXT, lambda row: plain_text.mask_phone(row.first_phone), "138 •••• 6207", "The number to use first, masked."),
            Field("owner", NAMED, lambda row: named(row.owner), {"id": 3, "name": "李敏"}),
            Field("branch", NAMED, lambda row: named(row.branch), {"id": 2, "name": "杭州店"}),
            Field("source", one_of(Source), lambda row: row.source, "dealings", "How we met."),
            Field("region", TEXT, lambda row: row.region, "浙江 杭州"),
            Field("address", TEXT, _of_person("address"), "", "A person's is masked; `reveal` gives the whole."),
            Field("preferred_channel", one_of(PointKind, blank=True), lambda row: row.preferred_channel, "phone"),
            Field("preferred_hours", TEXT, lambda row: row.preferred_hours, "工作日下午"),
            Field("is_active", YES, lambda row: row.is_active, True),
            Field("last_contact_at", maybe(MOMENT), lambda row: moment(row.last_contact_at), "2026-11-20T02:15:00.000Z"),
            Field("created_at", MOMENT, lambda row: moment(row.created_at), "2025-03-01T01:00:00.000Z"),
            Field("updated_at", MOMENT, lambda row: moment(row.updated_at), "2026-11-20T02:15:00.000Z"),
            Field("version", INTEGER, lambda row: row.version, 3, "What the ETag holds."),
            Field("tier", maybe(one_of(Tier, blank=True)), _placed("tier"), "B", "Where they stand.", STANDING),
            Field("previous_tier", maybe(one_of(Tier, blank=True)), _placed("previous_tier"), "C", "", STANDING),
            Field("customer_class", maybe(one_of(CustomerClass, blank=True)), _placed("customer_class"), "key", "", STANDING),
            Field("behaviours", many(TEXT), _behaviours, ["heavy"], "", STANDING),
            Field("net_amount", maybe(MONEY), lambda row: amount(_placed("net_amount")(row)), "18200.5", "Bought less returned.", STANDING),
            Field("currency", maybe(TEXT), _placed("currency"), "CNY", "Of the amounts.", STANDING),
            Field("last_order_on", maybe(DAY), _placed("last_order_on"), "2026-10-31", "", STANDING),
            Field("distance_km", maybe(FLOAT), lambda row: row.distance.km, 164.2,
                  "From the branch, as the crow flies; null: not known."),
            Field("distance_within_km", maybe(FLOAT), _within, 0.9,
                  "The truth lies that much around it."),
            Field("distance_exactness", maybe(one_of(Exactness)), lambda row: row.distance.exactness or None, "exact",
                  "By coordinates, or from the middle of its district, city or province."),
            Field("tags", many(TEXT), lambda row: row.tag_words, ["展会"], "Given where `fields` names it.", default=False),
            Field("custom", OWN, lambda row: row.own, {"field_3": 7}, "Added fields, where `fields` names it.", default=False),
        ),
        about="A person or an organisation we serve.",
        open=True,
    )
)  # fmt: skip


class NewCustomer(Body):
    """A file to be opened. All but the name may be left out; without a code it gets the next K-number."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    kind: Annotated[str, OneOf(Kind)] = Kind.PERSON.value
    code: Annotated[str, StringConstraints(max_length=40)] = ""
    salutation: Annotated[str, StringConstraints(max_length=20)] = ""
    tax_number: Annotated[str, StringConstraints(max_length=20)] = ""
    phones: Annotated[list[Short], Entry(max_length=10)] = []
    emails: Annotated[list[Short], Entry(max_length=10)] = []
    wecom: Annotated[list[Short], Entry(max_length=10)] = []
    owner_id: MaybeKey = None
    branch_id: MaybeKey = None
    source: Annotated[str, OneOf(Source)] = Source.DEALINGS.value
    region: Annotated[str, StringConstraints(max_length=60)] = ""
    address: Line = ""
    preferred_channel: Annotated[str, OneOf(PointKind, blank=True)] = ""
    preferred_hours: Annotated[str, StringConstraints(max_length=40)] = ""
    custom: OwnValues = {}

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "江南机电有限公司", "kind": "organisation", "phones": ["13812346207"], "region": "浙江 杭州"}
        }
    )


class CustomerChange(Body):
    """What is to be another than before. What is left out stays."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)] = ""
    kind: Annotated[str, OneOf(Kind)] = ""
    code: Annotated[str, StringConstraints(max_length=40)] = ""
    salutation: Annotated[str, StringConstraints(max_length=20)] = ""
    tax_number: Annotated[str, StringConstraints(max_length=20)] = ""
    branch_id: MaybeKey = None
    source: Annotated[str, OneOf(Source)] = ""
    region: Annotated[str, StringConstraints(max_length=60)] = ""
    address: Line = ""
    preferred_channel: Annotated[str, OneOf(PointKind, blank=True)] = ""
    preferred_hours: Annotated[str, StringConstraints(max_length=40)] = ""
    custom: OwnValues = {}

    model_config = ConfigDict(json_schema_extra={"example": {"region": "浙江 宁波", "preferred_hours": "工作日下午"}})


class HandOver(Body):
    """To whom (null: to nobody), and why. The note is for the next owner and becomes a to-do of theirs."""

    owner_id: MaybeKey
    reason: Line = ""
    note: Annotated[str, StringConstraints(max_length=1000)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"owner_id": None, "reason": "李敏调往宁波", "note": "周五前要回复报价"}})


class Deactivation(Body):
    """Why."""

    reason: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "已停业"}})


def file_of(caller: Caller, customer_id: int) -> Customer:
    """One customer this caller may see, also a deactivated one, with what its shape shows."""
    customer = seen(caller).filter(pk=customer_id).first()
    if customer is None:
        raise errors.CustomerNotFound
    caller.looked_at.add(customer.pk)
    return customer


def seen(caller: Caller) -> QuerySet[Customer]:
    return queries.customers_visible_to(caller.user, closed=True).select_related("owner", "branch", "place")


@room.get("/customers", "customer.view", gives=page(CUSTOMER), listing=CUSTOMERS, shape=CUSTOMER)
def customers(request: HttpRequest) -> HttpResponse:
    """Customers, a page at a time.

    Conditions have the names they have in the address of the customers' list. Only the customers you may see, only active ones.
    """
    caller = caller_of(request)
    return answer(asking.page(request, _list(request), CUSTOMER, caller, needs=NEEDS))


@room.get("/customers/{int:customer_id}", "customer.view", record="customer", gives=one(CUSTOMER), shape=CUSTOMER)
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer."""
    return _shown(request, file_of(caller_of(request), customer_id))


@room.post("/customers", "customer.edit", gives=made(CUSTOMER), shape=CUSTOMER)
def open_file(request: HttpRequest, payload: NewCustomer) -> HttpResponse:
    """Open a file.

    Ask for possible duplicates first: a second file of the same customer splits what is known. Where neither owner nor branch
    is said, it falls to the caller who sees their own only, or to the branch of the caller who sees that.
    """
    caller = caller_of(request)
    values = payload.model_dump(exclude={"owner_id", "branch_id", "custom"})
    owner, branch = owner_of(caller, payload.owner_id), branch_of(caller, payload.branch_id)
    if not payload.model_fields_set & {"owner_id", "branch_id"}:
        owner = caller.user if caller.user.sees == Sees.OWN else None
        branch = caller.user.branch if caller.user.sees != Sees.ALL else None
    opened = actions.create_customer(**values, owner=owner, branch=branch, by=caller.actor)
    own_values.write(caller, opened, payload.custom, beside="custom.")
    return _shown(request, opened, status=201)


@room.patch("/customers/{int:customer_id}", "customer.edit", record="customer", gives=one(CUSTOMER), shape=CUSTOMER)
def change(request: HttpRequest, customer_id: int, payload: CustomerChange, version: int) -> HttpResponse:
    """Change a file. What is left out stays."""
    caller = caller_of(request)
    file = file_of(caller, customer_id)
    values = payload.given()
    custom = values.pop("custom", {})
    if "branch_id" in values:
        values["branch"] = branch_of(caller, values.pop("branch_id"))
    actions.change_customer(customer_id=customer_id, version=version, fields=values, by=caller.actor)
    own_values.write(caller, file, custom, beside="custom.")
    return _shown(request, _again(customer_id))


@room.post(
    "/customers/{int:customer_id}/hand-over", "customer.edit", record="customer", gives=one(CUSTOMER), versioned=True, shape=CUSTOMER
)
def hand_over(request: HttpRequest, customer_id: int, payload: HandOver, version: int) -> HttpResponse:
    """Give a customer another owner, or none. Who looked after them when stays on the file."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    owner = owner_of(caller, payload.owner_id)
    actions.hand_over(customer_id=customer_id, version=version, owner=owner, reason=payload.reason, note=payload.note, by=caller.actor)
    return _shown(request, _again(customer_id))


@room.post(
    "/customers/{int:customer_id}/deactivate", "customer.edit", record="customer", gives=one(CUSTOMER), versioned=True, shape=CUSTOMER
)
def deactivate(request: HttpRequest, customer_id: int, payload: Deactivation, version: int) -> HttpResponse:
    """Take a customer off the lists. Everything is kept; nothing more is added until the file is opened again."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    actions.deactivate_customer(customer_id=customer_id, version=version, reason=payload.reason, by=caller.actor)
    return _shown(request, _again(customer_id))


@room.post(
    "/customers/{int:customer_id}/reactivate", "customer.edit", record="customer", gives=one(CUSTOMER), versioned=True, shape=CUSTOMER
)
def reactivate(request: HttpRequest, customer_id: int, version: int) -> HttpResponse:
    """Open a closed file again."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    actions.reactivate_customer(customer_id=customer_id, version=version, by=caller.actor)
    return _shown(request, _again(customer_id))


def _again(customer_id: int) -> Customer:
    """The file after a write of the caller's own; handed to a colleague elsewhere it may no longer be theirs to ask for."""
    return Customer.objects.select_related("owner", "branch", "place").get(pk=customer_id)


def _shown(request: HttpRequest, customer: Customer, *, status: int = 200) -> HttpResponse:
    caller = caller_of(request)
    chosen, _added = CUSTOMER.chosen(request.GET.get("fields"), caller)
    with_more([customer], caller.user, fields=request.GET.get("fields", ""))
    location = f"/api/v1/customers/{customer.pk}" if status == 201 else ""  # noqa: PLR2004 -- made anew
    return answer(CUSTOMER.of(customer, chosen), status, etag=version_tag(customer), location=location)


def _list(request: HttpRequest) -> Any:
    """The customers' list, whose rows know their tags beside their first number, and their added fields where they are asked for."""
    return replace(CUSTOMERS, decorate=partial(with_more, fields=request.GET.get("fields", "")))


def with_more(rows: list[Any], user: Any, *, fields: str = "") -> None:
    decorate(rows, user)
    queries.distances_of_rows(rows)
    words: dict[int, list[str]] = {}
    for pk, name in (
        Tagging.objects.filter(tag__kind="customer", record_id__in=[row.pk for row in rows])
        .order_by("tag__name")
        .values_list("record_id", "tag__name")
    ):
        words.setdefault(pk, []).append(name)
    for row in rows:
        row.tag_words = words.get(row.pk, [])
    if "custom" in fields.split(","):
        own = queries.fields_seen_by(user)
        queries.fetching(own)(rows)
        for row in rows:
            row.own = {field.name: own_values.shown(row.custom[field.pk]) for field in own if field.pk in row.custom}
