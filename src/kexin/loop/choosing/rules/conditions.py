"""Conditions for individual terms, as data: all must hold. What is not known is not assumed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kexin.loop.choosing.rules import sources
from kexin.loop.choosing.rules.checklists import DefinitionError, Value, number_of

AT_LEAST, AT_MOST, ONE_OF = ">=", "<=", "in"
OPERATORS = (AT_LEAST, AT_MOST, ONE_OF)
ELIGIBLE, NOT, OPEN = "eligible", "not", "open"
MAX_CONDITIONS = 20


@dataclass(frozen=True)
class Condition:
    source: str
    operator: str
    number: float | None = None
    choices: tuple[str, ...] = ()

    def holds(self, value: Value | None) -> bool | None:
        """None: nobody knows, or not exactly enough to say."""
        if value is None or not value.is_known:
            return None
        if self.operator == ONE_OF:
            return value.choice in self.choices if value.choice else None
        if value.number is None or self.number is None:
            return None
        low, high = value.number - value.error, value.number + value.error
        sure, out = (low >= self.number, high < self.number) if self.operator == AT_LEAST else (high <= self.number, low > self.number)
        return True if sure else False if out else None

    def as_json(self) -> list[Any]:
        return [self.source, self.operator, list(self.choices) if self.operator == ONE_OF else self.number]


Conditions = tuple[Condition, ...]


def verdict(held: list[bool | None]) -> str:
    """One that fails decides; else one that is not known keeps it open."""
    if any(one is False for one in held):
        return NOT
    return OPEN if any(one is None for one in held) else ELIGIBLE


def judge(conditions: Conditions, values: Mapping[str, Value]) -> tuple[str, list[bool | None]]:
    held = [one.holds(values.get(one.source)) for one in conditions]
    return verdict(held), held


def from_json(plain: Any) -> Conditions:
    """Read conditions; DefinitionError says what is wrong."""
    if not isinstance(plain, list) or not plain:
        raise DefinitionError("no_conditions")
    if len(plain) > MAX_CONDITIONS:
        raise DefinitionError("too_many", limit=MAX_CONDITIONS)
    found = tuple(_condition(row) for row in plain)
    pairs = [(one.source, one.operator) for one in found]
    twice = next((pair for pair in pairs if pairs.count(pair) > 1), None)
    if twice is not None:
        raise DefinitionError("twice", source=twice[0])
    return found


def as_json(conditions: Conditions) -> list[list[Any]]:
    return [one.as_json() for one in conditions]


def _condition(row: Any) -> Condition:
    if not isinstance(row, list | tuple) or len(row) != 3:  # noqa: PLR2004 -- source, operator, value
        raise DefinitionError("not_a_condition")
    source, operator, wanted = row
    if not isinstance(source, str) or not sources.is_source(source):
        raise DefinitionError("unknown_source", source=str(source)[:40])
    if operator not in OPERATORS:
        raise DefinitionError("unknown_operator", source=source)
    if operator == ONE_OF:
        if not isinstance(wanted, list | tuple) or not wanted or not all(isinstance(one, str) and one for one in wanted):
            raise DefinitionError("no_choices", source=source)
        return Condition(source, operator, choices=tuple(str(one)[:40] for one in wanted))
    return Condition(source, operator, number=number_of(wanted, source))
