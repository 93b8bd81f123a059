"""The rows that count, taken from the answers some thousands at a time: a copy of a million of them is never made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput
from kexin.measures.pls.faults import Note
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import Moments, moments

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

TOGETHER = 65_536


@dataclass(frozen=True)
class Rows:
    """Rows without a gap and of positive weight.

    table : (n, q) float
        All answers as they were given.
    kept : (k,) int
        The rows that count.
    columns : (p,) int
        The model's items, in its order.
    weights : (n,) float, optional
        As shares of the mean of those that count.
    """

    table: Floats
    kept: Places
    columns: Places
    weights: Floats | None

    def __len__(self) -> int:
        return len(self.kept)

    def answers(self) -> Floats:
        """(k, p) without anything else."""
        taken: Floats = self.table[self.kept][:, self.columns]
        return taken

    def shares(self) -> Floats | None:
        """(k,) their weights."""
        return None if self.weights is None else self.weights[self.kept]

    def among(self, chosen: NDArray[np.bool_] | Places) -> Rows:
        """Those of the rows that count which are chosen."""
        return replace(self, kept=self.kept[chosen])

    def standard(self, centre: Floats, unit: Floats) -> Floats:
        """(k, p) answers less `centre`, in `unit`."""
        taken: Floats = (self.answers() - centre) / unit
        return taken

    def moments(self, items: Sequence[str], made: Callable[[Floats], Floats] | None = None) -> Moments:
        """Of these rows, or of what is made of their answers, (k, p) to (k, q); the items name the columns."""

        def of(part: Rows) -> Moments:
            answers = part.answers()
            return moments(answers if made is None else made(answers), items, weights=part.shares())

        return reduce(add, (of(part) for part in self.in_parts(TOGETHER)))

    def at_random(self, groups: int, rng: np.random.Generator) -> list[Rows]:
        """Groups of equal size, one row more or less, put together at random.

        At random, for rows often lie in some order, and groups cut from it would differ more, or less, than groups of strangers do.
        """
        return self.cut(rng.permutation(len(self)), groups)

    def cut(self, order: Places, groups: int) -> list[Rows]:
        """Groups of equal size, one row more or less, of rows in this order."""
        ends = len(order) * np.arange(groups + 1) // groups
        return [self.among(order[start:end]) for start, end in pairwise(ends)]

    def in_parts(self, size: int) -> Iterator[Rows]:
        """One after the other, at most `size` together."""
        for start in range(0, len(self), size):
            yield replace(self, kept=self.kept[start : start + size])


def complete_rows(data: ArrayLike, weights: ArrayLike | None, stats: Moments, model: Model) -> Rows:
    """The rows behind `stats`, which are the moments of `data` and have checked them. Raises BadInput where an item is lacking."""
    lacking = [item for item in model.items if item not in stats.items]
    if lacking:
        raise BadInput(f"the data lack the model's item {lacking[0]}")
    if isinstance(data, np.ma.MaskedArray):
        data = np.where(np.ma.getmaskarray(data), np.nan, np.ma.getdata(data))
    table = np.asarray(data, dtype=np.float64)
    counted = ~np.isnan(table).any(axis=1)
    w = None if weights is None else np.asarray(weights, dtype=np.float64)
    if w is not None:
        counted &= w > 0
        w = w / w[counted].mean()
    columns = np.array([stats.items.index(item) for item in model.items], dtype=np.intp)
    return Rows(table, np.flatnonzero(counted), columns, w)


def dropped(stats: Moments) -> tuple[Note, ...]:
    """The warning that rows with gaps are worth."""
    text = f"{stats.dropped} of {stats.n + stats.dropped} rows are left out for answers missing in them"
    return (Note("rows_dropped", text),) if stats.dropped else ()
