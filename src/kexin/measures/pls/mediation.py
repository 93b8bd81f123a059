"""Mediation: how much of an effect goes through other constructs, and whether anything is left that goes directly.

References
----------
Zhao, X., Lynch, J. G. & Chen, Q. (2010). Reconsidering Baron and Kenny: myths and truths about mediation analysis. J. Consum. Res. 37,
197-206.
Nitzl, C., Roldan, J. L. & Cepeda, G. (2016). Mediation analysis in partial least squares path modeling. Ind. Manag. Data Syst. 116,
1849-1864.
Efron, B. (1987). Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82, 171-185.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Metric, Scheme, fit
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.rows import complete_rows
from kexin.measures.pls.samples import Samples, check, doubts, fitted, grouping, units
from kexin.measures.pls.uncertainty import Estimate, Estimates

Floats = NDArray[np.float64]
Way = tuple[str, ...]
Kind = Literal["full", "partial", "competitive", "direct_only", "no_effect", "untested"]
Interval = Literal["percentile", "bca"]


@dataclass(frozen=True)
class Mediation(Storable):
    """The effect of one construct on another, taken apart.

    start, end : str
    by_way : (start, …, end) -> Estimate
        Each indirect way: the product of its paths.
    indirect : Estimate
        Their sum.
    direct : Estimate or None
        None where the model has no direct path.
    total : Estimate
    kind : "full", "partial", "competitive", "direct_only", "no_effect" or "untested"
        After Zhao, Lynch & Chen 2010, figure 2: an indirect effect alone; beside a direct one of the same sign (complementary); beside
        one of the opposite sign; only a direct one; neither. "untested" where the model has no direct path: nothing was left that
        could have gone directly.
    vaf : float or None
        Share of the total effect that is indirect; None where it may not be read.
    vaf_refused : str
        Why not; empty where it may.
    fit : Fit
    interval, level
        Which interval decides `kind`, and its level.
    replicates, failures
        Resamples asked for, and how many gave no estimates.
    groups : int or None
        How many random groups of respondents were drawn in place of respondents.
    warnings : of code and text
        Those of the fit, "no_direct_path"; "failures" and "inadmissible" above one resample in a hundred.
    """

    start: str
    end: str
    by_way: Estimates[Way]
    indirect: Estimate
    direct: Estimate | None
    total: Estimate
    kind: Kind
    vaf: float | None
    vaf_refused: str
    fit: Fit
    interval: Interval
    level: float
    replicates: int
    groups: int | None
    failures: int
    warnings: tuple[Note, ...]


def mediation(  # noqa: PLR0913 -- the fit's options and the resampling's
    data: ArrayLike,
    model: Model,
    start: str,
    end: str,
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
    interval: Interval = "percentile",
) -> Mediation:
    """Indirect effects of `start` on `end` by each way and in all, with percentile and BCa intervals, and what kind of mediation it is.

    data, items, weights, rng, replicates, scheme, consistent, metric, groups, level
        As for `bootstrap`. Effects are standardized.
    interval : "percentile" or "bca"
        Which one says whether an effect differs from 0. BCa finds more, and for products of paths in small samples a little too much.

    An effect counts as there when its interval leaves 0 out. VAF is refused where the indirect effect is not there, where direct and
    indirect have opposite signs (the share could pass 1 or be negative), and where the total effect is not there.

    Raises what `moments` and `fit` raise; BadInput where constructs are unknown or no indirect way exists, and CannotSay "no_solution"
    where fewer than half the resamples can be fitted.
    """
    check(replicates, level, groups)
    _check(model, start, end, interval)
    through = [way for way in ways(model, start, end) if len(way) > 2]  # noqa: PLR2004 -- more than both ends
    if not through:
        raise BadInput(f"no construct lies between {start} and {end}: mediation needs an indirect way")
    stats = moments(data, items, weights=weights)
    point = fit(stats, model, scheme=scheme, consistent=consistent, metric=metric)
    drawn_from = units(complete_rows(data, weights, stats, model), groups, rng, len(model.items))
    samples = Samples(drawn_from, point.mean, point.deviation, fitted(point))
    draws = samples.drawn(replicates, rng)
    failures = int(draws.failed.sum())
    warnings = (*point.warnings, *doubts(failures, replicates, draws.inadmissible))
    value, drawn, left = (
        _along(paths, model, through, start, end)
        for paths in (point.paths.array[None], draws.good("paths"), samples.left_out().good("paths"))
    )
    found = Estimates[Way](through, value[0, :-3], drawn[:, :-3], left[:, :-3], level)
    sums = Estimates[str](("indirect", "direct", "total"), value[0, -3:], drawn[:, -3:], left[:, -3:], level)
    has_direct = (start, end) in model.paths
    direct = sums["direct"] if has_direct else None
    if not has_direct:
        text = f"the model has no path {start} → {end}: that nothing goes directly is assumed, not found; add the path to test it"
        warnings = (*warnings, Note("no_direct_path", text))
    refused = _vaf_refused(sums["indirect"], direct, sums["total"], interval)
    return Mediation(
        start=start,
        end=end,
        by_way=found,
        indirect=sums["indirect"],
        direct=direct,
        total=sums["total"],
        kind=_kind(sums["indirect"], direct, interval),
        vaf=None if refused else sums["indirect"].value / sums["total"].value,
        vaf_refused=refused,
        fit=point,
        interval=interval,
        level=level,
        replicates=replicates,
        groups=grouping(drawn_from),
        failures=failures,
        warnings=warnings,
    )


def ways(model: Model, start: str, end: str) -> list[Way]:
    """All ways along the arrows, the shortest first."""
    found: list[Way] = []
    begun: list[Way] = [(start,)]
    while begun:
        way = begun.pop(0)
        if way[-1] == end:
            found.append(way)
        else:
            begun += [(*way, after) for before, after in model.paths if before == way[-1]]
    return found


def _along(paths: Floats, model: Model, through: Sequence[Way], start: str, end: str) -> Floats:
    """(b, ways + 3): the product of paths along each way, then their sum, the direct path, and both together."""
    at = model.layout.path_places
    products = np.column_stack([paths[:, [at[pair] for pair in pairwise(way)]].prod(axis=1) for way in through])
    indirect = products.sum(axis=1)
    direct = paths[:, at[start, end]] if (start, end) in at else np.zeros(len(paths))
    return np.column_stack([products, indirect, direct, indirect + direct])


def _there(one: Estimate, interval: Interval) -> bool:
    low, high = getattr(one, interval)
    return bool(low > 0 or high < 0)


def _kind(indirect: Estimate, direct: Estimate | None, interval: Interval) -> Kind:
    if not _there(indirect, interval):
        return "no_effect" if direct is None or not _there(direct, interval) else "direct_only"
    if direct is None:
        return "untested"
    if not _there(direct, interval):
        return "full"
    return "partial" if indirect.value * direct.value > 0 else "competitive"


def _vaf_refused(indirect: Estimate, direct: Estimate | None, total: Estimate, interval: Interval) -> str:
    if direct is None:
        return "the model has no direct path, so the share would be 1 whatever the answers say"
    if not _there(indirect, interval):
        return "the indirect effect may be 0, so a share of it says nothing"
    if indirect.value * direct.value < 0:
        return "direct and indirect effect have opposite signs, so there is no whole to take a share of"
    if not _there(total, interval):
        return "the total effect may be 0, so there is no whole to take a share of"
    return ""


def _check(model: Model, start: str, end: str, interval: str) -> None:
    for name in (start, end):
        if name not in model.blocks:
            raise BadInput(f"there is no construct {name!r}: the model has {', '.join(model.constructs)}")
    if interval not in ("percentile", "bca"):
        raise BadInput(f"interval is 'percentile' or 'bca', not {interval!r}")
