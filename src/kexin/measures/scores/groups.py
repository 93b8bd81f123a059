"""One score a group, for three branches or a million customers, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import Flags, Floats, Notice, answered
from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.scores.intervals import mean_interval, net_interval, share_interval
from kexin.measures.scores.single import COCHRAN, FEW, HUNDRED, Kind

SUPPRESS_BELOW = 10


@dataclass(frozen=True)
class GroupScores(Storable):
    """Columns of equal length, one row a group, in the order of `groups`.

    groups : (m,) of any label
    score, low, high : (m,) float
        As in `Score`. NaN where suppressed, and where a mean has no spread to judge it by.
    n : (m,) int
        Answers; 0 for a group asked for and not answered by anybody.
    n_interval : (m,) float
        What the interval rests on.
    suppressed, few : (m,) bool
        Too few to show; few enough to say so, also when a mean leans on a few answers far from the rest (Cochran 1977, eq. 2.25).
    kind, level, method : as in `Score`.
    notices : tuple of Notice
        Codes "suppressed", "few_answers", "empty_groups", "zero_weights".
    """

    groups: NDArray[Any]
    score: Floats
    low: Floats
    high: Floats
    n: NDArray[np.int64]
    n_interval: Floats
    suppressed: Flags
    few: Flags
    kind: Kind
    level: float
    method: str
    notices: tuple[Notice, ...] = ()


def by_group(  # noqa: PLR0913 -- keywords, each with its default
    ratings: ArrayLike,
    groups: ArrayLike,
    *,
    kind: Kind = "net_promoter",
    among: Sequence[Any] | None = None,
    promoters_from: float = 9,
    detractors_to: float = 6,
    yes_from: float | None = None,
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
    suppress_below: int = SUPPRESS_BELOW,
) -> GroupScores:
    """One score a group.

    ratings : (n,) float
    groups : (n,) labels
        The group each answer belongs to.
    kind : "net_promoter", "share" (of answers from `yes_from` up) or "mean"
    among : sequence of labels, optional
        The groups to report, also those nobody answered in; answers of others are refused. By default those that occur, sorted.
    suppress_below : int
        Groups with fewer answers show n alone.

    Intervals: score (Tango 1998), Wilson, Student. The scale is 0 to 10 for a net promoter score unless stated.

    >>> found = by_group([10, 9, 3, 10, 8, 9], ["北", "北", "北", "南", "南", "南"], among=["北", "南", "西"], suppress_below=3)
    >>> found.score.round(1).tolist(), found.n.tolist(), found.suppressed.tolist()
    ([33.3, 66.7, nan], [3, 3, 0], [False, False, True])
    """
    _check(kind, promoters_from, detractors_to, yes_from)
    if kind == "net_promoter" and scale is None:
        scale = (0, 10)
    got = answered(ratings, name="ratings", scale=scale, missing=missing, weights=weights)
    labels, member = _members(groups, got.kept, among)
    m = labels.size
    n = np.bincount(member, minlength=m)
    mass = np.bincount(member, weights=got.weights, minlength=m)
    whole = np.where(mass > 0, mass, 1.0)
    share = got.weights / whole[member]

    value = got.values
    if kind == "net_promoter":
        value = (value >= promoters_from).astype(np.float64) - (value <= detractors_to)
    elif yes_from is not None and kind == "share":
        value = (value >= yes_from).astype(np.float64)
    mean = np.bincount(member, weights=share * value, minlength=m)
    off = value - mean[member]
    variance = np.bincount(member, weights=share * off**2, minlength=m)
    kish = 1.0 / np.maximum(np.bincount(member, weights=share**2, minlength=m), np.finfo(float).tiny)
    linearised = np.bincount(member, weights=(share * off) ** 2, minlength=m)
    with np.errstate(divide="ignore", invalid="ignore"):  # groups whose answers are all alike lose nothing but Kish's part
        used = np.where(linearised > 0, np.minimum(kish, variance / linearised), kish) if got.weighted else n.astype(np.float64)

    suppressed = n < max(suppress_below, 1)
    shown = np.flatnonzero(~suppressed)
    score, low, high = (np.full(m, np.nan) for _ in range(3))
    at, how_many = mean[shown], used[shown]
    if kind == "mean":
        known = how_many > 1 + 1e-9  # rounding
        safe = np.where(known, how_many, 2.0)
        ends = mean_interval(at, np.sqrt(variance[shown] * safe / (safe - 1)), np.where(known, safe, 1.0), level=level)
        unit, method = 1.0, "t"
    elif kind == "share":
        at = np.clip(at, 0, 1)
        ends, unit, method = share_interval(at, how_many, level=level), HUNDRED, "wilson"
    else:
        promoters = np.bincount(member, weights=share * (value > 0), minlength=m)[shown]
        detractors = np.bincount(member, weights=share * (value < 0), minlength=m)[shown]
        at = promoters - detractors
        ends, unit, method = net_interval(promoters, detractors, how_many, level=level), HUNDRED, "score"
    score[shown] = unit * at
    low[shown], high[shown] = np.minimum(unit * ends[0], score[shown]), np.maximum(unit * ends[1], score[shown])
    few = ~suppressed & (used < FEW)
    if kind == "mean":
        pull = share * off
        second, third = (np.bincount(member, weights=pull**power, minlength=m) for power in (2, 3))
        few |= ~suppressed & (second**3 < COCHRAN * third**2)  # n < 25 G², n cancels
    return GroupScores(
        groups=labels,
        score=score,
        low=low,
        high=high,
        n=n.astype(np.int64),
        n_interval=np.where(n > 0, used, 0.0),
        suppressed=suppressed,
        few=few,
        kind=kind,
        level=level,
        method=method,
        notices=(*got.notices, *_told(n, suppressed, few, suppress_below)),
    )


def _check(kind: str, promoters_from: float, detractors_to: float, yes_from: float | None) -> None:
    if kind not in {"net_promoter", "share", "mean"}:
        raise BadInput(f'kind is "net_promoter", "share" or "mean", not "{kind}"')
    if kind == "net_promoter" and not detractors_to < promoters_from:
        raise BadInput(f"detractors answer less than promoters: {detractors_to} is not below {promoters_from}")
    if kind == "share" and yes_from is None:
        raise BadInput("a share needs yes_from: the lowest answer that counts")


def _members(groups: ArrayLike, kept: Flags, among: Sequence[Any] | None) -> tuple[NDArray[Any], NDArray[np.intp]]:
    labels = np.asarray(groups)
    if labels.shape != kept.shape:
        raise BadInput(f"{labels.size} group labels for {kept.size} answers")
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise BadInput("some answers have no group: name the group, or leave the answers out")
    labels = labels[kept]
    try:
        present, member = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise BadInput("group labels are of one kind: all text or all numbers, none missing") from error
    if among is None:
        return present, member
    wanted = list(among)
    place = {label: at for at, label in enumerate(wanted)}
    if len(place) < len(wanted):
        raise BadInput("among names a group twice")
    unknown = [label for label in present.tolist() if label not in place]
    if unknown:
        raise BadInput(f"group {unknown[0]!r} has answers and is not among the groups asked for")
    moved = np.array([place[label] for label in present.tolist()], dtype=np.intp)
    return np.asarray(wanted), moved[member] if member.size else member


def _told(n: NDArray[np.intp], suppressed: Flags, few: Flags, suppress_below: int) -> list[Notice]:
    told = []
    empty, hidden, marked = int((n == 0).sum()), int(suppressed.sum()), int(few.sum())
    if empty:
        told.append(Notice("empty_groups", f"{empty} groups have no answers"))
    if hidden:
        told.append(Notice("suppressed", f"{hidden} of {n.size} groups have fewer than {max(suppress_below, 1)} answers: not shown"))
    if marked:
        told.append(Notice("few_answers", f"{marked} of {n.size} groups rest on fewer than {FEW} answers"))
    return told
