"""How far the correlations of the items are from those the model implies, and whether chance explains it.

References
----------
Bollen, K. A. & Stine, R. A. (1992). Bootstrapping goodness-of-fit measures in structural equation models. Sociol. Methods Res. 21, 205-229.
Beran, R. & Srivastava, M. S. (1985). Bootstrap tests and confidence regions for functions of a covariance matrix. Ann. Stat. 13, 95-115.
Dijkstra, T. K. & Henseler, J. (2015). Consistent and asymptotically normal PLS estimators for linear structural equations.
Comput. Stat. Data Anal. 81, 10-23.
Henseler, J. et al. (2014). Common beliefs and reality about PLS. Organ. Res. Methods 17, 182-209.

"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.pls import faults
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, fit
from kexin.measures.pls.model import Layout, Model
from kexin.measures.pls.moments import Moments, moments
from kexin.measures.pls.rows import complete_rows, dropped
from kexin.measures.pls.samples import Estimate, Found, Samples, check, doubts, grouping, units
from kexin.measures.pls.stack import statistics

Floats = NDArray[np.float64]
Structure = Literal["saturated", "estimated"]

DISTANCES = ("srmr", "d_uls", "d_g")


@dataclass(frozen=True)
class Discrepancy:
    """Distance of the items' correlations S from the implied ones Σ; 0 is exact.

    srmr : float
        Root of the mean squared difference over the p (p + 1) / 2 elements on and below the diagonal.
    d_uls : float
        Half the sum of all squared differences.
    d_g : float
        Half the sum of the squared natural logarithms of the eigenvalues of S⁻¹Σ; NaN where either is not positive definite. calculateDG
        of cSEM takes logarithms to base 10: its number is this one divided by (ln 10)² = 5.3019.
    """

    srmr: float
    d_uls: float
    d_g: float


@dataclass(frozen=True)
class ExactFit(Storable):
    """Test of "the model holds exactly": what the distances are, and what they would be if it held.

    observed : Discrepancy
    critical : Discrepancy
        Quantiles of order `level` in samples from a population in which the model holds.
    p_values : "srmr", "d_uls", "d_g" -> share of those samples as far off or farther, (1 + k) / (1 + samples)
    rejected : by the same names
        Whether the observed distance exceeds the critical one.
    structure : "saturated" or "estimated"
    replicates, level
    groups : int or None
        How many random groups of respondents were drawn in place of respondents.
    failures : int
        Samples without an admissible solution; they are left out.
    warnings : of code and text
        "rows_dropped"; "failures" above one in a hundred.
    """

    observed: Discrepancy
    critical: Discrepancy
    p_values: dict[str, float]
    rejected: dict[str, bool]
    structure: Structure
    replicates: int
    level: float
    groups: int | None
    failures: int
    warnings: tuple[Note, ...]


def factor_blocks(model: Model, factors: Sequence[str] | None) -> tuple[str, ...]:
    """Constructs whose items are held to correlate by the construct alone: those named, else mode A with several items."""
    if factors is None:
        return tuple(name for name in model.constructs if model.modes[name] == "A" and len(model.blocks[name]) > 1)
    unknown = [name for name in factors if name not in model.blocks]
    if unknown:
        raise BadInput(f"there is no construct {unknown[0]!r}: the model has {', '.join(model.constructs)}")
    return tuple(factors)


def implied_constructs(between: Floats, paths: Floats, r_squared: Floats, layout: Layout) -> Floats:
    """(b, c, c) correlations of constructs that the paths alone would make, those of unexplained constructs given."""
    onto = np.zeros_like(between)
    onto[:, layout.path_to, layout.path_from] = paths
    unexplained = np.setdiff1d(layout.same, layout.explained)
    left = np.zeros_like(between)
    left[:, unexplained[:, None], unexplained] = between[:, unexplained[:, None], unexplained]
    left[:, layout.explained, layout.explained] = 1.0 - r_squared
    through = np.linalg.inv(np.eye(len(layout.same)) - onto)
    found: Floats = through @ left @ through.transpose(0, 2, 1)
    found[:, layout.same, layout.same] = 1.0
    return found


def implied_many(found: Mapping[str, Floats], correlation: Floats, model: Model, structure: Structure, factors: Sequence[str]) -> Floats:
    """(b, p, p) correlations of items that b fits imply.

    Between blocks: loading times the constructs' correlation times loading. Within the block of a factor: loading times loading. Within
    the block of a composite: as observed, for a composite says nothing of how its items correlate.

    found : "loadings", "correlations", "paths" and "r_squared" -> (b, …) float
    correlation : (b, p, p) float
    """
    layout = model.layout
    c = len(model.constructs)
    between = found["correlations"].reshape(-1, c, c)
    if structure == "estimated":
        between = implied_constructs(between, found["paths"], found["r_squared"], layout)
    loadings = layout.belongs * found["loadings"][:, :, None]
    expected: Floats = loadings @ between @ loadings.transpose(0, 2, 1)
    for name, block in zip(model.constructs, layout.slices, strict=True):
        if name not in factors:
            expected[:, block, block] = correlation[:, block, block]
    every = np.arange(len(model.items))
    expected[:, every, every] = 1.0
    return expected


def implied(result: Fit, correlation: Floats, structure: Structure, factors: Sequence[str]) -> Floats:
    """(p, p) the same of one fit."""
    found = {name: getattr(result, name).array[None] for name in ("loadings", "correlations", "paths", "r_squared")}
    alone: Floats = implied_many(found, correlation[None], result.model, structure, factors)[0]
    return alone


def distances(correlation: Floats, expected: Floats) -> Floats:
    """(b, 3) SRMR, d_ULS and d_G of b correlations (b, p, p) and those implied."""
    difference = correlation - expected
    p = correlation.shape[1]
    srmr = np.sqrt((np.tril(difference) ** 2).sum(axis=(1, 2)) / (p * (p + 1) / 2))
    d_g = np.full(len(correlation), np.nan)
    definite = np.logical_and(*(np.linalg.eigvalsh(one)[:, 0] > faults.SINGULAR for one in (correlation, expected)))
    if definite.any():
        # With S = LL', S⁻¹Σ has the eigenvalues of L⁻¹ΣL'⁻¹, which is symmetric.
        half = np.linalg.inv(np.linalg.cholesky(correlation[definite]))
        values = np.linalg.eigvalsh(half @ expected[definite] @ half.transpose(0, 2, 1))
        d_g[definite] = 0.5 * (np.log(values) ** 2).sum(axis=1)  # Dijkstra & Henseler 2015, eq. 23
    return np.column_stack([srmr, 0.5 * (difference**2).sum(axis=(1, 2)), d_g])


def discrepancy(correlation: Floats, expected: Floats) -> Discrepancy:
    """Of one (p, p) and those implied."""
    return Discrepancy(*distances(correlation[None], expected[None])[0].tolist())


def correlation_of(stats: Moments, model: Model) -> Floats:
    """(p, p) of the model's items in its order."""
    at = [stats.items.index(item) for item in model.items]
    covariance = stats.covariance[at][:, at]
    deviation = np.sqrt(covariance.diagonal())
    found: Floats = covariance / deviation / deviation[:, None]
    np.fill_diagonal(found, 1.0)
    return found


