"""Irregular practices and the directory of partners: read, reported, kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.loop.partners import actions, errors, queries
from kexin.loop.partners.choices import Answer, Role, Step
from kexin.loop.partners.directory_listing import DIRECTORY, decorate
from kexin.loop.partners.models import Incident, Partner
from kexin.loop.partners.practices_listing import PRACTICES
from kexin.loop.partners.queries.practices import COUNTED
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import amount, answer, version_tag
from kexin.surfaces.api.contract.entries import Body, Day, Key, MaybeAmount, MaybeDay, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, one, page, several
from kexin.surfaces.api.contract.shapes import DAY, DEGREES, FLOAT, INTEGER, MONEY, TEXT, YES, Field, Shape, many, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("partners")

PRACTICE = described(
    Shape(
        "Practice",
        (
            Field("id", INTEGER, lambda row: row.pk, 12),
            Field("number", TEXT, lambda row: row.number, "P-000012"),
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("kind", TEXT, lambda row: str(row.kind), "低价倾销、乱价", "In the language that was asked for."),
            Field("what", TEXT, lambda row: row.what, "低于协议价出货"),
            Field("happened_on", DAY, lambda row: row.happened_on, "2026-10-12"),
            Field("learnt_on", DAY, lambda row: row.learnt_on, "2026-10-15"),
            Field("amount", maybe(MONEY), lambda row: amount(row.amount), "12800"),
            Field("currency", TEXT, lambda row: row.currency, "CNY"),
            Field("step", one_of(Step), lambda row: row.step, "answered"),
            Field("statement", TEXT, lambda row: row.statement, "是门店自己做的促销", "What the customer says to it."),
            Field("is_silent", YES, lambda row: row.is_silent, False, "Was asked and did not answer."),
            Field("confirmed_on", maybe(DAY), lambda row: row.confirmed_on, "2026-10-20"),
            Field("counts_until", maybe(DAY), lambda row: row.counts_until, "2028-10-12", "The limitation; null: it counts nowhere."),
            Field("proposed", one_of(Answer, blank=True), lambda row: row.proposed, "warning", "The standing answer."),
            Field("answer", one_of(Answer, blank=True), lambda row: row.answer, "warning", "What was decided; empty: nothing yet."),
            Field("version", INTEGER, lambda row: row.version, 6),
        ),
        about="An irregular practice of a customer. Reports that are not confirmed are given to those who examine, and to nobody else.",
    )
)
RECEIPT = described(
    Shape(
        "PracticeReport",
        (Field("id", INTEGER, lambda row: row.pk, 12), Field("number", TEXT, lambda row: row.number, "P-000012")),
        about="What was passed on. Whoever reports does not read it again, unless they examine.",
    )
)
OFFICE_FIELDS = (
    Field("id", INTEGER, lambda row: row.pk, 3),
    Field("name", TEXT, lambda row: row.name, "宁波站"),
    Field("region", TEXT, lambda row: row.region, "浙江 宁波"),
    Field("address", TEXT, lambda row: row.address, ""),
    Field("hours", TEXT, lambda row: row.hours, "8–20"),
    Field("latitude", maybe(DEGREES), lambda row: row.latitude, 29.87, "WGS-84."),
    Field("longitude", maybe(DEGREES), lambda row: row.longitude, 121.55, "WGS-84."),
)
OFFICE = described(Shape("Office", OFFICE_FIELDS, about="One place of a partner."))
PARTNER = described(
    Shape(
        "Partner",
        (
            Field("id", INTEGER, lambda row: row.pk, 7),
            Field("code", TEXT, lambda row: row.code, "Z-0007"),
            Field("name", TEXT, lambda row: row.name, "顺达物流"),
            Field("role", one_of(Role), lambda row: row.role, "carrier"),
            Field("covers_regions", TEXT, lambda row: row.covers_regions, "浙江"),
            Field("covers_products", TEXT, lambda row: row.covers_products, ""),
            Field("agreed_from", maybe(DAY), lambda row: row.agreed_from, "2026-01-01"),
            Field("agreed_until", maybe(DAY), lambda row: row.agreed_until, "2027-12-31"),
            Field("price_agreement", TEXT, lambda row: row.price_agreement, ""),
            Field("prices_compared_on", maybe(DAY), lambda row: row.prices_compared_on, None),
            Field("note", TEXT, lambda row: row.note, ""),
            Field("is_active", YES, lambda row: row.is_active, True),
            Field("offices", many(TEXT), lambda row: row.office_words, ["宁波站 浙江 宁波"]),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="Somebody we work with: a distributor, supplier, carrier, collector, joint office.",
    )
)
NEAR = described(
    Shape(
        "NearOffice",
        (
            Field("partner", NAMED, lambda near: named(near.office.partner), {"id": 7, "name": "顺达物流"}),
            Field("office_id", INTEGER, lambda near: near.office.pk, 3),
            Field("office", TEXT, lambda near: near.office.name, "宁波站"),
            Field("distance_km", FLOAT, lambda near: round(near.km, 1), 141.5, "As the crow flies."),
            Field("within_km", FLOAT, lambda near: round(near.within_km, 1), 1.0, "The truth lies that much around it."),
            Field("is_about", YES, lambda near: near.is_about, False, "One of the two is known by its region only."),
        ),
        about="An office of a partner and how far it is from a customer.",
    )
)


class Report(Body):
    """What a customer is said to have done."""

    kind_id: Key
    what: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    happened_on: Day
    learnt_on: MaybeDay = None
    told_by: Annotated[str, StringConstraints(max_length=120)] = ""
    amount: MaybeAmount = None
    currency: Annotated[str, StringConstraints(max_length=3)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"kind_id": 2, "what": "低于协议价出货", "happened_on": "2026-10-12"}})


class PartnerChange(Body):
    """What is to be another than before. What is left out stays."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)] = ""
    role: Annotated[str, OneOf(Role)] = Role.OTHER.value
    covers_regions: Annotated[str, StringConstraints(max_length=300)] = ""
    covers_products: Annotated[str, StringConstraints(max_length=300)] = ""
    agreed_from: MaybeDay = None
    agreed_until: MaybeDay = None
    remind_days: Annotated[int, Entry(ge=0, le=36_500)] = 60
    price_agreement: Annotated[str, StringConstraints(max_length=500)] = ""
    prices_compared_on: MaybeDay = None
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    is_active: bool = True

    model_config = ConfigDict(json_schema_extra={"example": {"agreed_until": "2027-12-31"}})


