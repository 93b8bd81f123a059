"""What a run says in sum: tiers, classes, ABC, RFM cells and the concentration of sales and of profit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kexin.loop.standing.estimates.numbers import Floats, Numbers, Whole
from kexin.loop.standing.estimates.places import ABC_LETTERS, BITS
from kexin.loop.standing.rules import CLASSES, TIERS
from kexin.measures import concentration, grading
from kexin.measures.errors import CannotSay

POINTS = 101  # of a curve as it is drawn
OF_TOTAL = 0.80


def distributions(numbers: Numbers, state: Mapping[str, Whole], *, seed: int) -> dict[str, Any]:
    """Everything the standing page shows besides customers, as JSON."""
    value, basis = value_of(numbers)
    return {
        "value_basis": basis,
        "tiers": _members(TIERS, state["tier"], state["before_tier"], numbers, value),
        "classes": _members(CLASSES, state["klass"], state["before_class"], numbers, value),
        "behaviours": {name: int(np.count_nonzero(state["behaviours"] & bit)) for name, bit in BITS.items()},
        "abc": _abc(numbers, state["abc"]),
        "rfm": _rfm(numbers, state["rfm"]),
        "sales": _curve(numbers.net[numbers.dealt], seed=seed),
        "profit": _curve(_known(numbers.amount("margin")[numbers.dealt]), seed=seed, nobody="no_cost" if numbers.dealt.any() else "nobody"),
        "totals": {
            "customers": numbers.n,
            "dealt": int(np.count_nonzero(numbers.dealt)),
            "orders": int(numbers["orders"].sum()),
            "gross": float(numbers["gross"].sum() / 10_000),
            "returned": float(numbers["returned"].sum() / 10_000),
            "net": float((numbers["gross"] - numbers["returned"]).sum() / 10_000),
            "margin": float(_known(numbers.amount("margin")).sum()) if numbers.known("margin").any() else None,
            "cost_known": _share(float(numbers["gross_known"].sum()), float(numbers["gross"].sum())),
        },
    }


def value_of(numbers: Numbers) -> tuple[Floats, str]:
    """What a tier's share is measured in: margin where any cost is known, else sales; of the last twelve months."""
    if numbers.known("margin_year").any():
        return np.nan_to_num(numbers.amount("margin_year")), "margin"
    return numbers.amount("net_year"), "sales"


def _members(names: tuple[str, ...], place: Whole, before: Whole, numbers: Numbers, value: Floats) -> dict[str, Any]:
    total = float(value.sum())
    compared = bool((before != grading.NEW).any())
    rows: dict[str, Any] = {}
    for position, name in enumerate(names):
        inside = place == position
        rows[name] = {
            "customers": int(np.count_nonzero(inside)),
            "value": round(float(value[inside].sum()), 4),
            "value_share": _share(float(value[inside].sum()), total),
            "net": round(float(numbers.net[inside].sum()), 4),
            "came": int(np.count_nonzero(inside & (before != position))) if compared else 0,
            "new": int(np.count_nonzero(inside & (before == grading.NEW))) if compared else 0,
            "left": int(np.count_nonzero(~inside & (before == position))) if compared else 0,
        }
    return rows


def _abc(numbers: Numbers, letters: Whole) -> dict[str, Any]:
    total = float(numbers.net.sum())
    return {
        ABC_LETTERS[code]: {
            "customers": int(np.count_nonzero(letters == code)),
            "net": round(float(numbers.net[letters == code].sum()), 4),
            "share": _share(float(numbers.net[letters == code].sum()), total),
        }
        for code in (1, 2, 3)
    }


def _rfm(numbers: Numbers, cells: Whole) -> list[dict[str, Any]]:
    """Recency by frequency, 25 squares: customers and what they bought on average."""
    recency, frequency = cells // 100, cells // 10 % 10
    squares: list[dict[str, Any]] = []
    for r in range(5, 0, -1):
        for f in range(1, 6):
            inside = (recency == r) & (frequency == f)
            count = int(np.count_nonzero(inside))
            squares.append({"r": r, "f": f, "customers": count, "net": round(float(numbers.net[inside].mean()), 2) if count else None})
    return squares


def _curve(values: Floats, *, seed: int, nobody: str = "nobody") -> dict[str, Any]:
    """A curve and what is read off it, else the code of why there is none: `nobody` where no value is known."""
    try:
        drawn = concentration.curve(values, points=POINTS)
        made = concentration.share_of_customers_making(OF_TOTAL, values, rng=np.random.default_rng(seed))
        found: dict[str, Any] = {
            "n": drawn.n,
            "sum": drawn.sum,
            "points": [[round(x, 5), round(y, 5)] for x, y in zip(drawn.customers.tolist(), drawn.total.tolist(), strict=True)],
            "share80": {"share": made.share, "low": made.low, "high": made.high, "level": made.level, "method": made.method},
            "top20": concentration.share_made_by_top(0.2, values),
            "losing": int(np.count_nonzero(values < 0)),
        }
    except CannotSay as reason:
        return {"n": int(values.size), "cannot": nobody if reason.code == "nobody" else reason.code}
    try:
        unequal = concentration.gini(values)
        found["gini"] = {"value": unequal.value, "kind": unequal.kind}
    except CannotSay as reason:
        found["gini"] = {"cannot": reason.code}
    return found


def _known(values: Floats) -> Floats:
    return np.asarray(values[~np.isnan(values)])


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