def exact_fit(  # noqa: PLR0913 -- the data, the model and the resampling each have theirs
    data: ArrayLike,
    result: Fit,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    structure: Structure = "estimated",
    factors: Sequence[str] | None = None,
    replicates: int = 999,
    weights: ArrayLike | None = None,
    groups: int | None = None,
    level: float = 0.95,
) -> ExactFit:
    """Test whether the model holds exactly, by resampling rows turned so that it does (Bollen & Stine 1992; Beran & Srivastava 1985).

    data, items, weights
        What `result` was fitted to.
    structure : "estimated" or "saturated"
        With the model's paths, or with constructs correlated as they are, which tests the measurement alone.
    factors : optional
        Constructs whose items are held to correlate by the construct alone; those of mode A with several items unless given.
        `factors=()` is the composite model.
    groups : int, optional
        Draw random groups of rows, as `bootstrap` does.

    Standardized rows X become X S^(-1/2) Σ^(1/2), whose correlations are the implied ones; every resample is fitted as `result` was, and
    its distances are those of its own S and Σ. The procedure is that of testOMF in cSEM.

    Raises what `moments` raises, BadInput, and CannotSay: "collinear" where S and "inadmissible" where Σ is not positive definite or
    the fit is not admissible, "no_solution" where more than half the resamples have no admissible solution.
    """
    check(replicates, level, groups)
    if structure not in ("saturated", "estimated"):
        raise BadInput(f"structure is 'saturated' or 'estimated', not {structure!r}")
    model = result.model
    chosen = factor_blocks(model, factors)
    stats = moments(data, items, weights=weights)
    rows = complete_rows(data, weights, stats, model)
    point = _again(stats, result)
    if not np.allclose(point.weights.array, result.weights.array, atol=1e-6):
        raise BadInput("the result was fitted to other answers than these: give the data and weights of the fit")
    if not point.admissible:
        raise CannotSay("inadmissible", "the fit itself is one that no population has: see its warnings")
    correlation = correlation_of(stats, model)
    expected = implied(point, correlation, structure, chosen)
    _refuse_singular(correlation, expected)
    turn = _power(correlation, -0.5) @ _power(expected, 0.5) * point.deviation

    def turned(standard: Floats) -> Floats:
        return standard @ turn

    holds = _again(rows.moments(model.items, lambda answers: turned((answers - point.mean) / point.deviation)), result)
    drawn_from = units(rows, groups, rng, len(model.items))
    samples = Samples(drawn_from, point.mean, point.deviation, _distances_of(holds, structure, chosen), turned)
    draws = samples.drawn(replicates, rng)
    failures = int(draws.failed.sum())
    told = doubts(failures, replicates)
    values, drawn = distances(correlation[None], expected[None])[0], draws.good("distances")
    critical = np.quantile(drawn, level, axis=0)
    p_values = (1 + (drawn >= values).sum(axis=0)) / (1 + len(drawn))
    return ExactFit(
        observed=Discrepancy(*values.tolist()),
        critical=Discrepancy(*critical.tolist()),
        p_values=dict(zip(DISTANCES, p_values.tolist(), strict=True)),
        rejected=dict(zip(DISTANCES, (values > critical).tolist(), strict=True)),
        structure=structure,
        replicates=replicates,
        level=level,
        groups=grouping(drawn_from),
        failures=failures,
        warnings=(*dropped(stats), *told),
    )


