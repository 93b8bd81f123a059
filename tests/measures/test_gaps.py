"""Gaps, states, value, basic expectations and what moved them: laws, slow references, and what is refused."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from kexin.measures import gaps
from kexin.measures.errors import BadInput, CannotSay

NAN = float("nan")
ITEMS = ["a", "b", "c"]
DIMENSIONS = {"first": ["a", "b"], "second": ["c"]}
grids = st.lists(st.tuples(*[st.integers(1, 7)] * 6), min_size=3, max_size=40).map(lambda rows: np.array(rows, dtype=float))


@given(grids)
def test_gaps_add_up_from_items_to_the_whole(rows: np.ndarray) -> None:
    found = gaps.servqual(rows[:, :3], rows[:, 3:], items=ITEMS, dimensions=DIMENSIONS, importance={"first": 30, "second": 70})
    a, b, c = (gap.gap for gap in found.items)

    assert [gap.gap for gap in found.dimensions] == pytest.approx([(a + b) / 2, c])
    assert found.overall.gap == pytest.approx(((a + b) / 2 + c) / 2)
    assert found.weighted.gap == pytest.approx(0.3 * (a + b) / 2 + 0.7 * c)
    assert [gap.importance for gap in found.dimensions] == pytest.approx([0.3, 0.7])
    for gap in (*found.items, *found.dimensions, found.overall):
        assert gap.gap == pytest.approx(gap.received - gap.expected)
        assert gap.low <= gap.gap <= gap.high
        assert gap.p_adjusted >= gap.p_value


def test_intervals_are_those_of_paired_t() -> None:
    rng = np.random.default_rng(1)
    expected, received = rng.integers(1, 8, (60, 3)).astype(float), rng.integers(1, 8, (60, 3)).astype(float)
    expected[:5, 1] = NAN
    found = gaps.servqual(expected, received, items=ITEMS, dimensions=DIMENSIONS)
    for at, gap in enumerate(found.items):
        kept = ~np.isnan(expected[:, at])
        reference = ttest_rel(received[kept, at], expected[kept, at])
        assert (gap.low, gap.high) == pytest.approx(tuple(reference.confidence_interval()))
        assert gap.p_value == pytest.approx(reference.pvalue)
    assert [gap.n for gap in (*found.items, *found.dimensions, found.overall)] == [60, 55, 60, 55, 60, 55]
    assert found.weighted is None
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_importance_a_person_gives_weighs_their_own_gaps() -> None:
    expected, received = np.full((3, 3), 5.0), np.array([[4, 4, 7], [5, 5, 3], [6, 6, 5.0]])
    points = [[50, 50], [100, 0], [20, 80]]
    found = gaps.servqual(expected, received, items=ITEMS, dimensions=DIMENSIONS, importance=points)

    assert found.weighted.gap == pytest.approx(((-0.5 + 1) + 0 + 0.2) / 3)
    assert [gap.importance for gap in found.dimensions] == pytest.approx([170 / 300, 130 / 300])


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=1, max_size=40))
def test_every_answer_is_in_one_state(pairs: list[tuple[int, int]]) -> None:
    expected, received = zip(*pairs, strict=True)
    found = gaps.states(expected, received)
    by_hand = ["dissatisfied" if got < want else "delighted" if got > want else "satisfied" for want, got in pairs]

    assert found.state.tolist() == by_hand
    assert found.count.sum() == found.n == len(pairs)
    assert found.share.sum() == pytest.approx(1)
    assert ((found.low <= found.share) & (found.share <= found.high)).all()


def test_between_adequate_and_desired_people_are_satisfied() -> None:
    found = gaps.states([3, 3, 3, NAN], [2, 4, 6, 5], desired=[5, 5, 5, 5], weights=[1, 1, 2, 1])
    assert (found.state.tolist(), found.share.tolist()) == (["dissatisfied", "satisfied", "delighted", ""], [0.25, 0.25, 0.5])
    assert gaps.states([0.3], [0.1 + 0.2]).state.tolist() == ["satisfied"]
    assert gaps.states([5, 5], [4.5, 5.6], tolerance=0.5).state.tolist() == ["satisfied", "delighted"]


def test_delivered_value_is_benefits_minus_costs() -> None:
    found = gaps.delivered_value(
        {"product": [80, 90, 70], "service": [20, 30, NAN]}, {"money": [50, 60, 40], "time": [1, 0.5, 1]}, units={"time": 20}
    )

    assert found.value[:2].tolist() == [30.0, 50.0]
    assert (found.delivered.score, found.n) == (40.0, 2)
    assert (found.benefits, found.costs) == ({"product": 85.0, "service": 25.0}, {"money": 55.0, "time": 15.0})
    assert found.ratio == pytest.approx(110 / 70)
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_the_ratio_s_interval_holds_what_a_t_test_does_not_reject() -> None:
    rng = np.random.default_rng(2)
    got, paid = rng.normal(120, 20, 40), rng.normal(80, 15, 40)
    found = gaps.delivered_value({"product": got}, {"money": paid})
    for ratio, inside in ((found.ratio_low + 1e-6, True), (found.ratio_low - 1e-6, False), (found.ratio_high + 1e-6, False)):
        assert bool(ttest_rel(got, ratio * paid).pvalue > 0.05) is inside
    assert found.ratio_low < found.ratio < found.ratio_high
    assert gaps.delivered_value({"product": [5, 6, 7]}, {"money": [0, 0, 9]}).notices[-1].code == "ratio_open"


def test_effort_by_stage() -> None:
    rng = np.random.default_rng(3)
    efforts = {stage: rng.exponential(mean, 5000) for stage, mean in zip(("need", "search", "use"), (1, 6, 3), strict=True)}
    found = gaps.effort_by_stage(efforts)
    drawn = [rng.integers(0, 5000, 5000) for _ in range(300)]
    resampled = [efforts["search"][rows].sum() / sum(effort[rows].sum() for effort in efforts.values()) for rows in drawn]

    assert (found.heaviest, found.n) == ("search", 5000)
    assert found.share.sum() == pytest.approx(1)
    assert (found.share_high - found.share_low)[1] == pytest.approx(2 * 1.96 * np.std(resampled), rel=0.12)


def test_the_promise_counts_only_where_something_failed() -> None:
    found = gaps.basic_expectations([1, 1, 0, 0, NAN, 1], [1, 0, 1, 0, 1, 1], [1, 1, NAN, 0, 1, NAN])

    assert (found.works.n, found.described.n, found.kept.n, found.met.n, found.failed) == (5, 6, 2, 4, 3)
    assert (found.works.score, found.kept.score, found.met.score) == (60.0, 50.0, 75.0)
    assert np.array_equal(found.state, [1, 1, NAN, 0, NAN, 1], equal_nan=True)
    assert [one.code for one in found.notices] == ["promise_unknown", "promise_without_failure"]


def test_without_failures_there_is_no_promise_to_keep() -> None:
    found = gaps.basic_expectations([True, True], [True, True], [NAN, NAN])
    assert (found.kept, found.met.score, found.notices[0].code) == (None, 100.0, "nothing_failed")


def slow_hc3(y: np.ndarray, acts: np.ndarray) -> tuple[list[float], list[float]]:
    """Long & Ervin 2000, eq. 5, person by person: each residual over one minus its leverage."""
    x = np.column_stack([np.ones(len(y)), acts])
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    middle = np.zeros((x.shape[1],) * 2)
    for row, answer in zip(x, y, strict=True):
        leverage = row @ inverse @ row
        middle += np.outer(row, row) * ((answer - row @ b) / (1 - leverage)) ** 2
    return list(b[1:]), list(np.sqrt(np.diag(inverse @ middle @ inverse))[1:])


def test_effects_and_errors_are_least_squares_and_hc3() -> None:
    rng = np.random.default_rng(4)
    acts = np.column_stack([rng.integers(0, 2, 80), rng.integers(0, 2, 80), rng.normal(1000, 1, 80)])
    y = 0.8 * acts[:, 0] - 0.5 * acts[:, 1] + rng.normal(0, 0.5 + acts[:, 0], 80)
    y[0] = NAN
    found = gaps.what_moved(y, dict(zip(("praised", "warned", "price"), acts.T, strict=True)))
    effects, errors = slow_hc3(y[1:], acts[1:])
    t = 1.9921021537189  # of 75 degrees, 97.5 %

    assert [one.effect for one in found.influences] == pytest.approx(effects, abs=1e-6)
    assert [(one.high - one.low) / 2 / t for one in found.influences] == pytest.approx(errors, rel=1e-5)
    assert found.base + sum(one.moved for one in found.influences) == pytest.approx(found.change)
    assert (found.n, found.left_out) == (79, 1)
    assert 0 <= found.r_squared <= 1
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_directions_are_said_in_words() -> None:
    rng = np.random.default_rng(5)
    praised, warned, noise = rng.integers(0, 2, (3, 300))
    found = gaps.what_moved(praised - warned + rng.normal(0, 0.5, 300), {"praised": praised, "warned": warned, "noise": noise})
    assert [one.direction for one in found.influences[:2]] == ["raised", "lowered"]
    still = gaps.what_moved(np.full(40, 0.1), {"praised": praised[:40]})
    assert (still.notices[-1].code, math.isnan(still.r_squared)) == ("constant", True)


EXPECTED = [[5.0, 5, 5], [4, 4, 4], [6, 6, 6]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: gaps.servqual(EXPECTED, EXPECTED, items=ITEMS, dimensions={"d": ["x"]}), "'x' is no item"),
        (lambda: gaps.servqual(EXPECTED, EXPECTED, items=["a", "a", "c"], dimensions={"d": ["a"]}), "'a' is named twice"),
        (lambda: gaps.servqual(EXPECTED, EXPECTED, items=ITEMS, dimensions={"d": ["a"], "e": ["a"]}), "'a' is named twice"),
        (lambda: gaps.servqual(EXPECTED, EXPECTED, items=ITEMS, dimensions={"d": []}), "'d' has no items"),
        (lambda: gaps.servqual(EXPECTED, EXPECTED, items=["a"], dimensions={"d": ["a"]}), "do not fit"),
        (lambda: gaps.servqual(EXPECTED, [[-99.0, 5, 5]] * 3, items=ITEMS, dimensions=DIMENSIONS, scale=(1, 7)), "received.*-99.*missing="),
        (lambda: gaps.servqual(EXPECTED, EXPECTED, items=ITEMS, dimensions=DIMENSIONS, importance={"first": 1}), "names the dimensions"),
        (
            lambda: gaps.servqual(EXPECTED, EXPECTED, items=ITEMS, dimensions=DIMENSIONS, importance={"first": 0, "second": 0}),
            "not all zero",
        ),
        (lambda: gaps.states([3], [4], desired=[2]), "more is adequate than desired"),
        (lambda: gaps.states([3, 4], [4]), "one row a person"),
        (lambda: gaps.delivered_value({"product": [1, -99]}, {"money": [1, 2]}), "product: below zero in row 1"),
        (lambda: gaps.delivered_value({"x": [1, 2]}, {"x": [1, 2]}), "no name stands among both"),
        (lambda: gaps.delivered_value({"x": [1, 2]}, {"y": [1, 2]}, units={"z": 2}), "'z' is no part"),
        (lambda: gaps.effort_by_stage({"need": [1, 2]}), "at least two stages"),
        (lambda: gaps.basic_expectations([1, 2], [1, 1], [1, 1]), "works: yes is 1"),
        (lambda: gaps.what_moved([1, 2], {}), "at least one"),
    ],
)
def test_what_cannot_be_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        (lambda: gaps.servqual(EXPECTED, [[5, NAN, 5]] * 3, items=ITEMS, dimensions=DIMENSIONS), "one", "b: 0 people"),
        (lambda: gaps.states([NAN], [1]), "nobody", "both"),
        (lambda: gaps.delivered_value({"x": [1]}, {"y": [1]}), "one", "1 people"),
        (lambda: gaps.effort_by_stage({"x": [0, 0], "y": [0, 0]}), "no_effort", "nobody spent"),
        (lambda: gaps.basic_expectations([NAN], [1], [NAN]), "nobody", "works"),
        (lambda: gaps.what_moved([1, 2, 3], {"x": [0, 1, 0]}), "few", "3 people"),
        (lambda: gaps.what_moved([1, 2, 3, 4], {"x": [1, 1, 1, 1]}), "constant", "x: the same"),
        (lambda: gaps.what_moved([1, 2, 3, 4, 5, 6], {"x": [0, 1, 0, 1, 1, 0], "y": [1, 0, 1, 0, 0, 1]}), "collinear", "y: always"),
        (lambda: gaps.what_moved([1, 2, 3, 4, 5, 6], {"x": [0, 1, 0, 0, 0, 0]}), "one_alone", "x: rests on one"),
    ],
)
def test_what_has_no_answer_is_said(wrong: object, code: str, said: str) -> None:
    with pytest.raises(CannotSay, match=said) as refused:
        wrong()
    assert refused.value.code == code
