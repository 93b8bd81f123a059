"""Shapes: what a record looks like from outside: its fields once, with type, meaning, example, and who may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.access import Caller

Schema = dict[str, Any]

INTEGER: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}
YES: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MONEY: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
FLOAT: Schema = {"type": "number"}
DEGREES: Schema = {"type": "number", "minimum": -180, "maximum": 180}
ANYTHING: Schema = {}


def maybe(schema: Schema) -> Schema:
    """The value, or null where it is not known."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(choices: Any, *, blank: bool = False) -> Schema:
    values = [str(value) for value in choices.values]
    return {"type": "string", "enum": ["", *values] if blank else values}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


@dataclass(frozen=True)
class Field:
    """One field. `permission` is asked of the person and, as a scope, of their token."""

    name: str
    schema: Schema
    value: Callable[[Any], Any]
    example: Any
    about: str = ""
    permission: str = ""
    default: bool = True  # given where `fields` does not choose


@dataclass(frozen=True)
class Shape:
    """A record from outside."""

    name: str
    fields: tuple[Field, ...]
    about: str = ""
    open: bool = False  # may carry fields an administrator added
    by_name: Mapping[str, Field] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})

    def chosen(self, asked: str | None, caller: Caller, *, also: Sequence[str] = ()) -> tuple[tuple[Field, ...], tuple[str, ...]]:
        """The fields `?fields=` asks for, and of `also` (columns of the list) those it names. Refuses what is unknown or not theirs."""
        if asked is None:
            return tuple(one for one in self.fields if one.default and caller.may_see(one.permission)), ()
        chosen: list[Field] = []
        columns: list[str] = []
        for name in dict.fromkeys(asked.split(",")):
            found = self.by_name.get(name)
            if found is None and name in also:
                columns.append(name)
            elif found is None:
                raise errors.FieldUnknown(name=name[:60], known=", ".join(self.by_name))
            elif not caller.may_see(found.permission):
                raise errors.FieldNotYours(name=name, needs=caller.lacks(found.permission))
            else:
                chosen.append(found)
        return tuple(chosen), tuple(columns)

    def of(self, record: Any, chosen: Sequence[Field] | None = None) -> dict[str, Any]:
        return {one.name: one.value(record) for one in (self.fields if chosen is None else chosen)}

    def schema(self, *, partial: bool = False) -> Schema:
        properties = {one.name: {**one.schema, **({"description": one.about} if one.about else {})} for one in self.fields}
        described: Schema = {
            "type": "object",
            "title": self.name,
            "properties": properties,
            "additionalProperties": self.open,
            "example": self.example(),
        }
        if not partial:
            described["required"] = [one.name for one in self.fields if one.default and not one.permission]
        if self.about:
            described["description"] = self.about
        return described

    def example(self) -> dict[str, Any]:
        return {one.name: one.example for one in self.fields if one.default}
