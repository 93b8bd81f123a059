"""Answers as rows of products: 1, the items, and every pair of them, whose sums are the moments of any sample of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ROWS = 4096  # gathered from all over the data at a time: their copy stays in the processor's cache


@dataclass(frozen=True)
class Rows:
    """The rows that count.

    data : (n, q) float
    kept : (k,) int
        Rows without a gap and of positive weight.
    columns : (p,) int
        The model's items.
    weights : (n,) float, optional
    """

    data: Floats
    kept: NDArray[np.intp]
    columns: NDArray[np.intp]
    weights: Floats | None

    @classmethod
    def of(cls, data: ArrayLike, weights: ArrayLike | None, columns: Sequence[int]) -> Rows:
        """What `moments` has checked."""
        if isinstance(data, np.ma.MaskedArray):
            data = np.where(np.ma.getmaskarray(data), np.nan, np.ma.getdata(data))
        table = np.asarray(data, dtype=np.float64)
        counted = ~np.isnan(table).any(axis=1)
        w = None if weights is None else np.asarray(weights, dtype=np.float64)
        if w is not None:
            counted &= w > 0
            w = w / w[counted].mean()
        return cls(table, np.flatnonzero(counted), np.array(columns, dtype=np.intp), w)

    def products_by_group(self, groups: int, rng: np.random.Generator, centre: Floats, unit: Floats) -> Floats:
        """(groups, …) their sums over groups of equal size, one row more or less, put together at random.

        At random, for rows often lie in some order, and groups cut from it would differ more, or less, than groups of strangers do.
        """
        first, second = np.triu_indices(len(self.columns))
        shuffled = rng.permutation(self.kept)
        ends = len(shuffled) * np.arange(groups + 1) // groups
        found = np.zeros((groups, 1 + len(self.columns) + len(first)))
        for group in range(groups):
            for start in range(ends[group], ends[group + 1], ROWS):
                members = shuffled[start : min(start + ROWS, ends[group + 1])]
                standard = self._standard(members, centre, unit)
                w = np.ones(len(members)) if self.weights is None else self.weights[members]
                weighted = standard if self.weights is None else standard * w[:, None]
                found[group] += np.concatenate([[w.sum()], w @ standard, (weighted.T @ standard)[first, second]])
        return found

    def _standard(self, members: NDArray[np.intp], centre: Floats, unit: Floats) -> Floats:
        taken: Floats = (self.data[members][:, self.columns] - centre) / unit
        return taken


def products(rows: Floats, weights: Floats | None, centre: Floats, unit: Floats) -> Floats:
    """(k, 1 + p + p (p + 1) / 2) of each row; items less `centre`, in `unit`."""
    first, second = np.triu_indices(rows.shape[1])
    standard = (rows - centre) / unit
    found: Floats = np.column_stack([np.ones(len(rows)), standard, standard[:, first] * standard[:, second]])
    if weights is not None:
        found *= weights[:, None]
    return found
