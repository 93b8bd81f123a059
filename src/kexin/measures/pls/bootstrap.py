"""How far estimates would move in another sample: standard errors and intervals by resampling respondents.

A sample with replacement is how often each respondent was drawn, so its moments are those counts times the products of the answers:
one matrix product gives the covariances of hundreds of samples, which are then fitted together. Of very many respondents, groups
put together at random are drawn in place of persons: moments of groups add up, so a million rows are no more work than a thousand.

References
----------
Henseler, J., Ringle, C. M. & Sarstedt, M. (2015). A new criterion for assessing discriminant validity. J. Acad. Mark. Sci. 43, 115-135.
Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed., ch. 2 (random groups). Springer.

"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Metric, Scheme, fit
from kexin.measures.pls.index import Bound, index, scale_ends
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.rows import Rows, products
from kexin.measures.pls.stack import Scale, htmt, htmt_pairs, statistics
from kexin.measures.pls.uncertainty import Estimates

Floats = NDArray[np.float64]

TOGETHER = 100  # samples fitted at once: their matrices stay in the processor's cache
FITTED = ("weights", "loadings", "paths", "total_effects", "indirect_effects", "r_squared")
GROUPS = 1000  # of respondents drawn or left out together, at most
ROWS = 50_000  # drawn one by one up to here, for their products lie in memory
FAILED = 0.01  # share of samples without a solution above which a warning is due


@dataclass(frozen=True)
class Bootstrap:
    """A fit with the uncertainty of its estimates.

    fit : Fit
        Of the whole sample.
    weights, loadings, paths, total_effects, indirect_effects, r_squared
        Under the names of the fit.
    htmt : (construct, construct)
        Of constructs with several items. To be compared with 1, not with 0.
    index : construct
        Empty unless the ends of the scale are given.
    replicates, level
    groups : int or None
        How many random groups of respondents were drawn in place of respondents; None where these were drawn themselves.
    inadmissible : int
        Resamples of a consistent fit whose estimates no population has. They are kept: without them intervals would be too short.
    failures : kind -> number
        Resamples that gave no estimates and are left out: "constant" (an item did not vary), "no_solution", "not_converged".
    warnings : of code and text
        Those of the fit; "failures" and "inadmissible" where more than one resample in a hundred is.
    """

    fit: Fit
    weights: Estimates[tuple[str, str]]
    loadings: Estimates[tuple[str, str]]
    paths: Estimates[tuple[str, str]]
    total_effects: Estimates[tuple[str, str]]
    indirect_effects: Estimates[tuple[str, str]]
    r_squared: Estimates[str]
    htmt: Estimates[tuple[str, str]]
    index: Estimates[str]
    replicates: int
    level: float
    groups: int | None
    inadmissible: int
    failures: Mapping[str, int]
    warnings: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and words."""
        stored: dict[str, Any] = plain(self)
        return stored


def bootstrap(  # noqa: PLR0913 -- the fit's options and the resampling's
    data: ArrayLike,
    model: Model,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    replicates: int = 5000,
    weights: ArrayLike | None = None,
    scheme: Scheme = "path",
    consistent: bool = False,
    metric: Metric = "standardized",
    groups: int | None = None,
    level: float = 0.95,
    low: Bound | None = None,
    high: Bound | None = None,
) -> Bootstrap:
    """Fit `model` and resample the rows of `data` for standard errors, percentile and BCa intervals.

    data, items, weights
        As for `moments`; rows with a gap are left out. A row drawn brings its weight along.
    rng : Generator
        The same state gives the same bytes.
    replicates : int
        Resamples, 100 at least; several thousand for intervals.
    scheme, consistent, metric
        As for `fit`.
    groups : int, optional
        Draw this many random groups of rows in place of rows, 100 at least. Unless given, rows are drawn up to 50,000 of them and
        1,000 groups beyond. A standard error from G groups is off by a share of about 1/√(2G) itself (Wolter 2007, ch. 2): 2 % of
        it with 1,000.
    level : float
        Of both intervals.
    low, high : optional
        Ends of the answer scale, for intervals of the index.

    Signs: in every resample each construct is turned so that its loadings agree with those of the whole sample. The acceleration
    of BCa comes from leaving out one respondent at a time, or one of 1,000 groups of them where there are more.

    Raises what `moments`, `fit` and `index` raise, and CannotSay "no_solution" where fewer than half the resamples can be fitted.
    """
    _check(replicates, level, groups)
    if (low is None) != (high is None):
        raise BadInput("give both ends of the scale, low and high, or neither")
    stats = moments(data, items, weights=weights)
    groups = _grouped(stats.n, groups)
    point = fit(stats, model, scheme=scheme, consistent=consistent, metric=metric)
    values = {name: getattr(point, name).array for name in FITTED}
    scale = None
    if low is not None and high is not None:
        values["index"] = np.array(list(index(point, low, high).values()))
        scale = Scale(*scale_ends(model, low, high))
    correlation = (stats.covariance / np.sqrt(np.multiply.outer(stats.covariance.diagonal(), stats.covariance.diagonal())))[None]
    at = [stats.items.index(item) for item in model.items]
    values["htmt"] = htmt(correlation[:, at][:, :, at], model.layout)[0]

    if groups is None:
        resampling = _Resampling(*_kept(data, weights, at), point, scale)
    else:
        resampling = _GroupResampling(Rows.of(data, weights, at), groups, rng, point, scale)
    draws, failures = resampling.drawn(replicates, rng)
    left_out = resampling.left_out()
    inadmissible = int((draws["possible"] == 0).sum()) if consistent else 0
    warnings = (*point.warnings, *_doubts(sum(failures.values()), inadmissible, replicates))
    names = model.constructs
    keys: dict[str, Sequence[Any]] = {name: list(getattr(point, name)) for name in FITTED}
    keys |= {"htmt": [(names[one], names[other]) for one, other in htmt_pairs(model.layout)], "index": names if scale else ()}
    if scale is None:
        values["index"], draws["index"], left_out["index"] = np.zeros(0), np.zeros((2, 0)), np.zeros((2, 0))
    tables: dict[str, Estimates[Any]] = {name: Estimates(keys[name], values[name], draws[name], left_out[name], level) for name in keys}
    return Bootstrap(
        fit=point,
        **tables,
        replicates=replicates,
        level=level,
        groups=groups,
        inadmissible=inadmissible,
        failures=failures,
        warnings=warnings,
    )


