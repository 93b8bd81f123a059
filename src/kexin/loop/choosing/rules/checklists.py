"""A checklist as plain values: criteria with weight, source and scale. What was published never changes."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kexin.loop.choosing.rules import sources
from kexin.loop.choosing.rules.scoring import MOST, Line, Result, linear_points, weigh

MAX_CRITERIA = 30
MAX_CHOICES = 12
HEAVIEST = 1000.0
LARGEST = 1e12


class DefinitionError(ValueError):
    """What cannot be a checklist or a set of conditions. `code` and `data` say what and where; errors.py has the sentences."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True)
class Value:
    """What is known: a number or a choice, on which day it was, and the figures behind it."""

    number: float | None = None
    choice: str = ""
    on: str = ""
    note: str = ""
    error: float = 0.0  # the number may be wrong by so much either way

    @property
    def is_known(self) -> bool:
        return self.number is not None or self.choice != ""


@dataclass(frozen=True)
class Criterion:
    """Either a linear scale (`zero_at`, `full_at`) or points for each choice."""

    source: str
    weight: float
    zero_at: float | None = None
    full_at: float | None = None
    points: Mapping[str, float] = field(default_factory=dict)

    def points_of(self, value: Value | None) -> float | None:
        """None: nobody knows, or it was answered by a choice this checklist has no points for."""
        if value is None:
            return None
        if self.points:
            return self.points.get(value.choice)
        if value.number is None or self.zero_at is None or self.full_at is None:
            return None
        return linear_points(value.number, zero_at=self.zero_at, full_at=self.full_at)


@dataclass(frozen=True)
class Definition:
    criteria: tuple[Criterion, ...]
    suitable_from: float = 60.0
    min_known: float = 0.5

    def score(self, values: Mapping[str, Value]) -> tuple[Result, list[float | None]]:
        """The score, and the points of each criterion in their order."""
        points = [one.points_of(values.get(one.source)) for one in self.criteria]
        lines = [Line(one.weight, given) for one, given in zip(self.criteria, points, strict=True)]
        return weigh(lines, suitable_from=self.suitable_from, min_known=self.min_known), points

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(one.source for one in self.criteria)

    def as_json(self) -> dict[str, Any]:
        rows = []
        for one in self.criteria:
            row: dict[str, Any] = {"source": one.source, "weight": one.weight}
            if one.points:
                row["points"] = dict(one.points)
            else:
                row |= {"zero_at": one.zero_at, "full_at": one.full_at}
            rows.append(row)
        return {"schema": 1, "criteria": rows, "suitable_from": self.suitable_from, "min_known": self.min_known}

    @classmethod
    def from_json(cls, plain: Any) -> Definition:
        """Read one; DefinitionError says what is wrong in it."""
        if not isinstance(plain, Mapping) or plain.get("schema") != 1 or not isinstance(plain.get("criteria"), list):
            raise DefinitionError("not_a_checklist")
        rows = plain["criteria"]
        if not rows:
            raise DefinitionError("no_criteria")
        if len(rows) > MAX_CRITERIA:
            raise DefinitionError("too_many", limit=MAX_CRITERIA)
        criteria = tuple(_criterion(row) for row in rows)
        named = [one.source for one in criteria]
        twice = next((name for name in named if named.count(name) > 1), None)
        if twice is not None:
            raise DefinitionError("twice", source=twice)
        suitable_from = number_of(plain.get("suitable_from"), "", otherwise="suitable_from")
        min_known = number_of(plain.get("min_known"), "", otherwise="min_known")
        if not 0 < suitable_from <= MOST:
            raise DefinitionError("suitable_from")
        if not 0 <= min_known <= 1:
            raise DefinitionError("min_known")
        return cls(criteria, suitable_from, min_known)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def _criterion(row: Any) -> Criterion:
    if not isinstance(row, Mapping) or not sources.is_source(str(row.get("source", ""))):
        raise DefinitionError("unknown_source", source=str(row.get("source", ""))[:40] if isinstance(row, Mapping) else "")
    source = str(row["source"])
    weight = number_of(row.get("weight"), source)
    if not 0 < weight <= HEAVIEST:
        raise DefinitionError("weight", source=source)
    if row.get("points"):
        return Criterion(source, weight, points=_points(row["points"], source))
    zero_at, full_at = number_of(row.get("zero_at"), source), number_of(row.get("full_at"), source)
    if zero_at == full_at:
        raise DefinitionError("flat_scale", source=source)
    return Criterion(source, weight, zero_at, full_at)


def _points(given: Any, source: str) -> dict[str, float]:
    if not isinstance(given, Mapping) or len(given) > MAX_CHOICES:
        raise DefinitionError("points", source=source)
    found = {str(choice)[:40]: number_of(points, source) for choice, points in given.items()}
    if any(not 0 <= points <= MOST for points in found.values()) or "" in found:
        raise DefinitionError("points", source=source)
    return found


def number_of(value: Any, where: str, *, otherwise: str = "not_a_number") -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > LARGEST:
        raise DefinitionError(otherwise, source=where)
    return float(value)
