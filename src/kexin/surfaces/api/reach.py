"""Contacts, and ways to reach a customer or one of its contacts. Numbers are masked; showing one is an act of its own."""

from __future__ import annotations

from typing import Annotated, TypeVar

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.actions.reach import masked
from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Asset, Contact, ContactPoint, FileEntry, Occasion
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, nothing, version_tag
from kexin.surfaces.api.contract.entries import Body, Line, MaybeKey, OneOf, Short
from kexin.surfaces.api.contract.room import Gives, Room, described, made, one, several
from kexin.surfaces.api.contract.shapes import INTEGER, TEXT, YES, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import file_of

room = Room("reach")
Belonging = TypeVar("Belonging", Asset, Contact, ContactPoint, FileEntry, Occasion)
MOST = 200  # contacts, points, assets or days of one customer in one answer

CONTACT = described(
    Shape(
        "Contact",
        (
            Field("id", INTEGER, lambda row: row.pk, 41),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("name", TEXT, lambda row: row.name, "陈芳"),
            Field("role", TEXT, lambda row: row.role, "采购"),
            Field("is_primary", YES, lambda row: row.is_primary, True, "The one to speak to first."),
            Field("note", TEXT, lambda row: row.note, ""),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="A person at an organisation, or somebody who speaks for a customer.",
    )
)
POINT = described(
    Shape(
        "Point",
        (
            Field("id", INTEGER, lambda row: row.pk, 77),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("contact_id", maybe(INTEGER), lambda row: row.contact_id, None, "Whose; null: the customer's own."),
            Field("kind", one_of(PointKind), lambda row: row.kind, "phone"),
            Field("value", TEXT, lambda row: masked(row.kind, row.value), "138 •••• 6207", "Masked. `reveal` gives the whole."),
            Field("is_primary", YES, lambda row: row.is_primary, True, "The one of its kind to use first."),
            Field("note", TEXT, lambda row: row.note, ""),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="A way to reach a customer or one of its contacts.",
    )
)
REVEALED = described(
    Shape("Revealed", (Field("value", TEXT, lambda row: row, "13812346207"),), about="A value in full. That it was shown is in the trail.")
)


class NewContact(Body):
    """A person to be added, with ways to reach them."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    role: Annotated[str, StringConstraints(max_length=60)] = ""
    note: Line = ""
    is_primary: bool = False
    phone: Short = ""
    email: Annotated[str, StringConstraints(max_length=120)] = ""
    wecom: Short = ""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "陈芳", "role": "采购", "phone": "13912345678"}})


class ContactChange(Body):
    """What is to be another than before. What is left out stays."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = ""
    role: Annotated[str, StringConstraints(max_length=60)] = ""
    note: Line = ""
    is_primary: bool = False

    model_config = ConfigDict(json_schema_extra={"example": {"role": "采购经理"}})


class NewPoint(Body):
    """A number or address to be added; `contact_id` says whose, null the customer's own."""

    kind: Annotated[str, OneOf(PointKind)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    contact_id: MaybeKey = None
    is_primary: bool = False
    note: Short = ""

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "phone", "value": "0571-88886666"}})


class PointChange(Body):
    """The number written anew."""

    value: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    note: Short | None = None

    model_config = ConfigDict(json_schema_extra={"example": {"value": "13900139111"}})


def belonging(caller: Caller, model: type[Belonging], pk: int) -> Belonging:
    """A contact, point, entry, asset or day of a customer this caller may see."""
    found = queries.belongings_visible_to(caller.user, model).filter(pk=pk).first()
    if found is None:
        raise errors.CustomerNotFound
    return found


