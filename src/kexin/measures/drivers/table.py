"""Outcome and predictors as one table, and the correlations in it: of all rows, of resamples of rows, or as kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import usable_weights
from kexin.measures.columns import Missing, column, columns, refuse_missing, refuse_one_weight
from kexin.measures.drivers import decomposition
from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Predictors and outcome (last), their rows and weights; or their covariance alone."""

    names: tuple[str, ...]
    values: Floats
    weights: Floats
    pairwise: bool
    n: int
    left_out: int
    covariance: Floats | None = None

    @classmethod
    def read(
        cls,
        outcome: ArrayLike,
        predictors: Any,
        *,
        names: Sequence[str] | None,
        weights: ArrayLike | None,
        missing: Missing,
        scale: tuple[float, float] | None,
    ) -> Table:
        found = columns(predictors, names=names, scale=scale)
        y = column(outcome, name="outcome")
        if y.size != found.values.shape[0]:
            raise BadInput(f"the outcome has {y.size} answers, the items {found.values.shape[0]}")
        values = np.column_stack((found.values, y))
        called = (*found.names, "outcome")
        w = usable_weights(weights, y.size)
        if missing not in ("complete", "pairwise", "refuse"):
            raise BadInput(f"missing is 'complete', 'pairwise' or 'refuse', not {missing!r}")
        if missing == "refuse":
            refuse_missing(values[w > 0], called)
        known = ~np.isnan(values)
        # A row without the outcome still tells how predictors go together, but not what they move: it is left out in either case.
        used = (w > 0) & (known.all(axis=1) if missing == "complete" else known[:, -1] & known[:, :-1].any(axis=1))
        values, w, known = values[used], w[used], known[used]
        pairwise = missing == "pairwise" and not known.all()
        n = int((known.T.astype(np.float64) @ known).min()) if pairwise else int(used.sum())
        if n < values.shape[1] + 1:
            raise CannotSay(
                "too_few",
                f"{n} rows with all the answers needed for {len(found.names)} items: at least {values.shape[1] + 1} are needed. "
                "Leave out items, or those with many missing answers",
            )
        refuse_one_weight(w)
        for name, one in zip(called, values.T, strict=True):
            if np.nanmax(one) == np.nanmin(one):
                raise CannotSay("constant", f"item {name!r} has the same answer in every row used: leave it out")
        centred = values - np.nanmean(values, axis=0)  # sums of squares lose nothing to a large mean
        return cls(found.names, centred / np.nanstd(centred, axis=0), w / w.max(), pairwise, n, int(y.size - used.sum()))

    @classmethod
    def from_covariance(cls, covariance: ArrayLike, names: Sequence[str], n: int) -> Table:
        given = np.asarray(covariance, dtype=np.float64)
        if given.shape != (len(names) + 1,) * 2 or not len(names):
            raise BadInput(f"{len(names)} predictors need a covariance of {len(names) + 1} rows and columns, the outcome first")
        if not np.isfinite(given).all() or not np.allclose(given, given.T, rtol=1e-8, atol=1e-12):
            raise BadInput("a covariance is symmetric, with every number known")
        for name, variance in zip(("outcome", *names), np.diagonal(given), strict=True):
            if not variance > 0:
                raise CannotSay("constant", f"item {name!r} does not vary: leave it out")
        if n < len(names) + 2:
            raise CannotSay("too_few", f"{n} rows for {len(names)} items: at least {len(names) + 2} are needed")
        order = [*range(1, len(names) + 1), 0]
        called = tuple(str(name) for name in names)
        return cls(called, np.empty((0, 0)), np.ones(n), pairwise=True, n=n, left_out=0, covariance=given[np.ix_(order, order)])

    def correlation(self) -> Floats:
        """Of all, (1, p + 1, p + 1). Raises CannotSay when they contradict each other."""
        found = decomposition.correlations(self.covariance[None]) if self.covariance is not None else self._weighted(self.weights)[None]
        if self.pairwise and np.linalg.eigvalsh(found[0])[0] < -1e-8:  # noqa: PLR2004 -- rounding
            raise CannotSay(
                "not_correlations", "correlations from different rows contradict each other: use missing='complete' or leave out items"
            )
        return found

    def resampled(self, rng: np.random.Generator, replicates: int, at_once: int) -> Iterator[Floats]:
        """Correlations of resamples of rows, some at a time."""
        rows = self.weights.size
        for start in range(0, replicates, at_once):
            yield np.stack(
                [
                    self._weighted(np.bincount(rng.integers(0, rows, rows), minlength=rows) * self.weights)
                    for _ in range(min(at_once, replicates - start))
                ]
            )

    def _weighted(self, w: Floats) -> Floats:
        x = self.values
        if not self.pairwise:
            total = w.sum()
            mean = w @ x / total
            return decomposition.correlations((x * w[:, None]).T @ x / total - np.outer(mean, mean))
        known = (~np.isnan(x)).astype(np.float64)
        x = np.nan_to_num(x)
        weighted = x * w[:, None]
        total = np.maximum((known * w[:, None]).T @ known, np.finfo(float).tiny)
        mean = weighted.T @ known / total  # of the row's item, where the column's item is known too
        variance = np.maximum((weighted * x).T @ known / total - mean**2, 0.0)
        spread = np.sqrt(variance * variance.T)
        covariance = weighted.T @ x / total - mean * mean.T
        correlation: Floats = np.divide(covariance, spread, out=np.zeros_like(covariance), where=spread > 0)
        return correlation
