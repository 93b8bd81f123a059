"""Samples of the same answers, told by how often each respondent is in them, and fitted many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import CannotSay
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit
from kexin.measures.pls.stack import Scale, statistics

Floats = NDArray[np.float64]

TOGETHER = 250  # samples fitted at once: their matrices stay in the processor's cache
GROUPS = 1000  # of respondents left out in turn, at most
MOST_ROWS = 50_000  # their products lie in memory
FAILED = 0.01  # share of samples without a solution above which a warning is due


@dataclass(frozen=True)
class Draws:
    """Estimates of many samples.

    found : name -> (b, m) float
        NaN where a sample has no solution.
    failed : (b,) bool
    """

    found: dict[str, Floats]
    failed: NDArray[np.bool_]

    def good(self, name: str) -> Floats:
        """Those of the samples that have a solution."""
        chosen: Floats = self.found[name][~self.failed]
        return chosen


class Samples:
    """Respondents as rows of products, from which the moments of any sample are one matrix product.

    rows : (n, p) float
        Complete answers, items in the model's order.
    weights : (n,) float, optional
    """

    def __init__(self, rows: Floats, weights: Floats | None, point: Fit, scale: Scale | None = None) -> None:
        if len(rows) > MOST_ROWS:
            raise CannotSay("too_many", f"{len(rows)} rows are resampled in memory up to {MOST_ROWS}: take a random part of them")
        self.n, self.p = rows.shape
        self.point, self.scale = point, scale
        centred = (rows - point.mean) / point.deviation
        first, second = np.triu_indices(self.p)
        self.products = np.column_stack([np.ones(self.n), centred, centred[:, first] * centred[:, second]])
        if weights is not None:
            self.products *= (weights / weights.mean())[:, None]
        self._square = np.zeros((self.p, self.p), dtype=np.intp)
        self._square[first, second] = self._square[second, first] = np.arange(len(first)) + 1 + self.p

    def moments(self, counts: Floats) -> tuple[Floats, Floats]:
        """Means (b, p) and covariances (b, p, p), in the unit of the answers.

        counts : (b, n) float
            How often each respondent is in each sample.
        """
        sums = counts @ self.products
        mean = sums[:, 1 : 1 + self.p] / sums[:, :1]
        covariance = sums[:, self._square.ravel()].reshape(-1, self.p, self.p) / sums[:, :1, None] - mean[:, :, None] * mean[:, None, :]
        unit = self.point.deviation
        return self.point.mean + mean * unit, covariance * np.multiply.outer(unit, unit)

    def fitted(self, batches: Iterable[Floats]) -> Draws:
        """Each batch of counts is fitted together, with signs as in the fit of all."""
        parts = [statistics(*self.moments(counts), self.point, self.scale) for counts in batches]
        found = {name: np.concatenate([part[name] for part, _failed in parts]) for name in parts[0][0]}
        return Draws(found, np.concatenate([np.logical_or.reduce(list(failed.values())) for _found, failed in parts]))

    def drawn(self, replicates: int, rng: np.random.Generator, among: NDArray[np.intp] | None = None) -> Draws:
        """Samples with replacement of all respondents, or of those `among`."""
        return self.fitted(self._resamples(replicates, rng, np.arange(self.n) if among is None else among))

    def left_out(self) -> Draws:
        """Samples without each respondent, or each of 1,000 groups of them, in turn."""
        groups = min(self.n, GROUPS)
        member = np.arange(self.n) % groups
        starts = range(0, groups, TOGETHER)
        return self.fitted((member != np.arange(start, min(start + TOGETHER, groups))[:, None]).astype(np.float64) for start in starts)

    def _resamples(self, replicates: int, rng: np.random.Generator, among: NDArray[np.intp]) -> Iterator[Floats]:
        for start in range(0, replicates, TOGETHER):
            many = min(TOGETHER, replicates - start)
            who = among[rng.integers(0, len(among), (many, len(among)))] + np.arange(many)[:, None] * self.n
            yield np.bincount(who.ravel(), minlength=many * self.n).reshape(many, self.n).astype(np.float64)


def complete_rows(data: ArrayLike, weights: ArrayLike | None, at: Sequence[int]) -> tuple[Floats, Floats | None, NDArray[np.bool_]]:
    """Rows of positive weight without a gap, columns `at` only, their weights, and which they are; `moments` has checked them."""
    if isinstance(data, np.ma.MaskedArray):
        data = np.where(np.ma.getmaskarray(data), np.nan, np.ma.getdata(data))
    rows = np.asarray(data, dtype=np.float64)
    kept = np.asarray(~np.isnan(rows).any(axis=1))
    if weights is None:
        return rows[kept][:, at], None, kept
    w = np.asarray(weights, dtype=np.float64)
    kept = kept & (w > 0)
    return rows[kept][:, at], w[kept], kept


def lost(failures: int, replicates: int) -> tuple[Note, ...]:
    """The warning that samples without a solution are worth. Raises CannotSay "no_solution" where they are more than half."""
    if failures > replicates / 2:
        raise CannotSay("no_solution", f"{failures} of {replicates} resamples have no solution: the answers are too few for this model")
    if failures <= FAILED * replicates:
        return ()
    return (Note("failures", f"{failures} of {replicates} resamples have no solution and are left out: what is said is too certain"),)
