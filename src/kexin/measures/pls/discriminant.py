"""Whether constructs are told apart by their items: heterotrait-monotrait ratios, with intervals to be held against 1.

References
----------
Henseler, J., Ringle, C. M. & Sarstedt, M. (2015). A new criterion for assessing discriminant validity. J. Acad. Mark. Sci. 43, 115-135.
Roemer, E., Schuberth, F. & Henseler, J. (2021). HTMT2: an improved criterion for assessing discriminant validity in structural equation
modeling. Ind. Manag. Data Syst. 121, 2637-2650.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.plain import Storable
from kexin.measures.pls import faults
from kexin.measures.pls.faults import Note
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.ratios import htmt, htmt2, pairs
from kexin.measures.pls.rows import complete_rows, dropped
from kexin.measures.pls.samples import Estimate, Found, Samples, check, doubts, grouping, units
from kexin.measures.pls.uncertainty import Estimates

Floats = NDArray[np.float64]

RATIOS = {"htmt": htmt, "htmt2": htmt2}
CONSTANT = 1e-6  # of the deviation: what the difference of squares leaves of a constant


@dataclass(frozen=True)
class Discriminant(Storable):
    """Ratios with their uncertainty, by pair of constructs in the model's order.

    htmt, htmt2 : (construct, construct)
    apart : (construct, construct) -> bool
        Whether the upper end of the percentile interval of HTMT2 lies below 1.
    replicates, level
    groups : int or None
        How many random groups of respondents were drawn in place of respondents.
    failures : int
        Resamples in which an item did not vary; they are left out.
    warnings : of code and text
        "rows_dropped"; "mixed_signs" where items of a block point in different directions; "failures" above one in a hundred.
    """

    htmt: Estimates[tuple[str, str]]
    htmt2: Estimates[tuple[str, str]]
    apart: dict[tuple[str, str], bool]
    replicates: int
    level: float
    groups: int | None
    failures: int
    warnings: tuple[Note, ...]


def discriminant(
    data: ArrayLike,
    model: Model,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    replicates: int = 5000,
    weights: ArrayLike | None = None,
    groups: int | None = None,
    level: float = 0.9,
) -> Discriminant:
    """HTMT and HTMT2 of all pairs of constructs, with percentile and BCa intervals from resampled rows.

    data, items, weights
        As for `moments`; rows with a gap are left out. A row drawn brings its weight along.
    rng : Generator
        The same state gives the same bytes.
    replicates : int
        Resamples, 100 at least.
    groups : int, optional
        Draw random groups of rows, as `bootstrap` does.
    level : float
        Of both intervals. 0.9 leaves 5 % above the upper end, the one-sided test of "below 1" at 5 % (Henseler et al. 2015).

    Ratios are of absolute Pearson correlations: the mean between the items of two constructs, over the geometric mean of the means
    within each. HTMT takes arithmetic means, HTMT2 geometric ones. A construct of one item counts as measured without error (1 within),
    as in SmartPLS, seminr and cSEM.

    Raises what `moments` raises, BadInput, and CannotSay: "constant" naming the item, "no_solution" where an item does not vary in more
    than half the resamples.
    """
    check(replicates, level, groups)
    stats = moments(data, items, weights=weights)
    rows = complete_rows(data, weights, stats, model)
    mean, covariance = stats.mean[rows.columns], stats.covariance[rows.columns][:, rows.columns]
    deviation = np.sqrt(np.maximum(covariance.diagonal(), 0.0))
    faults.refuse_constants(model.items, deviation, stats.lowest[rows.columns], stats.highest[rows.columns])
    drawn_from = units(rows, groups, rng, len(model.items))
    samples = Samples(drawn_from, mean, deviation, _ratios_of(model, deviation))
    draws, left_out = samples.drawn(replicates, rng), samples.left_out()
    failures = int(draws.failed.sum())
    correlation = covariance / deviation / deviation[:, None]
    keys = pairs(model)
    found = [
        Estimates(keys, ratio(correlation[None], model.layout)[0], draws.good(name), left_out.good(name), level)
        for name, ratio in RATIOS.items()
    ]
    return Discriminant(
        htmt=found[0],
        htmt2=found[1],
        apart={key: bool(high < 1) for key, high in zip(keys, found[1].percentile[:, 1], strict=True)},
        replicates=replicates,
        level=level,
        groups=grouping(drawn_from),
        failures=failures,
        warnings=(*dropped(stats), *mixed_signs(correlation, model), *doubts(failures, replicates)),
    )


def _ratios_of(model: Model, unit: Floats) -> Estimate:
    def estimate(_mean: Floats, covariance: Floats) -> Found:
        deviation = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0))
        constant = np.asarray((deviation <= CONSTANT * unit).any(axis=1))
        deviation = np.where(constant[:, None], unit, deviation)
        correlation = covariance / deviation[:, :, None] / deviation[:, None, :]
        return {name: ratio(correlation, model.layout) for name, ratio in RATIOS.items()}, {"constant": constant}

    return estimate


def mixed_signs(correlation: Floats, model: Model) -> tuple[Note, ...]:
    """Blocks in which some items go together and some against each other: absolute values hide it."""
    found = []
    for name, block in zip(model.constructs, model.layout.slices, strict=True):
        own = correlation[block, block]
        if (own < 0).any():
            one, other = np.argwhere(own < 0)[0]
            items = model.items[block]
            text = f"{items[one]} and {items[other]} of {name} go against each other ({own[one, other]:.2f}): is one's scale reversed?"
            found.append(Note("mixed_signs", text))
    return tuple(found)
