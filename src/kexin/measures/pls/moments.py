"""What a fit needs of the answers: how many, their means and covariances. Gathered in one pass, weighted, added up.

`moments(spring) + moments(summer)` is what `moments` of both together would be.

References
----------
Chan, T. F., Golub, G. H. & LeVeque, R. J. (1983). Algorithms for computing the sample variance. Am. Stat. 37, 242-247.
Little, R. J. A. & Rubin, D. B. (2019). Statistical Analysis with Missing Data, 3rd ed., ch. 11 (EM). Wiley.

"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls.sums import Complete, Gathering, Pairwise, Patterns, numbers

Floats = NDArray[np.float64]
Missing = Literal["complete", "pairwise", "em"]

# Rows taken at a time: their copy stays in the processor's cache, and 10 MB is never exceeded for up to 300 items.
ROWS = 4096
EXACT = 2**53  # whole numbers beyond it are no longer told apart by floating point


@dataclass(frozen=True)
class Moments:
    """Counts, means and covariances of p items. Add two of them for the moments of both samples.

    items : (p,) str
    missing : "complete", "pairwise" or "em"
        How unanswered items were treated.
    n : int
        Rows counted: those of positive weight and, for "complete", without a gap; otherwise with any answer.
    dropped : int
        Rows of positive weight that were not counted.
    weight, weight_squares : float
        Sum of the weights of the rows counted, and of their squares.
    lowest, highest : (p,) float
        Of the answers counted.
    sums : Complete, Pairwise or Patterns
        The sums behind means and covariances.
    """

    items: tuple[str, ...]
    missing: Missing
    n: int
    dropped: int
    weight: float
    weight_squares: float
    lowest: Floats
    highest: Floats
    sums: Complete | Pairwise | Patterns

    @cached_property
    def mean(self) -> Floats:
        """(p,) weighted means."""
        return self._both[0]

    @cached_property
    def covariance(self) -> Floats:
        """(p, p) weighted covariances, divided by the sum of weights: weights of k count as k equal rows."""
        return self._both[1]

    @property
    def n_effective(self) -> float:
        """How many rows of equal weight would tell as much (Kish 1965): the squared sum of weights over the sum of their squares."""
        return self.weight / self.weight_squares * self.weight

    @cached_property
    def _both(self) -> tuple[Floats, Floats]:
        return self.sums.mean_and_covariance(self.items)

    def __add__(self, other: Moments) -> Moments:
        if not isinstance(other, Moments):
            return NotImplemented
        if self.items != other.items:
            raise BadInput("moments of different items cannot be added: gather both with the same items in the same order")
        if self.missing != other.missing:
            raise BadInput(f"missing answers were treated by {self.missing!r} here and by {other.missing!r} there: choose one")
        return Moments(
            items=self.items,
            missing=self.missing,
            n=self.n + other.n,
            dropped=self.dropped + other.dropped,
            weight=self.weight + other.weight,
            weight_squares=self.weight_squares + other.weight_squares,
            lowest=np.fmin(self.lowest, other.lowest),
            highest=np.fmax(self.highest, other.highest),
            sums=_added(self.sums, other.sums),
        )

    def __radd__(self, other: object) -> Moments:
        """So that `sum(parts)` works, which begins with 0."""
        return self if other == 0 else NotImplemented

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and lists, which `from_dict` reads again; no mean and covariance where they cannot be said from these rows."""
        named = ("items", "missing", "n", "dropped", "weight", "weight_squares", "n_effective", "lowest", "highest")
        try:
            both: tuple[Floats | None, Floats | None] = self._both
        except CannotSay:  # of an item that nobody answers here; added to others, it may be answered
            both = (None, None)
        told = {"mean": both[0], "covariance": both[1], "sums": self.sums.to_dict()}
        stored: dict[str, Any] = plain({name: getattr(self, name) for name in named} | told)
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Moments:
        """What `to_dict` made, also by way of JSON, to the last digit: it can be fitted and added to others.

        Raises BadInput where something is lacking or not of the right size.
        """
        try:
            items = tuple(stored["items"])
            _check_names(items)
            missing: Missing = stored["missing"]
            kind: type[Complete | Pairwise | Patterns] = {"complete": Complete, "pairwise": Pairwise, "em": Patterns}[missing]
            lowest, highest = numbers(stored["lowest"], (len(items),), gap=np.inf), numbers(stored["highest"], (len(items),), gap=-np.inf)
            return cls(
                items=items,
                missing=missing,
                n=int(stored["n"]),
                dropped=int(stored["dropped"]),
                weight=float(stored["weight"]),
                weight_squares=float(stored["weight_squares"]),
                lowest=lowest,
                highest=highest,
                sums=kind.from_dict(stored["sums"], len(items)),
            )
        except KeyError as error:
            raise BadInput(f"these are no stored moments: {error.args[0]!r} is lacking or unknown; store what to_dict gives") from error
        except (TypeError, ValueError) as error:
            raise BadInput(f"these are no stored moments: {error}; store what to_dict gives") from error


