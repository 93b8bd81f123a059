"""Answers as measures need them: numbers on a stated scale, what is missing named, weights that can be used.

Nothing here is guessed. -99 is an answer outside the scale until the caller says that it means "no answer"; text and mixed columns
are refused, because a column that is quietly turned into numbers hides what went wrong when it was read.

References
----------
Kish, L. (1965). Survey sampling. New York: Wiley. Section 11.2.

"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Above this a whole number no longer fits a float, and the answer would change without a word.
EXACT_UP_TO = 2**53
NAMED = 3


@dataclass(frozen=True)
class Notice:
    """Something a reader of the number has to know.

    code : str
        For programs, e.g. "few_answers".
    text : str
        For people.
    """

    code: str
    text: str


@dataclass(frozen=True)
class Answers:
    """The answers that count.

    values, weights : (n,) float
        Weights are 1 when none were given.
    kept : (asked,) bool
        Which of the rows handed in these are.
    weighted : bool
    missing : int
        Rows without an answer. Rows with weight zero are neither counted here nor in n.
    notices : tuple of Notice
    """

    values: Floats
    weights: Floats
    kept: Flags
    weighted: bool
    missing: int
    notices: tuple[Notice, ...]

    @property
    def n(self) -> int:
        return int(self.values.size)


def numbers(
    values: ArrayLike,
    *,
    name: str = "answers",
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    dimensions: int = 1,
) -> Floats:
    """`values` as floats, NaN where there is no answer. The array handed in is left as it is.

    values : (n,) or (n, items) numbers
        NaN is a missing answer.
    scale : (low, high), optional
        Answers outside it are refused.
    missing : sequence of float
        Codes that mean "no answer", e.g. (-99,).

    Raises BadInput for text and mixed columns, infinities, whole numbers too large for a float, and answers outside the scale.
    """
    given = np.asarray(values)
    if given.size == 0:
        given = given.astype(np.float64)
    if given.dtype.kind not in "biuf":
        raise BadInput(f"{name}: numbers are needed, not {given.dtype}: turn text into numbers and None into NaN first")
    if given.ndim != dimensions:
        raise BadInput(f"{name}: {dimensions} dimension(s) are needed, {given.ndim} were given")
    if given.dtype.kind in "iu" and given.size and (int(given.max()) > EXACT_UP_TO or int(given.min()) < -EXACT_UP_TO):
        raise BadInput(f"{name}: whole numbers beyond 2^53 cannot be kept exactly: divide by a unit first")
    known = given.astype(np.float64)
    for code in missing:
        known[known == code] = np.nan
    if np.isinf(known).any():
        raise BadInput(f"{name}: infinite values: leave out what is not known")
    if scale is not None:
        _on_scale(known, scale, name)
    return known


def usable_weights(weights: ArrayLike | None, size: int, *, name: str = "weights") -> Floats:
    """One weight a row, zero or more and not all zero; ones when None.

    Raises BadInput for negative, missing or infinite weights and a wrong length, CannotSay("no_weight") when all are zero.
    """
    if weights is None:
        return np.ones(size)
    w = numbers(weights, name=name)
    if w.size != size:
        raise BadInput(f"{name}: {w.size} weights for {size} rows")
    wrong = np.flatnonzero(~(w >= 0))
    if wrong.size:
        raise BadInput(f"{name}: row {int(wrong[0])} has the weight {w[wrong[0]]}: weights are zero or more, and none may be missing")
    if size and not w.any():
        raise CannotSay("no_weight", f"{name}: all are zero: nobody is left to speak for anybody")
    return w


def answered(
    values: ArrayLike,
    *,
    name: str = "answers",
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
) -> Answers:
    """The answers given, with their weights; see `numbers` and `usable_weights` for what is refused.

    >>> got = answered([5, 4, float("nan"), -99], scale=(1, 5), missing=(-99,))
    >>> got.values.tolist(), got.n, got.missing
    ([5.0, 4.0], 2, 2)
    """
    known = numbers(values, name=name, scale=scale, missing=missing)
    w = usable_weights(weights, known.size)
    present = ~np.isnan(known)
    kept = present & (w > 0)
    notices = []
    left_out = int((present & (w == 0)).sum())
    if left_out:
        notices.append(Notice("zero_weights", f"{name}: {left_out} answers have weight zero and are left out"))
    return Answers(known[kept], w[kept], kept, weights is not None, int((~present).sum()), tuple(notices))


def effective_n(weights: ArrayLike) -> float:
    """Kish's effective number of answers, (Σw)² / Σw² (Kish 1965, section 11.2).

    weights : (n,) float, zero or more.

    As many answers of equal weight would give the same precision, if weights have nothing to do with what is answered.

    >>> effective_n([1, 1, 1, 1]), effective_n([1, 0, 0, 0])
    (4.0, 1.0)
    """
    w = usable_weights(weights, np.asarray(weights).size)
    if w.size == 0:
        raise CannotSay("nobody", "there are no weights")
    w = w / w.max()  # squares of huge weights would overflow
    return float(w.sum() ** 2 / (w @ w))


def spread_and_n(values: Floats, weights: Floats) -> tuple[float, float, float, float]:
    """Weighted mean, variance of one answer, Kish's n, and the n an interval may rest on.

    The variance of a weighted mean is linearised (Σ w²(y - ȳ)² / (Σw)²); the variance of one answer over it is the n that this estimate
    really has (Korn & Graubard 1998). Where weights happen to favour the answer the larger of the two losses is kept, so that n never
    exceeds Kish's.
    """
    if weights.min() == weights.max():
        n = float(values.size)
        return float(values.mean()), float(values.var()), n, n
    share = weights / weights.max()
    share = share / share.sum()
    mean = float(share @ values)
    off = values - mean
    variance = float(share @ off**2)
    kish = float(1.0 / (share @ share))
    linearised = float((share**2) @ off**2)
    return mean, variance, kish, min(kish, variance / linearised) if linearised > 0 else kish


def _on_scale(known: Floats, scale: tuple[float, float], name: str) -> None:
    low, high = scale
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BadInput(f"{name}: a scale runs from a lower to a higher number, not from {low} to {high}")
    outside = known[(known < low) | (known > high)]
    if outside.size:
        examples = ", ".join(f"{value:g}" for value in np.unique(outside)[:NAMED])
        raise BadInput(
            f"{name}: {outside.size} answers lie outside the scale {low:g} to {high:g} ({examples}): "
            f"correct them, or say missing=(…) if that is a code for no answer",
        )
