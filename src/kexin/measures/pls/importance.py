"""Importance and performance: what moves a construct most, and how well it is done today (IPMA).

References
----------
Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. & Bryant, B. E. (1996). The American Customer Satisfaction Index: nature,
purpose, and findings. J. Marketing 60(4), 7-18.
Ringle, C. M. & Sarstedt, M. (2016). Gain more insight from your PLS-SEM results: the importance-performance map analysis. Ind. Manag.
Data Syst. 116, 1865-1886.

"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit
from kexin.measures.pls.index import Bound, index, plain_weights, scale_ends
from kexin.measures.pls.mediation import ways


@dataclass(frozen=True)
class Standing:
    """Where a construct or an item stands on the map.

    importance : float
        Points by which the target's index rises with one point more here, both from 0 to 100: the unstandardized total effect.
    importance_standardized : float
        The same in standard deviations.
    performance : float
        0 to 100: of a construct its index, of an item its rescaled mean.
    """

    importance: float
    importance_standardized: float
    performance: float


@dataclass(frozen=True)
class ImportancePerformance(Storable):
    """The map of one target.

    target : str
    performance : float
        The target's own index, 0 to 100.
    constructs : construct -> Standing
        All that lead to the target, by any way.
    items : (construct, item) -> Standing
        Theirs. The importances of a construct's items add up to the construct's; the standardized ones need not.
    n : int
    warnings : of code and text
        Those of the fit and of the index, and "negative_importance" where a construct or item lowers the target.
    """

    target: str
    performance: float
    constructs: Mapping[str, Standing]
    items: Mapping[tuple[str, str], Standing]
    n: int
    warnings: tuple[Note, ...]


def importance_performance(result: Fit, target: str, low: Bound, high: Bound, *, at_least: int = 1) -> ImportancePerformance:
    """Importance of every construct and item that leads to `target`, beside its performance (Ringle & Sarstedt 2016).

    low, high : float, or item -> float
        Ends of the answer scale, for all items or for each; not the lowest and highest answers that happened to be given.
    at_least : int
        Rows below which nothing is shown.

    Items are rescaled to 0..100 and a construct is their mean weighted by the index's shares. Its deviation is s = 100 / Σ w (high - low),
    w the weights of items as answered, so a standardized total effect t becomes t · s(target) / s(construct). An item's importance is
    its share times its construct's; standardized, its weight times its construct's.

    Raises what `index` raises; BadInput for an unknown target or one that no path leads to, and CannotSay "consistent" for a consistent
    fit, whose effects are between error-free constructs that have no index.
    """
    model = result.model
    if target not in model.blocks:
        raise BadInput(f"there is no construct {target!r}: the model has {', '.join(model.constructs)}")
    if result.consistent:
        raise CannotSay("consistent", "importance is of constructs as they are answered: fit without consistent for the map")
    total = result.total_effects
    leading = [name for name in model.constructs if name != target and ways(model, name, target)]
    if not leading:
        raise BadInput(f"no path leads to {target}: choose a construct that others lead to")
    shown = index(result, low, high, constructs=[*leading, target], at_least=at_least)
    lows, highs = scale_ends(model, low, high)
    places = model.layout.construct_places
    length = plain_weights(result) * (highs - lows)
    spread = {name: 100.0 / float(length[model.layout.slices[places[name]]].sum()) for name in [*leading, target]}
    standard = result.weights.array * (result.deviation if result.metric == "raw" else 1.0)
    rescaled = 100.0 * (result.mean - lows) / (highs - lows)

    constructs = {name: Standing(total[name, target] * spread[target] / spread[name], total[name, target], shown[name]) for name in leading}
    items = {
        (name, item): Standing(
            constructs[name].importance * shown.shares[name, item],
            constructs[name].importance_standardized * float(standard[at]),
            float(rescaled[at]),
        )
        for (name, item), at in model.layout.item_places.items()
        if name in constructs
    }
    against = [name for name, one in constructs.items() if one.importance < 0]
    against += [item for (name, item), one in items.items() if one.importance < 0 and name not in against]
    warnings = (*result.warnings, *shown.warnings)
    if against:
        warnings = (*warnings, Note("negative_importance", f"{', '.join(against)}: more of it goes with less {target}; look why first"))
    return ImportancePerformance(target, shown[target], constructs, items, result.n, warnings)
