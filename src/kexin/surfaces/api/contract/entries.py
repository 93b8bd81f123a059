"""Entries of a body: strict types with our own sentences. Nothing is guessed: "3" is no number, an unknown name is refused."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, StringConstraints, WithJsonSchema
from pydantic import Field as Entry
from pydantic.functional_validators import PlainValidator
from pydantic_core import PydanticCustomError, core_schema

LARGEST_KEY = 2**63 - 1
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


class Body(Schema):
    """A body: only what is named, only as it is typed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self) -> dict[str, Any]:
        """What the caller wrote, and nothing they left out."""
        return self.model_dump(exclude_unset=True)


class OneOf:
    """One of the values of a TextChoices, as it is stored."""

    def __init__(self, choices: Any, *, blank: bool = False) -> None:
        self.values = [*([""] if blank else []), *(str(value) for value in choices.values)]

    def check(self, value: str) -> str:
        if value not in self.values:
            raise PydanticCustomError("enum", "one of {expected}", {"expected": ", ".join(one or "“”" for one in self.values)})
        return value

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "string", "enum": self.values}


def read_day(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and ISO_DAY.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date_type", "a day")


def _moment(value: Any) -> dt.datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and ISO_MOMENT.fullmatch(value):
            return dt.datetime.fromisoformat(value.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("datetime_type", "a moment with its zone")


def read_amount(value: Any) -> Decimal | None:
    """Exact: as text, or a whole number. A floating point number has already lost what it was."""
    if value is None:
        return None
    try:
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,14}(\.\d{1,4})?", value):
            return Decimal(value)
    except InvalidOperation:
        pass
    raise PydanticCustomError("decimal_type", "an amount")


Day = Annotated[dt.date, PlainValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]
MaybeDay = Annotated[
    dt.date | None, PlainValidator(read_day), WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]})
]
MaybeMoment = Annotated[
    dt.datetime | None, PlainValidator(_moment), WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]})
]
Moment = Annotated[dt.datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
MaybeKey = Annotated[int | None, WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": LARGEST_KEY}, {"type": "null"}]})]
MaybeAmount = Annotated[
    Decimal | None,
    PlainValidator(read_amount),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^-?\d{1,14}(\.\d{1,4})?$"}, {"type": "null"}]}),
]
Key = Annotated[int, Entry(ge=1, le=LARGEST_KEY)]
Short = Annotated[str, StringConstraints(max_length=80)]
Line = Annotated[str, StringConstraints(max_length=200)]
Long = Annotated[str, StringConstraints(max_length=4000)]
