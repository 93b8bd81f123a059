"""Importance-performance analysis: what to improve first, what to keep up, what to leave.

References
----------
Martilla, J. A. & James, J. C. (1977). Importance-performance analysis. J. Mark. 41(1), 77-79.
Oh, H. (2001). Revisiting importance-performance analysis. Tour. Manag. 22, 617-627.

"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from kexin.measures.answers import effective_n, usable_weights
from kexin.measures.columns import Columns, ItemNotice, columns, refuse_one_weight
from kexin.measures.drivers.shares import Drivers
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable

Floats = NDArray[np.float64]
Line = Literal["mean", "median"] | float
Quadrant = Literal["concentrate", "keep_up", "low_priority", "overkill"]

QUADRANTS: dict[tuple[bool, bool], Quadrant] = {  # (important, performs well), Martilla & James 1977, figure 2
    (True, False): "concentrate",
    (True, True): "keep_up",
    (False, False): "low_priority",
    (False, True): "overkill",
}


@dataclass(frozen=True)
class Place:
    """Where one item stands.

    name : str
    quadrant : "concentrate", "keep_up", "low_priority" or "overkill"
        High importance with low performance, both high, both low, and low importance with high performance. On a line counts as above it.
    importance, importance_low, importance_high : float
    performance, performance_low, performance_high : float
    clear : bool
        Whether both distances from the lines are larger than chance explains; otherwise the item may as well stand on the other side.
    """

    name: str
    quadrant: Quadrant
    importance: float
    importance_low: float
    importance_high: float
    performance: float
    performance_low: float
    performance_high: float
    clear: bool


@dataclass(frozen=True)
class Quadrants(Storable):
    """All items, with the lines that cut them.

    places : tuple of Place, in the order given
    importance_line, performance_line : float
    lines : how the two were drawn
    importance_from : "answers", "shares" or "given"
    n : int
        Fewest answers behind a performance.
    effective_n : float
    level : float
    notices : tuple of ItemNotice
    """

    places: tuple[Place, ...]
    importance_line: float
    performance_line: float
    lines: tuple[Line, Line]
    importance_from: Literal["answers", "shares", "given"]
    n: int
    effective_n: float
    level: float
    notices: tuple[ItemNotice, ...]

    def __getitem__(self, name: str) -> Place:
        for one in self.places:
            if one.name == name:
                return one
        raise KeyError(name)


def importance_performance(
    importance: Any,
    performance: Any,
    *,
    lines: Line | tuple[Line, Line] = "mean",
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    scale: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Quadrants:
    """Four quadrants of items by importance and performance.

    importance : answers, or a result of `shapley` or `relative_weights`, or a dict of name -> one number
        Stated importance as `performance`, row by row the same people; or derived importance.
    performance : dict of name -> (n,) float, or (n, k) float with `names`
        Each item's mean is taken over those who answered it.
    lines : "mean", "median" or a number, or a pair for importance and performance
        Over items, of their means; or a fixed value, such as the middle of the scale.
    weights : (n,) float, optional
    scale : lowest and highest possible answer, optional

    Intervals: Student's t, linearised where weighted. `clear` compares an item with its line as a difference, so a line drawn through
    the items' own means counts as uncertain too; for derived importance the line is taken as it is.
    Raises CannotSay "too_few" for an item with fewer than two answers, "one_weight".

    >>> found = importance_performance({"staff": [9, 10, 9], "music": [3, 4, 2]}, {"staff": [5, 4, 5], "music": [8, 9, 8]})
    >>> found["staff"].quadrant, found["music"].quadrant, round(found.performance_line, 6)
    ('concentrate', 'overkill', 6.5)
    """
    if not 0 < level < 1:
        raise BadInput("a level lies between 0 and 1")
    drawn: tuple[Line, Line] = lines if isinstance(lines, tuple) else (lines, lines)
    read = columns(performance, names=names, scale=scale)
    if len(read.names) < 2 and any(isinstance(line, str) for line in drawn):  # noqa: PLR2004 -- one item is its own mean
        raise BadInput("one item lies on its own mean: give lines= as numbers")
    w = usable_weights(weights, read.values.shape[0])
    performs = _Axis.of_answers(read, w, drawn[1], level)
    source, matters = _importance(importance, read.names, w, drawn[0], scale, level)
    places = tuple(
        Place(
            name=name,
            quadrant=QUADRANTS[bool(matters.value[i] >= matters.line), bool(performs.value[i] >= performs.line)],
            importance=float(matters.value[i]),
            importance_low=float(matters.low[i]),
            importance_high=float(matters.high[i]),
            performance=float(performs.value[i]),
            performance_low=float(performs.low[i]),
            performance_high=float(performs.high[i]),
            clear=bool(matters.clear[i] and performs.clear[i]),
        )
        for i, name in enumerate(read.names)
    )
    return Quadrants(
        places=places,
        importance_line=matters.line,
        performance_line=performs.line,
        lines=drawn,
        importance_from=source,
        n=performs.n,
        effective_n=effective_n(w[w > 0]),
        level=level,
        notices=tuple(_notices(places, source, matters, read, w)),
    )


@dataclass(frozen=True)
class _Axis:
    value: Floats
    low: Floats
    high: Floats
    clear: NDArray[np.bool_]
    line: float
    n: int

    @classmethod
    def of_answers(cls, items: Columns, weights: Floats, line: Line, level: float) -> _Axis:
        """Means over those who answered. How each answer moves a mean is its influence; a line through means moves with them."""
        counted = weights > 0
        x, w = items.values[counted], weights[counted]
        if w.size:
            refuse_one_weight(w)
        known = ~np.isnan(x)
        n = known.sum(axis=0)
        for name, times in zip(items.names, n, strict=True):
            if times < 2:  # noqa: PLR2004 -- one answer has no spread
                raise CannotSay("too_few", f"item {name!r} has {times} answers: two at least are needed")
        weighted = np.where(known, w[:, None], 0.0)
        weighted = weighted / weighted.sum(axis=0)
        value = (weighted * np.where(known, x, 0.0)).sum(axis=0)
        influence = weighted * np.where(known, x - value, 0.0)
        at, middle = _line(line, value)
        quantile = stdtrit(n - 1, (1 + level) / 2)
        inflated = np.sqrt(n / (n - 1))
        error = inflated * np.sqrt((influence**2).sum(axis=0))
        moved = influence - (influence @ middle)[:, None]
        apart = inflated * np.sqrt((moved**2).sum(axis=0))
        return cls(value, value - quantile * error, value + quantile * error, np.abs(value - at) > quantile * apart, at, int(n.min()))


def _line(line: Line, value: Floats) -> tuple[float, Floats]:
    """Where the line lies, and the part each item's value has in it."""
    if line == "mean":
        return float(value.mean()), np.full(value.size, 1 / value.size)
    if line == "median":
        order = np.argsort(value, kind="stable")
        in_middle = order[[(value.size - 1) // 2, value.size // 2]]
        return float(np.median(value)), np.bincount(in_middle, minlength=value.size) / 2
    if not isinstance(line, int | float) or not np.isfinite(line):
        raise BadInput(f"a line is 'mean', 'median' or a number, not {line!r}")
    return float(line), np.zeros(value.size)


def _importance(
    given: Any, names: tuple[str, ...], weights: Floats, line: Line, scale: tuple[float, float] | None, level: float
) -> tuple[Literal["answers", "shares", "given"], _Axis]:
    if isinstance(given, Drivers):
        if set(given.shares) != set(names):
            raise BadInput("the importance and the performance are of different items")
        chosen = [given[name] for name in names]
        value = np.array([one.share for one in chosen])
        low, high = np.array([one.low for one in chosen]), np.array([one.high for one in chosen])
        at, _ = _line(line, value)
        return "shares", _Axis(value, low, high, (low > at) | (high < at), at, given.n)
    if isinstance(given, dict) and given and all(np.ndim(one) == 0 for one in given.values()):
        if set(given) != set(names):
            raise BadInput("the importance and the performance are of different items")
        value = np.array([float(given[name]) for name in names])
        if not np.isfinite(value).all():
            raise BadInput("an importance is missing or infinite")
        at, _ = _line(line, value)
        unknown = np.full(value.size, np.nan)
        return "given", _Axis(value, unknown, unknown, np.zeros(value.size, dtype=bool), at, 0)
    read = columns(given, names=None if hasattr(given, "keys") or hasattr(given, "columns") else names, scale=scale)
    if set(read.names) != set(names):
        raise BadInput("the importance and the performance are of different items")
    if read.values.shape[0] != weights.size:
        raise BadInput(f"the importance has {read.values.shape[0]} rows, the performance {weights.size}")
    ordered = Columns(names, read.values[:, [read.names.index(name) for name in names]])
    return "answers", _Axis.of_answers(ordered, weights, line, level)


def _notices(places: tuple[Place, ...], source: str, matters: _Axis, items: Columns, weights: Floats) -> Iterator[ItemNotice]:
    if source != "answers" and np.isnan(matters.low).any():
        yield ItemNotice("no_interval", "the importance has no interval: no item can be called clear")
    else:
        for one in places:
            if not one.clear:
                yield ItemNotice("unclear", f"{one.name!r} lies too near a line to be sure of its quadrant", one.name)
    if np.isnan(items.values[weights > 0]).any():
        yield ItemNotice("missing", "means rest on those who answered each item, not on the same people")