def moments(data: ArrayLike, items: Sequence[str], *, weights: ArrayLike | None = None, missing: Missing = "complete") -> Moments:
    """Gather what a fit needs, in one pass over the rows.

    data : (n, p) number
        One row a person, one column an item. NaN where an item was not answered; codes such as -99 are numbers like any other,
        so turn them into NaN first.
    items : (p,) str
        Names of the columns.
    weights : (n,) float, optional
        Case weights, zero or more, in any unit. Rows of weight zero are left out.
    missing : "complete", "pairwise" or "em"
        "complete" leaves out rows with a gap. "pairwise" takes for each covariance the rows that answer both items. "em" estimates
        means and covariances of a normal sample with gaps at random by maximum likelihood; the time it takes grows with the number
        of different patterns of gaps.

    Raises BadInput, naming row or item, for what is not a number, infinite or too large to be squared, and CannotSay "nobody" when
    no row is left.

    >>> both = moments([[1, 2], [3, 4]], ["a", "b"]) + moments([[5, 9]], ["a", "b"])
    >>> both.n, both.mean.tolist()
    (3, [3.0, 5.0])
    """
    names = tuple(items)
    x = _table(data, names)
    w = None if weights is None else _weights(weights, len(x))
    if missing not in ("complete", "pairwise", "em"):
        raise BadInput(f"missing is 'complete', 'pairwise' or 'em', not {missing!r}")
    rows = min(ROWS, len(x))
    gathering = Gathering(len(names), rows)
    sums: Pairwise | Patterns = Pairwise.empty(len(names)) if missing == "pairwise" else Patterns.empty(len(names))
    n = dropped = 0
    weight = weight_squares = 0.0
    lowest, highest = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        for start, part, part_weights in _parts(x, w):
            low, high = _range(part)
            if not math.isfinite((high - low).sum()):  # a gap or an infinity makes it so
                part, part_weights, left_out = _answered(part, part_weights, names, missing, start)  # noqa: PLW2901 -- less the gaps
                dropped += left_out
                if not len(part):
                    continue
                low, high = np.fmin.reduce(part, axis=0), np.fmax.reduce(part, axis=0)
            lowest, highest = np.fmin(lowest, low), np.fmax(highest, high)
            n += len(part)
            weight += float(len(part) if part_weights is None else part_weights.sum())
            weight_squares += float(len(part) if part_weights is None else part_weights @ part_weights)
            if missing == "complete":
                gathering.add(part, part_weights)
            else:
                sums = sums.with_rows(part, part_weights)
        if not n:
            raise CannotSay("nobody", _nobody(len(x), dropped, missing))
        if not (math.isfinite(weight) and math.isfinite(weight_squares) and weight_squares > 0):
            raise BadInput("the weights are too large or too small to be squared: divide them by their mean")
        gathered = gathering.sums() if missing == "complete" else sums
    too_large = ~gathered.finite()
    if too_large.any():
        raise BadInput(f"answers to {names[int(too_large.argmax())]} are too large to be squared: check for a wrong column, or rescale it")
    return Moments(names, missing, n, dropped, weight, weight_squares, lowest, highest, gathered)


def _added(one: Complete | Pairwise | Patterns, other: Complete | Pairwise | Patterns) -> Complete | Pairwise | Patterns:
    if isinstance(one, Complete) and isinstance(other, Complete):
        return one + other
    if isinstance(one, Pairwise) and isinstance(other, Pairwise):
        return one + other
    if isinstance(one, Patterns) and isinstance(other, Patterns):
        return one + other
    raise BadInput("these sums are of different kinds")


