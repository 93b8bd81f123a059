"""Measurement invariance of composites (MICOM): whether constructs mean the same in both groups and may be compared.

References
----------
Henseler, J., Ringle, C. M. & Sarstedt, M. (2016). Testing measurement invariance of composites using partial least squares. Int. Mark.
Rev. 33, 405-431.

"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Metric, Scheme, fit
from kexin.measures.pls.groups import grouped
from kexin.measures.pls.index import plain_weights
from kexin.measures.pls.model import Model
from kexin.measures.pls.samples import Draws, Estimate, Found, Samples, check, doubts
from kexin.measures.pls.stack import statistics

Floats = NDArray[np.float64]
Verdict = Literal["full", "partial", "none"]

STILL = 1e-9


@dataclass(frozen=True)
class Same:
    """One construct in two groups.

    correlation, correlation_from, correlation_p : float
        Step 2: of the scores by either group's weights, over both groups; the value below which only 1 - level of random groupings lie;
        the share of groupings with as low a correlation.
    mean_difference, mean_low, mean_high, mean_p
        Step 3: first less second, in standard deviations of both together; the interval of random groupings; two-sided p-value.
    variance_ratio, variance_low, variance_high, variance_p
        Step 3: the logarithm of the first's variance over the second's.
    verdict : "full", "partial" or "none"
        "partial": the same composite, but not the same mean and variance: paths may be compared, answers not be pooled. "none": not
        even the same composite.
    """

    correlation: float
    correlation_from: float
    correlation_p: float
    mean_difference: float
    mean_low: float
    mean_high: float
    mean_p: float
    variance_ratio: float
    variance_low: float
    variance_high: float
    variance_p: float
    verdict: Verdict


@dataclass(frozen=True)
class Invariance(Storable):
    """MICOM of two groups.

    first, second
    constructs : construct -> Same
    verdict : "full", "partial" or "none"
        The weakest of them. Step 1 (same items, coding, model and algorithm) holds by the way the groups are fitted; that questions were
        worded and translated alike is for people to see to.
    n : group -> rows
    permutations, level, failures
    random_groups : int or None
        How many random groups of rows were shuffled in place of rows.
    warnings : of code and text
    """

    first: Hashable
    second: Hashable
    constructs: Mapping[str, Same]
    verdict: Verdict
    n: Mapping[Hashable, int]
    permutations: int
    level: float
    random_groups: int | None
    failures: int
    warnings: tuple[Note, ...]


def invariance(  # noqa: PLR0913 -- the fit's options and the resampling's
    data: ArrayLike,
    model: Model,
    groups: ArrayLike,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    permutations: int = 1000,
    weights: ArrayLike | None = None,
    scheme: Scheme = "path",
    metric: Metric = "standardized",
    at_least: int = 30,
    random_groups: int | None = None,
    level: float = 0.95,
) -> Invariance:
    """MICOM's three steps for two groups, by permutation (Henseler, Ringle & Sarstedt 2016).

    data, items, weights, groups, rng, permutations, at_least, random_groups
        As for `compare`; exactly two groups have at least `at_least` rows.
    level : float
        1 - level is how often a construct that is the same may be called different, in each test.

    Variances are divided by rows less one. A construct of one item is the same composite by its making: correlation 1.

    Raises what `compare` raises, and BadInput where more than two groups are large enough.
    """
    check(permutations, level, random_groups)
    parts = grouped(data, model, groups, items=items, weights=weights, at_least=at_least)
    if len(parts.shown) > 2:  # noqa: PLR2004 -- the method is of two
        raise BadInput(f"invariance is tested between two groups and there are {len(parts.shown)}: choose the rows of two")
    first, second = parts.shown
    pooled = parts.moments(first, second)
    point = fit(pooled, model, scheme=scheme, metric=metric)
    sides = parts.two(first, second, random_groups, rng)
    samples = Samples(sides.drawn, point.mean, point.deviation, _with_scores(point))
    seen = pooled.covariance
    if metric == "standardized":
        seen = seen / np.multiply.outer(point.deviation, point.deviation)
    found = np.array([sides.in_first, ~sides.in_first], dtype=np.float64)[:, None]
    draws = samples.estimated_by_two(chain([(found[0], found[1])], sides.shuffled(permutations, rng)))
    failed = draws[0].failed | draws[1].failed
    failures = int(failed.sum())
    warnings = (*parts.warnings, *point.warnings, *doubts(failures, permutations))
    same = _correlations(draws[0].found["weights"], draws[1].found["weights"], seen, point)[~failed]
    mean, ratio = (one[~failed] for one in _apart_by(draws, (parts.n[first], parts.n[second])))
    tails = [(1 - level) / 2, (1 + level) / 2]
    constructs: dict[str, Same] = {}
    for at, name in enumerate(model.constructs):
        correlation = float(same[0, at]), float(np.quantile(same[1:, at], 1 - level)), _share(same[:, at] <= same[0, at] + STILL)
        apart = [_apart(column[:, at], tails) for column in (mean, ratio)]
        verdict = _verdict(correlation[2], min(one[3] for one in apart), 1 - level)
        constructs[name] = Same(*correlation, *apart[0], *apart[1], verdict)
    order: tuple[Verdict, ...] = ("none", "partial", "full")
    weakest = min((one.verdict for one in constructs.values()), key=order.index)
    return Invariance(first, second, constructs, weakest, parts.n, permutations, level, sides.groups, failures, warnings)


def _correlations(one: Floats, other: Floats, seen: Floats, point: Fit) -> Floats:
    """(b, c) correlations over all rows of scores by two sets of weights (b, p)."""
    belongs = point.model.layout.belongs

    def product(left: Floats, right: Floats) -> Floats:
        shared: Floats = np.stack([((left * column) @ seen * right) @ column for column in belongs.T], axis=1)
        return shared

    return product(one, other) / np.sqrt(product(one, one) * product(other, other))


def _with_scores(point: Fit) -> Estimate:
    """Samples are fitted, and scores by the weights of all rows described by their mean and variance."""
    each = plain_weights(point)[:, None] * point.model.layout.belongs

    def estimate(mean: Floats, covariance: Floats) -> Found:
        found, failures = statistics(mean, covariance, point, None)
        variance = np.einsum("pc,bpq,qc->bc", each, covariance, each, optimize=True)
        return {"weights": found["weights"], "mean": mean @ each, "variance": variance}, failures

    return estimate


def _apart_by(draws: tuple[Draws, Draws], n: tuple[int, int]) -> tuple[Floats, Floats]:
    """(b, c) differences of means and logarithms of variance ratios."""
    one, other = (draw.found["variance"] * (size / (size - 1)) for draw, size in zip(draws, n, strict=True))
    return draws[0].found["mean"] - draws[1].found["mean"], np.log(one / other)


def _apart(column: Floats, tails: Sequence[float]) -> tuple[float, float, float, float]:
    """The grouping seen, the interval of the random ones, and the two-sided p-value."""
    low, high = np.quantile(column[1:], tails).tolist()
    return float(column[0]), low, high, _share(np.abs(column) >= np.abs(column[0]) - STILL)


def _share(hits: NDArray[np.bool_]) -> float:
    """The grouping seen stands first and counts as one of them."""
    return float(hits.mean())


def _verdict(same_p: float, equal_p: float, allowed: float) -> Verdict:
    if same_p <= allowed:
        return "none"
    return "partial" if equal_p <= allowed else "full"
