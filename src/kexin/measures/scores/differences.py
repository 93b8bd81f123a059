"""Did it change? Differences between two groups or waves, and of the same people asked twice.

References
----------
Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Stat. Med. 17, 873-890. Method 10.
Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures: a general approach. Stat. Med. 27, 1693-1702.
Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are involved.
    Biometrika 34, 28-35.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6, 65-70.

"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr, stdtrit

from kexin.measures.answers import Floats, Notice, numbers, spread_and_n, usable_weights
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores.intervals import net_interval, share_interval
from kexin.measures.scores.single import FEW, HUNDRED, Score

ROUNDS, STEPS = 6, 64
FURTHEST = 8.0  # standard errors; beyond it a float cannot tell the level from certainty


@dataclass(frozen=True)
class Difference(Storable):
    """First minus second, in the unit of the scores.

    difference, low, high, margin : float
        Interval at `level`; margin is half its width.
    p_value : float
        Two-sided, of no difference. The interval and the test agree: p < 1 - level exactly when the interval leaves out zero.
    level : float
    method : "mover", "welch" or "paired_t"
    n : (int, int)
        Answers on either side; pairs, twice, when the same people answered.
    notices : tuple of Notice
        Codes "few_answers", "constant", "unpaired".
    """

    difference: float
    low: float
    high: float
    margin: float
    p_value: float
    level: float
    method: Literal["mover", "welch", "paired_t"]
    n: tuple[int, int]
    notices: tuple[Notice, ...] = ()


def difference(first: Score, second: Score, *, level: float = 0.95) -> Difference:
    """First minus second score of two independent groups or waves.

    Net scores and shares: limits are put together from those of either side (MOVER, Zou & Donner 2008; for shares this is method 10
    of Newcombe 1998), and the p-value is the level at which they would just touch zero. Means: Welch 1947.

    Raises BadInput for scores of different kinds or methods, CannotSay("suppressed") when either is not shown.

    >>> from kexin.measures.scores import net_promoter_from_counts
    >>> changed = difference(net_promoter_from_counts(60, 25, 15), net_promoter_from_counts(45, 30, 25))
    >>> f"{changed.difference:.0f} [{changed.low:.1f}, {changed.high:.1f}] p {changed.p_value:.3f}"
    '25 [3.1, 46.0] p 0.025'
    """
    if (first.kind, first.method) != (second.kind, second.method):
        raise BadInput(f"a {first.kind} ({first.method}) and a {second.kind} ({second.method}) cannot be compared")
    if first.suppressed or second.suppressed:
        raise CannotSay("suppressed", "one of the scores rests on too few answers to be shown, so their difference is not shown either")
    notices = tuple(
        Notice("few_answers", f"the {word} score rests on {score.n_interval:.0f} answers")
        for word, score in (("first", first), ("second", second))
        if score.n_interval < FEW
    )
    if first.kind == "mean":
        return _welch(first, second, level, notices)
    off = first.score - second.score
    low, high = (float(limit) for limit in _mover(first, second, level))
    return Difference(off, low, high, (high - low) / 2, _where_zero_leaves(first, second), level, "mover", (first.n, second.n), notices)


def paired_difference(  # noqa: PLR0913 -- keywords, each with its default
    first: ArrayLike,
    second: ArrayLike,
    *,
    kind: Literal["mean", "net_promoter", "share"] = "mean",
    promoters_from: float = 9,
    detractors_to: float = 6,
    yes_from: float | None = None,
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> Difference:
    """First minus second of the same people asked twice; row i of both is the same person. Student's t of the differences.

    first, second : (n,) float
        Who answered only once is left out, and counted in a notice.
    kind : what is compared: the mean answer, the net promoter score, or the percent who answer `yes_from` or more.

    Raises CannotSay("one") below two pairs.

    >>> changed = paired_difference([8, 9, 7, 9, 10], [7, 7, 7, 8, 8])
    >>> f"{changed.difference:.1f} [{changed.low:.2f}, {changed.high:.2f}]"
    '1.2 [0.16, 2.24]'
    """
    a, b = (numbers(one, name=word, scale=scale, missing=missing) for one, word in ((first, "first"), (second, "second")))
    if a.size != b.size:
        raise BadInput(f"first has {a.size} rows, second {b.size}: each row is one person")
    w = usable_weights(weights, a.size)
    both = ~np.isnan(a) & ~np.isnan(b) & (w > 0)
    if kind == "net_promoter":
        a, b = (HUNDRED * ((one >= promoters_from).astype(float) - (one <= detractors_to)) for one in (a, b))
    elif kind == "share":
        if yes_from is None:
            raise BadInput("a share needs yes_from: the lowest answer that counts")
        a, b = (HUNDRED * (one >= yes_from).astype(float) for one in (a, b))
    pairs = int(both.sum())
    if pairs <= 1:
        raise CannotSay("one", f"{pairs} people answered both times: at least two are needed")
    off, low, high, p_value, used, constant = paired_t((a - b)[both], w[both], level=level)
    notices = []
    if pairs < a.size:
        notices.append(Notice("unpaired", f"{a.size - pairs} of {a.size} answered only once or not at all, and are left out"))
    if used < FEW:
        notices.append(Notice("few_answers", f"rests on {used:.0f} pairs"))
    if constant:
        notices.append(Notice("constant", "everybody changed alike, so the interval has no width"))
    return Difference(off, low, high, (high - low) / 2, p_value, level, "paired_t", (pairs, pairs), tuple(notices))


def paired_t(off: Floats, weights: Floats, *, level: float) -> tuple[float, float, float, float, float, bool]:
    """Mean of differences, its interval and p-value, the n it rests on, and whether all differences are the same."""
    mean, variance, _, used = spread_and_n(off, weights)
    if used <= 1 + 1e-9:  # rounding
        raise CannotSay("one", "one weight outweighs all others: an interval cannot be given")
    error = math.sqrt(variance / (used - 1))
    half = float(stdtrit(used - 1, (1 + level) / 2)) * error
    p_value = (1.0 if mean == 0 else 0.0) if error == 0 else float(2 * stdtr(used - 1, -abs(mean / error)))
    return mean, mean - half, mean + half, p_value, used, error == 0


def holm(p_values: ArrayLike) -> Floats:
    """p-values corrected for how many were looked at (Holm 1979); NaN stays NaN and is not counted.

    >>> holm([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    p = numbers(p_values, name="p_values")
    answer = np.full(p.size, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = np.arange(order.size, 0, -1) * p[order]
    answer[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return answer


def _limits(score: Score, level: float | Floats) -> tuple[Floats, Floats]:
    if score.kind == "net_promoter":
        low, high = net_interval(
            score.shares["promoters"],
            score.shares["detractors"],
            score.n_interval,
            level=level,
            method=score.method,  # type: ignore[arg-type] # a net score carries one of its own methods
        )
    else:
        low, high = share_interval(
            score.shares["yes"],
            score.n_interval,
            level=level,
            method=score.method,  # type: ignore[arg-type] # and so does a share
        )
    return np.minimum(HUNDRED * low, score.score), np.maximum(HUNDRED * high, score.score)


def _mover(first: Score, second: Score, level: float | Floats) -> tuple[Floats, Floats]:
    # Zou & Donner 2008, eq. 8
    (low_1, high_1), (low_2, high_2) = _limits(first, level), _limits(second, level)
    off = first.score - second.score
    low = off - np.hypot(first.score - low_1, high_2 - second.score)
    return low, off + np.hypot(high_1 - first.score, second.score - low_2)


def _where_zero_leaves(first: Score, second: Score) -> float:
    """The p-value: limits widen with the level, so the level at which they reach zero is closed in on, many levels at a time."""
    if first.score == second.score:
        return 1.0
    outside, inside = 0.0, FURTHEST  # in standard errors
    for _ in range(ROUNDS):
        tried = np.linspace(outside, inside, STEPS + 1)[1:]
        low, high = _mover(first, second, ndtr(tried) - ndtr(-tried))
        held = (low <= 0) & (high >= 0)
        at = int(held.argmax()) if held.any() else STEPS - 1
        outside, inside = (float(tried[at - 1]) if at else outside), float(tried[at])
    return float(2 * ndtr(-inside))


def _welch(first: Score, second: Score, level: float, notices: tuple[Notice, ...]) -> Difference:
    off = first.score - second.score
    parts = [one.spread**2 / one.n_interval for one in (first, second)]
    error = math.sqrt(sum(parts))
    if error == 0:
        said = (*notices, Notice("constant", "all answers are the same on either side, so the interval has no width"))
        return Difference(off, off, off, 0.0, 1.0 if off == 0 else 0.0, level, "welch", (first.n, second.n), said)
    freedom = sum(parts) ** 2 / sum(part**2 / (one.n_interval - 1) for part, one in zip(parts, (first, second), strict=True))
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    p_value = float(2 * stdtr(freedom, -abs(off) / error))
    return Difference(off, off - half, off + half, half, p_value, level, "welch", (first.n, second.n), notices)
