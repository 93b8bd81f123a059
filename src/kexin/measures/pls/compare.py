"""Comparing groups: whether paths, loadings or indices differ between branches, segments or waves.

Permutation asks how often groups put together at random would differ as much; the bootstrap how far each group's estimate would move in
another sample. Whether constructs mean the same in both is asked by `invariance`, first.

References
----------
Chin, W. W. & Dibbern, J. (2010). An introduction to a permutation based procedure for multi-group PLS analysis. In Handbook of Partial
Least Squares, 171-193. Springer.
Henseler, J., Ringle, C. M. & Sinkovics, R. R. (2009). The use of partial least squares path modeling in international marketing. Adv.
Int. Mark. 20, 277-319.
Sarstedt, M., Henseler, J. & Ringle, C. M. (2011). Multigroup analysis in partial least squares (PLS) path modeling. Adv. Int. Mark. 22,
195-218.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6, 65-70.
Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. J. R. Stat. Soc. B 57, 289-300.

"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Metric, Scheme, fit
from kexin.measures.pls.groups import grouped
from kexin.measures.pls.index import Bound, index, scale_ends
from kexin.measures.pls.model import Model
from kexin.measures.pls.samples import Draws, Samples, check, doubts, fitted
from kexin.measures.pls.stack import Scale
from kexin.measures.resampled import quantiles, tails
from kexin.measures.scores.differences import holm

Floats = NDArray[np.float64]
Correction = Literal["holm", "benjamini_hochberg", "none"]
Kind = Literal["paths", "loadings", "weights", "total_effects", "r_squared", "index"]

KINDS: tuple[Kind, ...] = ("paths", "loadings", "weights", "total_effects", "r_squared", "index")
STILL = 1e-9
PERMUTATION = 5  # place of the permutation p-value in a row of differences
APART = 1e-3  # by which the same fit from two starts may not differ, else signs or solutions do


class Pair(NamedTuple):
    """What is compared: an estimate between two groups."""

    first: Hashable
    second: Hashable
    kind: Kind
    name: str | tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """One estimate in two groups.

    first, second : float
        In either group.
    value : float
        First less second.
    low, high : float
        Interval of the difference, from resampling both groups: percentile, its ends moved out as the rows of the smaller ask for, like
        those of `bootstrap`.
    permutation, parametric, welch, henseler : float
        Two-sided p-values: share of random groups that differ as much (Chin & Dibbern 2010); t-test with pooled and with separate
        standard errors from the bootstrap (Sarstedt, Henseler & Ringle 2011); PLS-MGA (Henseler, Ringle & Sinkovics 2009). The last
        three are of independent groups, and NaN where the same persons stand in both.
    corrected : float
        The permutation p-value, corrected for all differences of its kind that were looked at.
    """

    first: float
    second: float
    value: float
    low: float
    high: float
    permutation: float
    parametric: float
    welch: float
    henseler: float
    corrected: float


@dataclass(frozen=True)
class Comparison(Mapping[Pair, Difference]):
    """Differences by (first group, second group, kind, name): `found["north", "south", "paths", ("Image", "Loyalty")]`.

    differences : mapping
        What does not vary (the weight of an item alone, an effect without a way) is not among them.
    fits : group -> Fit
    n : group -> rows
    suppressed : group -> rows
        Groups too small to be shown; nothing is said of them.
    correction : "holm", "benjamini_hochberg" or "none"
    permutations, replicates, level
    paired : bool
        Whether the same persons stand in all groups.
    random_groups : (first group, second group) -> int or None
        How many random groups of rows were shuffled and drawn in place of rows.
    failures : int
        Random groups and resamples without a solution, left out.
    warnings : of code and text
        "suppressed", "unpaired", "failures", "inadmissible", "turned" (a construct points the other way in one group) and those of the
        fits.
    """

    differences: Mapping[Pair, Difference]
    fits: Mapping[Hashable, Fit]
    n: Mapping[Hashable, int]
    suppressed: Mapping[Hashable, int]
    correction: Correction
    permutations: int
    replicates: int
    level: float
    paired: bool
    random_groups: Mapping[tuple[Hashable, Hashable], int | None]
    failures: int
    warnings: tuple[Note, ...]

    def __getitem__(self, key: Any) -> Difference:
        return self.differences[Pair(*key)]

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.differences)

    def __len__(self) -> int:
        return len(self.differences)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and words; differences as a list of rows."""
        named = [field.name for field in fields(self) if field.name != "differences"]
        stored: dict[str, Any] = plain({name: getattr(self, name) for name in named})
        stored["differences"] = [plain(pair._asdict()) | plain(one) for pair, one in self.differences.items()]
        return stored


