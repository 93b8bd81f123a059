"""Answers by group: who is in which, and which groups are too small to be shown."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.pls.faults import Note
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import Moments, moments
from kexin.measures.pls.samples import TOGETHER, complete_rows

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_GROUPS = 20  # compared two by two
LISTED = 5


@dataclass(frozen=True)
class Grouped:
    """Complete rows of the groups that are shown.

    rows : (k, p) float
        Items in the model's order.
    weights : (k,) float, optional
    member : (k,) int
        Place of each row's group among `shown`.
    shown : (g,) labels
    n, suppressed : group -> rows
        Of the groups shown, and of those that are too small.
    warnings : of code and text
    """

    model: Model
    rows: Floats
    weights: Floats | None
    member: NDArray[np.intp]
    shown: tuple[Hashable, ...]
    n: Mapping[Hashable, int]
    suppressed: Mapping[Hashable, int]
    warnings: tuple[Note, ...]

    def moments(self, *labels: Hashable) -> Moments:
        """Of one group, or of several together."""
        chosen = np.isin(self.member, [self.shown.index(label) for label in labels])
        return moments(self.rows[chosen], self.model.items, weights=None if self.weights is None else self.weights[chosen])

    def two(self, first: Hashable, second: Hashable) -> tuple[Floats, Floats | None, Mask]:
        """Rows and weights of two groups, and which of them are in the first."""
        chosen = np.isin(self.member, [self.shown.index(first), self.shown.index(second)])
        in_first = np.asarray(self.member[chosen] == self.shown.index(first))
        return self.rows[chosen], None if self.weights is None else self.weights[chosen], in_first


def grouped(data: ArrayLike, model: Model, groups: ArrayLike, *, items: Sequence[str], weights: ArrayLike | None, at_least: int) -> Grouped:
    """Rows by group. Raises CannotSay "few_groups" where fewer than two have `at_least` rows, "too_many" beyond 20 such groups."""
    if at_least < 2:  # noqa: PLR2004 -- one row does not vary
        raise BadInput("at_least is the fewest rows a group is shown with: 2 or more")
    stats = moments(data, items, weights=weights)
    lacking = [item for item in model.items if item not in stats.items]
    if lacking:
        raise BadInput(f"the data lack the model's item {lacking[0]}")
    rows, row_weights, kept = complete_rows(data, weights, [stats.items.index(item) for item in model.items])
    labels = np.asarray(groups)
    if labels.shape != (len(kept),):
        raise BadInput(f"groups are one label a row: {len(kept)} rows, groups of shape {labels.shape}")
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
    warnings: list[Note] = []
    if stats.dropped:
        warnings.append(Note("rows_dropped", f"{stats.dropped} of {stats.n + stats.dropped} rows are left out for answers missing in them"))
    if suppressed:
        more = f" and {len(suppressed) - LISTED} more" if len(suppressed) > LISTED else ""
        listed = ", ".join(map(str, list(suppressed)[:LISTED]))
        warnings.append(Note("suppressed", f"{listed}{more}: fewer than {at_least} complete rows, nothing is said of them"))
    return Grouped(
        model=model,
        rows=rows[inside],
        weights=None if row_weights is None else row_weights[inside],
        member=place[member[inside]].astype(np.intp),
        shown=tuple(name for name, fine in zip(names, enough, strict=True) if fine),
        n={name: int(count) for name, count, fine in zip(names, counts, enough, strict=True) if fine},
        suppressed=suppressed,
        warnings=tuple(warnings),
    )


def shuffles(in_first: Mask, permutations: int, rng: np.random.Generator) -> Iterator[Floats]:
    """(b, k) of 1 for rows put into the first group at random, some hundred groupings at a time; sizes stay as they are."""
    for start in range(0, permutations, TOGETHER):
        many = min(TOGETHER, permutations - start)
        yield rng.permuted(np.tile(in_first.astype(np.float64), (many, 1)), axis=1)
