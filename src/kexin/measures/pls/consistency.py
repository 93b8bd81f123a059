"""PLSc: correlations and loadings as if constructs were measured without error (Dijkstra & Henseler 2015)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import CannotSay
from kexin.measures.pls.model import Model

Floats = NDArray[np.float64]

ROUNDING = 1e-9


def reliabilities(correlation: Floats, weights: Floats, model: Model) -> Floats:
    """ρA by construct, eq. 3 there: (w'w)² · w'(S - diag S)w / w'(ww' - diag ww')w. 1 for mode B and for one item alone.

    correlation : (p, p) float
    weights : (p, c) float
        Standardized.
    """
    found = np.ones(len(model.constructs))
    for place, name in enumerate(model.constructs):
        block = model.layout.slices[place]
        if model.modes[name] == "B" or block.stop - block.start == 1:
            continue
        w = weights[block, place]
        shared = w @ correlation[block, block] @ w - w @ w
        expected = (w @ w) ** 2 - (w**4).sum()
        found[place] = (w @ w) ** 2 * shared / expected if expected > 0 else 0.0
        if not found[place] > 0:
            raise CannotSay(
                "inadmissible",
                f"the items of {name} do not go together (ρA = {found[place]:.3f}): reverse items that point the other way, "
                "weight the construct by mode B, or leave consistent out",
            )
    return found


def corrected(
    weights: Floats, own: Floats, cross: Floats, between: Floats, reliability: Floats, model: Model
) -> tuple[Floats, Floats, Floats]:
    """Consistent loadings (p,), cross-loadings (p, c) and correlations (c, c)."""
    root = np.sqrt(reliability)
    new_between = between / np.multiply.outer(root, root)
    np.fill_diagonal(new_between, 1.0)
    new_own, new_cross = own.copy(), cross / root
    for place, name in enumerate(model.constructs):
        block = model.layout.slices[place]
        if model.modes[name] == "A" and block.stop - block.start > 1:
            w = weights[block, place]
            new_own[block] = w * root[place] / (w @ w)
        new_cross[block, place] = new_own[block]
    return new_own, new_cross, new_between


def reliabilities_of_many(correlation: Floats, weights: Floats, model: Model) -> Floats:
    """(b, c) the same of b samples; NaN where the items of a construct do not go together.

    correlation : (b, p, p) float
    weights : (b, p) float
        Of each item in its construct.
    """
    found = np.ones((len(weights), len(model.constructs)))
    for place in _corrected_constructs(model):
        block = model.layout.slices[place]
        w = weights[:, block]
        squares = (w * w).sum(axis=1)
        shared = np.einsum("bi,bij,bj->b", w, correlation[:, block, block], w) - squares
        reliability = squares**2 * shared / (squares**2 - (w**4).sum(axis=1))
        found[:, place] = np.where(reliability > 0, reliability, np.nan)
    return found


def corrected_many(weights: Floats, own: Floats, between: Floats, reliability: Floats, model: Model) -> tuple[Floats, Floats]:
    """Consistent loadings (b, p) and correlations (b, c, c) of b samples."""
    root = np.sqrt(reliability)
    new_between = between / root[:, :, None] / root[:, None, :]
    new_between[:, model.layout.same, model.layout.same] = 1.0
    new_own = own.copy()
    for place in _corrected_constructs(model):
        w = weights[:, model.layout.slices[place]]
        new_own[:, model.layout.slices[place]] = w * (root[:, place] / (w * w).sum(axis=1))[:, None]
    return new_own, new_between


def possible(own: Floats, between: Floats, r_squared: Floats, reliability: Floats) -> NDArray[np.bool_]:
    """(b,) whether a population can have these estimates."""
    most = np.max(
        [np.abs(values).reshape(len(values), -1).max(axis=1) for values in (own, between, reliability, 2.0 * r_squared - 1.0)], axis=0
    )
    smallest = np.linalg.eigvalsh(np.nan_to_num(between))[:, 0]
    return np.asarray((most <= 1.0 + ROUNDING) & (smallest >= -ROUNDING))


def _corrected_constructs(model: Model) -> list[int]:
    return [place for place, name in enumerate(model.constructs) if model.modes[name] == "A" and len(model.blocks[name]) > 1]
