"""Grading with hysteresis: a tier once held is not lost to a hair's breadth or to one bad month.

Without it a customer near a line changes tier with every run, and people stop looking at changes. The idea is the
Schmitt trigger's: one line to come in, a lower one to drop out.

Reference
---------
Schmitt, O. H. (1938). A thermionic trigger. Journal of Scientific Instruments 15, 24-26.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput

Places = NDArray[np.int8]


@dataclass(frozen=True)
class Grades:
    """Where each customer stands after grading.

    place : (n,) int
        Position of the tier, 0 the best, k the rest.
    short : (n,) int
        How many runs in a row the customer has fallen short of the tier it still holds; 0 when it does not.
    earned : (n,) int
        What the numbers alone would give.
    """

    place: Places
    short: Places
    earned: Places


NEW = -1  # `previous` of a customer who was not graded before


def grade(passes: ArrayLike, keeps: ArrayLike, *, previous: ArrayLike, short: ArrayLike, patience: int = 1) -> Grades:
    """Give each customer a tier.

    passes : (n, k) bool
        Whether the customer meets all conditions of tier j, the best tier first. Who meets none gets k, the rest.
    keeps : (n, k) bool
        Whether it meets them with the margin granted to who holds the tier already. Implied by `passes`.
    previous : (n,) int
        The tier held before, NEW for none.
    short : (n,) int
        Runs in a row it had fallen short before this one.
    patience : int
        In how many runs in a row a customer must fall short before the tier is lost; 1: at once.

    A better tier is given at once. A held tier is kept while its conditions hold with the margin, or while patience lasts; then
    the customer gets what the numbers earn. Grading again with the result as `previous` changes no tier when patience is 1.

    >>> import numpy as np
    >>> passes = np.array([[False, True], [False, True], [True, True]])
    >>> keeps = np.array([[True, True], [False, True], [True, True]])
    >>> grade(passes, keeps, previous=[0, 0, 1], short=[0, 0, 0]).place.tolist()
    [0, 1, 0]
    """
    strict = np.asarray(passes, dtype=bool)
    if strict.ndim != 2:  # noqa: PLR2004 -- customers by tiers
        raise BadInput("passes is a table of customers by tiers")
    relaxed = np.asarray(keeps, dtype=bool) | strict
    held = np.asarray(previous, dtype=np.int64)
    missed = np.asarray(short, dtype=np.int64)
    n, k = strict.shape
    if relaxed.shape != strict.shape or held.shape != (n,) or missed.shape != (n,):
        raise BadInput("passes, keeps, previous and short must speak of the same customers")
    if patience < 1:
        raise BadInput("patience is at least one run")
    if n and (held.min() < NEW or held.max() > k):
        raise BadInput("previous is the position of a tier")

    earned = np.where(strict.any(axis=1), strict.argmax(axis=1), k) if k else np.zeros(n, np.int64)
    falls = (held != NEW) & (earned > held)
    rows = np.flatnonzero(falls)
    within_margin = np.zeros(n, bool)
    within_margin[rows] = relaxed[rows, held[rows]]
    count = np.where(falls & ~within_margin, missed + 1, 0)
    waits = falls & ~within_margin & (count < patience)
    stays = (falls & within_margin) | waits
    place = np.where(stays, held, earned)
    return Grades(
        place=place.astype(np.int8), short=np.where(waits, np.minimum(count, 127), 0).astype(np.int8), earned=earned.astype(np.int8)
    )


def relaxed(threshold: float, *, at_least: bool, margin: float) -> float:
    """The line for who holds the tier already: `margin` (0.1 is a tenth) of the threshold easier, whatever its sign.

    >>> relaxed(14_000, at_least=True, margin=0.1), relaxed(-100, at_least=True, margin=0.1)
    (12600.0, -110.0)
    """
    easing = abs(threshold) * margin
    return threshold - easing if at_least else threshold + easing
