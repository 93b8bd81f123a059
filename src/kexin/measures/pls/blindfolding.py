"""Whether a model predicts answers that were hidden from it within the sample: Stone-Geisser's Q² by blindfolding.

References
----------
Wold, H. (1982). Soft modeling: the basic design and some extensions. In Systems under Indirect Observation II, 1-54.
Chin, W. W. (1998). The partial least squares approach to structural equation modeling. In Modern Methods for Business Research, 295-336.
Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling. Comput. Stat. Data Anal. 48, 159-205, sec. 2.6.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.pls import faults
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, fit
from kexin.measures.pls.moments import moments
from kexin.measures.pls.rows import complete_rows, dropped
from kexin.measures.pls.scores import scores
from kexin.measures.pls.table import Table

Floats = NDArray[np.float64]
About = Literal["overall", "remaining"]

CLOSEST = 2


@dataclass(frozen=True)
class Blindfolded(Storable):
    """Cross-validated redundancy, by explained construct of mode A.

    q_squared : construct
        1 - sse / sso. Above 0 the model predicts better than the mean does.
    sse, sso : construct
        Squared errors of the model and of the mean over all hidden answers, items standardized; of the mean about the overall mean
        `sso` is rows times items.
    by_item : (construct, item)
        Q² of each item.
    distance, n
    warnings : of code and text
        "rows_dropped".
    """

    q_squared: Table[str]
    sse: Table[str]
    sso: Table[str]
    by_item: Table[tuple[str, str]]
    distance: int
    n: int
    warnings: tuple[Note, ...]


def blindfold(
    data: ArrayLike,
    result: Fit,
    *,
    items: Sequence[str],
    weights: ArrayLike | None = None,
    distance: int = 7,
    about: About = "overall",
) -> Blindfolded:
    """Hide every `distance`-th answer of a block in turn, fit without them and predict them from the causes of the construct.

    data, items, weights
        What `result` was fitted to; rows with a gap are left out. Weights, as shares of their mean, count in means, fits and errors.
    distance : int
        Omission distance D, 5 to 12 as a rule. n must not be a multiple of it: whole rows would be hidden.
    about : "overall" or "remaining"
        What the errors of the mean are taken about: the item's mean over all rows (SmartPLS), or over the answers not hidden (Tenenhaus
        et al. 2005, semPLS).

    Items are standardized over all rows. The answers of a block are counted column by column; in round d of D the d-th and every D-th after
    it are hidden and replaced by the mean of what is left in the column, one block at a time. The model is fitted to that, and a hidden
    answer predicted as loading times the sum of path times score over the causes, in the filled column's mean and deviation. Loadings and
    paths are those of composites also where `result` is consistent, for scores are composites.

    Raises what `moments` and `fit` raise, BadInput for a distance below 2 or above half the rows, and CannotSay "multiple" where n is a
    multiple of it, "nothing" where no construct of mode A is explained.
    """
    model, layout = result.model, result.model.layout
    if about not in ("overall", "remaining"):
        raise BadInput(f"about is 'overall' or 'remaining', not {about!r}")
    stats = moments(data, items, weights=weights)
    counted = complete_rows(data, weights, stats, model)
    rows, notes, n = counted.answers(), dropped(stats), len(counted)
    share = np.ones(n) if counted.weights is None else counted.weights[counted.kept]
    if not CLOSEST <= distance <= n / 2:
        raise BadInput(f"the omission distance lies between {CLOSEST} and half of the {n} rows, not at {distance}")
    if n % distance == 0:
        raise CannotSay(
            "multiple", f"{n} rows are a multiple of the distance {distance}, so whole rows would be hidden: take another distance"
        )
    chosen = [int(place) for place in layout.explained if model.modes[model.constructs[int(place)]] == "A"]
    if not chosen:
        raise CannotSay("nothing", "no construct of mode A is explained: mode B has no loadings to predict items with")
    at_items = counted.columns
    spread = np.sqrt(np.maximum(stats.covariance.diagonal()[at_items], 0.0))
    faults.refuse_constants(model.items, spread, stats.lowest[at_items], stats.highest[at_items])
    standard = (rows - stats.mean[at_items]) / spread
    errors, totals = np.zeros(len(model.items)), np.zeros(len(model.items))
    for place in chosen:
        block = layout.slices[place]
        size = block.stop - block.start
        for turn in range(distance):
            hidden = (np.arange(n * size) % distance == turn).reshape(size, n).T
            filled = standard.copy()
            left = share @ np.where(hidden, 0.0, standard[:, block]) / (share @ ~hidden)
            filled[:, block] = np.where(hidden, left, standard[:, block])
            again = fit(moments(filled, model.items, weights=share), model, scheme=result.scheme, metric=result.metric)
            paths = np.zeros(len(model.constructs))
            arriving = layout.path_to == place
            paths[layout.path_from[arriving]] = again.paths.array[arriving]
            structural = scores(again, filled) @ paths
            predicted = again.mean[block] + again.deviation[block] * again.loadings.array[block] * structural[:, None]
            base = left if about == "remaining" else 0.0
            errors[block] += share @ np.where(hidden, (standard[:, block] - predicted) ** 2, 0.0)
            totals[block] += share @ np.where(hidden, (standard[:, block] - base) ** 2, 0.0)
    names = {model.constructs[place]: row for row, place in enumerate(chosen)}
    at = np.concatenate([np.arange(layout.slices[place].start, layout.slices[place].stop) for place in chosen])
    keys = {(model.constructs[int(layout.owner[item])], model.items[item]): row for row, item in enumerate(at.tolist())}
    sse, sso = (errors @ layout.belongs)[chosen], (totals @ layout.belongs)[chosen]
    return Blindfolded(
        q_squared=Table(names, 1.0 - sse / sso),
        sse=Table(names, sse),
        sso=Table(names, sso),
        by_item=Table(keys, 1.0 - errors[at] / totals[at]),
        distance=distance,
        n=n,
        warnings=notes,
    )
