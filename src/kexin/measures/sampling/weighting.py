"""Weights: so that those who answered speak for all customers, in the proportions these have.

References
----------
Deming, W. E. & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the expected marginal totals are
    known. Ann. Math. Stat. 11, 427-444.
Holt, D. & Smith, T. M. F. (1979). Post stratification. J. R. Stat. Soc. A 142, 33-46.
Izrael, D., Battaglia, M. P. & Frankel, M. R. (2009). Extreme survey weight adjustment as a component of sample balancing. SAS Global
    Forum, paper 247.
Kish, L. (1992). Weighting for unequal Pi. J. Off. Stat. 8, 183-200.

"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import Floats, Notice, effective_n, usable_weights
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable

HEAVY = 2.0  # design effect from which half the answers are lost to weighting
THIN = 5
EXACT = 1e-6
TRIMS = 20  # cutting moves the mean, and the limits are multiples of it


@dataclass(frozen=True)
class Weights(Storable):
    """One weight an answer, of mean 1.

    weights : (n,) float
    n : int
    n_effective : float
        Kish's.
    design_effect : float
        n / n_effective: how many times more answers are needed because weights differ (Kish 1992).
    trimmed : int
        Weights held at a limit.
    largest_miss : float
        Largest difference between a weighted share and its target, 0 to 1. Trimming costs exactness; here is how much.
    iterations : int
    notices : tuple of Notice
        Codes "heavy_weights", "thin_cells", "targets_missed".
    """

    weights: Floats
    n: int
    n_effective: float
    design_effect: float
    trimmed: int
    largest_miss: float
    iterations: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class _Margin:
    name: str
    member: NDArray[np.intp]
    target: Floats


def design_effect(weights: ArrayLike) -> float:
    """How many times more answers are needed because weights differ: n / effective n (Kish 1992). Zero weights count in n.

    >>> design_effect([1, 1, 1, 3])
    1.3333333333333333
    """
    return np.asarray(weights).size / effective_n(weights)


def cell_weights(
    cells: ArrayLike, population: Mapping[Hashable, float], *, start: ArrayLike | None = None, limits: tuple[float, float] | None = None
) -> Weights:
    """Weights by cell (post-stratification, Holt & Smith 1979): each cell weighs what it is of the population.

    cells : (n,) labels
        For cells of two or more variables, join their labels: "北|VIP".
    population : mapping of label to number or share of customers
    start, limits : see `rake`.

    >>> cell_weights(["a", "a", "a", "b"], {"a": 0.5, "b": 0.5}).weights.round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    return rake({"cell": cells}, {"cell": population}, start=start, limits=limits)


def rake(
    answers: Mapping[str, ArrayLike],
    targets: Mapping[str, Mapping[Hashable, float]],
    *,
    start: ArrayLike | None = None,
    limits: tuple[float, float] | None = None,
    tolerance: float = 1e-8,
    most: int = 1000,
) -> Weights:
    """Weights by which every variable has the shares it has in the population (raking, Deming & Stephan 1940).

    answers : mapping of variable to (n,) labels
    targets : mapping of variable to mapping of label to number or share of customers
    start : (n,) float, optional
        Design weights to begin with, above zero.
    limits : (low, high), optional
        Weights are kept within these multiples of the mean weight, trimmed in every round so that the rest makes up for it (Izrael,
        Battaglia & Frankel 2009). Low may be 0.
    tolerance : float
        Rounds end when no weight changes by more, relative to the mean.

    Raises BadInput for labels without target and answers without label, CannotSay("empty_cell") for a target nobody answered for,
    CannotSay("no_convergence") when
    no weights meet all targets.

    >>> weighted = rake({"sex": ["f", "f", "m", "m"], "age": ["y", "o", "o", "o"]}, {"sex": {"f": 50, "m": 50}, "age": {"y": 30, "o": 70}})
    >>> weighted.weights.round(3).tolist(), round(weighted.design_effect, 3)
    ([1.2, 0.8, 1.0, 1.0], 1.02)
    """
    if limits is not None and not 0 <= limits[0] < 1 < limits[1]:
        raise BadInput(f"limits are multiples of the mean weight, one below 1 and one above, not {limits}")
    margins = _margins(answers, targets)
    n = margins[0].member.size
    w = usable_weights(start, n, name="start")
    if not (w > 0).all():
        raise BadInput("start: weights to begin with are above zero; leave out answers that should not count")
    w = w / w.mean()
    trimmed = np.zeros(n, dtype=bool)
    for iterations in range(1, most + 1):  # noqa: B007 -- told in the result
        before = w
        for margin in margins:
            w = w * (margin.target * n / np.bincount(margin.member, weights=w, minlength=margin.target.size))[margin.member]
        if limits is not None:
            trimmed = (w <= limits[0]) | (w >= limits[1])
            for _ in range(TRIMS):
                w = np.clip(w, *limits)
                w = w / w.mean()
        if np.abs(w - before).max() <= tolerance:
            break
    else:
        raise CannotSay(
            "no_convergence", f"weights still change after {most} rounds: targets may contradict each other, or join small groups"
        )
    w = w / w.mean()
    miss = max(float(np.abs(np.bincount(one.member, weights=w, minlength=one.target.size) / n - one.target).max()) for one in margins)
    if miss > EXACT and not trimmed.any():
        raise CannotSay("no_convergence", f"no weights meet all targets (off by {miss:.1%}): with these answers they contradict each other")
    return _finished(w, int(trimmed.sum()), miss, iterations, margins)


