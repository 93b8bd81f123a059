"""The index: each construct as a number from 0 to 100.

References
----------
Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. & Bryant, B. E. (1996). The American Customer Satisfaction Index: nature,
purpose, and findings. J. Marketing 60(4), 7-18, p. 12.

"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit
from kexin.measures.pls.model import Model

Floats = NDArray[np.float64]
Bound = float | Mapping[str, float]


@dataclass(frozen=True)
class Index(Mapping[str, float]):
    """Indices by construct: `index["Satisfaction"]`.

    values : construct -> 0 to 100
    weights : (construct, item) -> share
        Unstandardized weights times the length of the item's scale, adding up to 1 in a construct.
    n : int
    warnings : of code and text
        "negative_weight" where an item counts against its construct.
    """

    values_by_name: Mapping[str, float]
    shares: Mapping[tuple[str, str], float]
    n: int
    warnings: tuple[Note, ...]

    def __getitem__(self, construct: str) -> float:
        return self.values_by_name[construct]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def to_dict(self) -> dict[str, Any]:
        stored: dict[str, Any] = plain({"index": self.values_by_name, "shares": self.shares, "n": self.n, "warnings": self.warnings})
        return stored


def index(result: Fit, low: Bound, high: Bound, *, constructs: Sequence[str] | None = None, at_least: int = 1) -> Index:
    """Construct indices from 0 to 100, by unstandardized weights (Fornell et al. 1996).

    low, high : float, or item -> float
        Ends of the answer scale, for all items or for each.
    constructs : optional
        Only these; all unless given.
    at_least : int
        Rows below which no index is shown.

    index = 100 · Σ w (mean - low) / Σ w (high - low), w the weights of items as they were answered. With scales of equal length this
    is the mean of the rescaled items, weighted by w / Σ w.

    Raises BadInput for answers outside the scale, naming the item; CannotSay "too_few" below `at_least` rows, and "outside" where
    negative weights would carry the index out of 0 to 100.
    """
    if result.n < at_least:
        raise CannotSay("too_few", f"{result.n} rows are fewer than the {at_least} an index is shown for: gather more or join groups")
    model = result.model
    chosen = model.constructs if constructs is None else tuple(constructs)
    unknown = [name for name in chosen if name not in model.blocks]
    if unknown:
        raise BadInput(f"there is no construct {unknown[0]!r}: the model has {', '.join(model.constructs)}")
    lows, highs = scale_ends(model, low, high)
    _refuse_outside(result, lows, highs, chosen)
    weights = plain_weights(result)
    values: dict[str, float] = {}
    shares: dict[tuple[str, str], float] = {}
    warnings: list[Note] = []
    for place, name in enumerate(model.constructs):
        if name not in chosen:
            continue
        block, items = model.layout.slices[place], model.blocks[name]
        length = weights[block] * (highs[block] - lows[block])
        against = [item for item, weight in zip(items, weights[block], strict=True) if weight < 0]
        value = 100.0 * float(weights[block] @ (result.mean[block] - lows[block])) / float(length.sum()) if length.sum() > 0 else np.nan
        if not -1e-9 <= value <= 100 + 1e-9:  # noqa: PLR2004 -- rounding
            raise CannotSay(
                "outside",
                f"{name} has no index: {', '.join(against)} count against it; recode reversed items, or leave it out with constructs=",
            )
        if against:
            warnings.append(Note("negative_weight", f"{', '.join(against)} count against {name}: a better answer lowers its index"))
        values[name] = min(max(value, 0.0), 100.0)
        shares |= {(name, item): float(one) for item, one in zip(items, length / length.sum(), strict=True)}
    return Index(values, shares, result.n, tuple(warnings))


def plain_weights(result: Fit) -> Floats:
    """(p,) weights of the items as they were answered, up to nothing: the score is their sum with item less mean."""
    return result.weights.array / result.deviation if result.metric == "standardized" else result.weights.array


def scale_ends(model: Model, low: Bound, high: Bound) -> tuple[Floats, Floats]:
    """(p,) lowest and highest possible answers."""
    return _ends(model, low, "low"), _ends(model, high, "high")


def _ends(model: Model, bound: Bound, word: str) -> Floats:
    if not isinstance(bound, Mapping):
        bound = dict.fromkeys(model.items, bound)
    lacking = [item for item in model.items if item not in bound]
    if lacking:
        raise BadInput(f"{word} names no end of the scale for {lacking[0]}")
    ends = np.array([bound[item] for item in model.items], dtype=np.float64)
    if not np.isfinite(ends).all():
        raise BadInput(f"{word} is a finite number")
    return ends


def _refuse_outside(result: Fit, lows: Floats, highs: Floats, chosen: Sequence[str]) -> None:
    for place, item in enumerate(result.model.items):
        if result.model.constructs[result.model.layout.owner[place]] not in chosen:
            continue
        if not lows[place] < highs[place]:
            raise BadInput(f"the scale of {item} goes from {lows[place]:g} to {highs[place]:g}: low lies below high; recode reversed items")
        if result.lowest[place] < lows[place] or result.highest[place] > highs[place]:
            raise BadInput(
                f"answers to {item} go from {result.lowest[place]:g} to {result.highest[place]:g}, outside its scale of {lows[place]:g} to "
                f"{highs[place]:g}: turn codes for missing into NaN, or correct the scale"
            )
