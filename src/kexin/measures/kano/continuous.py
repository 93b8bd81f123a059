"""Kano's continuous analysis: each answer a number, each item a point between indifference and delight.

References
----------
DuMouchel, W. (1993). Thoughts on graphical and continuous analysis. In Berger, C. et al., Kano's methods for understanding
    customer-defined quality. Cent. Qual. Manag. J. 2(4), 20-23.

"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from kexin.measures.answers import effective_n
from kexin.measures.columns import ItemNotice
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.kano.answers import CATEGORIES, pairs
from kexin.measures.plain import Storable

Floats = NDArray[np.float64]

# Asymmetric on purpose: answers on the negative side are questionable or reverse, and say less (DuMouchel 1993). Like … dislike.
FUNCTIONAL = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
DYSFUNCTIONAL = np.array([-2.0, -1.0, 0.0, 2.0, 4.0])
CUT = 2.0  # the middle of the square from 0 to 4 that means lie in

QUADRANTS = {  # (functional high, dysfunctional high)
    (True, True): "O",
    (True, False): "A",
    (False, True): "M",
    (False, False): "I",
}


@dataclass(frozen=True)
class Point:
    """One item.

    name : str
    category : "M", "O", "A" or "I"
        Quadrant of the means, cut at 2: must-be when lacking it annoys but having it does not please, and so on.
    functional, functional_low, functional_high : float
        Mean pleasure of having it, -2 to 4, with interval (Student's t, linearised where weighted).
    dysfunctional, dysfunctional_low, dysfunctional_high : float
        Mean annoyance at lacking it, -2 to 4.
    functional_sd, dysfunctional_sd : float
        Dispersion of single answers: wide when customers disagree.
    correlation : float
        Between the two over customers; NaN when one of them does not vary.
    clear : bool
        Whether both intervals leave the cut out.
    n : int
        Pairs used.
    effective_n : float
    questionable, reverse : int
        Pairs answered so, used or not.
    missing : int
    """

    name: str
    category: str
    functional: float
    functional_low: float
    functional_high: float
    dysfunctional: float
    dysfunctional_low: float
    dysfunctional_high: float
    functional_sd: float
    dysfunctional_sd: float
    correlation: float
    clear: bool
    n: int
    effective_n: float
    questionable: int
    reverse: int
    missing: int


@dataclass(frozen=True)
class Points(Storable):
    """All items, in the order given.

    points : tuple of Point
    questionable : "kept" or "left_out"
    level : float
    notices : tuple of ItemNotice
    """

    points: tuple[Point, ...]
    questionable: Literal["kept", "left_out"]
    level: float
    notices: tuple[ItemNotice, ...]

    def __getitem__(self, name: str) -> Point:
        for one in self.points:
            if one.name == name:
                return one
        raise KeyError(name)


def continuous(
    functional: Any,
    dysfunctional: Any,
    *,
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    questionable: Literal["kept", "left_out"] = "kept",
    level: float = 0.95,
) -> Points:
    """Means and dispersion of DuMouchel's scores: like 4, must-be 2, neutral 0, live with -1, dislike -2; the reverse without it.

    functional, dysfunctional, names, weights : as for `discrete`
    questionable : "kept" or "left_out"
        DuMouchel keeps contradictory pairs (Q) as their scores already weigh less; reverse ones are always kept.

    Raises BadInput for an unknown answer; CannotSay "nobody" for an item without any pair, "one" for a single one, "one_weight".

    >>> found = continuous({"heating": [2, 2, 3, 2]}, {"heating": [5, 5, 5, 4]})["heating"]
    >>> found.category, found.functional, found.dysfunctional
    ('M', 1.5, 3.5)
    """
    if questionable not in ("kept", "left_out"):
        raise BadInput(f"questionable answers are 'kept' or 'left_out', not {questionable!r}")
    if not 0 < level < 1:
        raise BadInput("a level lies between 0 and 1")
    read = pairs(functional, dysfunctional, names=names, weights=weights)
    categories = read.categories
    q, r = CATEGORIES.index("Q"), CATEGORIES.index("R")
    points = []
    for i, name in enumerate(read.names):
        answered = read.answered[:, i]
        used = answered & (categories[:, i] != q) if questionable == "left_out" else answered
        if used.sum() < 2:  # noqa: PLR2004 -- one answer has no spread
            raise CannotSay("one" if used.any() else "nobody", f"item {name!r} has {used.sum()} pairs that count: two at least are needed")
        pleasure, annoyance = FUNCTIONAL[read.functional[used, i] - 1], DYSFUNCTIONAL[read.dysfunctional[used, i] - 1]
        points.append(
            _point(
                name,
                pleasure,
                annoyance,
                read.weights[used],
                level,
                counted=(int((categories[:, i] == q).sum()), int((categories[:, i] == r).sum()), int((~answered).sum())),
            )
        )
    return Points(tuple(points), questionable, level, tuple(notice for one in points for notice in _notices(one)))


def _point(name: str, pleasure: Floats, annoyance: Floats, w: Floats, level: float, *, counted: tuple[int, int, int]) -> Point:
    n = w.size
    share = w / w.sum()
    scores = np.column_stack((pleasure, annoyance))
    mean = share @ scores
    apart = scores - mean
    covariance = (apart * share[:, None]).T @ apart * n / (n - 1)
    sd = np.sqrt(np.diagonal(covariance))
    half = float(stdtrit(n - 1, (1 + level) / 2)) * np.sqrt(n / (n - 1) * (share**2 @ apart**2))
    questionable, reverse, missing = counted
    return Point(
        name=name,
        category=QUADRANTS[bool(mean[0] >= CUT), bool(mean[1] >= CUT)],
        functional=float(mean[0]),
        functional_low=float(mean[0] - half[0]),
        functional_high=float(mean[0] + half[0]),
        dysfunctional=float(mean[1]),
        dysfunctional_low=float(mean[1] - half[1]),
        dysfunctional_high=float(mean[1] + half[1]),
        functional_sd=float(sd[0]),
        dysfunctional_sd=float(sd[1]),
        correlation=float(covariance[0, 1] / (sd[0] * sd[1])) if sd.all() else math.nan,
        clear=bool((np.abs(mean - CUT) > half).all()),
        n=n,
        effective_n=effective_n(w),
        questionable=questionable,
        reverse=reverse,
        missing=missing,
    )


def _notices(one: Point) -> Iterator[ItemNotice]:
    if one.questionable:
        yield ItemNotice(
            "questionable", f"{one.questionable} answers to {one.name!r} contradict themselves: was the question understood?", one.name
        )
    if one.reverse:
        yield ItemNotice("reverse", f"{one.reverse} would rather be without {one.name!r}: look for two groups of customers", one.name)
    if one.functional < 0 or one.dysfunctional < 0:
        yield ItemNotice("negative", f"{one.name!r} lies outside the square of the four categories: ask it the other way round", one.name)
    if not one.clear:
        yield ItemNotice("not_clear", f"{one.name!r} lies too near a cut to be sure of its category", one.name)
    if one.missing:
        yield ItemNotice("missing", f"{one.missing} rows lack one of the two answers about {one.name!r}", one.name)
