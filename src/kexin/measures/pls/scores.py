"""Scores of persons on constructs, also of persons the model was not fitted to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput
from kexin.measures.pls.fit import Fit
from kexin.measures.pls.index import plain_weights


def scores(result: Fit, data: ArrayLike, items: Sequence[str] | None = None) -> NDArray[np.float64]:
    """Scores by the fitted weights, means and deviations; over the fitted answers they have mean 0 and variance 1.

    data : (n, p) number
        NaN where an item was not answered.
    items : (p,) str, optional
        Names of the columns; the model's items in their order unless given.
    Returns (n, c) float, in the order of `result.model.constructs`; NaN where an item of the construct is missing.

    Raises BadInput for items the data lack and for infinite answers, naming the item.
    """
    model = result.model
    names = model.items if items is None else tuple(items)
    lacking = [item for item in model.items if item not in names]
    if lacking:
        raise BadInput(f"the data lack the model's item {lacking[0]}")
    x = np.asarray(data, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != len(names):  # noqa: PLR2004 -- rows and columns
        raise BadInput(f"data are a table with {len(names)} columns, one an item, not of shape {x.shape}")
    x = x[:, [names.index(item) for item in model.items]]
    endless = np.isinf(x).any(axis=0)
    if endless.any():
        raise BadInput(f"item {model.items[int(endless.argmax())]} is infinite: put NaN where there is no answer")
    weighted = (x - result.mean) * plain_weights(result)
    return np.column_stack([weighted[:, block].sum(axis=1) for block in model.layout.slices])
