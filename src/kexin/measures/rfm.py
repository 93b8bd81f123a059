"""RFM: how recently, how often and for how much each customer bought, as quintiles.

References
----------
Bult, J. R. & Wansbeek, T. (1995). Optimal selection for direct mail. Marketing Science 14, 378-394.
Hughes, A. M. (1994). Strategic Database Marketing. Chicago: Probus.

"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput

Scores = NDArray[np.int8]


@dataclass(frozen=True)
class Rfm:
    """Scores of 1 to 5 each; 5 is the most recent, the most frequent, the largest.

    recency, frequency, monetary : (n,) int
    cell : (n,) int
        The three digits as one number: 543.
    """

    recency: Scores
    frequency: Scores
    monetary: Scores
    cell: NDArray[np.int16]


def score(values: ArrayLike, *, bins: int = 5) -> Scores:
    """Quantile scores of 1 to `bins`, rising with the value.

    values : (n,) float
    Ties: equal values share the score of their mean rank, whatever their order, so cells need not be of equal size. A value all
    customers share is in the middle.

    >>> score([10, 20, 30, 40, 50]).tolist()
    [1, 2, 3, 4, 5]
    >>> score([1, 1, 1, 1, 9]).tolist()
    [2, 2, 2, 2, 5]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise BadInput("one number a customer is needed")
    if x.size == 0:
        return np.empty(0, np.int8)
    from scipy.stats import rankdata  # noqa: PLC0415 -- seconds to import, and much that imports this module never ranks

    mean_rank = rankdata(x, method="average")  # 1 to n
    scores: Scores = np.clip(np.ceil(bins * (mean_rank - 0.5) / x.size), 1, bins).astype(np.int8)
    return scores


def rfm(recency_days: ArrayLike, orders: ArrayLike, amount: ArrayLike) -> Rfm:
    """RFM cells of customers who have bought.

    recency_days : (n,) float
        Days since the last order: fewer is better.
    orders : (n,) float
        How many orders.
    amount : (n,) float
        What they were worth, in any unit.

    >>> cells = rfm([2, 40, 400], [9, 3, 1], [900.0, 80.0, 120.0])
    >>> cells.cell.tolist()
    [555, 331, 113]
    """
    days = np.asarray(recency_days, dtype=np.float64)
    if not days.shape == np.shape(orders) == np.shape(amount):
        raise BadInput("recency, orders and amount must be of one length")
    r, f, m = score(-days), score(orders), score(amount)
    return Rfm(recency=r, frequency=f, monetary=m, cell=(100 * r.astype(np.int16) + 10 * f + m).astype(np.int16))


def cell_counts(cells: Rfm) -> NDArray[np.int64]:
    """How many customers stand in each cell: (5, 5, 5), by recency, frequency and monetary score."""
    position = (cells.recency.astype(np.int64) - 1) * 25 + (cells.frequency - 1) * 5 + (cells.monetary - 1)
    return np.bincount(position, minlength=125).reshape(5, 5, 5)
