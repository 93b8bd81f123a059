"""From numbers to places: tier, class, behaviours, ABC and RFM of every customer, and why somebody moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kexin.facts.purchases import day_number
from kexin.loop.standing.estimates.numbers import Floats, Numbers, Whole, metrics_of
from kexin.loop.standing.rules import AT_LEAST, BEHAVIOURS, CLASSES, TIERS, Conditions, Definition
from kexin.measures import concentration, grading, rfm

ABC_LETTERS = ("", "A", "B", "C")
KEY = 0  # position in CLASSES
BITS = {name: 1 << position for position, name in enumerate((*BEHAVIOURS, "key"))}


@dataclass(frozen=True)
class Before:
    """Where customers stood in the run compared with, by rising customer id; `grading.NEW` who was not in it."""

    tier: Whole
    klass: Whole
    short_tier: Whole
    short_class: Whole
    tier_since: Whole

    @classmethod
    def nobody(cls, n: int) -> Before:
        new, none = np.full(n, grading.NEW, np.int64), np.zeros(n, np.int64)
        return cls(tier=new, klass=new, short_tier=none, short_class=none, tier_since=none)

    @classmethod
    def at(cls, ids: Whole, state: Mapping[str, Whole], wanted: Whole) -> Before:
        """The state of a snapshot (of customers `ids`) for the customers `wanted`."""
        position = np.searchsorted(ids, wanted)
        position[position == ids.size] = 0
        there = (ids[position] == wanted) if ids.size else np.zeros(wanted.size, bool)

        def column(name: str, missing: int) -> Whole:
            return np.where(there, state[name][position], missing) if ids.size else np.full(wanted.size, missing, np.int64)

        return cls(
            tier=column("tier", grading.NEW),
            klass=column("klass", grading.NEW),
            short_tier=column("short_tier", 0),
            short_class=column("short_class", 0),
            tier_since=column("tier_since", 0),
        )

    @classmethod
    def kept(cls, state: Mapping[str, Whole]) -> Before:
        """What a run itself was compared with, out of its own snapshot."""
        return cls(
            tier=state["before_tier"],
            klass=state["before_class"],
            short_tier=state["before_short_tier"],
            short_class=state["before_short_class"],
            tier_since=state["before_tier_since"],
        )


def state_of(numbers: Numbers, before: Before, definition: Definition) -> dict[str, Whole]:
    """Everybody's place under a definition, as the state columns of a snapshot."""
    metrics = metrics_of(numbers)
    tier = _graded(metrics, [definition.tiers[name] for name in TIERS[:-1]], definition, before.tier, before.short_tier)
    klass = _graded(metrics, [definition.classes[name] for name in CLASSES[:-1]], definition, before.klass, before.short_class)
    behaviours = np.zeros(numbers.n, np.int64)
    for name in BEHAVIOURS:
        behaviours |= np.where(meets(metrics, definition.behaviours[name]), BITS[name], 0)
    behaviours |= np.where(klass.place == KEY, BITS["key"], 0)
    changed = tier.place != before.tier
    return {
        "tier": tier.place.astype(np.int64),
        "klass": klass.place.astype(np.int64),
        "behaviours": behaviours,
        "abc": _abc(numbers, definition),
        "rfm": _rfm(numbers),
        "short_tier": tier.short.astype(np.int64),
        "short_class": klass.short.astype(np.int64),
        "tier_since": np.where(changed, day_number(numbers.as_of), before.tier_since),
        "before_tier": before.tier,
        "before_class": before.klass,
        "before_short_tier": before.short_tier,
        "before_short_class": before.short_class,
        "before_tier_since": before.tier_since,
    }


