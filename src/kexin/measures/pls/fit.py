"""Fitting a path model to moments: weights by iteration, then loadings, paths and what they explain.

Only the p × p covariance of the items is looked at; a score is never computed. A construct of items x is x @ w, scaled to variance 1,
so the correlations of all constructs are W' S W and those of items with constructs S W.

References
----------
Wold, H. (1982). Soft modeling: the basic design and some extensions. In Systems under Indirect Observation II, 1-54.
Lohmöller, J.-B. (1989). Latent Variable Path Modeling with Partial Least Squares. Heidelberg: Physica.
Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling. Comput. Stat. Data Anal. 48, 159-205.
Dijkstra, T. K. & Henseler, J. (2015). Consistent partial least squares path modeling. MIS Quarterly 39, 297-316.

"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.pls import consistency, effects, faults
from kexin.measures.pls.faults import Note
from kexin.measures.pls.model import Layout, Model
from kexin.measures.pls.moments import Moments
from kexin.measures.pls.table import Table

Floats = NDArray[np.float64]
Scheme = Literal["path", "factorial", "centroid"]
Metric = Literal["standardized", "raw"]


@dataclass(frozen=True)
class Fit(Storable):
    """A fitted path model. Every table is looked up by names: `paths["Image", "Expectation"]`, `r_squared["Loyalty"]`.

    weights : (construct, item)
        The score is their sum with the items, standardized or (metric "raw") less their means; it has variance 1.
    loadings : (construct, item)
        Correlation of the item with its construct; consistent estimates where `consistent`.
    cross_loadings : (construct, item)
        Of every item with every construct.
    paths, total_effects, indirect_effects : (from, to)
        Standardized. Direct; all ways; all ways but the direct one.
    r_squared, r_squared_adjusted : explained construct
        Adjusted for the number of causes by the number of rows; NaN where rows are too few.
    correlations : (construct, construct)
    reliability : construct
        ρA where `consistent`, else 1: what correlations were corrected by.
    iterations, converged, change
        Steps taken, and the largest change of a weight in the last one, items having variance 1.
    n, n_effective, mean, deviation, lowest, highest
        Rows, what they are worth when weighted, and (p,) statistics of the items in the model's order.
    warnings : of code and text
        What a reader must know. Codes are listed in `faults`.
    admissible : bool
        Whether the estimates can be those of any population. Where not, do not report them.
    """

    model: Model
    scheme: Scheme
    consistent: bool
    metric: Metric
    weights: Table[tuple[str, str]]
    loadings: Table[tuple[str, str]]
    cross_loadings: Table[tuple[str, str]]
    paths: Table[tuple[str, str]]
    total_effects: Table[tuple[str, str]]
    indirect_effects: Table[tuple[str, str]]
    r_squared: Table[str]
    r_squared_adjusted: Table[str]
    correlations: Table[tuple[str, str]]
    reliability: Table[str]
    iterations: int
    converged: bool
    change: float
    n: int
    n_effective: float
    mean: Floats
    deviation: Floats
    lowest: Floats
    highest: Floats
    warnings: tuple[Note, ...]
    admissible: bool


def fit(
    moments: Moments,
    model: Model,
    *,
    scheme: Scheme = "path",
    consistent: bool = False,
    metric: Metric = "standardized",
    tolerance: float = 1e-10,
    max_iterations: int = 300,
) -> Fit:
    """Fit `model` to `moments`.

    scheme : "path", "factorial" or "centroid"
        How a construct's neighbours are weighted in the iteration: by regression on causes and correlation with effects, by
        correlation, or by its sign.
    consistent : bool
        Correct correlations and loadings of mode A blocks for attenuation (PLSc, Dijkstra & Henseler 2015).
    metric : "standardized" or "raw"
        Whether items enter with variance 1 or as they were answered. Paths and loadings are standardized in both.
    tolerance, max_iterations
        The iteration ends when no weight changes by more; without that, `converged` is False and a warning says so.

    Iteration starts from equal weights. Signs are free in the mathematics; here the sum of a construct's loadings is positive, so
    that it points where most of its items point.

    Raises BadInput for items the moments lack, and CannotSay with code "constant", "collinear", "unrelated", "too_few" or
    "inadmissible", naming items or constructs.
    """
    _check(scheme, metric, consistent=consistent, tolerance=tolerance, max_iterations=max_iterations)
    layout = model.layout
    at = _places(moments, model)
    mean, lowest, highest = moments.mean[at], moments.lowest[at], moments.highest[at]
    covariance = moments.covariance[at][:, at]
    deviation = np.sqrt(np.maximum(covariance.diagonal(), 0.0))
    faults.refuse_too_few(model, moments.n)
    faults.refuse_constants(model.items, deviation, lowest, highest)
    correlation = covariance / deviation / deviation[:, None]
    seen = correlation if metric == "standardized" else covariance

    with np.errstate(invalid="ignore", divide="ignore"):
        spread = deviation[:, None] if metric == "raw" else None
        weights, iterations, change = _iterate(seen, model, scheme, tolerance, max_iterations, spread)
    cross = seen @ weights  # covariances of items with constructs
    between = weights.T @ cross
    if metric == "raw":
        cross = cross / deviation[:, None]
    own = (cross * layout.belongs).sum(axis=1)
    points = own @ layout.belongs
    turned = np.where(np.abs(points) > faults.ROUNDING, np.sign(points), 1.0)
    weights, cross, own, between = weights * turned, cross * turned, own * turned[layout.owner], between * turned * turned[:, None]
    between[layout.same, layout.same] = 1.0

    reliability = np.ones(len(model.constructs))
    if consistent:
        reliability = consistency.reliabilities(correlation, weights, model)
        own, cross, between = consistency.corrected(weights, own, cross, between, reliability, model)
    faults.refuse_collinear_causes(between, model)
    coefficients = effects.coefficients(between, layout)
    r_squared = effects.r_squared(between, coefficients, layout)
    direct = coefficients.T
    total = effects.total(direct)
    converged = bool(change <= tolerance)
    causes = layout.causes.sum(axis=1)[layout.explained]
    notes = faults.notes(moments, model, correlation, lowest, own, converged=converged, change=change, steps=iterations)
    impossible = faults.impossible(model, between, own, r_squared, reliability) if consistent else ()
    return Fit(
        model=model,
        scheme=scheme,
        consistent=consistent,
        metric=metric,
        weights=Table(layout.item_places, weights.sum(axis=1)),
        loadings=Table(layout.item_places, own),
        cross_loadings=Table(layout.cross_places, cross.ravel()),
        paths=Table(layout.path_places, direct[layout.path_from, layout.path_to]),
        total_effects=Table(layout.pair_places, total.ravel()),
        indirect_effects=Table(layout.pair_places, (total - direct).ravel()),
        r_squared=Table(layout.explained_places, r_squared),
        r_squared_adjusted=Table(layout.explained_places, effects.adjusted(r_squared, causes, moments.n)),
        correlations=Table(layout.pair_places, between.ravel()),
        reliability=Table(layout.construct_places, reliability),
        iterations=iterations,
        converged=converged,
        change=change,
        n=moments.n,
        n_effective=moments.n_effective,
        mean=mean,
        deviation=deviation,
        lowest=lowest,
        highest=highest,
        warnings=(*notes, *impossible),
        admissible=converged and not impossible,
    )


def _iterate(
    seen: Floats, model: Model, scheme: Scheme, tolerance: float, max_iterations: int, spread: Floats | None
) -> tuple[Floats, int, float]:
    """Weights (p, c) of constructs with variance 1, steps taken, last change."""
    layout = model.layout
    regress = _regress(seen, layout, model)
    weights = layout.belongs
    cross = seen @ weights
    size = np.sqrt(np.einsum("ij,ij->j", weights, cross))
    weights, cross = weights / size, cross / size
    change = np.inf
    for step in range(1, max_iterations + 1):
        between = weights.T @ cross
        if scheme == "path":
            # What follows a construct is shown to it by correlation, what leads to it by regression.
            inner = between * layout.causes + effects.coefficients(between, layout).T
        elif scheme == "factorial":
            inner = between * layout.linked
        else:
            inner = np.sign(between) * layout.linked
        new = cross @ inner * layout.belongs
        if regress is not None:
            new = regress @ new
        cross = seen @ new
        size = np.sqrt(np.einsum("ij,ij->j", new, cross))
        new /= size
        cross /= size
        moved = np.abs(new - weights)
        change = float((moved if spread is None else moved * spread).max())
        weights = new
        if change <= tolerance:
            return weights, step, change
        if not np.isfinite(change):
            faults.refuse_unrelated(weights, model)
    return weights, max_iterations, change


def _regress(seen: Floats, layout: Layout, model: Model) -> Floats | None:
    """Inverse covariances of mode B blocks in one p × p matrix, 1 for the items of mode A; None where all are of mode A."""
    if not layout.regression:
        return None
    inverse = np.eye(len(seen))
    for place in layout.regression:
        block = layout.slices[place]
        faults.refuse_collinear_items(seen[block, block], model.constructs[place], model.items[block])
        inverse[block, block] = np.linalg.inv(seen[block, block])
    return inverse


def _places(moments: Moments, model: Model) -> NDArray[np.intp] | slice:
    """Where the model's items stand in the moments."""
    if moments.items == model.items:
        return slice(None)
    places = {item: place for place, item in enumerate(moments.items)}
    unknown = [item for item in model.items if item not in places]
    if unknown:
        raise BadInput(f"the model's item {unknown[0]} is not among the moments: they hold {', '.join(moments.items)}")
    return np.array([places[item] for item in model.items])


def _check(scheme: str, metric: str, *, consistent: bool, tolerance: float, max_iterations: int) -> None:
    if scheme not in ("path", "factorial", "centroid"):
        raise BadInput(f"scheme is 'path', 'factorial' or 'centroid', not {scheme!r}")
    if metric not in ("standardized", "raw"):
        raise BadInput(f"metric is 'standardized' or 'raw', not {metric!r}")
    if consistent and metric == "raw":
        raise BadInput("the consistent correction is defined for standardized items: take metric='standardized'")
    if not tolerance > 0 or max_iterations < 1:
        raise BadInput("tolerance is positive and at least one iteration is allowed")
