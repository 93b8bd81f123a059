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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls import faults
from kexin.measures.pls.discriminant import complete_rows
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, fit
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import Moments, moments

Floats = NDArray[np.float64]
Structure = Literal["saturated", "estimated"]

FEWEST = 100
FAILED = 0.01


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
class ExactFit:
    """Test of "the model holds exactly": what the distances are, and what they would be if it held.

    observed : Discrepancy
    critical : Discrepancy
        Quantiles of order `level` in samples from a population in which the model holds.
    p_values : "srmr", "d_uls", "d_g" -> share of those samples as far off or farther, (1 + k) / (1 + samples)
    rejected : by the same names
        Whether the observed distance exceeds the critical one.
    structure : "saturated" or "estimated"
    replicates, level
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
    failures: int
    warnings: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and words."""
        stored: dict[str, Any] = plain(self)
        return stored


def factor_blocks(model: Model, factors: Sequence[str] | None) -> tuple[str, ...]:
    """Constructs whose items are held to correlate by the construct alone: those named, else mode A with several items."""
    if factors is None:
        return tuple(name for name in model.constructs if model.modes[name] == "A" and len(model.blocks[name]) > 1)
    unknown = [name for name in factors if name not in model.blocks]
    if unknown:
        raise BadInput(f"there is no construct {unknown[0]!r}: the model has {', '.join(model.constructs)}")
    return tuple(factors)


def implied_constructs(result: Fit) -> Floats:
    """(c, c) correlations of constructs that the paths alone would make, those of unexplained constructs given."""
    layout = result.model.layout
    c = len(result.model.constructs)
    between = result.correlations.array.reshape(c, c)
    onto = np.zeros((c, c))
    onto[layout.path_to, layout.path_from] = result.paths.array
    unexplained = np.setdiff1d(layout.same, layout.explained)
    left = np.zeros((c, c))
    left[np.ix_(unexplained, unexplained)] = between[np.ix_(unexplained, unexplained)]
    left[layout.explained, layout.explained] = 1.0 - result.r_squared.array
    through = np.linalg.inv(np.eye(c) - onto)
    found: Floats = through @ left @ through.T
    np.fill_diagonal(found, 1.0)
    return found


def implied(result: Fit, correlation: Floats, structure: Structure, factors: Sequence[str]) -> Floats:
    """(p, p) correlations of items that the model implies.

    Between blocks: loading times the constructs' correlation times loading. Within the block of a factor: loading times loading. Within
    the block of a composite: as observed, for a composite says nothing of how its items correlate.
    """
    layout = result.model.layout
    c = len(result.model.constructs)
    between = implied_constructs(result) if structure == "estimated" else result.correlations.array.reshape(c, c)
    loadings = layout.belongs * result.loadings.array[:, None]
    found: Floats = loadings @ between @ loadings.T
    for name, block in zip(result.model.constructs, layout.slices, strict=True):
        if name not in factors:
            found[block, block] = correlation[block, block]
    np.fill_diagonal(found, 1.0)
    return found


def discrepancy(correlation: Floats, expected: Floats) -> Discrepancy:
    difference = correlation - expected
    p = len(correlation)
    srmr = float(np.sqrt((np.tril(difference) ** 2).sum() / (p * (p + 1) / 2)))
    d_g = np.nan
    if min(float(np.linalg.eigvalsh(one)[0]) for one in (correlation, expected)) > faults.SINGULAR:
        values = np.linalg.eigvals(np.linalg.solve(correlation, expected)).real
        d_g = float(0.5 * (np.log(values) ** 2).sum())  # Dijkstra & Henseler 2015, eq. 23
    return Discrepancy(srmr, float(0.5 * (difference**2).sum()), d_g)


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

    Standardized rows X become X S^(-1/2) Σ^(1/2), whose correlations are the implied ones; every resample is fitted as `result` was, and
    its distances are those of its own S and Σ. The procedure is that of testOMF in cSEM.

    Raises what `moments` raises, BadInput, and CannotSay: "collinear" where S and "inadmissible" where Σ is not positive definite or
    the fit is not admissible, "no_solution" where more than half the resamples have no admissible solution.
    """
    _check(replicates, level, structure)
    model = result.model
    chosen = factor_blocks(model, factors)
    rows, w, notes = complete_rows(data, items, weights, model)
    stats = moments(rows, model.items, weights=w)
    point = _again(stats, result)
    if not np.allclose(point.weights.array, result.weights.array, atol=1e-6):
        raise BadInput("the result was fitted to other answers than these: give the data and weights of the fit")
    if not point.admissible:
        raise CannotSay("inadmissible", "the fit itself is one that no population has: see its warnings")
    correlation = correlation_of(stats, model)
    expected = implied(point, correlation, structure, chosen)
    _refuse_singular(correlation, expected)
    observed = discrepancy(correlation, expected)
    turned = (rows - stats.mean) / np.sqrt(stats.covariance.diagonal()) @ _power(correlation, -0.5) @ _power(expected, 0.5)
    drawn: list[tuple[float, float, float]] = []
    for _replicate in range(replicates):
        who = rng.integers(0, len(rows), len(rows))
        try:
            sample = moments(turned[who], model.items, weights=None if w is None else w[who])
            again = _again(sample, result)
        except CannotSay:
            continue
        if again.admissible:
            its = correlation_of(sample, model)
            one = discrepancy(its, implied(again, its, structure, chosen))
            if np.isfinite(one.d_g):
                drawn.append((one.srmr, one.d_uls, one.d_g))
    failures = replicates - len(drawn)
    if failures > replicates / 2:
        raise CannotSay(
            "no_solution", f"{failures} of {replicates} resamples have no admissible solution: the model asks too much of the data"
        )
    draws = np.array(drawn)
    values = np.array([observed.srmr, observed.d_uls, observed.d_g])
    critical = np.quantile(draws, level, axis=0)
    names = ("srmr", "d_uls", "d_g")
    p_values = (1 + (draws >= values).sum(axis=0)) / (1 + len(draws))
    text = f"{failures} of {replicates} resamples have no admissible solution and are left out"
    return ExactFit(
        observed=observed,
        critical=Discrepancy(*critical.tolist()),
        p_values=dict(zip(names, p_values.tolist(), strict=True)),
        rejected=dict(zip(names, (values > critical).tolist(), strict=True)),
        structure=structure,
        replicates=replicates,
        level=level,
        failures=failures,
        warnings=(*notes, Note("failures", text)) if failures > FAILED * replicates else notes,
    )


def _check(replicates: int, level: float, structure: str) -> None:
    if replicates < FEWEST:
        raise BadInput(f"{replicates} replicates are too few for a test: take some hundreds, {FEWEST} at least")
    if not 0 < level < 1:
        raise BadInput("the level lies between 0 and 1")
    if structure not in ("saturated", "estimated"):
        raise BadInput(f"structure is 'saturated' or 'estimated', not {structure!r}")


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
