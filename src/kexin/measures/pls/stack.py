"""Fitting many samples of the same answers at once: a stack of b covariance matrices goes through the steps of `fit` together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kexin.measures.pls import consistency, effects
from kexin.measures.pls.fit import Fit
from kexin.measures.pls.model import Layout
from kexin.measures.pls.ratios import htmt

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOLERANCE = 1e-6  # a resample need not be fitted closer than a hundredth of what resampling leaves open
STEPS = 100


@dataclass(frozen=True)
class Scale:
    """Ends of the items' scales, (p,) each, for the index."""

    low: Floats
    high: Floats


def statistics(mean: Floats, covariance: Floats, point: Fit, scale: Scale | None) -> tuple[dict[str, Floats], dict[str, Mask]]:
    """What is estimated, by name (b, m), and by kind of failure which samples have none (b,).

    mean : (b, p) float
    covariance : (b, p, p) float
    point : Fit
        Of the whole sample: iterations start from its weights, and signs follow its loadings.
    """
    layout = point.model.layout
    deviation = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0))
    constant = deviation <= 1e-6 * point.deviation  # what the difference of squares leaves of a constant
    deviation = np.where(constant, point.deviation, deviation)
    correlation = covariance / deviation[:, :, None] / deviation[:, None, :]
    standard = point.metric == "standardized"
    seen = correlation if standard else covariance
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        weights, change = _iterate(seen, point, None if standard else deviation[:, None, :])
        cross = weights @ seen
        between = cross @ weights.transpose(0, 2, 1)
        own = (cross * layout.belongs.T).sum(axis=1)
        own = own if standard else own / deviation
        turned = np.where((own * point.loadings.array) @ layout.belongs < 0, -1.0, 1.0)
        between = between * turned[:, :, None] * turned[:, None, :]
        own = own * turned[:, layout.owner]
        flat = weights.sum(axis=1) * turned[:, layout.owner]
        if point.consistent:
            reliability = consistency.reliabilities_of_many(correlation, flat, point.model)
            own, between = consistency.corrected_many(flat, own, between, reliability, point.model)
        coefficients = regressions(between, layout)
        direct = coefficients.transpose(0, 2, 1)
        total = effects.total(np.nan_to_num(direct))
        found = {
            "weights": flat,
            "loadings": own,
            "paths": direct[:, layout.path_from, layout.path_to],
            "total_effects": total.reshape(len(total), -1),
            "indirect_effects": (total - direct).reshape(len(total), -1),
            "r_squared": effects.r_squared(between, coefficients, layout),
            "correlations": between.reshape(len(between), -1),
            "htmt": htmt(correlation, layout),
        }
        if scale is not None:
            plain = flat / deviation if standard else flat
            found["index"] = 100.0 * ((plain * (mean - scale.low)) @ layout.belongs) / ((plain * (scale.high - scale.low)) @ layout.belongs)
    if point.consistent:
        found["possible"] = consistency.possible(own, between, found["r_squared"], reliability).astype(np.float64)[:, None]
    flawed = constant.any(axis=1)
    values = np.column_stack([found[name] for name in ("weights", "paths", "r_squared")])
    lost = ~flawed & ~np.isfinite(values).all(axis=1)
    return found, {"constant": flawed, "no_solution": lost, "not_converged": ~flawed & ~lost & ~(change <= 10 * TOLERANCE)}


def _iterate(seen: Floats, point: Fit, spread: Floats | None) -> tuple[Floats, Floats]:
    """Weights (b, c, p), which lie as they are summed, and the last change (b,)."""
    layout = point.model.layout
    inverses = [(layout.slices[place], place, _inverse(seen[:, layout.slices[place], layout.slices[place]])) for place in layout.regression]
    belongs = np.ascontiguousarray(layout.belongs.T)
    weights, cross = _scaled(seen, np.tile(point.weights.array * belongs, (len(seen), 1, 1)))
    change = np.full(len(seen), np.inf)
    for _step in range(STEPS):
        between = cross @ weights.transpose(0, 2, 1)
        if point.scheme == "path":
            inner = between * layout.leads + regressions(between, layout)
        elif point.scheme == "factorial":
            inner = between * layout.linked
        else:
            inner = np.sign(between) * layout.linked
        new = inner @ cross
        new *= belongs
        for block, place, inverse in inverses:
            new[:, place, block] = (inverse @ new[:, place, block, None])[..., 0]
        new, cross = _scaled(seen, new)
        moved = np.abs(new - weights)
        change = (moved if spread is None else moved * spread).reshape(len(seen), -1).max(axis=1)
        weights = new
        if not (change > TOLERANCE).any():  # what has no solution is NaN and does not hold up the others
            break
    return weights, change


def _scaled(seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weights of constructs with variance 1, in the place of those given, and what they make of the items."""
    cross = weights @ seen
    size = np.sqrt(np.einsum("bcp,bcp->bc", weights, cross))[..., None]
    weights /= size
    cross /= size
    return weights, cross


def regressions(between: Floats, layout: Layout) -> Floats:
    """(b, c, c): in the row of each construct the coefficients of its causes. As `effects.coefficients`, of a stack."""
    found = between * layout.causes
    start, end = layout.shared_from, layout.shared_to
    if len(start):
        systems = between[:, start[:, None], start] * layout.shared
        found[:, end, start] = _solved(systems, between[:, end, start, None])[..., 0]
    return found


def _solved(systems: Floats, shared: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(systems, shared))
    except np.linalg.LinAlgError:  # one sample without a solution must not take the others along
        found = np.full(shared.shape, np.nan)
        for at, (system, one) in enumerate(zip(systems, shared, strict=True)):
            if np.linalg.matrix_rank(np.nan_to_num(system)) == len(system):
                found[at] = np.linalg.solve(system, one)
        return found


def _inverse(blocks: Floats) -> Floats:
    return _solved(blocks, np.broadcast_to(np.eye(blocks.shape[-1]), blocks.shape))
