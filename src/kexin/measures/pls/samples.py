"""Samples of the same answers, told by how often each respondent, or each random group of them, is in them, and fitted many at once.

A sample is how often each respondent was drawn, so its moments are those counts times the products of the answers: one matrix product
gives the covariances of a hundred samples. Moments of groups add up, so that of a million rows a thousand groups are drawn in their place.

References
----------
Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed., ch. 2 (random groups). Springer.

"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit
from kexin.measures.pls.rows import Rows
from kexin.measures.pls.stack import Scale, statistics

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Found = tuple[dict[str, Floats], dict[str, Mask]]
Estimate = Callable[[Floats, Floats], Found]

TOGETHER = 100  # samples fitted at once: their matrices stay in the processor's cache
GROUPS = 1000  # of respondents drawn or left out together
ROWS = 50_000  # drawn one by one up to here, for their products lie in memory
PRODUCTS = 100_000_000  # of rows with very many items: 0.8 GB
GATHERED = 4096  # rows taken from all over the data at a time: their copy stays in the processor's cache
FEWEST = 100  # replicates say nothing of tails, and groups leave the standard error itself unknown, below
FAILED = 0.01  # share of samples without a solution above which a warning is due


@dataclass(frozen=True)
class Draws:
    """Estimates of b samples.

    found : name -> (b, m) float
        Not to be read where a sample has no solution.
    failures : kind -> (b,) bool
    """

    found: dict[str, Floats]
    failures: dict[str, Mask]

    @property
    def failed(self) -> Mask:
        """(b,) whether a sample has no solution, of whichever kind."""
        return np.asarray(np.logical_or.reduce(list(self.failures.values())))

    @property
    def inadmissible(self) -> int:
        """How many have consistent estimates that no population has."""
        return int((self.good("possible") == 0).sum()) if "possible" in self.found else 0

    def good(self, name: str) -> Floats:
        """Those of the samples that have a solution."""
        chosen: Floats = self.found[name][~self.failed]
        return chosen


class Samples:
    """Respondents, or groups of them, as rows of products: 1, the items, and every pair of them, whose sums are the moments of any sample.

    rows : Rows, or a list of them
        Whose samples are taken: each row by itself, or each group by itself.
    centre, unit : (p,) float
        Means and deviations of all, for precision; results do not depend on them.
    estimate : (mean (b, p), covariance (b, p, p)) -> estimates, failures
    made : optional
        Turns standardized answers (k, p) into columns (k, q); mean and covariance are then of these.
    """

    def __init__(
        self,
        rows: Rows | Sequence[Rows],
        centre: Floats,
        unit: Floats,
        estimate: Estimate,
        made: Callable[[Floats], Floats] | None = None,
    ) -> None:
        def columns(of: Rows) -> Floats:
            standard = of.standard(centre, unit)
            return standard if made is None else made(standard)

        self._products = _products(columns(rows), rows.shares()) if isinstance(rows, Rows) else _sums(rows, columns)
        self._estimate = estimate
        self.n = len(self._products)
        width = self._products.shape[1]
        self.p = round((np.sqrt(8 * width + 1) - 3) / 2)  # 1 + p + p (p + 1) / 2 = width
        self._centre: Floats = centre if made is None else np.zeros(self.p)
        self._unit: Floats = unit if made is None else np.ones(self.p)
        first, second = np.triu_indices(self.p)
        self._square = np.zeros((self.p, self.p), dtype=np.intp)
        self._square[first, second] = self._square[second, first] = np.arange(len(first)) + 1 + self.p

    def moments(self, counts: Floats) -> tuple[Floats, Floats]:
        """Means (b, p) and covariances (b, p, p).

        counts : (b, n) float
            How often each respondent or group is in each sample.
        """
        sums = counts @ self._products
        mean = sums[:, 1 : 1 + self.p] / sums[:, :1]
        covariance = sums[:, self._square.ravel()].reshape(-1, self.p, self.p) / sums[:, :1, None] - mean[:, :, None] * mean[:, None, :]
        return self._centre + mean * self._unit, covariance * np.multiply.outer(self._unit, self._unit)

    def estimated(self, batches: Iterable[Floats]) -> Draws:
        """Each batch of counts together."""
        return _joined([self._estimate(*self.moments(counts)) for counts in batches])

    def estimated_by_two(self, batches: Iterable[tuple[Floats, Floats]]) -> tuple[Draws, Draws]:
        """The same of samples that belong together two by two."""
        parts = [tuple(self._estimate(*self.moments(counts)) for counts in both) for both in batches]
        return _joined([one for one, _other in parts]), _joined([other for _one, other in parts])

    def drawn(self, replicates: int, rng: np.random.Generator, among: NDArray[np.intp] | None = None) -> Draws:
        """Samples with replacement of all respondents, or of those `among`."""
        return self.estimated(self.resamples(replicates, rng, among))

    def left_out(self) -> Draws:
        """Samples without each respondent, or each of 1,000 groups of them, in turn."""
        groups = min(self.n, GROUPS)
        member = np.arange(self.n) % groups
        starts = range(0, groups, TOGETHER)
        return self.estimated((member != np.arange(start, min(start + TOGETHER, groups))[:, None]).astype(np.float64) for start in starts)

    def resamples(self, replicates: int, rng: np.random.Generator, among: NDArray[np.intp] | None = None) -> Iterator[Floats]:
        """(b, n) how often each is drawn, some samples at a time."""
        among = np.arange(self.n) if among is None else among
        for start in range(0, replicates, TOGETHER):
            many = min(TOGETHER, replicates - start)
            who = among[rng.integers(0, len(among), (many, len(among)))] + np.arange(many)[:, None] * self.n
            yield np.bincount(who.ravel(), minlength=many * self.n).reshape(many, self.n).astype(np.float64)


def fitted(point: Fit, scale: Scale | None = None) -> Estimate:
    """Samples fitted as `point` was, with its signs."""
    return lambda mean, covariance: statistics(mean, covariance, point, scale)


def units(rows: Rows, groups: int | None, rng: np.random.Generator, width: int) -> Rows | list[Rows]:
    """What is drawn: rows, or as many random groups of them as asked for, or 1,000 where rows are too many.

    width : int
        Columns whose products are kept of each.

    Raises CannotSay "too_few" where rows do not make so many groups.
    """
    if groups is None and not too_many(len(rows), width):
        return rows
    groups = groups or GROUPS
    if len(rows) < 2 * groups:
        raise CannotSay("too_few", f"{len(rows)} rows do not make {groups} groups of several: leave groups out")
    return rows.at_random(groups, rng)


def too_many(rows: int, width: int) -> bool:
    """Whether their products are too many to lie in memory."""
    return rows > ROWS or rows * width * (width + 3) / 2 > PRODUCTS


def grouping(drawn: Rows | list[Rows]) -> int | None:
    """How many groups are drawn, None where rows are."""
    return len(drawn) if isinstance(drawn, list) else None


def check(replicates: int, level: float, groups: int | None = None) -> None:
    """Raises BadInput for what resampling cannot do."""
    if replicates < FEWEST:
        raise BadInput(f"{replicates} replicates are too few for an interval or a test: take some thousands, {FEWEST} at least")
    if not 0 < level < 1:
        raise BadInput("the level lies between 0 and 1")
    if groups is not None and groups < FEWEST:
        raise BadInput(f"{groups} groups are too few: take 1,000, {FEWEST} at least, or None")


def doubts(failed: int, replicates: int, inadmissible: int = 0) -> tuple[Note, ...]:
    """Warnings that failed and inadmissible samples are worth. Raises CannotSay "no_solution" where more than half failed."""
    found = []
    if failed > replicates / 2:
        raise CannotSay("no_solution", f"{failed} of {replicates} resamples have no solution: the answers are too few for this model")
    if failed > FAILED * replicates:
        text = f"{failed} of {replicates} resamples have no solution and are left out: what is said is too certain"
        found.append(Note("failures", text))
    if inadmissible > FAILED * replicates:
        text = f"{inadmissible} of {replicates} resamples have consistent estimates that no population has: do not rely on what they say"
        found.append(Note("inadmissible", text))
    return tuple(found)


def _joined(parts: Sequence[Found]) -> Draws:
    found, failures = parts[0]
    return Draws(
        {name: np.concatenate([part[name] for part, _failed in parts]) for name in found},
        {kind: np.concatenate([failed[kind] for _found, failed in parts]) for kind in failures},
    )


def _products(columns: Floats, weights: Floats | None) -> Floats:
    """(k, 1 + q + q (q + 1) / 2) of each row."""
    first, second = np.triu_indices(columns.shape[1])
    found: Floats = np.column_stack([np.ones(len(columns)), columns, columns[:, first] * columns[:, second]])
    if weights is not None:
        found *= weights[:, None]
    return found


def _sums(groups: Sequence[Rows], columns: Callable[[Rows], Floats]) -> Floats:
    """(groups, …) the same, summed over the rows of each."""
    return np.array([np.sum([_summed(columns(part), part.shares()) for part in group.in_parts(GATHERED)], axis=0) for group in groups])


def _summed(columns: Floats, weights: Floats | None) -> Floats:
    first, second = np.triu_indices(columns.shape[1])
    w = np.ones(len(columns)) if weights is None else weights
    weighted = columns if weights is None else columns * w[:, None]
    return np.concatenate([[w.sum()], w @ columns, (weighted.T @ columns)[first, second]])
