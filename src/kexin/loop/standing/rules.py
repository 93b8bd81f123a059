"""The rules by which customers are graded and classified, as plain values. No database, no clock."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TIERS = ("A", "B", "C", "D", "E")  # the best first; E is whoever meets no other
CLASSES = ("key", "suitable", "general")  # the best first; general is whoever meets no other
BEHAVIOURS = ("heavy", "long_standing", "demanding", "growth")  # "key" follows from the class
METRICS = (
    "net_year",
    "margin_year",
    "orders_year",
    "net",
    "margin",
    "orders",
    "recency",
    "tenure",
    "sales_share",
    "margin_share",
    "sales_rank",
    "undone_rate",
    "placed",
    "growth",
)
MONEY_METRICS = frozenset({"net_year", "margin_year", "net", "margin"})
AT_LEAST, AT_MOST = ">=", "<="
OPERATORS = (AT_LEAST, AT_MOST)
MAX_CONDITIONS = 8
MAX_PATIENCE = 12
LARGEST = 1e14


class DefinitionError(ValueError):
    """A definition that cannot be. `code` and `data` name what is wrong and where; errors.py has the sentences."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True)
class Condition:
    metric: str
    operator: str
    value: float

    def relaxed(self, margin: float) -> float:
        """The line for who holds the place already."""
        easing = abs(self.value) * margin
        return self.value - easing if self.operator == AT_LEAST else self.value + easing


Conditions = tuple[Condition, ...]


@dataclass(frozen=True)
class Definition:
    """Everything one version of the rules says.

    A group's conditions must all hold. A tier once held is kept while they hold with `margin` granted, or until the customer fell
    short in `patience` runs in a row.
    """

    tiers: Mapping[str, Conditions]
    classes: Mapping[str, Conditions]
    behaviours: Mapping[str, Conditions]
    margin: float = 0.10
    patience: int = 1
    abc: tuple[float, float] = (80.0, 95.0)  # percent of sales

    def groups(self) -> Iterator[tuple[str, str, Conditions]]:
        """(kind, name, conditions) in the order they are shown."""
        for kind, members in (("tiers", self.tiers), ("classes", self.classes), ("behaviours", self.behaviours)):
            for name, conditions in members.items():
                yield kind, name, conditions

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"schema": 1, "tiers": {}, "classes": {}, "behaviours": {}}
        for kind, name, conditions in self.groups():
            plain[kind][name] = [[one.metric, one.operator, one.value] for one in conditions]
        plain["hysteresis"] = {"margin": self.margin, "patience": self.patience}
        plain["abc"] = list(self.abc)
        return plain

    @classmethod
    def from_json(cls, plain: Any) -> Definition:
        """Read a definition; DefinitionError says what is wrong in it."""
        if not isinstance(plain, Mapping) or plain.get("schema") != 1:
            raise DefinitionError("not_rules")
        hysteresis = plain.get("hysteresis", {})
        abc = plain.get("abc", [80.0, 95.0])
        if not isinstance(hysteresis, Mapping) or not isinstance(abc, list) or len(abc) != 2:  # noqa: PLR2004 -- a and b
            raise DefinitionError("not_rules")
        definition = cls(
            tiers=_groups(plain, "tiers", TIERS[:-1]),
            classes=_groups(plain, "classes", CLASSES[:-1]),
            behaviours=_groups(plain, "behaviours", BEHAVIOURS),
            margin=_number(hysteresis.get("margin", 0.10), "margin"),
            patience=_whole(hysteresis.get("patience", 1)),
            abc=(_number(abc[0], "abc"), _number(abc[1], "abc")),
        )
        if not 0 <= definition.margin <= 0.5:  # noqa: PLR2004 -- beyond half, a line means nothing
            raise DefinitionError("margin_out_of_range")
        if not 1 <= definition.patience <= MAX_PATIENCE:
            raise DefinitionError("patience_out_of_range", limit=MAX_PATIENCE)
        if not 0 < definition.abc[0] <= definition.abc[1] <= 100:  # noqa: PLR2004 -- percent
            raise DefinitionError("abc_out_of_range")
        return definition

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def changed_lines(old: Definition, new: Definition) -> list[tuple[str, str, int, float | None]]:
    """Conditions of `new` that differ from `old`: (kind, name, position, the old value where only the value differs)."""
    before = {(kind, name): conditions for kind, name, conditions in old.groups()}
    found: list[tuple[str, str, int, float | None]] = []
    for kind, name, conditions in new.groups():
        was = {(one.metric, one.operator): one.value for one in before.get((kind, name), ())}
        for position, one in enumerate(conditions):
            old_value = was.get((one.metric, one.operator))
            if old_value != one.value:
                found.append((kind, name, position, old_value))
    return found