class NewPartner(PartnerChange):
    """A partner for the directory."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    code: Annotated[str, StringConstraints(max_length=40)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "顺达物流", "role": "carrier", "covers_regions": "浙江"}})


@room.get("/practices", "customer.view", gives=page(PRACTICE), listing=PRACTICES, shape=PRACTICE)
def practices(request: HttpRequest) -> HttpResponse:
    """Irregular practices, a page at a time.

    What was confirmed of the customers you see; reports too, if you examine them and the token has `practices:read`.
    """
    caller = caller_of(request)
    return answer(asking.page(request, replace(PRACTICES, records=lambda _user: _practices(caller)), PRACTICE, caller, needs={}))


@room.get("/practices/{int:incident_id}", "customer.view", record="incident", gives=one(PRACTICE))
def practice(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One irregular practice."""
    found: Incident | None = _practices(caller_of(request)).filter(pk=incident_id).first()
    if found is None:
        raise errors.IncidentNotFound
    return answer(PRACTICE.of(found), etag=version_tag(found))


@room.post("/customers/{int:customer_id}/practices", "practice.report", record="customer", gives=made(RECEIPT, etag=False))
def report(request: HttpRequest, customer_id: int, payload: Report) -> HttpResponse:
    """Report an irregular practice. Nothing is held against the customer until somebody has examined and confirmed it."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    reported = actions.report_practice(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(RECEIPT.of(reported), 201, location=f"/api/v1/practices/{reported.pk}")


@room.get("/partners", "partner.view", gives=page(PARTNER), listing=DIRECTORY, shape=PARTNER)
def partners(request: HttpRequest) -> HttpResponse:
    """The directory, a page at a time."""
    return answer(asking.page(request, DIRECTORY, PARTNER, caller_of(request), needs={}))


@room.get("/partners/{int:partner_id}", "partner.view", record="partner", gives=one(PARTNER))
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One partner."""
    return _shown(_partner(caller_of(request), partner_id))


@room.get("/partners/{int:partner_id}/offices", "partner.view", record="partner", gives=several(OFFICE))
def offices(request: HttpRequest, partner_id: int) -> HttpResponse:
    """The offices of a partner."""
    rows = _partner(caller_of(request), partner_id).offices.filter(is_active=True).order_by("pk")
    return answer({"items": [OFFICE.of(row) for row in rows]})


@room.post("/partners", "partner.edit", gives=made(PARTNER))
def add_partner(request: HttpRequest, payload: NewPartner) -> HttpResponse:
    """Put a partner into the directory."""
    added = actions.add_partner(fields=payload.given(), by=caller_of(request).actor)
    return _shown(added, status=201)


@room.patch("/partners/{int:partner_id}", "partner.edit", record="partner", gives=one(PARTNER))
def change_partner(request: HttpRequest, partner_id: int, payload: PartnerChange, version: int) -> HttpResponse:
    """Change a partner. What is left out stays."""
    caller = caller_of(request)
    _partner(caller, partner_id)
    return _shown(actions.change_partner(partner_id=partner_id, version=version, fields=payload.given(), by=caller.actor))


@room.get("/customers/{int:customer_id}/nearest-offices", "partner.view", record="customer", gives=several(NEAR))
def nearest_offices(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The twenty offices nearest to a customer; none where nobody knows where the customer is."""
    customer = file_of(caller_of(request), customer_id)
    return answer({"items": [NEAR.of(near) for near in queries.nearest_offices(customer, limit=20)]})


def _practices(caller: Caller) -> QuerySet[Incident]:
    """What somebody is only said to have done is read with a scope of its own."""
    seen: QuerySet[Incident] = PRACTICES.records(caller.user)
    return seen if caller.may_see("practice.examine") else seen.filter(COUNTED)


def _partner(caller: Caller, partner_id: int) -> Partner:
    found: Partner | None = queries.partners_visible_to(caller.user).filter(pk=partner_id).first()
    if found is None:
        raise errors.PartnerNotFound
    return found


def _shown(partner: Any, *, status: int = 200) -> HttpResponse:
    decorate([partner], None)  # type: ignore[arg-type]  # the directory is everybody's
    location = f"/api/v1/partners/{partner.pk}" if status == 201 else ""  # noqa: PLR2004 -- made anew
    return answer(PARTNER.of(partner), status, etag=version_tag(partner), location=location)