def _margins(answers: Mapping[str, ArrayLike], targets: Mapping[str, Mapping[Hashable, float]]) -> list[_Margin]:
    if not answers or set(answers) != set(targets):
        raise BadInput("answers and targets name the same variables, at least one")
    margins = [_margin(name, answers[name], targets[name]) for name in answers]
    if any(margin.member.size != margins[0].member.size for margin in margins):
        raise BadInput("every variable has one label an answer")
    return margins


def _margin(name: str, labels: ArrayLike, targets: Mapping[Hashable, float]) -> _Margin:
    given = np.asarray(labels)
    if given.ndim != 1 or given.size == 0:
        raise BadInput(f"{name}: one label an answer is needed, and at least one answer")
    if given.dtype.kind == "f" and np.isnan(given).any():
        raise BadInput(f"{name}: some answers have no label: give them one of their own, with a target, or leave them out")
    try:
        present, member = np.unique(given, return_inverse=True)
    except TypeError as error:
        raise BadInput(f"{name}: labels are of one kind: all text or all numbers, none missing") from error
    known = present.tolist()
    wrong = [label for label, target in targets.items() if not (np.isfinite(target) and target > 0)]
    if wrong:
        raise BadInput(f"{name}: the target of {wrong[0]!r} is not above zero: leave out groups that should not count")
    have = set(known)
    unknown = [label for label in known if label not in targets]
    if unknown:
        raise BadInput(f"{name}: {unknown[0]!r} has answers and no target")
    empty = [label for label in targets if label not in have]
    if empty:
        share = targets[empty[0]] / sum(targets.values())
        raise CannotSay(
            "empty_cell", f"{name}: nobody answered for {empty[0]!r}, {share:.1%} of the population: join it with another group"
        )
    target = np.array([targets[label] for label in known], dtype=np.float64)
    return _Margin(name, member, target / target.sum())


def _finished(w: Floats, trimmed: int, miss: float, iterations: int, margins: list[_Margin]) -> Weights:
    effect = design_effect(w)
    notices = []
    if effect >= HEAVY:
        notices.append(Notice("heavy_weights", f"{w.size} answers are worth {w.size / effect:.0f}: trim with limits, or join small groups"))
    for one in margins:
        thin = int((np.bincount(one.member) < THIN).sum())
        if thin:
            notices.append(Notice("thin_cells", f"{one.name}: {thin} groups have fewer than {THIN} answers, which speak for all of theirs"))
    if miss > EXACT:
        notices.append(Notice("targets_missed", f"trimming leaves shares off their targets by up to {miss:.1%}"))
    return Weights(w, w.size, w.size / effect, effect, trimmed, miss, iterations, tuple(notices))