def is_slip(field_name: str, old: str, new: str) -> bool:
    """Whether a change of tier or class is for the worse."""
    order = TIERS if field_name == "tier" else CLASSES
    return old in order and new in order and order.index(new) > order.index(old)


def _groups(plain: Mapping[str, Any], kind: str, names: tuple[str, ...]) -> dict[str, Conditions]:
    members = plain.get(kind)
    if not isinstance(members, Mapping):
        raise DefinitionError("not_rules")
    unknown = sorted(set(members) - set(names))
    if unknown:
        raise DefinitionError("unknown_group", group=unknown[0])
    found: dict[str, Conditions] = {}
    for name in names:
        rows = members.get(name, [])
        if not isinstance(rows, list) or len(rows) > MAX_CONDITIONS:
            raise DefinitionError("too_many_conditions", group=name, limit=MAX_CONDITIONS)
        if not rows:
            raise DefinitionError("no_conditions", group=name)
        found[name] = tuple(_condition(row, name) for row in rows)
        pairs = [(one.metric, one.operator) for one in found[name]]
        if len(pairs) != len(set(pairs)):
            raise DefinitionError("condition_twice", group=name)
    return found


def _condition(row: Any, group: str) -> Condition:
    if not isinstance(row, list | tuple) or len(row) != 3:  # noqa: PLR2004 -- metric, operator, value
        raise DefinitionError("not_a_condition", group=group)
    metric, operator, value = row
    if metric not in METRICS:
        raise DefinitionError("unknown_metric", group=group, metric=str(metric))
    if operator not in OPERATORS:
        raise DefinitionError("unknown_operator", group=group)
    return Condition(metric, operator, _number(value, group))


def _number(value: Any, group: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > LARGEST:
        raise DefinitionError("not_a_number", group=group)
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DefinitionError("not_a_number", group="patience")
    return value


def _rows(*rows: tuple[str, str, float]) -> Conditions:
    return tuple(Condition(metric, operator, value) for metric, operator, value in rows)


# Version 1, delivered. Shares instead of amounts: it fits any company and currency before anybody has edited it.
DELIVERED = Definition(
    tiers={
        "A": _rows(("sales_share", AT_MOST, 50.0), ("orders_year", AT_LEAST, 2.0)),
        "B": _rows(("sales_share", AT_MOST, 80.0), ("orders_year", AT_LEAST, 1.0)),
        "C": _rows(("sales_share", AT_MOST, 95.0), ("orders_year", AT_LEAST, 1.0)),
        "D": _rows(("orders", AT_LEAST, 1.0), ("recency", AT_MOST, 730.0)),
    },
    classes={
        "key": _rows(("sales_share", AT_MOST, 60.0), ("orders_year", AT_LEAST, 2.0)),
        "suitable": _rows(("sales_share", AT_MOST, 95.0), ("undone_rate", AT_MOST, 50.0)),
    },
    behaviours={
        "heavy": _rows(("sales_rank", AT_MOST, 5.0), ("orders_year", AT_LEAST, 1.0)),
        "long_standing": _rows(("tenure", AT_LEAST, 730.0), ("recency", AT_MOST, 365.0), ("orders", AT_LEAST, 4.0)),
        "demanding": _rows(("undone_rate", AT_LEAST, 30.0), ("placed", AT_LEAST, 5.0)),
        "growth": _rows(("sales_share", AT_LEAST, 80.0), ("growth", AT_LEAST, 25.0), ("orders_year", AT_LEAST, 2.0)),
    },
)
