"""Fields an administrator added: what they are, and their values on one file."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.loop.customers import queries
from kexin.loop.customers.choices import FieldFor, FieldKind, Source
from kexin.loop.customers.models import CustomChoice, Customer
from kexin.loop.customers.queries import Filled
from kexin.surfaces.api import own_values
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, MaybeDay, OneOf
from kexin.surfaces.api.contract.room import Room, described, several
from kexin.surfaces.api.contract.shapes import ANYTHING, DAY, INTEGER, MOMENT, TEXT, YES, Field, Schema, Shape, many, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("fields")


def _words(one: Filled) -> list[str]:
    words = one.words
    if words is None or isinstance(words, list):
        return words or []
    return [words if isinstance(words, str) else str(own_values.shown(one.value))]


CHOICE: Schema = {
    "type": "object",
    "required": ["id", "label", "is_active"],
    "additionalProperties": False,
    "properties": {"id": INTEGER, "label": TEXT, "is_active": YES},
}
OWN_FIELD = described(
    Shape(
        "OwnField",
        (
            Field("id", INTEGER, lambda row: row.pk, 3),
            Field("name", TEXT, lambda row: row.name, "field_3", "What it is called in bodies and conditions."),
            Field("label", TEXT, str, "开票方式", "In the language that was asked for."),
            Field("help", TEXT, lambda row: row.help_text, ""),
            Field("kind", one_of(FieldKind), lambda row: row.kind, "choice"),
            Field("applies_to", one_of(FieldFor), lambda row: row.applies_to, "organisation"),
            Field("is_required", YES, lambda row: row.is_required, False),
            Field("is_active", YES, lambda row: row.is_active, True, "Asked for; a retired one is shown where it has a value."),
            Field("currency", TEXT, lambda row: row.currency, "", "Of money."),
            Field("choices", many(CHOICE), lambda row: row.choices, [{"id": 7, "label": "专票", "is_active": True}]),
        ),
        about="A field an administrator added, for those whose role sees it.",
    )
)
OWN_VALUE = described(
    Shape(
        "OwnValue",
        (
            Field("name", TEXT, lambda one: one.field.name, "field_3"),
            Field("label", TEXT, lambda one: str(one.field), "开票方式"),
            Field("kind", one_of(FieldKind), lambda one: one.field.kind, "choice"),
            Field("value", ANYTHING, lambda one: own_values.shown(one.value), 7, "As it is written. null: not known."),
            Field("words", many(TEXT), _words, ["专票"], "As people read it."),
            Field("source", maybe(one_of(Source)), lambda one: one.value and one.value.source, "dealings"),
            Field("collected_on", maybe(DAY), lambda one: one.value and one.value.collected_on, "2026-10-12"),
            Field("collected_by", NAMED, lambda one: named(one.value and one.value.collected_by), {"id": 3, "name": "李敏"}),
            Field("recorded_at", maybe(MOMENT), lambda one: moment(one.value and one.value.recorded_at), "2026-10-12T03:20:00.000Z"),
        ),
        about="A field of one file and what is known.",
    )
)


class Written(Body):
    """Values by the name of their field, and how they came to be known. Fields that are left out stay; null takes a value away."""

    values: own_values.OwnValues
    source: Annotated[str, OneOf(Source)] = Source.DEALINGS.value
    collected_on: MaybeDay = None
    purpose: Annotated[str, StringConstraints(max_length=60)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"values": {"field_3": 7}, "source": "customer"}})


@room.get("/fields", "customer.view", gives=several(OWN_FIELD))
def fields(request: HttpRequest) -> HttpResponse:
    """Fields an administrator added, as far as your role sees them, with their choices."""
    rows = queries.fields_seen_by(caller_of(request).user)
    choices: dict[int, list[dict[str, Any]]] = {}
    for option in CustomChoice.objects.filter(field__in=rows).order_by("position", "pk"):
        choices.setdefault(option.field_id, []).append({"id": option.pk, "label": str(option), "is_active": option.is_active})
    for row in rows:
        row.choices = choices.get(row.pk, [])  # type: ignore[attr-defined]  # beside the record
    return answer({"items": [OWN_FIELD.of(row) for row in rows]})


@room.get("/customers/{int:customer_id}/fields", "customer.view", record="customer", gives=several(OWN_VALUE))
def values(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The added fields of one file: those that are asked for, and retired ones that have a value."""
    caller = caller_of(request)
    return _shown(file_of(caller, customer_id), caller)


@room.put("/customers/{int:customer_id}/fields", "customer.edit", record="customer", gives=several(OWN_VALUE))
def write(request: HttpRequest, customer_id: int, payload: Written) -> HttpResponse:
    """Write values of added fields. Nothing is overwritten: older values are kept; nothing is written when one does not fit."""
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    how = payload.model_dump(include={"source", "collected_on", "purpose"})
    own_values.write(caller, customer, payload.values, beside="values.", **how)
    return _shown(customer, caller)


def _shown(customer: Customer, caller: Caller) -> HttpResponse:
    return answer({"items": [OWN_VALUE.of(one) for one in queries.custom_of(customer, caller.user)]})