@room.get("/customers/{int:customer_id}/contacts", "customer.view", record="customer", gives=several(CONTACT))
def contacts(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A customer's contacts, the main one first; at most 200."""
    customer = file_of(caller_of(request), customer_id)
    return answer({"items": [CONTACT.of(row) for row in customer.contacts.order_by("-is_primary", "pk")[:MOST]]})


@room.post("/customers/{int:customer_id}/contacts", "customer.edit", record="customer", gives=made(CONTACT))
def add_contact(request: HttpRequest, customer_id: int, payload: NewContact) -> HttpResponse:
    """Add a contact."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    contact = actions.add_contact(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(CONTACT.of(contact), 201, etag=version_tag(contact), location=f"/api/v1/contacts/{contact.pk}")


@room.get("/contacts/{int:contact_id}", "customer.view", record="contact", gives=one(CONTACT))
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """One contact."""
    found = belonging(caller_of(request), Contact, contact_id)
    return answer(CONTACT.of(found), etag=version_tag(found))


@room.patch("/contacts/{int:contact_id}", "customer.edit", record="contact", gives=one(CONTACT))
def change_contact(request: HttpRequest, contact_id: int, payload: ContactChange, version: int) -> HttpResponse:
    """Change a contact."""
    caller = caller_of(request)
    belonging(caller, Contact, contact_id)
    changed = actions.change_contact(contact_id=contact_id, version=version, fields=payload.given(), by=caller.actor)
    return answer(CONTACT.of(changed), etag=version_tag(changed))


@room.delete("/contacts/{int:contact_id}", "customer.edit", record="contact")
def remove_contact(request: HttpRequest, contact_id: int, version: int) -> HttpResponse:
    """Take a contact off the file, with the ways to reach them."""
    caller = caller_of(request)
    belonging(caller, Contact, contact_id)
    actions.remove_contact(contact_id=contact_id, version=version, by=caller.actor)
    return nothing()


@room.get("/customers/{int:customer_id}/points", "customer.view", record="customer", gives=several(POINT))
def points(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Ways to reach a customer and its contacts, those to use first before the others; at most 200."""
    customer = file_of(caller_of(request), customer_id)
    return answer({"items": [POINT.of(row) for row in customer.points.order_by("-is_primary", "pk")[:MOST]]})


@room.post("/customers/{int:customer_id}/points", "customer.edit", record="customer", gives=made(POINT))
def add_point(request: HttpRequest, customer_id: int, payload: NewPoint) -> HttpResponse:
    """Add a number or address."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    point = actions.add_point(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(POINT.of(point), 201, etag=version_tag(point), location=f"/api/v1/points/{point.pk}")


@room.get("/points/{int:point_id}", "customer.view", record="point", gives=one(POINT))
def point(request: HttpRequest, point_id: int) -> HttpResponse:
    """One number or address, masked."""
    found = belonging(caller_of(request), ContactPoint, point_id)
    return answer(POINT.of(found), etag=version_tag(found))


@room.patch("/points/{int:point_id}", "customer.edit", record="point", gives=one(POINT))
def change_point(request: HttpRequest, point_id: int, payload: PointChange, version: int) -> HttpResponse:
    """Write a number anew."""
    caller = caller_of(request)
    belonging(caller, ContactPoint, point_id)
    changed = actions.change_point(point_id=point_id, version=version, value=payload.value, note=payload.note, by=caller.actor)
    return answer(POINT.of(changed), etag=version_tag(changed))


@room.delete("/points/{int:point_id}", "customer.edit", record="point")
def remove_point(request: HttpRequest, point_id: int, version: int) -> HttpResponse:
    """Take a number off the file. If it was the one to use first, the oldest of the others is now."""
    caller = caller_of(request)
    belonging(caller, ContactPoint, point_id)
    actions.remove_point(point_id=point_id, version=version, by=caller.actor)
    return nothing()


@room.post("/points/{int:point_id}/primary", "customer.edit", record="point", gives=one(POINT), versioned=True)
def use_first(request: HttpRequest, point_id: int, version: int) -> HttpResponse:
    """Use this number first from now on."""
    caller = caller_of(request)
    belonging(caller, ContactPoint, point_id)
    first = actions.make_point_primary(point_id=point_id, version=version, by=caller.actor)
    return answer(POINT.of(first), etag=version_tag(first))


@room.post(
    "/points/{int:point_id}/reveal",
    "customer.reveal",
    record="point",
    gives=Gives(200, {"$ref": "#/components/schemas/Revealed"}, REVEALED.example()),
)
def reveal(request: HttpRequest, point_id: int) -> HttpResponse:
    """The whole number. Who asked for it is in the audit trail."""
    caller = caller_of(request)
    belonging(caller, ContactPoint, point_id)
    return answer({"value": actions.reveal_point(point_id=point_id, by=caller.actor)})
