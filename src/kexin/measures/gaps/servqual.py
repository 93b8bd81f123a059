"""SERVQUAL: received minus expected, of the same people, by item, by dimension and overall.

References
----------
Parasuraman, A., Zeithaml, V. A. & Berry, L. L. (1988). SERVQUAL: a multiple-item scale for measuring consumer perceptions of service
    quality. J. Retailing 64, 12-40.
Parasuraman, A., Berry, L. L. & Zeithaml, V. A. (1991). Refinement and reassessment of the SERVQUAL scale. J. Retailing 67, 420-450.

"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from kexin.measures.answers import Floats, Notice, numbers, usable_weights
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores.differences import holm, paired_t
from kexin.measures.scores.single import FEW


@dataclass(frozen=True)
class Gap:
    """Received minus expected; below zero is a shortfall.

    name : str
    expected, received : float
        Means of those who gave both.
    gap, low, high : float
        With Student's interval of paired differences at the level asked for.
    p_value, p_adjusted : float
        Of no gap; corrected by Holm 1979 among the items, or among the dimensions.
    n : int
        People with both answers to all items of it.
    importance : float
        Share of the weighted overall gap, 0 to 1; NaN for items and where nothing was said.
    notices : tuple of Notice
        Codes "few_answers", "constant".
    """

    name: str
    expected: float
    received: float
    gap: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    n: int
    importance: float = math.nan
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Servqual(Storable):
    """Gaps from the smallest part to the whole.

    items, dimensions : tuple of Gap
    overall : Gap
        Mean of the dimensions, each counting the same.
    weighted : Gap or None
        Dimensions by importance.
    level : float
    """

    items: tuple[Gap, ...]
    dimensions: tuple[Gap, ...]
    overall: Gap
    weighted: Gap | None
    level: float


def servqual(  # noqa: PLR0913 -- keywords, each with its default
    expected: ArrayLike,
    received: ArrayLike,
    *,
    items: Sequence[str],
    dimensions: Mapping[str, Sequence[str]],
    importance: Mapping[str, float] | ArrayLike | None = None,
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> Servqual:
    """Gaps by item, dimension and overall (Parasuraman, Zeithaml & Berry 1988).

    expected, received : (n, items) float
        Row i of both is the same person. NaN is no answer.
    dimensions : mapping of dimension to its items
        A person's gap in a dimension is the mean of its items, and needs all of them.
    importance : mapping of dimension to points, or (n, dimensions) points each person gave (1991: 100 points shared out), optional

    Raises BadInput for unknown or repeated items, CannotSay("one") naming the item with fewer than two pairs.

    >>> found = servqual([[7, 6], [6, 6], [7, 7]], [[5, 6], [5, 5], [7, 6]], items=["a", "b"], dimensions={"all": ["a", "b"]})
    >>> [(gap.name, round(gap.gap, 2)) for gap in found.items], round(found.overall.gap, 2)
    ([('a', -1.0), ('b', -0.67)], -0.83)
    """
    names = list(items)
    before, after = (
        numbers(one, name=word, scale=scale, missing=missing, dimensions=2)
        for one, word in ((expected, "expected"), (received, "received"))
    )
    if before.shape != after.shape or before.shape[1] != len(names):
        raise BadInput(f"expected {before.shape}, received {after.shape} and {len(names)} items do not fit together")
    _check(names, dimensions)
    if not 0 < level < 1:
        raise BadInput(f"a level lies between 0 and 1, as 0.95 does, not {level}")
    w = usable_weights(weights, len(before))

    by_item = [_gap(name, before[:, at], after[:, at], w, level) for at, name in enumerate(names)]
    places = {name: [names.index(item) for item in inside] for name, inside in dimensions.items()}
    both = np.where(np.isnan(before) | np.isnan(after), np.nan, 0.0)  # a dimension compares the same items on either side
    sides = [np.column_stack([(side + both)[:, at].mean(axis=1) for at in places.values()]) for side in (before, after)]
    by_dimension = [_gap(name, sides[0][:, at], sides[1][:, at], w, level) for at, name in enumerate(places)]
    overall = _gap("overall", sides[0].mean(axis=1), sides[1].mean(axis=1), w, level)
    weighted = None
    if importance is not None:
        points = _points(importance, list(places), len(before))
        weighted = _gap("weighted", (sides[0] * points).sum(axis=1), (sides[1] * points).sum(axis=1), w, level)
        known = ~np.isnan(points).any(axis=1) & (w > 0)
        shares = (w[known, None] * points[known]).sum(axis=0) / w[known].sum()
        by_dimension = [replace(gap, importance=float(share)) for gap, share in zip(by_dimension, shares, strict=True)]
    return Servqual(tuple(_corrected(by_item)), tuple(_corrected(by_dimension)), overall, weighted, level)


def _check(names: list[str], dimensions: Mapping[str, Sequence[str]]) -> None:
    used = [item for inside in dimensions.values() for item in inside]
    for word, listed in (("items", names), ("dimensions", used)):
        repeated = [item for item in dict.fromkeys(listed) if listed.count(item) > 1]
        if repeated:
            raise BadInput(f"{word}: {repeated[0]!r} is named twice")
    unknown = [item for item in used if item not in names]
    if unknown:
        raise BadInput(f"dimensions: {unknown[0]!r} is no item")
    empty = [name for name, inside in dimensions.items() if not len(inside)]
    if empty or not dimensions:
        raise BadInput(f"dimensions: {empty[0]!r} has no items" if empty else "dimensions: at least one is needed")


def _points(importance: Mapping[str, float] | ArrayLike, names: list[str], n: int) -> Floats:
    """Importance as shares, one row a person."""
    if isinstance(importance, Mapping):
        if set(importance) != set(names):
            raise BadInput("importance names the dimensions, each once")
        points = np.tile(numbers([importance[name] for name in names], name="importance"), (n, 1))
    else:
        points = numbers(importance, name="importance", dimensions=2)
        if points.shape != (n, len(names)):
            raise BadInput(f"importance: {n} rows of {len(names)} points are needed, {points.shape} were given")
    whole = points.sum(axis=1)
    if (points < 0).any() or (whole == 0).any():
        raise BadInput("importance: points are zero or more, and a person's are not all zero")
    return np.asarray(points / whole[:, None], dtype=np.float64)


def _gap(name: str, expected: Floats, received: Floats, weights: Floats, level: float) -> Gap:
    kept = ~np.isnan(received - expected) & (weights > 0)
    n = int(kept.sum())
    if n <= 1:
        raise CannotSay("one", f"{name}: {n} people answered both what they expected and what they received: at least two are needed")
    w = weights[kept]
    gap, low, high, p_value, used, constant = paired_t((received - expected)[kept], w, level=level)
    notices = []
    if used < FEW:
        notices.append(Notice("few_answers", f"{name}: rests on {used:.0f} answers"))
    if constant:
        notices.append(Notice("constant", f"{name}: everybody's gap is the same, so the interval has no width"))
    means = [float(w @ side[kept] / w.sum()) for side in (expected, received)]
    return Gap(name, means[0], means[1], gap, low, high, p_value, p_value, n, notices=tuple(notices))


def _corrected(found: list[Gap]) -> list[Gap]:
    return [replace(gap, p_adjusted=float(p)) for gap, p in zip(found, holm([gap.p_value for gap in found]), strict=True)]
