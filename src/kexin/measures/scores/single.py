"""One score of one set of answers.

References
----------
Reichheld, F. F. (2003). The one number you need to grow. Harvard Business Review 81(12), 46-54.
Dixon, M., Freeman, K. & Toman, N. (2010). Stop trying to delight your customers. Harvard Business Review 88(7/8), 116-122.
Cochran, W. G. (1977). Sampling techniques, 3rd ed. New York: Wiley. Section 2.15.
Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive counts estimated
    from survey data. Survey Methodology 24, 193-201.

"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from kexin.measures.answers import Answers, Floats, Notice, answered, spread_and_n
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores.intervals import NetMethod, ShareMethod, mean_interval, net_interval, share_interval

Kind = Literal["net_promoter", "share", "mean"]

FEW = 30  # below it a score is marked; the interval stays right, but readers forget how wide it is
MISSING_SHARE = 0.2
HUNDRED = 100.0
COCHRAN = 25


@dataclass(frozen=True)
class Score(Storable):
    """A score with everything needed to show it honestly.

    kind : "net_promoter", "share" or "mean"
    score, low, high : float
        Net score -100 to 100; share in percent; mean in the unit of the scale. Interval at `level`.
    margin : float
        Half the width of the interval. Intervals need not be symmetrical: show low and high where there is room.
    level : float
    method : str
        Of the interval: "score", "adjusted", "rocks", "wald", "wilson", "clopper_pearson" or "t".
    n : int
        Answers counted.
    n_effective : float
        Kish's; n when not weighted.
    n_interval : float
        What the interval rests on, at most n_effective: also counts how weights and answers go together.
    missing : int
        Asked, and no answer.
    spread : float
        Standard deviation of one answer, in the unit of the score.
    shares : dict
        "promoters", "passives", "detractors" or "yes", each 0 to 1; empty for a mean.
    suppressed : bool
        Too few to show: all numbers but n are NaN.
    notices : tuple of Notice
        Codes "few_answers", "suppressed", "item_missing", "constant", "fractions", "leaning", "zero_weights".
    """

    kind: Kind
    score: float
    low: float
    high: float
    margin: float
    level: float
    method: str
    n: int
    n_effective: float
    n_interval: float
    missing: int
    spread: float
    shares: dict[str, float] = field(default_factory=dict)
    suppressed: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Effort(Storable):
    """Customer effort: the mean answer and the share who found it easy."""

    mean: Score
    easy: Score


def net_promoter(  # noqa: PLR0913 -- keywords, each with its default
    ratings: ArrayLike,
    promoters_from: float = 9,
    detractors_to: float = 6,
    *,
    scale: tuple[float, float] = (0, 10),
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
    method: NetMethod = "score",
    suppress_below: int = 0,
    name: str = "ratings",
) -> Score:
    """Net promoter score: percent of promoters minus percent of detractors (Reichheld 2003).

    ratings : (n,) float
        "Would you recommend us?", 0 to 10; NaN where not answered.
    promoters_from, detractors_to : float
        Promoters answer at least the one, detractors at most the other.
    scale : (low, high)
        Answers outside are refused.
    missing : sequence of float
        Codes for "no answer", e.g. (-99,).
    weights : (n,) float, optional
        Survey weights; only their proportions matter.
    method : see `intervals.net_interval`.
    suppress_below : int
        With fewer answers nothing but n is given.

    Raises BadInput for answers outside the scale, CannotSay("nobody") when nobody answered.

    >>> asked = net_promoter([10, 10, 9, 9, 9, 8, 7, 7, 5, 3])
    >>> asked.score, asked.n
    (30.0, 10)
    >>> f"{asked.low:.1f} {asked.high:.1f}"
    '-21.7 67.5'
    """
    if not detractors_to < promoters_from:
        raise BadInput(f"detractors answer less than promoters: {detractors_to} is not below {promoters_from}")
    got = _asked(ratings, name=name, scale=scale, missing=missing, weights=weights)
    values = (got.values >= promoters_from).astype(np.float64) - (got.values <= detractors_to)
    _, variance, kish, used = spread_and_n(values, got.weights)
    weights_of = tuple(float(got.weights[values == side].sum()) for side in (1, 0, -1))
    notices = [Notice("fractions", f"{name}: answers are not whole numbers")] if (got.values % 1).any() else []
    return _net(weights_of, variance, got, (kish, used), (level, method, suppress_below, notices))


def net_promoter_from_counts(
    promoters: int, passives: int, detractors: int, *, level: float = 0.95, method: NetMethod = "score", suppress_below: int = 0
) -> Score:
    """Net promoter score of counts, as they stand in a report.

    >>> net_promoter_from_counts(50, 30, 20).score
    30.0
    """
    for word, count in (("promoters", promoters), ("passives", passives), ("detractors", detractors)):
        if count < 0 or count != int(count):
            raise BadInput(f"{word}: a whole number, zero or more, is needed, not {count}")
    n = promoters + passives + detractors
    if n == 0:
        raise CannotSay("nobody", "nobody answered")
    variance = max((promoters + detractors) / n - ((promoters - detractors) / n) ** 2, 0.0)
    none = np.empty(0)
    got = Answers(none, none, none.astype(bool), weighted=False, missing=0, notices=())
    return _net((promoters, passives, detractors), variance, got, (float(n), float(n)), (level, method, suppress_below, []), n=n)


def satisfied(  # noqa: PLR0913 -- keywords, each with its default
    ratings: ArrayLike,
    satisfied_from: float = 4,
    *,
    scale: tuple[float, float] = (1, 5),
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
    method: ShareMethod = "wilson",
    suppress_below: int = 0,
    name: str = "ratings",
) -> Score:
    """Customer satisfaction score (CSAT): percent who answer `satisfied_from` or more. Wilson's interval.

    Parameters and errors as `net_promoter`.

    >>> asked = satisfied([5, 5, 4, 4, 3, 2, 5, 4, 1, 5])
    >>> asked.score, f"{asked.low:.1f} {asked.high:.1f}"
    (70.0, '39.7 89.2')
    """
    got = _asked(ratings, name=name, scale=scale, missing=missing, weights=weights)
    return _yes(got.values >= satisfied_from, got, level=level, method=method, suppress_below=suppress_below)


def top_box(  # noqa: PLR0913 -- keywords, each with its default
    ratings: ArrayLike,
    boxes: int = 1,
    *,
    scale: tuple[float, float],
    bottom: bool = False,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
    method: ShareMethod = "wilson",
    suppress_below: int = 0,
    name: str = "ratings",
) -> Score:
    """Percent who chose one of the `boxes` highest answers of the scale, or of the lowest with `bottom`.

    Parameters and errors as `net_promoter`. The scale has steps of one.

    >>> top_box([5, 5, 4, 3], boxes=2, scale=(1, 5)).score
    75.0
    """
    low, high = scale
    if not 1 <= boxes <= high - low:
        raise BadInput(f"{boxes} boxes of a scale from {low:g} to {high:g} tell nobody apart")
    got = _asked(ratings, name=name, scale=scale, missing=missing, weights=weights)
    chosen = got.values <= low + boxes - 1 if bottom else got.values >= high - boxes + 1
    return _yes(chosen, got, level=level, method=method, suppress_below=suppress_below)


def effort(
    ratings: ArrayLike,
    easy_from: float = 5,
    *,
    scale: tuple[float, float] = (1, 7),
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
    suppress_below: int = 0,
    name: str = "ratings",
) -> Effort:
    """Customer effort (CES 2.0): "they made it easy for me", 1 to 7; the mean, and the percent who answer `easy_from` or more.

    Dixon, Freeman & Toman 2010 introduced the question; since 2013 it is asked as agreement, so that a high answer is good. Parameters
    and errors as `net_promoter`.

    >>> effort([7, 6, 5, 2]).mean.score, effort([7, 6, 5, 2]).easy.score
    (5.0, 75.0)
    """
    got = _asked(ratings, name=name, scale=scale, missing=missing, weights=weights)
    return Effort(
        mean=_mean(got, level=level, suppress_below=suppress_below, name=name),
        easy=_yes(got.values >= easy_from, got, level=level, method="wilson", suppress_below=suppress_below),
    )


def mean(
    ratings: ArrayLike,
    *,
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
    suppress_below: int = 0,
    name: str = "ratings",
) -> Score:
    """Mean answer with Student's interval.

    Parameters and errors as `net_promoter`; also CannotSay("one") for a single answer, or when one weight outweighs all others:
    nothing is known of the spread.

    >>> asked = mean([7, 8, 9, 10, 6], scale=(1, 10))
    >>> asked.score, f"{asked.low:.2f} {asked.high:.2f}"
    (8.0, '6.04 9.96')
    """
    got = _asked(ratings, name=name, scale=scale, missing=missing, weights=weights)
    return _mean(got, level=level, suppress_below=suppress_below, name=name)


def leans(values: Floats, weights: Floats, mean: float, n: int) -> bool:
    """Whether n is too small for a mean of answers this skewed to be near normal (Cochran 1977, eq. 2.25: n > 25 G²)."""
    pull = weights / weights.max() * (values - mean)
    second = float((pull**2).mean())
    return second > 0 and n < COCHRAN * float((pull**3).mean()) ** 2 / second**3


def _asked(
    ratings: ArrayLike,
    *,
    name: str,
    scale: tuple[float, float] | None,
    missing: Sequence[float],
    weights: ArrayLike | None,
) -> Answers:
    got = answered(ratings, name=name, scale=scale, missing=missing, weights=weights)
    if got.n == 0:
        raise CannotSay("nobody", f"{name}: nobody answered")
    return got


def _net(
    weights_of: tuple[float, ...],
    variance: float,
    got: Answers,
    counts: tuple[float, float],
    how: tuple[float, NetMethod, int, list[Notice]],
    *,
    n: int | None = None,
) -> Score:
    level, method, suppress_below, notices = how
    whole = sum(weights_of)
    shares = dict(zip(("promoters", "passives", "detractors"), (part / whole for part in weights_of), strict=True))
    low, high = net_interval(shares["promoters"], shares["detractors"], counts[1], level=level, method=method)
    return _finished(
        "net_promoter",
        HUNDRED * (weights_of[0] - weights_of[2]) / whole,
        (HUNDRED * float(low), HUNDRED * float(high)),
        n=got.n if n is None else n,
        counts=counts,
        got=got,
        spread=HUNDRED * math.sqrt(variance),
        shares=shares,
        how=(level, method, suppress_below),
        notices=notices,
    )


def _yes(chosen: np.ndarray[Any, np.dtype[np.bool_]], got: Answers, *, level: float, method: ShareMethod, suppress_below: int) -> Score:
    share, variance, kish, used = spread_and_n(chosen.astype(np.float64), got.weights)
    share = min(max(share, 0.0), 1.0)  # rounding may leave it a hair outside
    low, high = share_interval(share, used, level=level, method=method)
    return _finished(
        "share",
        HUNDRED * share,
        (HUNDRED * float(low), HUNDRED * float(high)),
        n=got.n,
        counts=(kish, used),
        got=got,
        spread=HUNDRED * math.sqrt(variance),
        shares={"yes": share},
        how=(level, method, suppress_below),
        notices=[],
    )


def _mean(got: Answers, *, level: float, suppress_below: int, name: str) -> Score:
    found, variance, kish, used = spread_and_n(got.values, got.weights)
    notices = []
    if got.n >= suppress_below:
        if used <= 1 + 1e-9:  # rounding
            reason = "one answer has no spread" if got.n == 1 else "one weight outweighs all others"
            raise CannotSay("one", f"{name}: {reason}: an interval cannot be given")
        if variance == 0:
            notices.append(Notice("constant", f"{name}: all answers are the same, so the interval has no width"))
    if got.n >= suppress_below and leans(got.values, got.weights, found, got.n):
        notices.append(
            Notice("leaning", f"{name}: a few answers far from the rest weigh too much for so few: the interval may be too short")
        )
    spread = math.sqrt(variance * used / (used - 1)) if used > 1 else 0.0
    low, high = mean_interval(found, spread, used, level=level)
    return _finished(
        "mean",
        found,
        (float(low), float(high)),
        n=got.n,
        counts=(kish, used),
        got=got,
        spread=spread,
        shares={},
        how=(level, "t", suppress_below),
        notices=notices,
    )


def _finished(  # noqa: PLR0913 -- all that a score says
    kind: Kind,
    score: float,
    limits: tuple[float, float],
    *,
    n: int,
    counts: tuple[float, float],
    got: Answers,
    spread: float,
    shares: dict[str, float],
    how: tuple[float, str, int],
    notices: list[Notice],
) -> Score:
    level, method, suppress_below = how
    notices = [*got.notices, *notices]
    suppressed = n < suppress_below
    if suppressed:
        notices.append(Notice("suppressed", f"{n} answers, fewer than {suppress_below}: not shown"))
        score, limits, spread, shares = math.nan, (math.nan, math.nan), math.nan, {}
    elif counts[1] < FEW:
        notices.append(Notice("few_answers", f"rests on {counts[1]:.0f} answers: read the interval, not the number"))
    if got.missing > MISSING_SHARE * (n + got.missing):
        notices.append(Notice("item_missing", f"{got.missing} of {n + got.missing} gave no answer to this question"))
    low, high = limits
    return Score(
        kind=kind,
        score=score,
        low=min(low, score),
        high=max(high, score),
        margin=(high - low) / 2,
        level=level,
        method=method,
        n=n,
        n_effective=counts[0],
        n_interval=counts[1],
        missing=got.missing,
        spread=spread,
        shares=shares,
        suppressed=suppressed,
        notices=tuple(notices),
    )