def _distances_of(holds: Fit, structure: Structure, factors: Sequence[str]) -> Estimate:
    """Samples are fitted, and those that have an admissible solution held against what it implies."""

    def estimate(mean: Floats, covariance: Floats) -> Found:
        found, failures = statistics(mean, covariance, holds, None)
        fine = ~np.logical_or.reduce(list(failures.values()))
        if holds.consistent:
            fine &= found["possible"][:, 0] == 1
        deviation = np.sqrt(np.diagonal(covariance[fine], axis1=1, axis2=2))
        correlation = covariance[fine] / deviation[:, :, None] / deviation[:, None, :]
        expected = implied_many({name: one[fine] for name, one in found.items()}, correlation, holds.model, structure, factors)
        apart = np.full((len(mean), len(DISTANCES)), np.nan)
        apart[fine] = distances(correlation, expected)
        return {"distances": apart}, {"inadmissible": ~np.isfinite(apart).all(axis=1)}

    return estimate


def _again(stats: Moments, result: Fit) -> Fit:
    return fit(stats, result.model, scheme=result.scheme, consistent=result.consistent, metric=result.metric)


def _refuse_singular(correlation: Floats, expected: Floats) -> None:
    if np.linalg.eigvalsh(correlation)[0] <= faults.SINGULAR:
        raise CannotSay("collinear", "one item follows from the others, so rows cannot be turned: leave out duplicate items")
    if np.linalg.eigvalsh(expected)[0] <= faults.SINGULAR:
        raise CannotSay("inadmissible", "the implied correlations are those of no population: see the warnings of the fit")


def _power(matrix: Floats, exponent: float) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    found: Floats = vectors * values**exponent @ vectors.T
    return found
