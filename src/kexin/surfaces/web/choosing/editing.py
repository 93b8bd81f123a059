"""Checklists and conditions as forms: rows of source, weight and scale; rows of source, comparison and value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kexin.loop.choosing.rules.conditions import ONE_OF
from kexin.loop.choosing.wording import Vocabulary

NEW_ROWS = 3  # empty rows offered beside those that are there
MOST_ROWS = 30


@dataclass(frozen=True)
class CriterionRow:
    name: str  # of its fields
    source: str
    label: str
    weight: str
    zero_at: str
    full_at: str
    unit: str
    is_choice: bool
    options: list[tuple[str, str, str]] = field(default_factory=list)  # code, words, points


@dataclass(frozen=True)
class ConditionRow:
    name: str
    source: str
    label: str
    operator: str
    value: str
    unit: str
    is_choice: bool
    options: list[tuple[str, str, bool]] = field(default_factory=list)  # code, words, chosen


def checklist_typed(posted: Any) -> dict[str, Any]:
    """What was typed, as a definition's JSON. Numbers that are none stay text: the rules say so."""
    rows: list[dict[str, Any]] = []
    vocabulary = _of(posted)
    for place in range(MOST_ROWS + NEW_ROWS):
        source = posted.get(f"row.{place}.source", "")
        if not source:
            continue
        row: dict[str, Any] = {"source": source, "weight": number(posted.get(f"row.{place}.weight", ""))}
        prefix = f"row.{place}.points."
        points = {key.removeprefix(prefix): posted.get(key, "") for key in posted if key.startswith(prefix)}
        given = {code: number(value) for code, value in points.items() if value.strip()}
        if given or vocabulary.is_choice(source):
            row["points"] = given or {"?": 0.0}
        else:
            row |= {"zero_at": number(posted.get(f"row.{place}.zero_at", "")), "full_at": number(posted.get(f"row.{place}.full_at", ""))}
        rows.append(row)
    known = number(posted.get("min_known", ""))
    return {
        "schema": 1,
        "criteria": rows,
        "suitable_from": number(posted.get("suitable_from", "")),
        "min_known": known / 100 if isinstance(known, float) else known,
    }


def checklist_rows(plain: Mapping[str, Any]) -> list[CriterionRow]:
    criteria = plain.get("criteria", [])
    vocabulary = Vocabulary.of(str(row.get("source", "")) for row in criteria)
    found = []
    for place, row in enumerate(criteria):
        source, points = str(row.get("source", "")), row.get("points") or {}
        options = [(code, words, shown(points.get(code, ""))) for code, words in vocabulary.options(source)]
        found.append(
            CriterionRow(
                name=f"row.{place}",
                source=source,
                label=vocabulary.label(source),
                weight=shown(row.get("weight", "")),
                zero_at=shown(row.get("zero_at", "")),
                full_at=shown(row.get("full_at", "")),
                unit=vocabulary.unit(source),
                is_choice=vocabulary.is_choice(source),
                options=options,
            )
        )
    return found


def conditions_typed(posted: Any) -> list[list[Any]]:
    rows: list[list[Any]] = []
    vocabulary = _of(posted)
    for place in range(MOST_ROWS):
        source = posted.get(f"row.{place}.source", "")
        if not source:
            continue
        chosen = posted.getlist(f"row.{place}.choices")
        if chosen or vocabulary.is_choice(source):
            rows.append([source, ONE_OF, chosen])
        else:
            rows.append([source, posted.get(f"row.{place}.operator", ""), number(posted.get(f"row.{place}.value", ""))])
    return rows


def condition_rows(plain: list[Any]) -> list[ConditionRow]:
    vocabulary = Vocabulary.of(str(row[0]) for row in plain)
    found = []
    for place, (source, operator, value) in enumerate(plain):
        picked = set(value) if isinstance(value, list | tuple) else set()
        found.append(
            ConditionRow(
                name=f"row.{place}",
                source=source,
                label=vocabulary.label(source),
                operator=operator,
                value="" if picked or operator == ONE_OF else shown(value),
                unit=vocabulary.unit(source),
                is_choice=operator == ONE_OF or vocabulary.is_choice(source),
                options=[(code, words, code in picked) for code, words in vocabulary.options(source)],
            )
        )
    return found


def _of(posted: Any) -> Vocabulary:
    return Vocabulary.of(posted.get(f"row.{place}.source", "") for place in range(MOST_ROWS + NEW_ROWS))


def new_names(rows: int) -> list[str]:
    return [f"row.{place}" for place in range(rows, min(rows + NEW_ROWS, MOST_ROWS))]


def number(text: str) -> float | str:
    """Full-width commas and percent signs are what people type."""
    try:
        value = float(text.strip().replace(",", "").replace("，", "").rstrip("%％"))
    except ValueError:
        return text
    return value if math.isfinite(value) else text  # "nan" and "inf" are numbers to the machine only


def shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"  # noqa: PLR2004 -- beyond a million %g turns to exponents
