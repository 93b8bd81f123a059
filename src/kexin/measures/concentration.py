"""Concentration: how much of the sales, or of the profit, comes from how few customers.

All functions take one number a customer, in any unit, and look at customers from the largest to the smallest. Profit may
be negative: the curve then rises above 100 % before those who cost money bring it back, and is not clipped.

References
----------
Gini, C. (1912). Variabilità e mutabilità. Bologna: Cuppini.
Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. Publ. Am. Stat. Assoc. 9, 209-219.
Chen, C.-N., Tsaur, T.-W. & Rhai, T.-S. (1982). The Gini coefficient and negative income. Oxford Econ. Papers 34, 473-478.
Berrebi, Z. M. & Silber, J. (1985). The Gini coefficient and negative income: a comment. Oxford Econ. Papers 37, 525-526.
Beach, C. M. & Davidson, R. (1983). Distribution-free statistical inference with Lorenz curves. Rev. Econ. Stud. 50, 723-735.
Deltas, G. (2003). The small-sample bias of the Gini coefficient. Rev. Econ. Stat. 85, 226-234.

"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]

# Up to this many customers an interval is resampled; beyond it the normal approximation is as good, and instant.
RESAMPLE_UP_TO = 20_000


@dataclass(frozen=True)
class Curve:
    """Cumulative share of the total against cumulative share of customers, largest first.

    customers : (m,) float
        Share of customers, 0 to 1, rising. Starts at 0 and ends at 1.
    total : (m,) float
        Their share of the total. Starts at 0, ends at 1, and passes 1 where some values are negative.
    n : int
        Customers counted.
    sum : float
        The total, in the unit of the values.
    """

    customers: Floats
    total: Floats
    n: int
    sum: float


@dataclass(frozen=True)
class Gini:
    """How unequal: 0 when all are equal, 1 when one has everything.

    value : float
    kind : "gini" or "normalised"
        "gini": Gini 1912, times n / (n - 1) so that it is unbiased in small samples (Deltas 2003). "normalised": some values are
        negative; the denominator of Chen, Tsaur & Rhai 1982 as corrected by Berrebi & Silber 1985 keeps it within 0 and 1.
        The two are not comparable where values are negative, hence the name beside the number.
    n : int
    """

    value: float
    kind: Literal["gini", "normalised"]
    n: int


@dataclass(frozen=True)
class Share:
    """The smallest share of customers that makes a given share of the total, with its interval.

    share : float
        Of customers, 0 to 1.
    low, high : float
        Interval at `level`.
    of_total : float
        The share of the total they make, 0.8 for "80 %".
    level : float
    method : "resampled" or "normal"
    n : int
    """

    share: float
    low: float
    high: float
    of_total: float
    level: float
    method: Literal["resampled", "normal"]
    n: int


def curve(values: ArrayLike, *, points: int | None = None) -> Curve:
    """The concentration curve of `values`, largest first.

    values : (n,) float
        One number a customer; may be negative.
    points : int, optional
        Keep about this many points, evenly spaced in customers, always with the first, the last and the highest.

    Raises CannotSay when the values do not sum to more than zero: there is no whole to take shares of.

    >>> drawn = curve([50, 30, 30, -10])
    >>> drawn.customers.tolist(), drawn.total.tolist()
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 0.5, 0.8, 1.1, 1.0])
    """
    ordered = _largest_first(values)
    total = _positive_total(ordered)
    cumulative = np.concatenate(([0.0], np.cumsum(ordered) / total))
    cumulative[-1] = 1.0
    customers = np.arange(ordered.size + 1) / ordered.size
    if points is not None and ordered.size + 1 > points:
        kept = np.unique(np.concatenate((np.linspace(0, ordered.size, points).round().astype(np.intp), [int(cumulative.argmax())])))
        customers, cumulative = customers[kept], cumulative[kept]
    return Curve(customers=customers, total=cumulative, n=ordered.size, sum=total)


def gini(values: ArrayLike) -> Gini:
    """Gini coefficient, also where some values are negative.

    values : (n,) float
        One number a customer, n at least 2.

    Raises CannotSay when the values do not sum to more than zero.

    >>> gini([1, 1, 1, 1])
    Gini(value=0.0, kind='gini', n=4)
    >>> gini([0, 0, 0, 8])
    Gini(value=1.0, kind='gini', n=4)
    >>> gini([-2, 1, 3, 6]).kind
    'normalised'
    """
    y = _largest_first(values)[::-1]
    n = y.size
    if n < 2:  # noqa: PLR2004 -- two is what unequal means
        raise CannotSay("one", "one customer cannot be unequal")
    y = y / _positive_total(y)
    rank = np.arange(1, n + 1)
    weighted = float(rank @ y)
    plain = 2.0 / n * weighted - (n + 1) / n  # Gini 1912
    if y[0] >= 0:
        return Gini(value=_within(plain * n / (n - 1)), kind="gini", n=n)

    # Chen, Tsaur & Rhai 1982 with the correction of Berrebi & Silber 1985. The poorest k hold nothing together,
    # k + 1 of them hold something; the Lorenz curve lies below the axis up to there.
    cumulative = np.cumsum(y)
    k = int(np.flatnonzero(cumulative > 0)[0])
    below = float(rank[:k] @ y[:k])
    held = float(cumulative[k - 1]) if k else 0.0
    divisor = 1.0 + 2.0 / n * below + held / n * (held / float(y[k]) - (1 + 2 * k))
    return Gini(value=_within(plain / divisor), kind="normalised", n=n)


def share_before(values: ArrayLike) -> Floats:
    """For each customer, the share of the total that strictly larger customers make.

    values : (n,) float
    Returns (n,) float, 0 for the largest. Equal values get equal shares, so equal customers are never told apart by
    their order. NaN for every customer when the values do not sum to more than zero.

    >>> share_before([10, 40, 40, 10]).tolist()
    [0.8, 0.0, 0.0, 0.8]
    """
    x = _numbers(values)
    total = float(x.sum())
    if not total > 0:
        return np.full(x.size, np.nan)
    order = np.argsort(-x, kind="stable")
    ordered = x[order]
    before = np.concatenate(([0.0], np.cumsum(ordered)[:-1])) / total
    first_of_equals = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    before = before[np.maximum.accumulate(np.where(first_of_equals, np.arange(x.size), 0))]
    answer = np.empty(x.size)
    answer[order] = before
    return answer


def abc(values: ArrayLike, *, a: float = 0.80, b: float = 0.95) -> NDArray[np.str_]:
    """ABC classes: A makes the first `a` of the total, B goes on to `b`, C is the rest.

    values : (n,) float
    a, b : float
        Cut-offs, 0 < a <= b <= 1. A customer is in A while strictly larger customers make less than `a`; the customer at the
        line is inside. Equal values share a class. Zero and negative values are always C.
    Returns (n,) of "A", "B", "C"; all "C" when the values do not sum to more than zero.

    >>> abc([70, 20, 7, 3, -1]).tolist()
    ['A', 'A', 'B', 'C', 'C']
    """
    if not 0 < a <= b <= 1:
        raise BadInput("cut-offs are shares with 0 < a <= b <= 1")
    x = _numbers(values)
    before = share_before(x)
    counts = (x > 0) & ~np.isnan(before)
    return np.where(counts & (before < a), "A", np.where(counts & (before < b), "B", "C"))


def share_of_customers_making(
    of_total: float,
    values: ArrayLike,
    *,
    rng: np.random.Generator | None = None,
    level: float = 0.95,
    resamples: int = 500,
    method: Literal["resampled", "normal"] | None = None,
) -> Share:
    """The smallest share of customers that makes `of_total` of the total: "x % of customers make 80 %".

    of_total : float
        0 < of_total <= 1.
    values : (n,) float
        One number a customer, in any unit; may be negative.
    rng : Generator
        Needed when resampling; the same generator state gives the same interval.
    level : float
        Of the interval.
    resamples : int
    method : optional
        "resampled": percentiles of a bootstrap over customers. "normal": the influence function of the inverted Lorenz curve (the
        argument of Beach & Davidson 1983 turned round), one pass over the values. By default resampled up to RESAMPLE_UP_TO.

    Within a customer the curve is taken as straight, so the share is not tied to steps of 1/n.
    Raises CannotSay when the values do not sum to more than zero.

    >>> half = share_of_customers_making(0.5, [1.0] * 10, rng=np.random.default_rng(1))
    >>> half.share, half.n
    (0.5, 10)
    """
    if not 0 < of_total <= 1:
        raise BadInput("a share of the total lies above 0 and at most at 1")
    ordered = _largest_first(values)
    total = _positive_total(ordered)
    n = ordered.size
    chosen = method or ("resampled" if n <= RESAMPLE_UP_TO else "normal")
    cumulative = np.cumsum(ordered)
    point, at = _first_reach(ordered, cumulative, of_total * total, n)
    tail = (1 - level) / 2
    if chosen == "resampled":
        if rng is None:
            raise BadInput("resampling needs a generator")
        low, high = np.quantile(_resampled(ordered, of_total, rng, resamples), [tail, 1 - tail])
    else:
        # With p = P(X >= c), c the value at the line and s the share: p moves with a customer x as
        #   1{x >= c} - p - (x 1{x >= c} - s x) / c
        # The density at c, which nobody knows well, cancels.
        line = max(float(ordered[at]), np.finfo(float).tiny)
        influence = np.where(np.arange(n) <= at, 1.0 - ordered / line, 0.0) + of_total * ordered / line
        error = float(influence.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0
        z = float(ndtri(1 - tail))
        low, high = max(point - z * error, 0.0), min(point + z * error, 1.0)
    return Share(share=point, low=min(float(low), point), high=max(float(high), point), of_total=of_total, level=level, method=chosen, n=n)


def share_made_by_top(share: float, values: ArrayLike) -> float:
    """The share of the total that the largest `share` of customers make: "the top 20 % make x".

    >>> share_made_by_top(0.2, [60, 10, 10, 10, 10])
    0.6
    """
    drawn = curve(values)
    return float(np.interp(share, drawn.customers, drawn.total))


def _first_reach(ordered: Floats, cumulative: Floats, target: float, n: int) -> tuple[float, int]:
    """Where a falling cumulative sum first reaches `target`: the share of customers, and the position of the last one needed.

    `ordered` falls, so the sum rises until values turn negative and the first reach is found by bisection in the rising part.
    """
    rising = int(np.searchsorted(-ordered, 0.0, side="left"))  # values above zero
    at = int(np.searchsorted(cumulative[:rising], target * (1 - 1e-12), side="left"))
    at = min(at, rising - 1)
    before = float(cumulative[at - 1]) if at else 0.0
    return min((at + min((target - before) / float(ordered[at]), 1.0)) / n, 1.0), at


def _resampled(ordered: Floats, of_total: float, rng: np.random.Generator, resamples: int) -> Floats:
    """Shares of bootstrap samples. Each sample is how often each customer was drawn; no sample has to be sorted again."""
    n = ordered.size
    answers = np.empty(resamples)
    for i in range(resamples):
        times = np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)
        weighted = times * ordered
        cumulative = np.cumsum(weighted)
        total = cumulative[-1]
        if total <= 0:
            answers[i] = 1.0
            continue
        rising = int(np.searchsorted(-ordered, 0.0, side="left"))
        at = min(int(np.searchsorted(cumulative[:rising], of_total * total, side="left")), rising - 1)
        before = cumulative[at - 1] if at else 0.0
        drawn = times[:at].sum()
        part = (of_total * total - before) / ordered[at] if ordered[at] > 0 else 0.0
        answers[i] = min((drawn + min(part, times[at])) / n, 1.0)
    return answers


def _numbers(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1:
        raise BadInput("one number a customer is needed: a one-dimensional array")
    if not np.isfinite(x).all():
        raise BadInput("values must be numbers: leave out who is not known")
    return x


def _largest_first(values: ArrayLike) -> Floats:
    return np.sort(_numbers(values))[::-1]


def _positive_total(x: Floats) -> float:
    if x.size == 0:
        raise CannotSay("nobody", "there are no customers")
    total = float(x.sum())
    if not total > 0:
        raise CannotSay("not_positive", "the values do not sum to more than zero: there is no whole to take shares of")
    return total


def _within(value: float) -> float:
    """Rounding may leave a coefficient a hair outside 0 and 1."""
    return min(max(value, 0.0), 1.0) if -1e-9 < value < 1 + 1e-9 else value  # noqa: PLR2004 -- rounding
