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
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls import faults
from kexin.measures.pls.faults import Note
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.uncertainty import Estimates

Floats = NDArray[np.float64]

TOGETHER = 250
GROUPS = 1000
FEWEST = 100


@dataclass(frozen=True)
class Discriminant:
    """Ratios with their uncertainty, by pair of constructs in the model's order.

    htmt, htmt2 : (construct, construct)
    apart : (construct, construct) -> bool
        Whether the upper end of the percentile interval of HTMT2 lies below 1.
    replicates, level
    failures : int
        Resamples in which an item did not vary; they are left out.
    warnings : of code and text
        "rows_dropped"; "mixed_signs" where items of a block point in different directions.
    """

    htmt: Estimates[tuple[str, str]]
    htmt2: Estimates[tuple[str, str]]
    apart: dict[tuple[str, str], bool]
    replicates: int
    level: float
    failures: int
    warnings: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and words."""
        stored: dict[str, Any] = plain(self)
        return stored


def discriminant(
    data: ArrayLike,
    model: Model,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    replicates: int = 5000,
    weights: ArrayLike | None = None,
    level: float = 0.9,
) -> Discriminant:
    """HTMT and HTMT2 of all pairs of constructs, with percentile and BCa intervals from resampled rows.

    data, items, weights
        As for `moments`; rows with a gap are left out. A row drawn brings its weight along.
    rng : Generator
        The same state gives the same bytes.
    replicates : int
        Resamples, 100 at least.
    level : float
        Of both intervals. 0.9 leaves 5 % above the upper end, the one-sided test of "below 1" at 5 % (Henseler et al. 2015).

    Ratios are of absolute Pearson correlations: the mean between the items of two constructs, over the geometric mean of the means
    within each. HTMT takes arithmetic means, HTMT2 geometric ones. A construct of one item counts as measured without error (1 within),
    as in SmartPLS, seminr and cSEM; `bootstrap` leaves such constructs out.

    Raises what `moments` raises, BadInput, and CannotSay "constant" naming the item.
    """
    if replicates < FEWEST:
        raise BadInput(f"{replicates} replicates are too few for an interval: take some thousands, {FEWEST} at least")
    if not 0 < level < 1:
        raise BadInput("the level lies between 0 and 1")
    rows, w, notes = complete_rows(data, items, weights, model)
    n, p = rows.shape
    stats = moments(rows, model.items, weights=w)
    deviation = np.sqrt(stats.covariance.diagonal())
    faults.refuse_constants(model.items, deviation, stats.lowest, stats.highest)
    standard = (rows - stats.mean) / deviation
    first, second = np.triu_indices(p)
    products = np.column_stack([np.ones(n), standard, standard[:, first] * standard[:, second]])
    if w is not None:
        products *= (w / w.mean())[:, None]
    square = np.zeros((p, p), dtype=np.intp)
    square[first, second] = square[second, first] = np.arange(len(first)) + 1 + p

    def ratios_of(counts: Floats) -> tuple[Floats, Floats]:
        sums = counts @ products
        mean = sums[:, 1 : 1 + p] / sums[:, :1]
        covariance = sums[:, square.ravel()].reshape(-1, p, p) / sums[:, :1, None] - mean[:, :, None] * mean[:, None, :]
        spread = np.diagonal(covariance, axis1=1, axis2=2)
        varies = (spread > 1e-12).all(axis=1)  # noqa: PLR2004 -- what the difference of squares leaves of a constant
        size = np.sqrt(spread[varies])
        return ratios(covariance[varies] / size[:, :, None] / size[:, None, :], model)

    drawn: list[tuple[Floats, Floats]] = []
    for start in range(0, replicates, TOGETHER):
        many = min(TOGETHER, replicates - start)
        who = rng.integers(0, n, (many, n)) + np.arange(many)[:, None] * n
        drawn.append(ratios_of(np.bincount(who.ravel(), minlength=many * n).reshape(many, n).astype(np.float64)))
    groups = min(n, GROUPS)
    member = np.arange(n) % groups
    out = [ratios_of((member != np.arange(k, min(k + TOGETHER, groups))[:, None]).astype(np.float64)) for k in range(0, groups, TOGETHER)]
    draws = [np.concatenate([part[kind] for part in drawn]) for kind in (0, 1)]
    left_out = [np.concatenate([part[kind] for part in out]) for kind in (0, 1)]
    failures = replicates - len(draws[0])
    if failures > replicates / 2:
        raise CannotSay("no_solution", f"in {failures} of {replicates} resamples an item does not vary: gather more answers")
    correlation = stats.covariance / deviation / deviation[:, None]
    values = ratios(correlation[None], model)
    keys = pairs(model)
    found = [Estimates(keys, value[0], draw, left, level) for value, draw, left in zip(values, draws, left_out, strict=True)]
    apart = {key: bool(high < 1) for key, high in zip(keys, found[1].percentile[:, 1], strict=True)}
    return Discriminant(found[0], found[1], apart, replicates, level, failures, (*notes, *mixed_signs(correlation, model)))


def pairs(model: Model) -> list[tuple[str, str]]:
    """Every pair of constructs once, in the model's order."""
    return list(combinations(model.constructs, 2))


def ratios(correlation: Floats, model: Model) -> tuple[Floats, Floats]:
    """(b, m) HTMT and HTMT2 of a stack (b, p, p) of correlations, m the pairs of `pairs`."""
    size = np.abs(correlation)
    blocks = model.layout.slices
    within: list[tuple[Floats, Floats]] = []
    for block in blocks:
        above = np.triu_indices(block.stop - block.start, 1)
        own = size[:, block, block][:, above[0], above[1]]
        within.append(_means(own) if own.shape[1] else (np.ones(len(size)), np.ones(len(size))))
    arithmetic, geometric = [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for one, other in combinations(range(len(blocks)), 2):
            mean, root = _means(size[:, blocks[one], blocks[other]].reshape(len(size), -1))
            arithmetic.append(mean / np.sqrt(within[one][0] * within[other][0]))
            geometric.append(root / np.sqrt(within[one][1] * within[other][1]))
    return np.column_stack(arithmetic), np.column_stack(geometric)


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


def complete_rows(
    data: ArrayLike, items: Sequence[str], weights: ArrayLike | None, model: Model
) -> tuple[Floats, Floats | None, tuple[Note, ...]]:
    """Checked rows without a gap and of positive weight, the model's items in its order; their weights; "rows_dropped" where due."""
    given = moments(data, items, weights=weights)  # says what is wrong, by row and item
    names = tuple(items)
    lacking = [item for item in model.items if item not in names]
    if lacking:
        raise BadInput(f"the data lack the model's item {lacking[0]}")
    if isinstance(data, np.ma.MaskedArray):
        data = np.where(np.ma.getmaskarray(data), np.nan, np.ma.getdata(data))
    rows = np.asarray(data, dtype=np.float64)
    kept = ~np.isnan(rows).any(axis=1)
    w = None if weights is None else np.asarray(weights, dtype=np.float64)
    if w is not None:
        kept &= w > 0
    at = [names.index(item) for item in model.items]
    text = f"{given.dropped} of {given.n + given.dropped} rows are left out for answers missing in them"
    notes = (Note("rows_dropped", text),) if given.dropped else ()
    return rows[kept][:, at], None if w is None else w[kept], notes


def _means(size: Floats) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore"):
        return size.mean(axis=1), np.exp(np.log(size).mean(axis=1))