def compare(  # noqa: PLR0913 -- the fit's options, the resampling's and what is shown
    data: ArrayLike,
    model: Model,
    groups: ArrayLike,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    permutations: int = 1000,
    replicates: int = 1000,
    weights: ArrayLike | None = None,
    persons: ArrayLike | None = None,
    scheme: Scheme = "path",
    consistent: bool = False,
    metric: Metric = "standardized",
    kinds: Sequence[Kind] = ("paths",),
    low: Bound | None = None,
    high: Bound | None = None,
    at_least: int = 30,
    correction: Correction = "holm",
    random_groups: int | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare every two groups by permutation and by bootstrap.

    data, items, weights
        As for `moments`; rows with a gap are left out.
    groups : (n,) of any labels
        The group of each row, say its branch or wave; a person stands in one of them, unless `persons` are given.
    persons : (n,) of any labels, optional
        Who answered each row, for waves in which the same persons were asked. Only those in all groups shown count, one row a group. A
        person's rows change places by chance, or stay, and persons are drawn with all their rows.
    rng : Generator
        The same state gives the same numbers.
    permutations, replicates : int
        Random groupings, and resamples of each group; 100 at least.
    scheme, consistent, metric
        As for `fit`.
    kinds
        Of "paths", "loadings", "weights", "total_effects", "r_squared", "index".
    low, high
        Ends of the answer scale; needed for "index".
    at_least : int
        Rows below which a group is suppressed: no number of it is shown or used.
    correction : "holm", "benjamini_hochberg" or "none"
        Over all differences of one kind, in all pairs of groups. Holm keeps the chance of any false finding at the level, Benjamini-
        Hochberg the share of false ones among the findings.
    random_groups : int, optional
        Shuffle and draw so many random groups of rows in place of rows, on both sides together, all of one size and 100 at least on
        each side. Unless given, rows are taken up to 50,000 in both groups, and beyond it 1,000 groups, or more where one side is small.
        Shuffling still keeps to its level; but how far random groupings differ is itself known only to a share of about 1/√(2G), 2 %
        with 1,000 groups, so that a p-value near the level may fall on the other side of it.

    Signs of constructs follow the fit of both groups together. A permutation p-value counts the grouping seen as one of them, so it
    is never 0: (1 + as far apart) / (1 + permutations).

    Raises what `moments`, `fit` and `index` raise, naming the group; CannotSay "few_groups" where fewer than two are large enough,
    "few_persons", "too_few" where a side has too few rows for random groups, and "no_solution" where more than half the samples have none.
    """
    check(min(permutations, replicates), level, random_groups)
    _check(kinds, low, high, correction)
    parts = grouped(data, model, groups, items=items, weights=weights, at_least=at_least, persons=persons)
    fits: dict[Hashable, Fit] = {}
    for label in parts.shown:
        try:
            fits[label] = fit(parts.moments(label), model, scheme=scheme, consistent=consistent, metric=metric)
        except CannotSay as refused:
            raise CannotSay(refused.code, f"group {label}: {refused}") from refused
    scale = None if low is None or high is None else Scale(*scale_ends(model, low, high))
    alone = {label: _values(one, kinds, low, high, label) for label, one in fits.items()}
    warnings = list(parts.warnings)
    warnings += [Note(note.code, f"group {label}: {note.text}") for label, one in fits.items() for note in one.warnings]
    rows: dict[Pair, tuple[float, ...]] = {}
    failures = 0
    drawn_groups: dict[tuple[Hashable, Hashable], int | None] = {}
    for first, second in combinations(parts.shown, 2):
        sides = parts.two(first, second, random_groups, rng)
        drawn_groups[first, second] = sides.groups
        point = fit(parts.moments(first, second), model, scheme=scheme, consistent=consistent, metric=metric)
        samples = Samples(sides.drawn, point.mean, point.deviation, fitted(point, scale))
        seen = samples.estimated([np.array([sides.in_first, ~sides.in_first], dtype=np.float64)])
        random = samples.estimated_by_two(sides.shuffled(permutations, rng))
        drawn = sides.resampled(samples, replicates, rng)
        fewest = int(min(sides.in_first.sum(), (~sides.in_first).sum()))
        failures += int((random[0].failed | random[1].failed).sum() + drawn[0].failed.sum() + drawn[1].failed.sum())
        told = _doubts(random, drawn, permutations, replicates)
        warnings += [Note(note.code, f"{first} and {second}: {note.text}") for note in told]
        sizes = fits[first].n_effective, fits[second].n_effective
        for kind in kinds:
            one, other = alone[first][kind], alone[second][kind]
            follow = seen.found[kind]
            if not max(np.abs(follow[0] - one).max(), np.abs(follow[1] - other).max()) < APART:
                one, other = follow
                text = f"{first} and {second}: a construct points the other way, or has two solutions; {kind} follow the fit of both"
                warnings.append(Note("turned", text))
            columns = _differences(one, other, kind, random, drawn, sizes, level, fewest, paired=parts.paired)
            names = model.constructs if kind == "index" else list(getattr(fits[first], kind))
            varies = np.abs(random[0].good(kind) - random[0].good(kind)[0]).max(axis=0) > STILL
            for at in np.flatnonzero(varies):
                rows[Pair(first, second, kind, names[at])] = tuple(float(column[at]) for column in columns)
    corrected = _corrected(rows, kinds, correction)
    return Comparison(
        differences={pair: Difference(*(*row, corrected[pair])) for pair, row in rows.items()},
        fits=fits,
        n=parts.n,
        suppressed=parts.suppressed,
        correction=correction,
        permutations=permutations,
        replicates=replicates,
        level=level,
        paired=parts.paired,
        random_groups=drawn_groups,
        failures=failures,
        warnings=tuple(warnings),
    )


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """p-values corrected so that the share of false findings stays at the level (Benjamini & Hochberg 1995).

    >>> [round(p, 9) for p in benjamini_hochberg([0.01, 0.04, 0.03, 0.005]).tolist()]
    [0.02, 0.04, 0.04, 0.02]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise BadInput("p-values lie between 0 and 1")
    order = np.argsort(p, kind="stable")[::-1]
    steps = p[order] * p.size / np.arange(p.size, 0, -1)
    answer = np.empty(p.size)
    answer[order] = np.minimum(np.minimum.accumulate(steps), 1.0)
    return answer


def _doubts(random: tuple[Draws, Draws], drawn: tuple[Draws, Draws], permutations: int, replicates: int) -> list[Note]:
    """Each warning once."""
    told: dict[str, Note] = {}
    failed = int((random[0].failed | random[1].failed).sum()), max(int(draws.failed.sum()) for draws in drawn)
    for draws, many, lost in zip((random, drawn), (permutations, replicates), failed, strict=True):
        for note in doubts(lost, many, max(draw.inadmissible for draw in draws)):
            told.setdefault(note.code, note)
    return list(told.values())


def _differences(  # noqa: PLR0913 -- both groups' estimates, shuffled and drawn
    one: Floats,
    other: Floats,
    kind: Kind,
    random: tuple[Draws, Draws],
    drawn: tuple[Draws, Draws],
    sizes: tuple[float, float],
    level: float,
    fewest: int,
    *,
    paired: bool,
) -> tuple[Floats, ...]:
    """Columns of Difference but the last, by name of the kind."""
    value = one - other
    good = ~(random[0].failed | random[1].failed)
    chance = random[0].found[kind][good] - random[1].found[kind][good]
    permutation = (1 + (np.abs(chance) >= np.abs(value)).sum(axis=0)) / (1 + len(chance))
    both = ~(drawn[0].failed | drawn[1].failed)
    apart = np.sort(drawn[0].found[kind][both] - drawn[1].found[kind][both], axis=0)
    low, high = quantiles(apart, np.broadcast_to(tails(level, fewest), (apart.shape[1], 2))).T
    if paired:
        unknown = np.full(len(value), np.nan)
        return one, other, value, low, high, permutation, unknown, unknown, unknown
    mine, theirs = drawn[0].good(kind), drawn[1].good(kind)
    se = mine.std(axis=0, ddof=1), theirs.std(axis=0, ddof=1)
    return one, other, value, low, high, permutation, *_t_tests(value, se, sizes), _henseler(mine, theirs)


def _t_tests(value: Floats, se: tuple[Floats, Floats], sizes: tuple[float, float]) -> tuple[Floats, Floats]:
    """Two-sided p-values with pooled and with separate standard errors. Sarstedt, Henseler & Ringle 2011, eqs. 2 to 4."""
    (m, n), (first, second) = sizes, se
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = np.sqrt(((m - 1) ** 2 * first**2 + (n - 1) ** 2 * second**2) / (m + n - 2)) * np.sqrt(1 / m + 1 / n)
        parametric = 2.0 * stdtr(m + n - 2, -np.abs(value) / pooled)
        separate = (m - 1) / m * first**2 + (n - 1) / n * second**2
        freedom = separate**2 / ((m - 1) / m**2 * first**4 + (n - 1) / n**2 * second**4) - 2.0
        welch = 2.0 * stdtr(freedom, -np.abs(value) / np.sqrt(separate))
    return parametric, welch


def _henseler(mine: Floats, theirs: Floats) -> Floats:
    """Two-sided p-values of PLS-MGA: how often, among all pairs of resamples less their bias, the second is at least the first.

    Henseler, Ringle & Sinkovics 2009, eq. 6. Pairs are counted by sorting one side.
    """
    answer = np.empty(mine.shape[1])
    for at in range(mine.shape[1]):
        first, second = 2 * mine[:, at].mean() - mine[:, at], np.sort(2 * theirs[:, at].mean() - theirs[:, at])
        above = (np.searchsorted(second, first, side="left") + np.searchsorted(second, first, side="right")) / 2
        share = float(above.mean()) / len(second)
        answer[at] = 2.0 * min(share, 1.0 - share)
    return answer


def _corrected(rows: Mapping[Pair, tuple[float, ...]], kinds: Sequence[Kind], correction: Correction) -> dict[Pair, float]:
    by: dict[Correction, Callable[[Floats], Floats]] = {"holm": holm, "benjamini_hochberg": benjamini_hochberg, "none": np.copy}
    found: dict[Pair, float] = {}
    for kind in kinds:
        pairs = [pair for pair in rows if pair.kind == kind]
        found |= zip(pairs, by[correction](np.array([rows[pair][PERMUTATION] for pair in pairs])).tolist(), strict=True) if pairs else ()
    return found


def _values(one: Fit, kinds: Sequence[Kind], low: Bound | None, high: Bound | None, label: Hashable) -> dict[Kind, Floats]:
    found: dict[Kind, Floats] = {kind: getattr(one, kind).array for kind in kinds if kind != "index"}
    if "index" in kinds and low is not None and high is not None:
        try:
            found["index"] = np.array(list(index(one, low, high).values()))
        except CannotSay as refused:
            raise CannotSay(refused.code, f"group {label}: {refused}") from refused
    return found


def _check(kinds: Sequence[Kind], low: Bound | None, high: Bound | None, correction: str) -> None:
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise BadInput(f"kinds are among {', '.join(KINDS)}, not {unknown[0] if unknown else 'none'!r}")
    if (low is None) != (high is None) or ("index" in kinds and low is None):
        raise BadInput("the index needs both ends of the scale: give low and high")
    if correction not in ("holm", "benjamini_hochberg", "none"):
        raise BadInput(f"correction is 'holm', 'benjamini_hochberg' or 'none', not {correction!r}")
