"""Estimates with standard errors and intervals, from the values that resampling gave.

References
----------
Efron, B. (1987). Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82, 171-185.
Efron, B. & Tibshirani, R. (1993). An Introduction to the Bootstrap, ch. 13-14. Chapman & Hall.

"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from kexin.measures.resampled import quantiles, tails

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

    `endless` (m,) counts the resamples in which a number is not finite, as a ratio to nothing is: intervals hold them as beyond all
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
