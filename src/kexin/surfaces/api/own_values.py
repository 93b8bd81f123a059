"""Values of the fields an administrator added, as programs read and write them: each as its kind, by the field's name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field as Entry
from pydantic import WithJsonSchema
from pydantic.functional_validators import PlainValidator
from pydantic_core import PydanticCustomError

from kexin.ground.errors import Invalid, KexinError
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.choices import FieldKind
from kexin.loop.customers.models import Customer, CustomField, CustomValue
from kexin.surfaces.api.contract import errors as refusals
from kexin.surfaces.api.contract.access import Caller
from kexin.surfaces.api.contract.answering import amount
from kexin.surfaces.api.contract.entries import LARGEST_KEY, read_amount, read_day

MOST_CHOSEN = 200
HALF_LETTERS = re.compile("[\ud800-\udfff]")  # JSON can say them; no database keeps them
ABOUT = (
    "Text as text, numbers and money as text (“12.5”), a day as 2026-11-22, true or false, a choice by its id, several as a list of ids."
)


def _given(value: Any) -> Any:
    """What JSON can say of a field; whether it fits this field is asked when the field is known."""
    if isinstance(value, str) and not HALF_LETTERS.search(value):
        return value
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST_KEY):
        return value
    if isinstance(value, list) and len(value) <= MOST_CHOSEN and all(type(one) is int and abs(one) <= LARGEST_KEY for one in value):
        return value
    raise PydanticCustomError("own_value", "a value of a field")


KEY = {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY}
OwnValue = Annotated[
    Any,
    PlainValidator(_given),
    WithJsonSchema({
        "anyOf": [{"type": "string"}, {"type": "boolean"}, KEY, {"type": "array", "items": KEY, "maxItems": MOST_CHOSEN}, {"type": "null"}],
        "description": ABOUT,
    }),
]  # fmt: skip
OwnValues = Annotated[dict[str, OwnValue], Entry(max_length=200)]


def shown(value: CustomValue | None) -> Any:
    """As it would be written."""
    content = None if value is None else value.content
    if isinstance(content, Decimal):
        return amount(content)
    return content.isoformat() if isinstance(content, dt.date) else content


def write(caller: Caller, customer: Customer, values: Mapping[str, Any], *, beside: str = "", **how: Any) -> None:
    """Write what was given by the names of fields; None takes a value away. Nothing is written when one does not fit."""
    if not values:
        return
    known = {field.name: field for field in queries.fields_for(customer, caller.user)}
    typed: dict[int, Any] = {}
    causes: dict[str, KexinError] = {}
    for name, given in values.items():
        field = known.get(name)
        try:
            if field is None:
                raise refusals.OwnFieldUnknown(name=name[:40])
            typed[field.pk] = _typed(field, given)
        except KexinError as error:
            causes[name[:40]] = error
    if not causes:
        try:
            actions.write_fields(customer_id=customer.pk, values=typed, by=caller.actor, **how)
        except Invalid as error:
            if error.field in known:
                causes[error.field] = error
            elif not error.causes or not set(error.causes) <= set(known):
                raise
            else:
                causes = {name: cause for name, cause in error.causes.items() if isinstance(cause, KexinError)}
    if causes:
        raise Invalid.of({f"{beside}{name}": cause for name, cause in causes.items()})


def _typed(field: CustomField, given: Any) -> Any:
    """The value as the action takes it: "3" is no number of choices and 3 no text."""
    if given is None or given in ("", []):
        return None
    wrong = errors.FieldValueWrong(label=str(field), kind=FieldKind(field.kind).label)
    kind = FieldKind(field.kind)
    try:
        if kind in {FieldKind.NUMBER, FieldKind.MONEY}:
            return read_amount(str(given) if isinstance(given, int) and not isinstance(given, bool) else given)
        if kind == FieldKind.DATE:
            return read_day(given)
    except PydanticCustomError:
        raise wrong from None
    fits = {FieldKind.TEXT: str, FieldKind.YES_NO: bool, FieldKind.CHOICE: int, FieldKind.SEVERAL: list}[kind]
    if type(given) is not fits:
        raise wrong
    return given
