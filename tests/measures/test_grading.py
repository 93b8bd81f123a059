from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.measures import grading
from kexin.measures.errors import BadInput

K = 4


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    n = draw(st.integers(1, 12))
    passes = np.array(draw(st.lists(st.lists(st.booleans(), min_size=K, max_size=K), min_size=n, max_size=n)))
    more = np.array(draw(st.lists(st.lists(st.booleans(), min_size=K, max_size=K), min_size=n, max_size=n)))
    previous = np.array(draw(st.lists(st.integers(grading.NEW, K), min_size=n, max_size=n)))
    short = np.array(draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)))
    return passes, passes | more, previous, short


def plainly(passes: list[bool], keeps: list[bool], previous: int, short: int, patience: int) -> tuple[int, int]:
    """The rule in the words of its docstring, for one customer."""
    earned = passes.index(True) if True in passes else K
    if previous == grading.NEW or earned <= previous or keeps[previous]:
        return (earned if previous == grading.NEW or earned <= previous else previous), 0
    if short + 1 < patience:
        return previous, short + 1
    return earned, 0


@given(cases(), st.integers(1, 4))
def test_everybody_is_graded_as_the_rule_says(case: tuple[np.ndarray, ...], patience: int) -> None:
    passes, keeps, previous, short = case
    graded = grading.grade(passes, keeps, previous=previous, short=short, patience=patience)
    expected = [
        plainly(p.tolist(), k.tolist(), int(b), int(s), patience) for p, k, b, s in zip(passes, keeps, previous, short, strict=True)
    ]
    assert list(zip(graded.place.tolist(), graded.short.tolist(), strict=True)) == expected


@given(cases())
def test_grading_twice_changes_nothing(case: tuple[np.ndarray, ...]) -> None:
    passes, keeps, previous, short = case
    once = grading.grade(passes, keeps, previous=previous, short=short)
    again = grading.grade(passes, keeps, previous=once.place, short=once.short)
    assert again.place.tolist() == once.place.tolist()


@given(cases())
def test_nobody_stands_below_what_the_numbers_earn(case: tuple[np.ndarray, ...]) -> None:
    passes, keeps, previous, short = case
    graded = grading.grade(passes, keeps, previous=previous, short=short)
    assert (graded.place <= graded.earned).all()


@given(cases())
def test_without_a_margin_the_numbers_alone_decide(case: tuple[np.ndarray, ...]) -> None:
    passes, _keeps, previous, short = case
    graded = grading.grade(passes, passes, previous=previous, short=short)
    strict = grading.grade(passes, passes, previous=np.full(len(previous), grading.NEW), short=np.zeros(len(previous), int))
    held = passes[np.arange(len(previous)), np.clip(previous, 0, K - 1)] & (previous >= 0) & (previous < K)
    assert (graded.place == np.where(held & (strict.place > previous), previous, strict.place)).all()


def test_a_tier_is_lost_in_the_run_patience_ends() -> None:
    nothing = np.zeros((1, K), bool)
    place, short = np.array([1]), np.array([0])
    seen = []
    for _ in range(3):
        graded = grading.grade(nothing, nothing, previous=place, short=short, patience=3)
        place, short = graded.place, graded.short
        seen.append((int(place[0]), int(short[0])))
    assert seen == [(1, 1), (1, 2), (K, 0)]


def test_what_does_not_fit_is_refused() -> None:
    table = np.zeros((2, K), bool)
    with pytest.raises(BadInput):
        grading.grade(table, table, previous=[0], short=[0, 0])
    with pytest.raises(BadInput):
        grading.grade(table, table, previous=[0, K + 1], short=[0, 0])
    with pytest.raises(BadInput):
        grading.grade(table, table, previous=[0, 0], short=[0, 0], patience=0)
