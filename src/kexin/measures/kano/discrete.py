"""Kano's discrete analysis: each answer classified by the table, each item by how often.

References
----------
Berger, C. et al. (1993). Kano's methods for understanding customer-defined quality. Cent. Qual. Manag. J. 2(4), 3-36.
Fong, D. (1996). Using the self-stated importance questionnaire to interpret Kano questionnaire results.
    Cent. Qual. Manag. J. 5(3), 21-23.
Lee, M. C. & Newcomb, J. F. (1997). Applying the Kano methodology to meet customer requirements. Qual. Manag. J. 4(3), 95-110.
Matzler, K. & Hinterhuber, H. H. (1998). How to make product development projects more successful by integrating Kano's model of
    customer satisfaction into quality function deployment. Technovation 18, 25-38.
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc. 22, 209-212.

"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from kexin.measures.answers import effective_n
from kexin.measures.columns import ItemNotice
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.kano.answers import CATEGORIES, pairs
from kexin.measures.plain import Storable

FONG = 1.65  # as Fong prints it: 90 %, two-sided
CLEAR = 0.06  # category strength from which Lee & Newcomb call a category clear
FEW = 30  # answers below which shares of six categories are mostly chance


@dataclass(frozen=True)
class Proportion:
    """value, low, high : float. With its interval (Wilson 1927); NaN when it has no denominator."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Fong:
    """Whether the two most frequent categories differ (Fong 1996).

    first, second : str
    difference : float
        Of their counts; with weights, of counts scaled to the effective number of answers.
    critical : float
        1.65 √((a + b)(2n - a - b) / 2n).
    differ : bool
        difference >= critical.
    """

    first: str
    second: str
    difference: float
    critical: float
    differ: bool


@dataclass(frozen=True)
class Need:
    """One item.

    name : str
    category : "M", "O", "A", "I", "R" or "Q"
        The most frequent: must-be, one-dimensional, attractive, indifferent, reverse, questionable; ties by M > O > A > I > R > Q.
    cautious : str
        Where Fong's test cannot tell the two most frequent apart, the one of them that stands first in M > O > A > I: what is missed
        hurts more than what is overdone. Otherwise `category`.
    grouped : str
        Berger et al.'s second rule: the most frequent of M, O, A if these together outnumber I, R, Q, else the most frequent of those.
    counts : dict of str -> float
        Weighted where weights are given.
    shares : dict of str -> float
        Of all answers, Q and R included.
    category_strength : float
        Share of the most frequent less that of the second (Lee & Newcomb 1997; clear from 0.06 on).
    total_strength : float
        Share of M, O and A together: how much the item matters at all.
    better : Proportion
        (A + O) / (A + O + M + I), 0 to 1: how much having it satisfies.
    worse : Proportion
        -(O + M) / (A + O + M + I), -1 to 0: how much lacking it dissatisfies.
    fong : Fong
    n : int
        Answers to both questions.
    effective_n : float
    missing : int
        Rows without one of the two answers.
    """

    name: str
    category: str
    cautious: str
    grouped: str
    counts: dict[str, float]
    shares: dict[str, float]
    category_strength: float
    total_strength: float
    better: Proportion
    worse: Proportion
    fong: Fong
    n: int
    effective_n: float
    missing: int


@dataclass(frozen=True)
class Needs(Storable):
    """All items, in the order given.

    needs : tuple of Need
    level : float
        Of the intervals.
    notices : tuple of ItemNotice
    """

    needs: tuple[Need, ...]
    level: float
    notices: tuple[ItemNotice, ...]

    def __getitem__(self, name: str) -> Need:
        for one in self.needs:
            if one.name == name:
                return one
        raise KeyError(name)


