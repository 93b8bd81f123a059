"""Importance and performance: quadrants, lines and intervals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kexin.measures import drivers
from kexin.measures.errors import BadInput, CannotSay

IMPORTANCE = {"staff": [9, 10, 9, 9], "speed": [8, 9, 9, 8], "music": [3, 2, 3, 4], "toys": [2, 3, 2, 2]}
PERFORMANCE = {"staff": [4, 5, 4, 4], "speed": [9, 9, 8, 9], "music": [8, 9, 9, 9], "toys": [3, 2, 3, 4]}


def test_four_items_in_four_quadrants() -> None:
    found = drivers.importance_performance(IMPORTANCE, PERFORMANCE)
    assert {one.name: one.quadrant for one in found.places} == {
        "staff": "concentrate",
        "speed": "keep_up",
        "music": "overkill",
        "toys": "low_priority",
    }
    assert found.importance_line == pytest.approx(np.mean([np.mean(x) for x in IMPORTANCE.values()]))
    assert found.lines == ("mean", "mean")
    assert all(one.clear for one in found.places)
    assert found.notices == ()


def test_intervals_are_student_s() -> None:
    one = drivers.importance_performance(IMPORTANCE, PERFORMANCE, lines=6)["speed"]
    width = stats.t.ppf(0.975, 3) * np.std([9, 9, 8, 9], ddof=1) / 2
    assert (one.performance, one.performance_low, one.performance_high) == pytest.approx((8.75, 8.75 - width, 8.75 + width))


@pytest.mark.parametrize(("lines", "expected"), [("mean", (5.5, 6.0)), ("median", (5.5, 6.5)), ((5, 7.5), (5, 7.5))])
def test_lines_are_drawn_as_said(lines: object, expected: tuple[float, float]) -> None:
    importance = {"a": [9, 9], "b": [8, 8], "c": [3, 3], "d": [2, 2]}
    performance = {"a": [4, 4], "b": [9, 9], "c": [9, 9], "d": [2, 2]}
    found = drivers.importance_performance(importance, performance, lines=lines)
    assert (found.importance_line, found.performance_line) == pytest.approx(expected)


def test_clear_compares_item_and_line_as_paired() -> None:
    # every person rates a half a point under b: each mean is vague, their difference is not
    base = np.random.default_rng(1).normal(6, 2, 200)
    performance = {"a": base - 0.25, "b": base + 0.25 + np.random.default_rng(2).normal(0, 0.1, 200)}
    importance = {"a": base + 0.25 + np.random.default_rng(3).normal(0, 0.1, 200), "b": base - 0.25}
    found = drivers.importance_performance(importance, performance)
    assert found["a"].performance_high > found.performance_line
    assert found["a"].clear
    assert found["a"].quadrant == "concentrate"


def test_what_lies_too_near_a_line_is_said() -> None:
    rng = np.random.default_rng(4)
    answers = {name: rng.integers(1, 11, 30) for name in "abc"}
    found = drivers.importance_performance(answers, answers)
    assert {one.code for one in found.notices} == {"unclear"}


def test_derived_importance_brings_its_intervals() -> None:
    rng = np.random.default_rng(5)
    x = rng.integers(1, 11, (300, 3)).astype(float)
    y = x @ [1, 0.1, 0.1] + rng.normal(size=300)
    shares = drivers.shapley(y, x, names=["a", "b", "c"], rng=rng, replicates=200)
    found = drivers.importance_performance(shares, x, names=["a", "b", "c"], lines=("mean", 3))
    assert found.importance_from == "shares"
    assert (found["a"].importance, found["a"].importance_low) == (shares["a"].share, shares["a"].low)
    assert (found["a"].quadrant, found["a"].clear) == ("keep_up", True)


def test_importance_without_an_interval_is_never_clear() -> None:
    found = drivers.importance_performance({"a": 0.4, "b": 0.1}, {"a": [1, 2, 1], "b": [9, 8, 9]})
    assert [(one.quadrant, one.clear) for one in found.places] == [("concentrate", False), ("overkill", False)]
    assert [one.code for one in found.notices] == ["no_interval"]
    assert math.isnan(found["a"].importance_low)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_a_weight_of_k_is_a_row_k_times(seed: int) -> None:
    rng = np.random.default_rng(seed)
    importance, performance = rng.integers(1, 11, (40, 4)), rng.integers(1, 11, (40, 4))
    times = rng.integers(1, 4, 40)
    weighted = drivers.importance_performance(importance, performance, weights=times)
    repeated = drivers.importance_performance(np.repeat(importance, times, axis=0), np.repeat(performance, times, axis=0))
    for a, b in zip(weighted.places, repeated.places, strict=True):
        assert (a.importance, a.performance) == pytest.approx((b.importance, b.performance))


def test_means_rest_on_those_who_answered() -> None:
    found = drivers.importance_performance(IMPORTANCE, {**PERFORMANCE, "toys": [3, None, 3, 4]})
    assert found["toys"].performance == pytest.approx(10 / 3)
    assert found.n == 3
    assert "missing" in [one.code for one in found.notices]


def test_results_can_be_stored() -> None:
    assert json.loads(json.dumps(drivers.importance_performance(IMPORTANCE, PERFORMANCE).to_dict()))["places"][0]["clear"] is True


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(BadInput, match="different items"):
        drivers.importance_performance({"a": [1, 2]}, {"b": [1, 2], "c": [1, 3]})
    with pytest.raises(BadInput, match="rows"):
        drivers.importance_performance({"a": [1, 2, 3], "b": [1, 2, 3]}, {"a": [1, 2], "b": [1, 2]})
    with pytest.raises(BadInput, match="own mean"):
        drivers.importance_performance({"a": [1, 2]}, {"a": [1, 2]})
    with pytest.raises(BadInput, match="a line is"):
        drivers.importance_performance(IMPORTANCE, PERFORMANCE, lines="middle")
    with pytest.raises(CannotSay, match="'a' has 1 answers"):
        drivers.importance_performance({"a": [1, 2], "b": [1, 2]}, {"a": [1, None], "b": [1, 2]})