def _parts(x: NDArray[Any], w: Floats | None) -> Iterator[tuple[int, Floats, Floats | None]]:
    """The rows of positive weight, some thousands at a time, as floats."""
    for start in range(0, len(x), ROWS):
        part = x[start : start + ROWS].astype(np.float64, copy=False)
        if w is None:
            yield start, part, None
            continue
        part_weights = w[start : start + ROWS]
        counted = part_weights > 0
        if counted.all():
            yield start, part, part_weights
        elif counted.any():
            yield start, part[counted], part_weights[counted]


def _range(part: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest by column; NaN where there is a gap. Long rows are quicker than many, so sixteen are laid side by side."""
    if len(part) % 16 or not part.flags.c_contiguous:
        return part.min(axis=0), part.max(axis=0)
    side_by_side = part.reshape(len(part) // 16, -1)
    low, high = side_by_side.min(axis=0), side_by_side.max(axis=0)
    return low.reshape(16, -1).min(axis=0), high.reshape(16, -1).max(axis=0)


def _answered(
    part: Floats, weights: Floats | None, names: tuple[str, ...], missing: Missing, start: int
) -> tuple[Floats, Floats | None, int]:
    """Rows that can be counted, and how many cannot."""
    endless = np.isinf(part).any(axis=0)
    if endless.any():
        name = names[int(endless.argmax())]
        raise BadInput(f"item {name} is infinite in a row from {start} on: put NaN where there is no answer")
    gaps = np.isnan(part)
    kept = ~(gaps.any(axis=1) if missing == "complete" else gaps.all(axis=1))
    return part[kept], None if weights is None else weights[kept], int(len(part) - kept.sum())


def _table(data: ArrayLike, names: tuple[str, ...]) -> NDArray[Any]:
    _check_names(names)
    if isinstance(data, np.ma.MaskedArray):
        data = np.where(np.ma.getmaskarray(data), np.nan, np.ma.getdata(data))
    try:
        x = np.asarray(data)
    except ValueError as error:
        raise BadInput("rows differ in length: every row needs one answer, or NaN, for every item") from error
    if x.ndim != 2:  # noqa: PLR2004 -- rows and columns
        raise BadInput(f"data are a table with a row a person and a column an item, not of shape {x.shape}")
    if x.shape[1] != len(names):
        raise BadInput(f"{x.shape[1]} columns and {len(names)} names of items: give one name a column")
    if x.dtype.kind not in "biuf":
        raise BadInput(f"{_what_is_wrong(x, names)}: turn the answers into numbers, with NaN where there is none")
    if x.dtype.kind in "iu" and x.dtype.itemsize == 8 and x.size:  # noqa: PLR2004 -- bytes
        beyond = (x.max(axis=0) > EXACT) | (x.min(axis=0) < -EXACT)
        if beyond.any():
            raise BadInput(f"answers to {names[int(beyond.argmax())]} pass 2^53 and can no longer be told apart: check for a wrong column")
    return x


def _check_names(names: tuple[str, ...]) -> None:
    if not names:
        raise BadInput("there are no items")
    if not all(isinstance(name, str) for name in names):
        raise BadInput("items are named by words")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"item {twice} is named twice: give every column a name of its own")


def _what_is_wrong(x: NDArray[Any], names: tuple[str, ...]) -> str:
    """Which item of a table that holds no plain numbers, and what stands there."""
    if x.dtype.kind == "O":
        for column, name in enumerate(names):
            for row, value in enumerate(x[:, column]):
                if not isinstance(value, int | float | np.number) or (isinstance(value, int) and abs(value) > EXACT):
                    return f"item {name} holds {value!r} in row {row}"
    return f"items such as {names[0]} are held as {x.dtype}, not as numbers"


def _weights(weights: ArrayLike, rows: int) -> Floats:
    try:
        w = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput("weights are numbers, one a row") from error
    if w.shape != (rows,):
        raise BadInput(f"weights are one number a row: {rows} rows, weights of shape {w.shape}")
    wrong = ~(np.isfinite(w) & (w >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise BadInput(f"the weight of row {row} is {w[row]}: weights are finite and not negative; leave the row out or correct it")
    return w


def _nobody(rows: int, dropped: int, missing: Missing) -> str:
    if not rows:
        return "there are no rows"
    if not dropped:
        return "every row has weight zero"
    if missing == "complete":
        return f"none of {dropped} rows answers every item: leave an item out, or take missing='pairwise' or 'em'"
    return f"none of {dropped} rows answers anything"
