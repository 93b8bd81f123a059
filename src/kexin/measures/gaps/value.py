"""Delivered value: what customers get (product, service, personnel, image) minus what it costs them (money, time, effort, mind).

References
----------
Kotler, P. (1994). Marketing management, 8th ed. Englewood Cliffs: Prentice Hall. Chapter 2, customer delivered value.
Fieller, E. C. (1954). Some problems in interval estimation. J. R. Stat. Soc. B 16, 175-185.

"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kexin.measures.answers import Floats, Notice, numbers, spread_and_n, usable_weights
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores import Score, mean

BENEFITS = ("product", "service", "personnel", "image")
COSTS = ("money", "time", "effort", "mental")
STAGES = ("need", "search", "choice", "decision", "buying", "arrival", "use")


@dataclass(frozen=True)
class DeliveredValue(Storable):
    """Value and its parts.

    value : (n,) float
        Each person's benefits minus costs; NaN where a part is missing.
    delivered : Score
        Mean of it.
    benefits, costs : dict of name to mean, of the same people, in the common unit.
    ratio, ratio_low, ratio_high : float
        All benefits over all costs, with Fieller's interval; NaN where costs may be zero.
    n : int
    notices : tuple of Notice
        Codes "ratio_open" (costs so near zero that the ratio has no interval), and those of `delivered`.
    """

    value: Floats
    delivered: Score
    benefits: dict[str, float]
    costs: dict[str, float]
    ratio: float
    ratio_low: float
    ratio_high: float
    n: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class StageEffort(Storable):
    """Where in the purchase the effort is spent.

    stages : tuple of str
    mean : tuple of Score, a stage each, of those who answered for all stages.
    share, share_low, share_high : (stages,) float
        Of all effort, 0 to 1, with linearised intervals.
    heaviest : str
    n : int
    """

    stages: tuple[str, ...]
    mean: tuple[Score, ...]
    share: Floats
    share_low: Floats
    share_high: Floats
    heaviest: str
    n: int


def delivered_value(
    benefits: Mapping[str, ArrayLike],
    costs: Mapping[str, ArrayLike],
    *,
    units: Mapping[str, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> DeliveredValue:
    """Benefits minus costs, and benefits over costs.

    benefits, costs : mapping of name to (n,) float, zero or more
        Usually those in BENEFITS and COSTS. All in one unit: money, or points of one scale.
    units : mapping of name to float, optional
        What one unit of a part is worth in the common unit, e.g. {"time": 60} for hours at 60 yuan. Parts not named count as they are.

    People with a part missing are left out. Raises CannotSay("one") below two people.

    >>> found = delivered_value({"product": [80, 90], "service": [20, 30]}, {"money": [50, 60], "time": [1, 0.5]}, units={"time": 20})
    >>> found.value.tolist(), round(found.ratio, 3)
    ([30.0, 50.0], 1.571)
    """
    worth = dict(units or {})
    parts = {**benefits, **costs}
    if not benefits or not costs or len(parts) < len(benefits) + len(costs):
        raise BadInput("benefits and costs are both needed, and no name stands among both")
    strange = [name for name, unit in worth.items() if name not in parts or not (math.isfinite(unit) and unit > 0)]
    if strange:
        raise BadInput(f"units: {strange[0]!r} is no part, or its unit is not above zero")
    columns = {name: _part(values, name, missing) * worth.get(name, 1.0) for name, values in parts.items()}
    size = _one_size(columns)
    w = usable_weights(weights, size)
    got, paid = (np.sum([columns[name] for name in side], axis=0) for side in (benefits, costs))
    value = np.asarray(got - paid, dtype=np.float64)
    kept = ~np.isnan(value) & (w > 0)
    if kept.sum() <= 1:
        raise CannotSay("one", f"{int(kept.sum())} people answered for every part: at least two are needed")
    delivered = mean(value[kept], weights=None if weights is None else w[kept], level=level, name="value")
    ratio, low, high = _fieller(got[kept], paid[kept], w[kept], level)
    notices = list(delivered.notices)
    if math.isnan(low):
        notices.append(Notice("ratio_open", "costs are so near zero that benefits over costs have no interval: read the difference"))
    means = {name: float(w[kept] @ column[kept] / w[kept].sum()) for name, column in columns.items()}
    return DeliveredValue(
        value=value,
        delivered=delivered,
        benefits={name: means[name] for name in benefits},
        costs={name: means[name] for name in costs},
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        n=int(kept.sum()),
        notices=tuple(notices),
    )


def effort_by_stage(
    efforts: Mapping[str, ArrayLike], *, missing: Sequence[float] = (), weights: ArrayLike | None = None, level: float = 0.95
) -> StageEffort:
    """Effort by stage of the purchase.

    efforts : mapping of stage to (n,) float, zero or more
        Usually those in STAGES: minutes, or points of one scale that begins at no effort.

    >>> found = effort_by_stage({"search": [30, 50], "buying": [10, 10]})
    >>> found.heaviest, found.share.tolist()
    ('search', [0.8, 0.2])
    """
    if len(efforts) < 2:  # noqa: PLR2004 -- a share of one stage is all
        raise BadInput("at least two stages are compared")
    columns = {name: _part(values, name, missing) for name, values in efforts.items()}
    size = _one_size(columns)
    w = usable_weights(weights, size)
    grid = np.column_stack(list(columns.values()))
    kept = ~np.isnan(grid).any(axis=1) & (w > 0)
    n = int(kept.sum())
    if n <= 1:
        raise CannotSay("one", f"{n} people answered for every stage: at least two are needed")
    grid, w = grid[kept], w[kept]
    total = grid.sum(axis=1)
    whole = float(w @ total)
    if whole == 0:
        raise CannotSay("no_effort", "nobody spent any effort: there is nothing to take shares of")
    share = w @ grid / whole
    off = grid - share * total[:, None]  # what a person moves a share by, times their part of the whole
    means = tuple(
        mean(column, weights=None if weights is None else w, level=level, name=name) for name, column in zip(columns, grid.T, strict=True)
    )
    used = min(one.n_interval for one in means)
    error = np.array([math.sqrt(spread_and_n(column, w)[1] / (used - 1)) for column in off.T]) / (whole / w.sum())
    half = float(stdtrit(used - 1, (1 + level) / 2)) * error
    return StageEffort(
        tuple(columns), means, share, np.maximum(share - half, 0), np.minimum(share + half, 1), list(columns)[int(share.argmax())], n
    )


def _part(values: ArrayLike, name: str, missing: Sequence[float]) -> Floats:
    column = numbers(values, name=name, missing=missing)
    if (column < 0).any():
        raise BadInput(
            f"{name}: below zero in row {int(np.argmax(column < 0))}: benefits, costs and efforts are zero or more (missing= names codes)"
        )
    return column


def _one_size(columns: Mapping[str, Floats]) -> int:
    sizes = {column.size for column in columns.values()}
    if len(sizes) > 1:
        raise BadInput("every part has one number a person")
    return sizes.pop()


def _fieller(top: Floats, bottom: Floats, weights: Floats, level: float) -> tuple[float, float, float]:
    """Ratio of two means of the same people with Fieller's interval; NaN limits where the lower mean may be zero."""
    above, below = (float(weights @ side / weights.sum()) for side in (top, bottom))
    if below == 0:
        return math.nan, math.nan, math.nan
    _, _, _, used = spread_and_n(top - above / below * bottom, weights)
    part = weights / weights.sum()
    v11, v22, v12 = (
        float(part @ ((one - a) * (two - b))) / max(used - 1, 1e-12)
        for one, a, two, b in ((top, above, top, above), (bottom, below, bottom, below), (top, above, bottom, below))
    )
    t2 = float(stdtrit(max(used - 1, 1e-12), (1 + level) / 2)) ** 2
    a, b, c = below**2 - t2 * v22, above * below - t2 * v12, above**2 - t2 * v11
    if a <= 0 or b**2 - a * c < 0:
        return above / below, math.nan, math.nan
    root = math.sqrt(b**2 - a * c)
    return above / below, (b - root) / a, (b + root) / a
