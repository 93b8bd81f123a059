"""Where intervals end among values that resampling gave.

References
----------
Hesterberg, T. C. (2015). What teachers should know about the bootstrap. Am. Stat. 69, 371-386.

"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

Floats = NDArray[np.float64]


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
    below, above = ordered[lower, column], ordered[upper, column]
    with np.errstate(invalid="ignore"):
        found: Floats = np.where(above == below, below, below + (place - lower) * (above - below))  # equal: both may be infinite
    return np.where(np.isnan(at), np.nan, found)
