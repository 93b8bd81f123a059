"""How far estimates would move in another sample: standard errors and intervals by resampling respondents.

Of very many respondents, groups put together at random are drawn in place of persons: a million rows are no more work than a thousand.

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

from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Metric, Scheme, fit
from kexin.measures.pls.index import Bound, index, scale_ends
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.ratios import htmt, pairs
from kexin.measures.pls.rows import complete_rows
from kexin.measures.pls.samples import Samples, check, doubts, fitted, grouping, units
from kexin.measures.pls.stack import Scale
from kexin.measures.pls.uncertainty import Estimates

Floats = NDArray[np.float64]

SHORT_BELOW = 250  # respondents
FITTED = ("weights", "loadings", "paths", "total_effects", "indirect_effects", "r_squared")


@dataclass(frozen=True)
class Bootstrap(Storable):
    """A fit with the uncertainty of its estimates.

    fit : Fit
        Of the whole sample.
    weights, loadings, paths, total_effects, indirect_effects, r_squared
        Under the names of the fit.
    htmt : (construct, construct)
        Every pair once, in the model's order, as in `discriminant` and `assess`. To be compared with 1, not with 0.
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
        Those of the fit; "failures" and "inadmissible" where more than one resample in a hundred is; "endless" where a ratio is infinite
        in some; "short_intervals" where respondents are so few that simulation found some intervals to hold the truth too seldom.
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
        1,000 groups beyond, also where rows times pairs of items pass 100 million. A standard error from G groups is off by a share of
        about 1/√(2G) itself (Wolter 2007, ch. 2): 2 % of it with 1,000.
    level : float
        Of both intervals.
    low, high : optional
        Ends of the answer scale, for intervals of the index.

    Signs: in every resample each construct is turned so that its loadings agree with those of the whole sample. The acceleration
    of BCa comes from leaving out one respondent at a time, or one of 1,000 groups of them where there are more.

    Raises what `moments`, `fit` and `index` raise, and CannotSay "no_solution" where fewer than half the resamples can be fitted.
    """
    check(replicates, level, groups)
    if (low is None) != (high is None):
        raise BadInput("give both ends of the scale, low and high, or neither")
    stats = moments(data, items, weights=weights)
    point = fit(stats, model, scheme=scheme, consistent=consistent, metric=metric)
    values = {name: getattr(point, name).array for name in FITTED}
    scale = None
    if low is not None and high is not None:
        values["index"] = np.array(list(index(point, low, high).values()))
        scale = Scale(*scale_ends(model, low, high))
    rows = complete_rows(data, weights, stats, model)
    covariance = stats.covariance[rows.columns][:, rows.columns]
    values["htmt"] = htmt((covariance / np.multiply.outer(point.deviation, point.deviation))[None], model.layout)[0]

    drawn_from = units(rows, groups, rng, len(model.items))
    samples = Samples(drawn_from, point.mean, point.deviation, fitted(point, scale))
    resamples, without = samples.drawn(replicates, rng), samples.left_out()
    failures = {kind: int(failed.sum()) for kind, failed in resamples.failures.items()}
    warnings = [*point.warnings, *doubts(sum(failures.values()), replicates, resamples.inadmissible), *_too_short(stats.n_effective)]
    draws, left_out = ({name: many.good(name) for name in many.found} for many in (resamples, without))
    keys: dict[str, Sequence[Any]] = {name: list(getattr(point, name)) for name in FITTED}
    keys |= {"htmt": pairs(model), "index": model.constructs if scale else ()}
    if scale is None:
        values["index"], draws["index"], left_out["index"] = np.zeros(0), np.zeros((2, 0)), np.zeros((2, 0))
    tables: dict[str, Estimates[Any]] = {name: Estimates(keys[name], values[name], draws[name], left_out[name], level) for name in keys}
    warnings += _endless(tables)
    return Bootstrap(
        fit=point,
        **tables,
        replicates=replicates,
        level=level,
        groups=grouping(drawn_from),
        inadmissible=resamples.inadmissible,
        failures=failures,
        warnings=tuple(warnings),
    )


def _too_short(respondents: float) -> Iterator[Note]:
    """What benchmarks/coverage_pls.py found outside 93 to 97 of 100."""
    if respondents < SHORT_BELOW:
        text = (
            f"answers worth {respondents:.0f} respondents: 95 % intervals of R², and BCa intervals of HTMT and weights, hold the truth in "
            "fewer than 95 of 100 (at 50 respondents in 91 to 92); those of index, paths, effects and loadings hold what they say"
        )
        yield Note("short_intervals", text)


def _endless(tables: Mapping[str, Estimates[Any]]) -> Iterator[Note]:
    for name, estimates in tables.items():
        for key, many in zip(estimates, estimates.endless.tolist(), strict=True):
            if many:
                words = " and ".join(key) if isinstance(key, tuple) else key
                yield Note(
                    "endless", f"{name} of {words} has no finite value in {many} resamples: items of a construct do not go together there"
                )
