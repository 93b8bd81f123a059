"""Whether a model predicts the answers of people it has not seen: PLSpredict.

References
----------
Shmueli, G., Ray, S., Velasquez Estrada, J. M. & Chatla, S. B. (2016). The elephant in the room: predictive performance of PLS models.
J. Bus. Res. 69, 4552-4564.
Shmueli, G. et al. (2019). Predictive model assessment in PLS-SEM: guidelines for using PLSpredict. Eur. J. Marketing 53, 2322-2347.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, fit
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.rows import complete_rows, dropped
from kexin.measures.pls.scores import scores
from kexin.measures.pls.table import Table

Floats = NDArray[np.float64]
Antecedents = Literal["earliest", "direct"]
Key = tuple[str, str]

FEWEST = 2


@dataclass(frozen=True)
class PredictionErrors:
    """Of predictions, by (construct, item), in the units of the answers.

    rmse, mae
    q_squared
        Q²predict: 1 - squared errors over those of the mean of the rows fitted to. Above 0 is better than that mean.
    """

    rmse: Table[Key]
    mae: Table[Key]
    q_squared: Table[Key]


@dataclass(frozen=True)
class Prediction(Storable):
    """How well items of explained constructs are predicted out of sample.

    model, linear, mean : PredictionErrors
        By the path model, by a linear regression on the same items, and by the mean (whose Q² is 0).
    better : (construct, item) -> bool
        Whether the path model's RMSE is below the linear regression's.
    power : "high", "medium", "low" or "none"
        Better on all items, on the majority (or half), on a minority, on none (Shmueli et al. 2019, fig. 3).
    folds, repetitions, n, antecedents
    warnings : of code and text
        "rows_dropped"; "worse_than_mean" for items with Q²predict not above 0.
    """

    model: PredictionErrors
    linear: PredictionErrors
    mean: PredictionErrors
    better: dict[Key, bool]
    power: str
    folds: int
    repetitions: int
    n: int
    antecedents: Antecedents
    warnings: tuple[Note, ...]


def predict(
    data: ArrayLike,
    result: Fit,
    *,
    items: Sequence[str],
    weights: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
    folds: int | ArrayLike = 10,
    repetitions: int = 10,
    antecedents: Antecedents = "earliest",
) -> Prediction:
    """Predict every row's answers by the model fitted to the other folds, `repetitions` times over.

    data, items, weights
        What `result` was fitted to; rows with a gap are left out. Weights, as shares of their mean, count in fits, regressions and errors.
    rng : Generator
        Deals rows into folds as equal as can be. Needed unless the folds are given.
    folds : int, or (n,) or (repetitions, n) int
        How many, or the fold of every complete row, for the same folds as elsewhere.
    antecedents : "earliest" or "direct"
        Whether explained constructs are predicted from the scores of unexplained ones through all paths (cSEM, SmartPLS), or from the
        scores of their direct causes (the default of seminr). The linear regression, with intercept, takes the items of the same
        constructs.

    A score is weights times items standardized by means and deviations of the rows fitted to; a prediction is loading times predicted
    score, put back into the item's units. Errors of all repetitions are pooled (cSEM), not predictions averaged. Composite loadings and
    paths predict, also where `result` is consistent.

    Raises what `moments` and `fit` raise, BadInput for folds that cannot be, CannotSay "too_few" where the linear regression has fewer rows
    than items, and "collinear" where its items say the same.
    """
    model, layout = result.model, result.model.layout
    if antecedents not in ("earliest", "direct"):
        raise BadInput(f"antecedents is 'earliest' or 'direct', not {antecedents!r}")
    stats = moments(data, items, weights=weights)
    counted = complete_rows(data, weights, stats, model)
    rows, notes, n = counted.answers(), dropped(stats), len(counted)
    share = np.ones(n) if counted.weights is None else counted.weights[counted.kept]
    dealt = _dealt(folds, repetitions, n, rng)
    at = np.flatnonzero(np.isin(layout.owner, layout.explained))
    sources = _sources(model, antecedents)
    squares, sizes = np.zeros((3, len(at))), np.zeros((3, len(at)))
    for fold in dealt:
        for one in np.unique(fold):
            held = fold == one
            seen, unseen = rows[~held], rows[held]
            again = fit(moments(seen, model.items, weights=share[~held]), model, scheme=result.scheme, metric=result.metric)
            guesses = (
                _by_model(again, unseen, antecedents)[:, at],
                _by_regression(seen, share[~held], unseen, sources, model)[:, at],
                np.broadcast_to(again.mean[at], (len(unseen), len(at))),
            )
            for kind, guess in enumerate(guesses):
                off = unseen[:, at] - guess
                squares[kind] += share[held] @ off**2
                sizes[kind] += share[held] @ np.abs(off)
    keys = {(model.constructs[int(layout.owner[item])], model.items[item]): row for row, item in enumerate(at.tolist())}
    many = n * len(dealt)
    errors = [
        PredictionErrors(Table(keys, np.sqrt(square / many)), Table(keys, size / many), Table(keys, 1.0 - square / squares[2]))
        for square, size in zip(squares, sizes, strict=True)
    ]
    better = {key: errors[0].rmse[key] < errors[1].rmse[key] for key in keys}
    poor = [item for (_name, item), value in errors[0].q_squared.items() if not value > 0]
    text = f"{', '.join(poor)}: the model predicts no better than the mean"
    return Prediction(
        model=errors[0],
        linear=errors[1],
        mean=errors[2],
        better=better,
        power=_power(sum(better.values()), len(better)),
        folds=len(np.unique(dealt[0])),
        repetitions=len(dealt),
        n=n,
        antecedents=antecedents,
        warnings=(*notes, Note("worse_than_mean", text)) if poor else notes,
    )


def _dealt(folds: int | ArrayLike, repetitions: int, n: int, rng: np.random.Generator | None) -> NDArray[np.intp]:
    """(repetitions, n) the fold of every row."""
    if isinstance(folds, int | np.integer):
        if not FEWEST <= folds <= n:
            raise BadInput(f"there are between {FEWEST} and {n} folds, as many as rows, not {folds}")
        if repetitions < 1:
            raise BadInput("there is one repetition at least")
        if rng is None:
            raise BadInput("give a random generator as rng, or the folds themselves")
        return np.array([rng.permutation(n) % int(folds) for _repetition in range(repetitions)], dtype=np.intp)
    given = np.atleast_2d(np.asarray(folds))
    if given.ndim != 2 or given.shape[1] != n or given.dtype.kind not in "iu":  # noqa: PLR2004 -- repetitions and rows
        raise BadInput(f"folds are one whole number for each of the {n} complete rows, in one or more repetitions")
    if any(len(np.unique(one)) < FEWEST for one in given):
        raise BadInput("there are two folds at least")
    return given.astype(np.intp)


def _sources(model: Model, antecedents: Antecedents) -> dict[int, list[int]]:
    """By explained construct, those whose items predict it."""
    layout = model.layout
    unexplained = [place for place in range(len(model.constructs)) if place not in layout.explained]
    if antecedents == "earliest":
        return dict.fromkeys(layout.explained.tolist(), unexplained)
    return {int(place): np.flatnonzero(layout.causes[place]).tolist() for place in layout.explained}


def _by_model(again: Fit, unseen: Floats, antecedents: Antecedents) -> Floats:
    layout = again.model.layout
    c = len(again.model.constructs)
    direct = np.zeros((c, c))
    direct[layout.path_from, layout.path_to] = again.paths.array
    known = scores(again, unseen)
    if antecedents == "earliest":
        known[:, layout.explained] = 0.0
        known = known @ np.linalg.inv(np.eye(c) - direct)
    else:
        known = known @ direct
    return again.mean + again.deviation * again.loadings.array * known[:, layout.owner]


def _by_regression(seen: Floats, share: Floats, unseen: Floats, sources: dict[int, list[int]], model: Model) -> Floats:
    layout = model.layout
    guess = np.full(unseen.shape, np.nan)
    for place, causes in sources.items():
        at = np.flatnonzero(np.isin(layout.owner, causes))
        if len(seen) <= len(at) + 1:
            raise CannotSay("too_few", f"{len(at)} items predict {model.constructs[place]} from {len(seen)} rows: gather more answers")
        block = layout.slices[place]
        centre = share @ seen / share.sum()
        about = np.sqrt(share)[:, None] * (seen - centre)
        coefficients, _left, rank, _values = np.linalg.lstsq(about[:, at], about[:, block], rcond=None)
        if rank < len(at):
            raise CannotSay("collinear", f"items that predict {model.constructs[place]} follow from each other: leave out duplicates")
        guess[:, block] = centre[block] + (unseen[:, at] - centre[at]) @ coefficients
    return guess


def _power(better: int, items: int) -> str:
    if better == items:
        return "high"
    if better == 0:
        return "none"
    return "medium" if 2 * better >= items else "low"
