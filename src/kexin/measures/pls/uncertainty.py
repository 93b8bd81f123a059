"""Estimates with standard errors and intervals, from the values that resampling gave.

References
----------
Efron, B. (1987). Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82, 171-185.
Efron, B. & Tibshirani, R. (1993). An Introduction to the Bootstrap, ch. 13-14. Chapman & Hall.
Hesterberg, T. C. (2015). What teachers should know about the bootstrap. Am. Stat. 69, 371-386.

"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

Floats = NDArray[np.float64]
Key = TypeVar("Key", bound=Hashable)

STILL = 1e-9


@dataclass(frozen=True)
class Estimate:
    """One number with its uncertainty.

    value : float
        In the whole sample.
    se : float
        Standard deviation over the resamples.
    bias : float
        Their mean less the value.
    percentile, bca : (low, high)
        Intervals, their ends moved out as few respondents ask for (see `tails`); NaN where the number does not vary.
    """

    value: float
    se: float
    bias: float
    percentile: tuple[float, float]
    bca: tuple[float, float]


class Estimates(Mapping[Key, Estimate]):
    """Estimates by name: `paths["Image", "Expectation"].se`. As arrays: `value`, `se`, `bias` (m,), `percentile`, `bca` (m, 2).

    `endless` (m,) counts the resamples in which a number is infinite, as a ratio to nothing is: intervals hold them as beyond all
    others, `se` and `bias` leave them out.
    """

    def __init__(self, keys: Sequence[Key], value: Floats, draws: Floats, left_out: Floats, level: float) -> None:
        self._places = {key: place for place, key in enumerate(keys)}
        self.value = value
        self.endless = (~np.isfinite(draws)).sum(axis=0)
        told = draws
        if self.endless.any():
            told = np.ma.masked_invalid(draws)
        self.se = np.ma.filled(told.std(axis=0, ddof=1), np.nan)
        self.bias = np.ma.filled(told.mean(axis=0), np.nan) - value
        self.percentile, self.bca = _intervals(value, draws, left_out, level)

    def __getitem__(self, key: Key) -> Estimate:
        at = self._places[key]
        low, high = self.percentile[at].tolist()
        bca_low, bca_high = self.bca[at].tolist()
        return Estimate(float(self.value[at]), float(self.se[at]), float(self.bias[at]), (low, high), (bca_low, bca_high))

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def tails(level: float, units: int) -> Floats:
    """(2,) shares of the draws at which an interval of `level` ends, from `units` respondents or groups of them.

    Resampling n persons spreads as if their variance were divided by n, not n - 1, and by normal, not by Student's tails: both make
    intervals a little too short. Shares further out make up for it (Hesterberg 2015, expanded percentile interval).
    """
    end = math.sqrt(units / (units - 1)) * float(stdtrit(units - 1, (1 + level) / 2))
    return np.asarray(ndtr([-end, end]))


def quantiles(ordered: Floats, at: Floats) -> Floats:
    """Of each column (b, m) at its own shares (m, 2), between neighbours; NaN where the share is.

    The k-th of b draws stands for the share k / (b + 1), for a next draw falls beyond the largest with 1 / (b + 1).
    """
    place = np.clip(np.nan_to_num(at) * (len(ordered) + 1) - 1, 0, len(ordered) - 1)
    lower = np.floor(place).astype(np.intp)
    upper = np.minimum(lower + 1, len(ordered) - 1)
    column = np.arange(ordered.shape[1])[:, None]
    found: Floats = ordered[lower, column] + (place - lower) * (ordered[upper, column] - ordered[lower, column])
    return np.where(np.isnan(at), np.nan, found)


def _intervals(value: Floats, draws: Floats, left_out: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentile and BCa intervals (m, 2). Efron & Tibshirani 1993, eqs. 14.9 to 14.15."""
    ordered = np.sort(draws, axis=0)
    fixed = ordered[-1] - ordered[0] <= STILL  # paths that are not there, weights of an item alone
    ends = tails(level, len(left_out))
    below = ((draws < value).mean(axis=0) + (draws <= value).mean(axis=0)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = ndtri(below)
        away = left_out.mean(axis=0) - left_out
        acceleration = (away**3).sum(axis=0) / (6.0 * (away**2).sum(axis=0) ** 1.5)
        shifted = bias[:, None] + ndtri(ends)
        at = ndtr(bias[:, None] + shifted / (1.0 - acceleration[:, None] * shifted))
    both = quantiles(ordered, np.broadcast_to(ends, at.shape)), quantiles(ordered, at)
    for interval in both:
        interval[fixed] = np.nan
    return both
