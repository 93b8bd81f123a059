"""Contacts, and ways to reach a customer or one of its contacts. Numbers are masked; showing one is an act of its own."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.loop.customers import actions
from kexin.loop.customers.actions.looking import REVEALED as ON_PURPOSE
from kexin.loop.customers.actions.reach import masked
from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Contact, ContactPoint
from kexin.surfaces.api.belongings import Thing, belonging, offer
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer, version_tag
from kexin.surfaces.api.contract.entries import Body, Line, MaybeKey, OneOf, Short
from kexin.surfaces.api.contract.room import Gives, Room, described, one
from kexin.surfaces.api.contract.shapes import INTEGER, TEXT, YES, Field, Shape, maybe, one_of, ref
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.looking import PURPOSE, purpose_of

room = Room("reach")

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


def _write_anew(*, fields: dict[str, Any], **which: Any) -> ContactPoint:
    return actions.change_point(value=fields["value"], note=fields.get("note"), **which)


offer(
    room,
    Thing(
        name="contact", many="contacts", model=Contact, shape=CONTACT, new=NewContact, change=ContactChange,
        add=actions.add_contact, alter=actions.change_contact, remove=actions.remove_contact, order=("-is_primary", "pk"),
        about=(
            "A customer's contacts, the main one first; at most 200.",
            "Add a contact.",
            "One contact.",
            "Change a contact.",
            "Take a contact off the file, with the ways to reach them.",
        ),
    ),
)  # fmt: skip
offer(
    room,
    Thing(
        name="point", many="points", model=ContactPoint, shape=POINT, new=NewPoint, change=PointChange,
        add=actions.add_point, alter=_write_anew, remove=actions.remove_point, order=("-is_primary", "pk"),
        about=(
            "Ways to reach a customer and its contacts, those to use first before the others; at most 200.",
            "Add a number or address.",
            "One number or address, masked.",
            "Write a number anew.",
            "Take a number off the file. If it was the one to use first, the oldest of the others is now.",
        ),
    ),
)  # fmt: skip


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
    gives=Gives(200, ref("Revealed"), REVEALED.example()),
    parameters=PURPOSE,
)
def reveal(request: HttpRequest, point_id: int) -> HttpResponse:
    """The whole number. Who asked for it, and what for, is in the audit trail."""
    caller = caller_of(request)
    belonging(caller, ContactPoint, point_id)
    return answer({"value": actions.reveal_point(point_id=point_id, by=caller.actor, **purpose_of(request))})


class Masked:
    """What of a person's file is masked everywhere."""

    values = tuple(sorted(ON_PURPOSE))


class Which(Body):
    """Which field is to be shown."""

    field: Annotated[str, OneOf(Masked)]

    model_config = ConfigDict(json_schema_extra={"example": {"field": "address"}})


@room.post(
    "/customers/{int:customer_id}/reveal",
    "customer.reveal",
    record="customer",
    gives=Gives(200, ref("Revealed"), REVEALED.example()),
    parameters=PURPOSE,
)
def reveal_field(request: HttpRequest, customer_id: int, payload: Which) -> HttpResponse:
    """A person's address or tax number in full. Who asked for it, and what for, is in the audit trail."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    return answer({"value": actions.reveal_field(customer_id=customer_id, field=payload.field, by=caller.actor, **purpose_of(request))})
