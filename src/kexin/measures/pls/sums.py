"""Sums behind moments: of complete rows, of pairs of items, and by pattern of gaps. All of them add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import CannotSay

Floats = NDArray[np.float64]

NEAR = 16.0**2  # variances: the square of the distance from zero up to which sums need no other centre
EM_STEPS = 5000
EM_TOLERANCE = 1e-9  # change of a step, in standard deviations


@dataclass(frozen=True)
class Complete:
    """Of rows without gaps.

    weight : float
    mean : (p,) float
    scatter : (p, p) float
        Weighted sums of products about the mean.
    """

    weight: float
    mean: Floats
    scatter: Floats

    @classmethod
    def of(cls, rows: Floats, weights: Floats | None) -> Complete:
        gathering = Gathering(rows.shape[1], len(rows))
        gathering.add(rows, weights)
        return gathering.sums()

    def __add__(self, other: Complete) -> Complete:
        # Chan, Golub & LeVeque 1983, eq. 1.5
        weight = self.weight + other.weight
        apart = other.mean - self.mean
        between = self.weight / weight * other.weight
        return Complete(
            weight,
            self.mean + other.weight / weight * apart,
            self.scatter + other.scatter + between * np.multiply.outer(apart, apart),
        )

    def to_dict(self) -> dict[str, Any]:
        return {"weight": self.weight, "mean": self.mean, "scatter": self.scatter}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], p: int) -> Complete:
        return cls(float(stored["weight"]), numbers(stored["mean"], (p,)), numbers(stored["scatter"], (p, p)))

    def finite(self) -> NDArray[np.bool_]:
        return np.isfinite(self.scatter.diagonal())

    def mean_and_covariance(self, items: tuple[str, ...]) -> tuple[Floats, Floats]:  # noqa: ARG002 -- the other sums may miss an item
        return self.mean, self.scatter / self.weight


class Gathering:
    """Complete rows on their way into sums, some thousands at a time.

    Sums are taken about zero where answers lie no further from it than 16 standard deviations, as answers on a scale do, and else about
    the mean of the first part, for which the rows are copied. That mean lies among the answers, and its rows are one in k of all, so
    its distance from the mean of all is at most √k standard deviations. Either way two or three of sixteen digits are lost, never more.
    """

    def __init__(self, p: int, rows: int) -> None:
        self._rows = rows
        self._ones = np.ones(rows)
        self._copy: Floats | None = None
        self._centre: Floats | None = None
        self._weight = 0.0
        self._first = np.zeros(p)
        self._products = np.zeros((p, p))

    def add(self, rows: Floats, weights: Floats | None) -> None:
        if self._centre is None:
            weight, first, products = self._sums(rows, weights)
            mean = first / weight
            if (mean * mean <= NEAR * (products.diagonal() / weight - mean * mean)).all():
                self._centre = np.zeros_like(mean)
                self._weight, self._first, self._products = weight, first, products
                return
            self._centre = mean
        if self._centre.any():
            rows = np.subtract(rows, self._centre, out=self._room(rows))
        weight, first, products = self._sums(rows, weights)
        self._weight += weight
        self._first += first
        self._products += products

    def sums(self) -> Complete:
        apart = self._first / self._weight
        centre = np.zeros_like(apart) if self._centre is None else self._centre
        return Complete(self._weight, centre + apart, self._products - np.multiply.outer(apart, self._first))

    def _sums(self, rows: Floats, weights: Floats | None) -> tuple[float, Floats, Floats]:
        if weights is None:
            return float(len(rows)), self._ones[: len(rows)] @ rows, rows.T @ rows
        first = weights @ rows
        scaled = np.multiply(rows, np.sqrt(weights)[:, None], out=self._room(rows))
        return float(weights.sum()), first, scaled.T @ scaled

    def _room(self, rows: Floats) -> Floats:
        if self._copy is None:
            self._copy = np.empty((self._rows, rows.shape[1]))
        return self._copy[: len(rows)]


@dataclass(frozen=True)
class Pairwise:
    """Of each pair of items, over the rows that answer both.

    centre : (p,) float
        What sums are taken about, so that large answers do not swallow small differences.
    weights : (p, p) float
    firsts : (p, p) float
        Weighted sums of the row's item where the column's is answered too.
    products : (p, p) float
    """

    centre: Floats
    weights: Floats
    firsts: Floats
    products: Floats

    @classmethod
    def empty(cls, p: int) -> Pairwise:
        return cls(np.full(p, np.nan), np.zeros((p, p)), np.zeros((p, p)), np.zeros((p, p)))

    def with_rows(self, rows: Floats, weights: Floats | None) -> Pairwise:
        answered = ~np.isnan(rows)
        there = answered.astype(np.float64)
        many = there.sum(axis=0)
        centre = np.where(many > 0, np.where(answered, rows, 0.0).sum(axis=0) / np.maximum(many, 1.0), np.nan)
        about = np.where(answered, rows - centre, 0.0)
        weighted, weighted_there = (about, there) if weights is None else (about * weights[:, None], there * weights[:, None])
        return self + Pairwise(centre, weighted_there.T @ there, weighted.T @ there, weighted.T @ about)

    def __add__(self, other: Pairwise) -> Pairwise:
        centre = np.where(np.isnan(self.centre), other.centre, self.centre)
        mine, theirs = self._about(centre), other._about(centre)
        return Pairwise(centre, mine.weights + theirs.weights, mine.firsts + theirs.firsts, mine.products + theirs.products)

    def _about(self, centre: Floats) -> Pairwise:
        moved = np.where(np.isnan(self.centre), 0.0, self.centre - centre)
        if not np.nan_to_num(moved).any():
            return self
        products = (
            self.products + moved[:, None] * self.firsts.T + moved[None, :] * self.firsts + np.multiply.outer(moved, moved) * self.weights
        )
        return Pairwise(centre, self.weights, self.firsts + moved[:, None] * self.weights, products)

    def to_dict(self) -> dict[str, Any]:
        return {"centre": self.centre, "weights": self.weights, "firsts": self.firsts, "products": self.products}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], p: int) -> Pairwise:
        squares = [numbers(stored[name], (p, p)) for name in ("weights", "firsts", "products")]
        return cls(numbers(stored["centre"], (p,), gap=np.nan), *squares)

    def finite(self) -> NDArray[np.bool_]:
        return np.isfinite(self.products.diagonal())

    def mean_and_covariance(self, items: tuple[str, ...]) -> tuple[Floats, Floats]:
        _refuse_unanswered(self.weights.diagonal(), items)
        if not (self.weights > 0).all():
            row, column = (int(place) for place in np.argwhere(self.weights <= 0)[0])
            raise CannotSay("nobody", f"no row answers both {items[row]} and {items[column]}: leave one of them out")
        means = self.firsts / self.weights
        covariance = self.products / self.weights - means * means.T
        return self.centre + means.diagonal(), (covariance + covariance.T) / 2


@dataclass(frozen=True)
class Patterns:
    """By which items are answered: the complete sums of those items, so that rows need not be kept for EM.

    p : int
    by : answered items -> sums
    """

    p: int
    by: Mapping[tuple[int, ...], Complete]

    @classmethod
    def empty(cls, p: int) -> Patterns:
        return cls(p, {})

    def with_rows(self, rows: Floats, weights: Floats | None) -> Patterns:
        patterns, which = np.unique(~np.isnan(rows), axis=0, return_inverse=True)
        new: dict[tuple[int, ...], Complete] = {}
        for place, pattern in enumerate(patterns):
            answered = np.flatnonzero(pattern)
            mine = which.ravel() == place
            new[tuple(answered.tolist())] = Complete.of(rows[mine][:, answered], None if weights is None else weights[mine])
        return self + Patterns(self.p, new)

    def __add__(self, other: Patterns) -> Patterns:
        by = dict(self.by)
        for answered, sums in other.by.items():
            by[answered] = by[answered] + sums if answered in by else sums
        return Patterns(self.p, by)

    def to_dict(self) -> dict[str, Any]:
        return {"patterns": [{"answered": answered, **sums.to_dict()} for answered, sums in self.by.items()]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], p: int) -> Patterns:
        read = {tuple(map(int, one["answered"])): Complete.from_dict(one, len(one["answered"])) for one in stored["patterns"]}
        if not all(answered == tuple(sorted(set(answered) & set(range(p)))) for answered in read):
            raise ValueError("a pattern names items that are not there")
        return cls(p, read)

    def finite(self) -> NDArray[np.bool_]:
        fine = np.ones(self.p, dtype=bool)
        for answered, sums in self.by.items():
            fine[list(answered)] &= sums.finite()
        return fine

    def mean_and_covariance(self, items: tuple[str, ...]) -> tuple[Floats, Floats]:
        """Maximum likelihood of a normal sample with gaps at random, by EM (Little & Rubin 2019, sec. 11.2)."""
        mean, variance = self._each_alone(items)
        covariance = np.diag(variance)
        unit = np.sqrt(np.where(variance > 0, variance, 1.0))
        total = sum(sums.weight for sums in self.by.values())
        for _step in range(EM_STEPS):
            new_mean, new_covariance = self._step(mean, covariance, total)
            change = max(
                float(np.abs((new_mean - mean) / unit).max()),
                float(np.abs((new_covariance - covariance) / np.multiply.outer(unit, unit)).max()),
            )
            mean, covariance = new_mean, new_covariance
            if change <= EM_TOLERANCE:
                return mean, covariance
        raise CannotSay(
            "not_converged",
            f"EM has not settled after {EM_STEPS} steps: too much is missing; take missing='pairwise' or leave out items with few answers",
        )

    def _each_alone(self, items: tuple[str, ...]) -> tuple[Floats, Floats]:
        weight, first, second = np.zeros(self.p), np.zeros(self.p), np.zeros(self.p)
        for answered, sums in self.by.items():
            weight[list(answered)] += sums.weight
            first[list(answered)] += sums.weight * sums.mean
        _refuse_unanswered(weight, items)
        mean = first / weight
        for answered, sums in self.by.items():
            at = list(answered)
            second[at] += sums.scatter.diagonal() + sums.weight * (sums.mean - mean[at]) ** 2
        return mean, second / weight

    def _step(self, mean: Floats, covariance: Floats, total: float) -> tuple[Floats, Floats]:
        first, second = np.zeros(self.p), np.zeros((self.p, self.p))
        for answered, sums in self.by.items():
            at = np.array(answered, dtype=np.intp)
            fill = np.zeros((self.p, len(at)))  # what each answer says of every item
            fill[at, range(len(at))] = 1.0
            unknown = np.zeros_like(covariance)  # variance that the answers leave open
            gaps = np.setdiff1d(np.arange(self.p), at)
            if gaps.size:
                with_gaps = covariance[at][:, gaps]
                fill[gaps] = np.linalg.lstsq(covariance[at][:, at], with_gaps, rcond=None)[0].T
                unknown[np.ix_(gaps, gaps)] = covariance[gaps][:, gaps] - fill[gaps] @ with_gaps
            expected = fill @ (sums.mean - mean[at])
            first += sums.weight * expected
            second += fill @ sums.scatter @ fill.T + sums.weight * (np.multiply.outer(expected, expected) + unknown)
        moved = first / total
        covariance = second / total - np.multiply.outer(moved, moved)
        return mean + moved, (covariance + covariance.T) / 2


def numbers(stored: Any, shape: tuple[int, ...], *, gap: float | None = None) -> Floats:
    """Stored lists as an array again; None, which stands for what is not finite, becomes `gap` where one may be."""
    read = np.array(stored, dtype=np.float64)  # None becomes NaN
    if read.shape != shape:
        raise ValueError(f"an array has shape {read.shape} where {shape} is due")
    if gap is None and not np.isfinite(read).all():
        raise ValueError("a number is lacking")
    return read if gap is None else np.where(np.isnan(read), gap, read)


def _refuse_unanswered(weight: Floats, items: tuple[str, ...]) -> None:
    if not (weight > 0).all():
        raise CannotSay("nobody", f"nobody answers {items[int((weight <= 0).argmax())]}: leave the item out")