def meets(metrics: Mapping[str, Floats], conditions: Conditions, *, margin: float = 0.0) -> NDArray[np.bool_]:
    """Who meets all conditions; with `margin` granted, who may keep the place. Unknown numbers meet nothing."""
    first = next(iter(metrics.values()))
    answer = np.ones(first.size, bool)
    for one in conditions:
        line = one.relaxed(margin)
        values = metrics[one.metric]
        answer &= (values >= line) if one.operator == AT_LEAST else (values <= line)
    return answer


@cache
def behaviours_named(bits: int) -> str:
    """Comma-separated and sorted, as places keep them."""
    return ",".join(sorted(name for name, bit in BITS.items() if bits & bit))


def reasons(
    field: str,
    rows: NDArray[np.intp],
    old: Whole,
    new: Whole,
    now: Mapping[str, Floats],
    was: Mapping[str, Floats] | None,
    definition: Definition,
) -> list[dict[str, Any]]:
    """Why each of `rows` moved: which condition gave way or was met, with the number before and now.

    "slipped": a condition of the place left no longer holds. "rose": a condition of the place reached was not met before.
    "rules": the numbers alone explain nothing, the rules changed.
    """
    names, groups = (TIERS, definition.tiers) if field == "tier" else (CLASSES, definition.classes)
    said: list[dict[str, Any]] = [{} for _ in rows]
    o, w = old[rows], new[rows]
    for place, name in enumerate(names[:-1]):
        for slipping in (True, False):
            concerned = np.flatnonzero((o == place) & (w > o) if slipping else (w == place) & (w < o))
            if not concerned.size:
                continue
            here = rows[concerned]
            for position in concerned:
                said[position] = {"code": "rules", "data": {"place": name}}
            unexplained = np.ones(concerned.size, bool)
            for one in groups[name]:
                line = one.relaxed(definition.margin) if slipping else one.value
                now_holds = _holds(now[one.metric][here], one.operator, line)
                held = _holds(was[one.metric][here], one.operator, line) if was is not None else np.ones(here.size, bool)
                # A number nobody had before (a first order, a cost that became known) explains a rise too.
                explains = unexplained & (held & ~now_holds if slipping else ~held & now_holds)
                for at in np.flatnonzero(explains):
                    old_value = was[one.metric][here[at]] if was is not None else np.nan
                    said[concerned[at]] = {
                        "code": "slipped" if slipping else "rose",
                        "data": {
                            "place": name,
                            "metric": one.metric,
                            "operator": one.operator,
                            "line": one.value,
                            "old": _plain(float(old_value)),
                            "new": _plain(float(now[one.metric][here[at]])),
                        },
                    }
                unexplained &= ~explains
    return said


def _holds(values: Floats, operator: str, line: float) -> NDArray[np.bool_]:
    return np.asarray(values >= line if operator == AT_LEAST else values <= line)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def _graded(
    metrics: Mapping[str, Floats], groups: list[Conditions], definition: Definition, previous: Whole, short: Whole
) -> grading.Grades:
    passes = np.column_stack([meets(metrics, conditions) for conditions in groups])
    keeps = np.column_stack([meets(metrics, conditions, margin=definition.margin) for conditions in groups])
    return grading.grade(passes, keeps, previous=previous, short=short, patience=definition.patience)


def _abc(numbers: Numbers, definition: Definition) -> Whole:
    """1 A, 2 B, 3 C by sales of all time; 0 for who never dealt with us."""
    a, b = definition.abc
    letters = concentration.abc(numbers.net, a=a / 100, b=b / 100)
    return np.where(numbers.dealt, np.select([letters == "A", letters == "B"], [1, 2], 3), 0).astype(np.int64)


def _rfm(numbers: Numbers) -> Whole:
    """Cells among those with an order; 0 for the others."""
    bought = numbers["orders"] > 0
    cells = np.zeros(numbers.n, np.int64)
    if bought.any():
        days = day_number(numbers.as_of) - numbers["last_day"][bought]
        cells[bought] = rfm.rfm(days, numbers["orders"][bought], numbers.net[bought]).cell
    return cells