def _check(replicates: int, level: float, groups: int | None) -> None:
    if replicates < 100:  # noqa: PLR2004 -- fewer say nothing of tails
        raise BadInput(f"{replicates} replicates are too few for an interval: take some thousands, 100 at least")
    if not 0 < level < 1:
        raise BadInput("the level lies between 0 and 1")
    if groups is not None and groups < 100:  # noqa: PLR2004 -- fewer leave the standard error itself unknown
        raise BadInput(f"{groups} groups are too few: take 1,000, 100 at least, or None")


def _grouped(n: int, groups: int | None) -> int | None:
    """How many groups are drawn, None where rows are."""
    if groups is None:
        return GROUPS if n > ROWS else None
    if n < 2 * groups:
        raise CannotSay("too_few", f"{n} rows do not make {groups} groups of several: leave groups out")
    return groups


def _doubts(failed: int, inadmissible: int, replicates: int) -> Iterator[Note]:
    if failed > replicates / 2:
        raise CannotSay("no_solution", f"{failed} of {replicates} resamples have no solution: the answers are too few for this model")
    if failed > FAILED * replicates:
        yield Note("failures", f"{failed} of {replicates} resamples have no solution and are left out: intervals are too short")
    if inadmissible > FAILED * replicates:
        text = f"{inadmissible} of {replicates} resamples have consistent estimates that no population has: do not rely on the intervals"
        yield Note("inadmissible", text)


class _Resampling:
    """Rows of products, of one respondent each, from which the moments of any sample are one matrix product."""

    def __init__(self, rows: Floats, weights: Floats | None, point: Fit, scale: Scale | None) -> None:
        self._take(products(rows, weights, point.mean, point.deviation), point, scale)

    def _take(self, rows_of_products: Floats, point: Fit, scale: Scale | None) -> None:
        self.n, self.p = len(rows_of_products), len(point.mean)
        self.point, self.scale = point, scale
        self.products = rows_of_products
        first, second = np.triu_indices(self.p)
        self.square = np.zeros((self.p, self.p), dtype=np.intp)
        self.square[first, second] = self.square[second, first] = np.arange(len(first)) + 1 + self.p

    def fitted(self, counts: Floats) -> tuple[dict[str, Floats], dict[str, NDArray[np.bool_]]]:
        sums = counts @ self.products
        mean = sums[:, 1 : 1 + self.p] / sums[:, :1]
        covariance = sums[:, self.square.ravel()].reshape(-1, self.p, self.p) / sums[:, :1, None] - mean[:, :, None] * mean[:, None, :]
        unit = self.point.deviation
        return statistics(self.point.mean + mean * unit, covariance * np.multiply.outer(unit, unit), self.point, self.scale)

    def drawn(self, replicates: int, rng: np.random.Generator) -> tuple[dict[str, Floats], dict[str, int]]:
        parts: list[dict[str, Floats]] = []
        failures = {"constant": 0, "no_solution": 0, "not_converged": 0}
        for start in range(0, replicates, TOGETHER):
            many = min(TOGETHER, replicates - start)
            who = rng.integers(0, self.n, (many, self.n)) + np.arange(many)[:, None] * self.n
            counts = np.bincount(who.ravel(), minlength=many * self.n).reshape(many, self.n).astype(np.float64)
            found, failed = self.fitted(counts)
            good = ~np.logical_or.reduce(list(failed.values()))
            parts.append({name: draws[good] for name, draws in found.items()})
            failures = {kind: failures[kind] + int(failed[kind].sum()) for kind in failures}
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, failures

    def left_out(self) -> dict[str, Floats]:
        """Estimates without each respondent, or each group of them, in turn."""
        groups = min(self.n, GROUPS)
        member = np.arange(self.n) % groups
        parts: list[dict[str, Floats]] = []
        for start in range(0, groups, TOGETHER):
            out = np.arange(start, min(start + TOGETHER, groups))
            found, failed = self.fitted((member != out[:, None]).astype(np.float64))
            good = ~np.logical_or.reduce(list(failed.values()))
            parts.append({name: draws[good] for name, draws in found.items()})
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


class _GroupResampling(_Resampling):
    """The same with rows of one random group of respondents each."""

    def __init__(self, rows: Rows, groups: int, rng: np.random.Generator, point: Fit, scale: Scale | None) -> None:
        self._take(rows.products_by_group(groups, rng, point.mean, point.deviation), point, scale)


def _kept(data: ArrayLike, weights: ArrayLike | None, at: Sequence[int]) -> tuple[Floats, Floats | None]:
    """Complete rows of positive weight, the model's items only; `moments` has checked them."""
    rows = Rows.of(data, weights, at)
    return rows.data[rows.kept][:, rows.columns], None if rows.weights is None else rows.weights[rows.kept]
