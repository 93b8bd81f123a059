"""Whether a fitted model can be trusted: reliability, validity, collinearity, effect sizes and fit, from moments alone.

References
----------
Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.
Dijkstra, T. K. & Henseler, J. (2015). Consistent partial least squares path modeling. MIS Quarterly 39, 297-316.
Jöreskog, K. G. (1971). Statistical analysis of sets of congeneric tests. Psychometrika 36, 109-133.
Fornell, C. & Larcker, D. F. (1981). Evaluating structural equation models with unobservable variables and measurement error.
J. Marketing Res. 18, 39-50.
Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed., ch. 9.
Henseler, J. & Sarstedt, M. (2013). Goodness-of-fit indices for partial least squares path modeling. Comput. Stat. 28, 565-580.

"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.pls.blocks import components, goodness_of_fit
from kexin.measures.pls.discrepancy import Discrepancy, correlation_of, discrepancy, factor_blocks, implied
from kexin.measures.pls.discriminant import mixed_signs
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, fit
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import Moments
from kexin.measures.pls.ratios import htmt, htmt2, pairs
from kexin.measures.pls.table import Table

Floats = NDArray[np.float64]

ENTANGLED = 1e-10  # share of an item that others leave open, below which they say all of it


@dataclass(frozen=True)
class Assessment(Storable):
    """What measures say of a fitted model. S are the Pearson correlations of the items; sample or population makes no difference.

    alpha : construct
        Cronbach's α of standardized items, k/(k-1) · (1 - k / ΣS). 1 for one item alone: by convention, not by evidence.
    rho_a : construct
        Dijkstra & Henseler's ρA. 1 for mode B and for one item alone; NaN where it is not positive.
    rho_c : construct
        Jöreskog's composite reliability (Σλ)² / ((Σλ)² + Σ(1 - λ²)), λ the loadings of the fit (consistent where it is).
    rho_component : construct
        The same by the correlations of items with the block's first principal component (Dillon & Goldstein's rho as plspm has it).
    eigenvalue_first, eigenvalue_second : construct
        Of the correlations of a block: one dimension has a first well above 1 and a second below it. 1 and 0 for one item alone.
    ave : construct
        Average variance extracted, the mean of λ²; the communality of the block.
    communality : (construct, item)
        λ², the share of an item its construct explains.
    redundancy : explained construct
        AVE times R², the share of its items that its causes explain.
    goodness_of_fit : float
        √(mean communality · mean R²), over items of blocks of several (Tenenhaus et al. 2005); NaN where there are none. It describes; it
        does not tell a right model from a wrong one (Henseler & Sarstedt 2013): see `exact_fit`.
    fornell_larcker : (construct, construct)
        √AVE of a construct with itself, elsewhere the correlations of the fit (consistent where it is).
    cross_loadings : (construct, item)
        Those of the fit.
    htmt, htmt2 : (construct, construct)
        Every pair once, in the model's order; see `discriminant`, which adds intervals.
    vif_items : (construct, item)
        Variance inflation of an item among those of its block, the diagonal of the block's S⁻¹. 1 for one item alone.
    vif_paths : (from, to)
        Of a cause among the causes of the same construct, from the correlations of the fit. 1 for a single cause.
    f_squared : (from, to)
        (R² - R² without the path) / (1 - R²), scores as they are (cSEM, SmartPLS).
    f_squared_refitted : (from, to)
        The same with the model fitted anew without the path, which changes weights too (seminr); without the cause too, where nothing
        else ties it to the others.
    saturated, estimated : Discrepancy
        Distance from the correlations implied with constructs correlated as they are, and with the model's paths only.
    factors : of construct
        Blocks whose items were held to correlate by the construct alone; the others are taken as composites.
    warnings : of code and text
        Those of the fit, and "fornell_larcker", "cross_loading", "mixed_signs", "formative", "rho_a", "collinear_items".
    """

    alpha: Table[str]
    rho_a: Table[str]
    rho_c: Table[str]
    rho_component: Table[str]
    eigenvalue_first: Table[str]
    eigenvalue_second: Table[str]
    ave: Table[str]
    communality: Table[tuple[str, str]]
    redundancy: Table[str]
    goodness_of_fit: float
    fornell_larcker: Table[tuple[str, str]]
    cross_loadings: Table[tuple[str, str]]
    htmt: Table[tuple[str, str]]
    htmt2: Table[tuple[str, str]]
    vif_items: Table[tuple[str, str]]
    vif_paths: Table[tuple[str, str]]
    f_squared: Table[tuple[str, str]]
    f_squared_refitted: Table[tuple[str, str]]
    saturated: Discrepancy
    estimated: Discrepancy
    factors: tuple[str, ...]
    warnings: tuple[Note, ...]


def assess(stats: Moments, result: Fit, *, factors: Sequence[str] | None = None) -> Assessment:
    """Reliability, validity, collinearity, effect sizes and distances of `result`, which was fitted to `stats`.

    factors : optional
        Constructs whose items are held to correlate by the construct alone, for the implied correlations; those of mode A with several
        items unless given. `factors=()` is the composite model, in which blocks are taken as observed.

    What needs the answers themselves has functions of its own: `discriminant`, `exact_fit`, `blindfold`, `predict`.

    Raises BadInput where `stats` are not those of the fit.
    """
    model, layout = result.model, result.model.layout
    _refuse_others(stats, result)
    correlation = correlation_of(stats, model)
    blocks = layout.slices
    alpha = np.array([_alpha(correlation[block, block]) for block in blocks])
    loadings = result.loadings.array
    summed, squared = loadings @ layout.belongs, loadings**2 @ layout.belongs
    sizes = layout.belongs.sum(axis=0)
    rho_c = np.where(sizes > 1, summed**2 / (summed**2 + sizes - squared), 1.0)
    ave = np.where(sizes > 1, squared / sizes, 1.0)
    eigen_first, eigen_second, rho_component = components(correlation, layout)
    r_squared = result.r_squared.array
    c = len(model.constructs)
    between = result.correlations.array.reshape(c, c)
    criterion = between.copy()
    np.fill_diagonal(criterion, np.sqrt(ave))
    rho_a = _rho_a(correlation, result)
    vif_items = np.concatenate([_inflation(correlation[block, block]) for block in blocks])
    places = {pair: at for at, pair in enumerate(pairs(model))}
    chosen = factor_blocks(model, factors)
    distances = [discrepancy(correlation, implied(result, correlation, structure, chosen)) for structure in ("saturated", "estimated")]
    return Assessment(
        alpha=Table(layout.construct_places, alpha),
        rho_a=Table(layout.construct_places, rho_a),
        rho_c=Table(layout.construct_places, rho_c),
        rho_component=Table(layout.construct_places, rho_component),
        eigenvalue_first=Table(layout.construct_places, eigen_first),
        eigenvalue_second=Table(layout.construct_places, eigen_second),
        ave=Table(layout.construct_places, ave),
        communality=Table(layout.item_places, loadings**2),
        redundancy=Table(layout.explained_places, ave[layout.explained] * r_squared),
        goodness_of_fit=goodness_of_fit(loadings**2, r_squared, layout),
        fornell_larcker=Table(layout.pair_places, criterion.ravel()),
        cross_loadings=result.cross_loadings,
        htmt=Table(places, htmt(correlation[None], layout)[0]),
        htmt2=Table(places, htmt2(correlation[None], layout)[0]),
        vif_items=Table(layout.item_places, vif_items),
        vif_paths=Table(layout.path_places, _inflation_of_causes(between, model)),
        f_squared=Table(layout.path_places, _effect_sizes(between, result)),
        f_squared_refitted=Table(layout.path_places, _refitted(stats, result)),
        saturated=distances[0],
        estimated=distances[1],
        factors=chosen,
        warnings=(*result.warnings, *mixed_signs(correlation, model), *_notes(result, between, ave, rho_a, vif_items)),
    )


def _refuse_others(stats: Moments, result: Fit) -> None:
    lacking = [item for item in result.model.items if item not in stats.items]
    if lacking:
        raise BadInput(f"the model's item {lacking[0]} is not among the moments")
    at = [stats.items.index(item) for item in result.model.items]
    if stats.n != result.n or not np.allclose(stats.mean[at], result.mean, rtol=1e-9, atol=1e-9):
        raise BadInput("the result was fitted to other moments than these: give those of the fit")


def _alpha(block: Floats) -> float:
    k = len(block)
    return float(k / (k - 1) * (1 - k / block.sum())) if k > 1 else 1.0


def _rho_a(correlation: Floats, result: Fit) -> Floats:
    """Dijkstra & Henseler 2015, eq. 3, for standardized weights."""
    if result.consistent:
        return result.reliability.array.copy()
    model = result.model
    weights = result.weights.array * (result.deviation if result.metric == "raw" else 1.0)
    found = np.ones(len(model.constructs))
    for place, (name, block) in enumerate(zip(model.constructs, model.layout.slices, strict=True)):
        if model.modes[name] == "A" and block.stop - block.start > 1:
            w = weights[block]
            shared = w @ correlation[block, block] @ w - w @ w
            found[place] = (w @ w) ** 2 * shared / ((w @ w) ** 2 - (w**4).sum()) if shared > 0 else np.nan
    return found


def _inflation(correlation: Floats) -> Floats:
    """1 / (1 - R²) of each on all others; infinite where one follows from the others."""
    found = np.ones(len(correlation))
    for at in range(len(correlation)):
        others = np.delete(np.arange(len(correlation)), at)
        if others.size:
            shared = correlation[others, at]
            left = 1.0 - shared @ np.linalg.lstsq(correlation[np.ix_(others, others)], shared, rcond=None)[0]
            found[at] = 1.0 / left if left > ENTANGLED else np.inf
    return found


def _inflation_of_causes(between: Floats, model: Model) -> Floats:
    by_path: dict[tuple[int, int], float] = {}
    for end in model.layout.explained:
        causes = np.flatnonzero(model.layout.causes[end])
        for start, one in zip(causes, _inflation(between[np.ix_(causes, causes)]), strict=True):
            by_path[int(start), int(end)] = float(one)
    return np.array([by_path[pair] for pair in _path_pairs(model)])


def _path_pairs(model: Model) -> list[tuple[int, int]]:
    return list(zip(model.layout.path_from.tolist(), model.layout.path_to.tolist(), strict=True))


def _effect_sizes(between: Floats, result: Fit) -> Floats:
    found = []
    for start, end in _path_pairs(result.model):
        explained = result.r_squared[result.model.constructs[end]]
        others = np.flatnonzero(result.model.layout.causes[end])
        others = others[others != start]
        shared = between[others, end]
        without = float(shared @ np.linalg.solve(between[np.ix_(others, others)], shared)) if others.size else 0.0
        found.append((explained - without) / (1.0 - explained) if explained < 1 else np.nan)
    return np.array(found)


def _refitted(stats: Moments, result: Fit) -> Floats:
    model = result.model
    found = []
    for start, end in model.paths:
        explained = result.r_squared[end]
        left = [path for path in model.paths if path != (start, end)]
        if not any(other == end for _start, other in left):
            without = 0.0
        else:
            tied = {name for path in left for name in path}
            blocks = {name: block for name, block in model.blocks.items() if name in tied}
            again = fit(
                stats,
                Model(blocks, left, {name: model.modes[name] for name in blocks}),
                scheme=result.scheme,
                consistent=result.consistent,
                metric=result.metric,
            )
            without = again.r_squared[end]
        found.append((explained - without) / (1.0 - explained) if explained < 1 else np.nan)
    return np.array(found)


def _notes(result: Fit, between: Floats, ave: Floats, rho_a: Floats, vif_items: Floats) -> Iterator[Note]:
    model, layout = result.model, result.model.layout
    for name, value in zip(model.constructs, rho_a, strict=True):
        if np.isnan(value):
            yield Note("rho_a", f"{name} has no ρA: its items do not go together")
    formative = [name for name in model.constructs if model.modes[name] == "B" and len(model.blocks[name]) > 1]
    if formative:
        names = ", ".join(formative)
        yield Note("formative", f"{names}: items of mode B need not go together, so α, ρC, AVE and HTMT say nothing against it; see VIF")
    reflective = [at for at, name in enumerate(model.constructs) if model.modes[name] == "A" and len(model.blocks[name]) > 1]
    for at in reflective:
        off = np.abs(between[at]).copy()
        off[at] = 0.0
        nearest = int(off.argmax())
        if off[nearest] >= np.sqrt(ave[at]):
            name, other = model.constructs[at], model.constructs[nearest]
            text = f"{name} correlates with {other} by {off[nearest]:.2f}, more than with its own items (√AVE {np.sqrt(ave[at]):.2f})"
            yield Note("fornell_larcker", text)
    cross = np.abs(result.cross_loadings.array.reshape(len(model.items), len(model.constructs)))
    for at, item in enumerate(model.items):
        own = int(layout.owner[at])
        nearest = int(cross[at].argmax())
        if own in reflective and nearest != own:
            name, other = model.constructs[own], model.constructs[nearest]
            yield Note("cross_loading", f"{item} goes with {other} ({cross[at, nearest]:.2f}) more than with {name} ({cross[at, own]:.2f})")
    for item, value in zip(model.items, vif_items, strict=True):
        if np.isinf(value):
            yield Note("collinear_items", f"{item} follows from the other items of its block: leave one of them out")