def discrete(
    functional: Any,
    dysfunctional: Any,
    *,
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> Needs:
    """Classify items by pairs of answers: how would you feel with it, how without.

    functional, dysfunctional : dict of name -> (n,) answers, or (n, k) answers with `names`
        1 to 5 or "like", "must_be", "neutral", "live_with", "dislike"; NaN, None or "" is missing. A pair counts when both are there.
    weights : (n,) float, optional
        Case weights; tests and intervals then rest on Kish's effective number of answers.

    Raises BadInput for an unknown answer, naming question and item; CannotSay "nobody" for an item without any pair, "one_weight".
    Questionable (Q) and reverse (R) answers are counted and have notices.

    >>> found = discrete({"heating": [2, 2, 3, 1, 2]}, {"heating": [5, 5, 5, 5, 3]})
    >>> found["heating"].category, found["heating"].counts["M"], found["heating"].worse.value
    ('M', 3.0, -0.8)
    """
    read = pairs(functional, dysfunctional, names=names, weights=weights)
    categories = read.categories
    needs = []
    for i, name in enumerate(read.names):
        answered = read.answered[:, i]
        w = read.weights[answered]
        totals = np.bincount(categories[answered, i], weights=w, minlength=len(CATEGORIES))
        counts = dict(zip(CATEGORIES, totals.tolist(), strict=True))
        needs.append(_need(name, counts, int(answered.sum()), effective_n(w), int((~answered).sum()), level))
    return Needs(tuple(needs), level, tuple(notice for one in needs for notice in _notices(one)))


def from_counts(counts: Mapping[str, Mapping[str, float]], *, level: float = 0.95) -> Needs:
    """The same from a published or stored table of counts.

    counts : item -> category -> how many answers; categories left out are none

    >>> found = from_counts({"edge grip": {"A": 7, "O": 33, "M": 50, "I": 10}})["edge grip"]
    >>> found.category, found.better.value, found.worse.value
    ('M', 0.4, -0.83)
    """
    needs = []
    for name, given in counts.items():
        unknown = [category for category in given if category not in CATEGORIES]
        if unknown:
            raise BadInput(f"item {name!r} counts the category {unknown[0]!r}: categories are {', '.join(CATEGORIES)}")
        found = {category: float(given.get(category, 0)) for category in CATEGORIES}
        if not all(math.isfinite(one) and one >= 0 for one in found.values()):
            raise BadInput(f"item {name!r} has a count that is missing, infinite or negative")
        total = sum(found.values())
        if total <= 0:
            raise CannotSay("nobody", f"nobody answered both questions about {name!r}: leave it out")
        needs.append(_need(str(name), found, round(total), total, 0, level))
    if not needs:
        raise BadInput("there are no items")
    return Needs(tuple(needs), level, tuple(notice for one in needs for notice in _notices(one)))


def _need(name: str, counts: dict[str, float], n: int, effective: float, missing: int, level: float) -> Need:
    if not 0 < level < 1:
        raise BadInput("a level lies between 0 and 1")
    total = sum(counts.values())
    shares = {category: count / total for category, count in counts.items()}
    first, second = sorted(CATEGORIES, key=lambda one: -counts[one])[:2]  # stable: ties stay in the order M > O > A > I > R > Q
    fong = _fong(first, second, counts, effective / total)
    told = counts["A"] + counts["O"] + counts["M"] + counts["I"]
    told_effective = effective * told / total
    worse = _proportion(counts["O"] + counts["M"], told, told_effective, level)
    group = "MOA" if counts["M"] + counts["O"] + counts["A"] > counts["I"] + counts["R"] + counts["Q"] else "IRQ"
    return Need(
        name=name,
        category=first,
        cautious=first if fong.differ else min(first, second, key=CATEGORIES.index),
        grouped=max(group, key=lambda one: counts[one]),
        counts=counts,
        shares=shares,
        category_strength=shares[first] - shares[second],
        total_strength=shares["M"] + shares["O"] + shares["A"],
        better=_proportion(counts["A"] + counts["O"], told, told_effective, level),
        worse=Proportion(0.0 - worse.value, 0.0 - worse.high, 0.0 - worse.low),  # 0 less it: none is 0 and not -0
        fong=fong,
        n=n,
        effective_n=effective,
        missing=missing,
    )


def _fong(first: str, second: str, counts: dict[str, float], scale: float) -> Fong:
    a, b, n = counts[first] * scale, counts[second] * scale, sum(counts.values()) * scale
    critical = FONG * math.sqrt((a + b) * (2 * n - a - b) / (2 * n))
    return Fong(first, second, a - b, critical, a - b >= critical)


def _proportion(part: float, whole: float, n: float, level: float) -> Proportion:
    if whole <= 0:
        return Proportion(math.nan, math.nan, math.nan)
    p, z = part / whole, float(ndtri((1 + level) / 2))
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Proportion(p, min(max(middle - half, 0.0), p), max(min(middle + half, 1.0), p))


def _notices(one: Need) -> Iterator[ItemNotice]:
    if one.shares["Q"]:
        yield ItemNotice(
            "questionable",
            f"{one.shares['Q']:.1%} of the answers to {one.name!r} contradict themselves: was the question understood?",
            one.name,
        )
    if one.category == "R":
        yield ItemNotice("mostly_reverse", f"most want {one.name!r} not to be: ask it the other way round", one.name)
    elif one.shares["R"]:
        yield ItemNotice(
            "reverse", f"{one.shares['R']:.1%} would rather be without {one.name!r}: look for two groups of customers", one.name
        )
    if not one.fong.differ:
        yield ItemNotice(
            "not_clear",
            f"{one.name!r}: {one.fong.first} and {one.fong.second} are about as frequent; by M > O > A > I it is {one.cautious}",
            one.name,
        )
    if one.counts["M"] + one.counts["O"] + one.counts["A"] + one.counts["I"] <= 0:
        yield ItemNotice(
            "no_denominator", f"{one.name!r} has only reverse and questionable answers: better and worse are not given", one.name
        )
    if one.effective_n < FEW:
        yield ItemNotice("few_answers", f"only {one.effective_n:.0f} answers to {one.name!r}", one.name)
    if one.missing:
        yield ItemNotice("missing", f"{one.missing} rows lack one of the two answers about {one.name!r}", one.name)
