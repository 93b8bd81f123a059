"""Answers by group: who is in which, which groups are too small to be shown, and how two of them are shuffled and drawn."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.pls.faults import Note
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import Moments, moments
from kexin.measures.pls.rows import Rows, complete_rows, dropped
from kexin.measures.pls.samples import FEWEST, GROUPS, ROWS, TOGETHER, Draws, Samples, grouping, too_many

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

MOST_GROUPS = 20  # compared two by two
LISTED = 5


@dataclass(frozen=True)
class Sides:
    """Two groups side by side.

    drawn : Rows, or a list of them
        What is shuffled and drawn: rows, or random groups of rows of one side.
    in_first : (k,) bool
    paired : bool
        Whether the same persons, in the same order, stand in both: those of the first side come first.
    """

    drawn: Rows | list[Rows]
    in_first: Mask
    paired: bool

    @property
    def groups(self) -> int | None:
        """How many random groups there are on both sides; None where rows are drawn."""
        return grouping(self.drawn)

    def shuffled(self, permutations: int, rng: np.random.Generator) -> Iterator[tuple[Floats, Floats]]:
        """(b, k) of 1 for those put at random into the first group, and into the second, some groupings at a time; sizes stay."""
        for start in range(0, permutations, TOGETHER):
            many = min(TOGETHER, permutations - start)
            if self.paired:
                stays = rng.integers(0, 2, (many, len(self.in_first) // 2))
                first = np.column_stack([stays, 1 - stays]).astype(np.float64)
            else:
                first = rng.permuted(np.tile(self.in_first.astype(np.float64), (many, 1)), axis=1)
            yield first, 1.0 - first

    def resampled(self, samples: Samples, replicates: int, rng: np.random.Generator) -> tuple[Draws, Draws]:
        """Samples with replacement of either side; of persons who stand in both, the same on both sides."""
        first, second = np.flatnonzero(self.in_first), np.flatnonzero(~self.in_first)
        if not self.paired:
            return samples.drawn(replicates, rng, first), samples.drawn(replicates, rng, second)
        batches = samples.resamples(replicates, rng, first)
        return samples.estimated_by_two((counts, np.roll(counts, len(first), axis=1)) for counts in batches)


@dataclass(frozen=True)
class Grouped:
    """Complete rows of the groups that are shown.

    rows : Rows
        By group and person where `paired`.
    member : (k,) int
        Place of each row's group among `shown`.
    shown : (g,) labels
    n, suppressed : group -> rows
        Of the groups shown, and of those that are too small.
    paired : bool
        Whether every person stands in all groups shown.
    warnings : of code and text
    """

    model: Model
    rows: Rows
    member: Places
    shown: tuple[Hashable, ...]
    n: Mapping[Hashable, int]
    suppressed: Mapping[Hashable, int]
    paired: bool
    warnings: tuple[Note, ...]

    def moments(self, *labels: Hashable) -> Moments:
        """Of one group, or of several together."""
        return self._of(*labels).moments(self.model.items)

    def two(self, first: Hashable, second: Hashable, groups: int | None, rng: np.random.Generator) -> Sides:
        """Rows of two groups; random groups of them where asked for, or where rows are too many.

        Random groups are of one size on both sides, so that it does not matter which stands where; at least 100 stand on each.
        """
        n = self.n[first] + self.n[second]
        if groups is None and not too_many(n, len(self.model.items)):
            in_first = self.member[np.isin(self.member, [self.shown.index(first), self.shown.index(second)])] == self.shown.index(first)
            return Sides(self._of(first, second), np.asarray(in_first), self.paired)
        smaller, fewest = min(((self.n[label], label) for label in (first, second)), key=lambda side: side[0])
        total = groups or max(GROUPS, math.ceil(FEWEST * n / smaller))
        if n < 2 * total or total > ROWS or round(total * smaller / n) < FEWEST:
            text = f"{fewest} has {smaller} of {n} rows, too few for {FEWEST} random groups as large as those of the other: "
            raise CannotSay("too_few", text + ("take another number of them" if groups else "take a random part of the other's rows"))
        in_both = round(total * self.n[first] / n), total - round(total * self.n[first] / n)
        sides = [self._of(first), self._of(second)]
        if self.paired:
            order = rng.permutation(len(sides[0]))
            drawn = [part for side in sides for part in side.cut(order, total // 2)]
        else:
            drawn = [part for side, many in zip(sides, in_both, strict=True) for part in side.at_random(many, rng)]
        return Sides(drawn, np.arange(len(drawn)) < (len(drawn) // 2 if self.paired else in_both[0]), self.paired)

    def _of(self, *labels: Hashable) -> Rows:
        return self.rows.among(np.isin(self.member, [self.shown.index(label) for label in labels]))


def grouped(
    data: ArrayLike,
    model: Model,
    groups: ArrayLike,
    *,
    items: Sequence[str],
    weights: ArrayLike | None,
    at_least: int,
    persons: ArrayLike | None = None,
) -> Grouped:
    """Rows by group; of persons who stand in all groups shown, where `persons` are given.

    Raises CannotSay "few_groups" where fewer than two have `at_least` rows, "too_many" beyond 20 such groups, and "few_persons" where fewer
    than `at_least` stand in all of them.
    """
    if at_least < 2:  # noqa: PLR2004 -- one row does not vary
        raise BadInput("at_least is the fewest rows a group is shown with: 2 or more")
    stats = moments(data, items, weights=weights)
    rows = complete_rows(data, weights, stats, model)
    kept = rows.kept
    labels = np.asarray(groups)
    if labels.shape != (len(rows.table),):
        raise BadInput(f"groups are one label a row: {len(rows.table)} rows, groups of shape {labels.shape}")
    if labels.dtype.kind == "f" and np.isnan(labels[kept]).any():
        raise BadInput("some rows have no group (NaN): leave them out or give them one")
    try:
        found, member, counts = np.unique(labels[kept], return_inverse=True, return_counts=True)
    except TypeError as error:
        raise BadInput("groups are labels of one kind, all words or all numbers") from error
    enough = counts >= at_least
    if enough.sum() < 2:  # noqa: PLR2004 -- a comparison is of two
        raise CannotSay("few_groups", f"{enough.sum()} of {len(found)} groups have {at_least} complete rows: join groups or gather more")
    if enough.sum() > MOST_GROUPS:
        raise CannotSay("too_many", f"{enough.sum()} groups are too many to compare two by two: choose {MOST_GROUPS} of them, or join some")
    place = np.cumsum(enough) - 1
    names = found.tolist()
    inside = enough[member]
    suppressed = {name: int(count) for name, count, fine in zip(names, counts, enough, strict=True) if not fine}
    warnings = list(dropped(stats))
    if suppressed:
        more = f" and {len(suppressed) - LISTED} more" if len(suppressed) > LISTED else ""
        listed = ", ".join(map(str, list(suppressed)[:LISTED]))
        warnings.append(Note("suppressed", f"{listed}{more}: fewer than {at_least} complete rows, nothing is said of them"))
    shown = tuple(name for name, fine in zip(names, enough, strict=True) if fine)
    member = place[member[inside]].astype(np.intp)
    rows = rows.among(inside)
    if persons is not None:
        order = _in_all(persons, rows, member, shown, at_least)
        if len(order) < len(rows):
            text = f"{len(rows) - len(order)} of {len(rows)} rows are left out: those persons are not in all of {len(shown)} groups"
            warnings.append(Note("unpaired", text))
        rows, member = rows.among(order), member[order]
    return Grouped(
        model=model,
        rows=rows,
        member=member,
        shown=shown,
        n=dict(zip(shown, np.bincount(member, minlength=len(shown)).tolist(), strict=True)),
        suppressed=suppressed,
        paired=persons is not None,
        warnings=tuple(warnings),
    )


def _in_all(persons: ArrayLike, rows: Rows, member: Places, shown: Sequence[Hashable], at_least: int) -> Places:
    """Rows of the persons who stand in all groups, by group and person."""
    given = np.asarray(persons)
    if given.shape != (len(rows.table),):
        raise BadInput(f"persons are one label a row: {len(rows.table)} rows, persons of shape {given.shape}")
    try:
        names, who = np.unique(given[rows.kept], return_inverse=True)
    except TypeError as error:
        raise BadInput("persons are labels of one kind, all words or all numbers") from error
    times = np.zeros((len(names), len(shown)), dtype=np.intp)
    np.add.at(times, (who, member), 1)
    if (times > 1).any():
        person, group = np.argwhere(times > 1)[0]
        raise BadInput(f"{names[person]} stands {times[person, group]} times in {shown[group]}: one row a person and group")
    everywhere = np.asarray(times.all(axis=1))
    if everywhere.sum() < at_least:
        raise CannotSay("few_persons", f"{everywhere.sum()} persons stand in all groups shown: {at_least} are needed, or leave persons out")
    order = np.lexsort((who, member))
    return np.asarray(order[everywhere[who[order]]])
