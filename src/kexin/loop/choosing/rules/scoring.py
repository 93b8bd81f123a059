"""A score from what is known, and how far what is missing could still move it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST = 100.0
SUITABLE, UNSUITABLE, OPEN = "suitable", "unsuitable", "open"
BANDS = 5  # of twenty points each
NEARLY = 1e-9


@dataclass(frozen=True)
class Line:
    """One criterion of one customer: its weight, and its points from 0 to 100; None: nobody knows."""

    weight: float
    points: float | None


@dataclass(frozen=True)
class Result:
    """`score` is the weighted mean of what is known, None where too little is. `known` is the known share of the weight, 0 to 1.

    `low` and `high` are what the score would be if everything missing turned out worst, or best.
    """

    score: float | None
    low: float
    high: float
    known: float
    verdict: str


def weigh(lines: Iterable[Line], *, suitable_from: float, min_known: float) -> Result:
    """Missing criteria are never given a value: they widen the bounds, and a verdict waits until both bounds agree on it.

    Whatever is answered later, the score stays within the bounds: with known mean m, known weight K and missing weight M,
    m lies between mK / (K + M) and (mK + 100 M) / (K + M), and an answer only moves weight from M to K.
    """
    given = list(lines)
    whole = sum(line.weight for line in given)
    if whole <= 0:
        return Result(None, 0.0, MOST, 0.0, OPEN)
    known_weight = sum(line.weight for line in given if line.points is not None)
    earned = sum(line.weight * line.points for line in given if line.points is not None)
    known = min(known_weight / whole, 1.0)
    low = max(0.0, earned / whole)
    high = min(MOST, low if known >= 1.0 else (earned + MOST * (whole - known_weight)) / whole)
    if known_weight <= 0 or known < min_known - NEARLY:
        return Result(None, low, high, known, OPEN)
    score = min(max(earned / known_weight, low), high)  # the last bit of a quotient must not leave the bounds
    if low >= suitable_from:
        verdict = SUITABLE
    elif high < suitable_from:
        verdict = UNSUITABLE
    else:
        verdict = OPEN
    return Result(score, low, high, known, verdict)


def linear_points(value: float, *, zero_at: float, full_at: float) -> float:
    """0 points at one value, 100 at the other, in proportion between them, no more and no less beyond."""
    share = (value - zero_at) / (full_at - zero_at)
    return MOST * min(1.0, max(0.0, share))


def band_of(score: float | None) -> int | None:
    """0 for 0 to below 20, … 4 for 80 to 100."""
    return None if score is None else min(int(score // (MOST / BANDS)), BANDS - 1)
