"""Kano, discrete and continuous: the table, published coefficients, laws, and what is refused."""

from __future__ import annotations

import json
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kexin.measures import kano
from kexin.measures.errors import BadInput, CannotSay

# Kano 1984 as printed by Berger et al. 1993: rows functional, columns dysfunctional, like … dislike.
TABLE = """
    Q A A A O
    R I I I M
    R I I I M
    R I I I M
    R R R R Q
"""
WORDS = ("like", "must_be", "neutral", "live_with", "dislike")
answers = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=60)


def test_every_pair_is_evaluated_by_the_table() -> None:
    table = [line.split() for line in TABLE.split("\n") if line.strip()]
    for i in range(5):
        for j in range(5):
            assert kano.category_of(i + 1, j + 1) == table[i][j]
            assert kano.category_of(WORDS[i], WORDS[j]) == table[i][j]


@pytest.mark.parametrize(
    ("counts", "better", "worse"),
    [
        # Sauerwein, Bailom, Matzler & Hinterhuber 1996, figure 11, "edge grip": percentages
        ({"A": 7, "O": 33, "M": 50, "I": 10}, 0.40, -0.83),
        # Brand & Rese 2026, J. Retail. Consum. Serv. 89, 104596, table 1: counts, and CS+ and CS- to three digits
        ({"A": 216, "O": 56, "M": 13, "I": 275, "R": 23, "Q": 24}, 0.486, -0.123),
        ({"A": 229, "O": 42, "M": 5, "I": 276, "R": 33, "Q": 22}, 0.491, -0.085),
        ({"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}, 0.459, -0.208),
    ],
)
def test_better_and_worse_match_published(counts: dict[str, int], better: float, worse: float) -> None:
    found = kano.from_counts({"x": counts})["x"]
    assert round(found.better.value, 3) == better
    assert round(found.worse.value, 3) == worse
    assert found.better.low < found.better.value < found.better.high
    assert found.worse.low < found.worse.value < found.worse.high


def test_the_second_rule_reclassifies_as_brand_and_rese_do() -> None:
    # their "free in-store WiFi": most frequent I, but A + O + M = 304 outnumber I + R + Q = 303
    found = kano.from_counts({"wifi": {"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}})["wifi"]
    assert (found.category, found.grouped) == ("I", "A")


@pytest.mark.parametrize(
    ("counts", "category", "cautious"),
    [
        ({"M": 10, "O": 10, "A": 10, "I": 10}, "M", "M"),
        ({"O": 10, "A": 10, "I": 10}, "O", "O"),
        ({"A": 10, "I": 10}, "A", "A"),
        ({"I": 10, "R": 10}, "I", "I"),
        ({"A": 52, "M": 48}, "A", "M"),  # 4 apart, less than chance
        ({"A": 70, "M": 30}, "A", "A"),
        ({"I": 52, "Q": 48}, "I", "I"),
        ({"Q": 52, "R": 48}, "Q", "R"),
    ],
)
def test_ties_and_near_ties_go_by_must_before_one_before_attractive_before_indifferent(
    counts: dict[str, int], category: str, cautious: str
) -> None:
    found = kano.from_counts({"x": counts})["x"]
    assert (found.category, found.cautious) == (category, cautious)


def test_fong_by_hand() -> None:
    # a = 40, b = 30, n = 100: 1.65 √(70 · 130 / 200) = 11.1298
    found = kano.from_counts({"x": {"A": 40, "I": 30, "M": 20, "Q": 10}})["x"]
    assert found.fong == kano.Fong("A", "I", 10, pytest.approx(1.65 * math.sqrt(70 * 130 / 200)), differ=False)
    assert found.fong.critical == pytest.approx(11.1298, abs=1e-4)
    assert found.category_strength == pytest.approx(0.10)
    assert found.total_strength == pytest.approx(0.60)
    assert kano.from_counts({"x": {"A": 42, "I": 30, "M": 18, "Q": 10}})["x"].fong.differ


def test_better_has_wilson_s_interval() -> None:
    found = kano.from_counts({"x": {"A": 10, "I": 30}})["x"].better
    expected = stats.binomtest(10, 40).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@given(answers)
def test_counting_is_counting(pairs: list[tuple[int, int]]) -> None:
    functional, dysfunctional = ([one[i] for one in pairs] for i in (0, 1))
    found = kano.discrete({"x": functional}, {"x": dysfunctional})["x"]
    expected = Counter(kano.category_of(*one) for one in pairs)
    assert {category: count for category, count in found.counts.items() if count} == expected
    assert found.n == len(pairs)
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.counts[found.category] == max(expected.values())
    assert found == kano.discrete({"x": [WORDS[i - 1] for i in functional]}, {"x": [WORDS[i - 1] for i in dysfunctional]})["x"] or (
        math.isnan(found.better.value)
    )
    if not math.isnan(found.better.value):
        assert 0 <= found.better.low <= found.better.value <= found.better.high <= 1
        assert -1 <= found.worse.low <= found.worse.value <= found.worse.high <= 0


@given(answers, st.integers(0, 10**6))
def test_a_weight_of_k_is_a_row_k_times(pairs: list[tuple[int, int]], seed: int) -> None:
    functional, dysfunctional = np.array(pairs).T
    times = np.random.default_rng(seed).integers(1, 4, len(pairs))
    weighted = kano.discrete(functional, dysfunctional, weights=times)["1"]
    repeated = kano.discrete(np.repeat(functional, times), np.repeat(dysfunctional, times))["1"]
    assert weighted.counts == repeated.counts
    assert weighted.better.value == pytest.approx(repeated.better.value, nan_ok=True)
    assert weighted.effective_n == pytest.approx(times.sum() ** 2 / (times**2).sum())

    points = [kano.continuous(functional, dysfunctional, weights=w)["1"] for w in (times, times * 7.5)]
    repeated_point = kano.continuous(np.repeat(functional, times), np.repeat(dysfunctional, times))["1"]
    for one in points:
        assert (one.functional, one.dysfunctional) == pytest.approx((repeated_point.functional, repeated_point.dysfunctional))
        assert one.functional_low == pytest.approx(points[0].functional_low)


def test_questionable_and_reverse_answers_are_counted_and_named() -> None:
    functional = {"odd": [1, 5, 3, 3] * 10, "hated": [5, 5, 4, 3] * 10}
    dysfunctional = {"odd": [1, 1, 5, 5] * 10, "hated": [1, 2, 1, 3] * 10}
    found = kano.discrete(functional, dysfunctional)
    assert {(one.code, one.item) for one in found.notices} == {("questionable", "odd"), ("reverse", "odd"), ("mostly_reverse", "hated")}
    assert found["odd"].counts == {"M": 20, "O": 0, "A": 0, "I": 0, "R": 10, "Q": 10}


def test_only_questionable_answers_have_no_coefficients() -> None:
    found = kano.discrete({"x": [1] * 40}, {"x": [1] * 40})
    assert math.isnan(found["x"].better.value)
    assert {one.code for one in found.notices} == {"questionable", "no_denominator"}
    assert json.loads(json.dumps(found.to_dict()))["needs"][0]["better"]["value"] is None


def test_half_a_pair_is_missing() -> None:
    found = kano.discrete({"x": [1, 2, None, "", 3]}, {"x": [5, None, 5, 5, float("nan")]})
    assert (found["x"].n, found["x"].missing) == (1, 4)
    assert {one.code for one in found.notices} == {"few_answers", "missing", "not_clear"} - (
        {"not_clear"} if found["x"].fong.differ else set()
    )


def test_the_continuous_scores_are_dumouchel_s() -> None:
    functional, dysfunctional = [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]
    found = kano.continuous({"x": functional}, {"x": dysfunctional})["x"]
    scores = [4, 2, 0, -1, -2]  # like, must-be, neutral, live with, dislike; the mirror image without it
    half = stats.t.ppf(0.975, 4) * stats.sem(scores)
    assert found.functional == found.dysfunctional == pytest.approx(np.mean(scores))
    assert found.functional_sd == pytest.approx(np.std(scores, ddof=1))
    assert (found.functional_low, found.functional_high) == pytest.approx((np.mean(scores) - half, np.mean(scores) + half))
    assert found.correlation == pytest.approx(1)


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "category"),
    [
        ([1, 1, 2], [5, 5, 4], "O"),
        ([1, 1, 1], [3, 3, 4], "A"),
        ([2, 3, 3], [5, 5, 5], "M"),
        ([3, 3, 4], [3, 3, 3], "I"),
        ([2, 2], [4, 4], "O"),
    ],
)
def test_quadrants_of_means(functional: list[int], dysfunctional: list[int], category: str) -> None:
    assert kano.continuous({"x": functional}, {"x": dysfunctional})["x"].category == category


def test_questionable_pairs_can_be_left_out() -> None:
    functional, dysfunctional = {"x": [1, 1, 2, 3]}, {"x": [1, 5, 5, 5]}
    kept = kano.continuous(functional, dysfunctional)["x"]
    left = kano.continuous(functional, dysfunctional, questionable="left_out")["x"]
    assert (kept.n, left.n, kept.questionable, left.questionable) == (4, 3, 1, 1)
    assert left.dysfunctional == 4
    assert math.isnan(left.correlation)


def test_reversed_items_lie_outside_the_square() -> None:
    found = kano.continuous({"x": [5, 5, 4]}, {"x": [1, 1, 2]})
    assert {one.code for one in found.notices} == {"reverse", "negative"}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=4, max_size=40), st.randoms())
def test_the_order_of_rows_changes_nothing(pairs: list[tuple[int, int]], random: object) -> None:
    shuffled = pairs.copy()
    random.shuffle(shuffled)
    before, after = (kano.discrete(*np.array(one).T) for one in (pairs, shuffled))
    assert before["1"].counts == after["1"].counts
    first, second = (kano.continuous(*np.array(one).T)["1"] for one in (pairs, shuffled))
    assert (first.functional_low, first.functional_sd) == pytest.approx((second.functional_low, second.functional_sd))


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "words"),
    [
        ({"x": [1, 6]}, {"x": [1, 2]}, "functional question about 'x' has the answer 6"),
        ({"x": [1, 2]}, {"x": [0, 2]}, "dysfunctional question about 'x' has the answer 0"),
        ({"x": [1, 2.5]}, {"x": [1, 2]}, "2.5"),
        ({"x": [1, -99]}, {"x": [1, 2]}, "-99"),
        ({"x": [1, math.inf]}, {"x": [1, 2]}, "inf"),
        ({"x": ["like", "love"]}, {"x": [1, 2]}, "'love'"),
        ({"x": [True, False]}, {"x": [1, 2]}, "True"),
        ({"x": [1, 2]}, {"y": [1, 2]}, "only one of its two questions"),
        ({"x": [1, 2]}, {"x": [1, 2, 3]}, "differ in number"),
        ({}, {}, "no items"),
        (np.ones((2, 2, 2)), np.ones((2, 2, 2)), "a table with one column"),
    ],
)
def test_what_is_no_answer_is_refused(functional: object, dysfunctional: object, words: str) -> None:
    for method in (kano.discrete, kano.continuous):
        with pytest.raises(BadInput, match=words):
            method(functional, dysfunctional)


@pytest.mark.parametrize("none", [[], [None, None], [math.nan, math.nan]])
def test_nobody_answered(none: list[object]) -> None:
    for method in (kano.discrete, kano.continuous):
        with pytest.raises(CannotSay, match="nobody answered both questions about 'x'"):
            method({"x": none}, {"x": none})


def test_one_answer_has_a_category_and_no_dispersion() -> None:
    assert kano.discrete({"x": [1]}, {"x": [5]})["x"].category == "O"
    with pytest.raises(CannotSay, match="two at least"):
        kano.continuous({"x": [1]}, {"x": [5]})


def test_all_the_weight_on_one_row_is_refused() -> None:
    with pytest.raises(CannotSay, match="one row"):
        kano.discrete({"x": [1, 2, 3]}, {"x": [5, 5, 5]}, weights=[1, 0, 0])


@pytest.mark.parametrize(
    ("counts", "refusal"),
    [({"x": {"Z": 1}}, BadInput), ({"x": {"M": -1}}, BadInput), ({"x": {"M": math.nan}}, BadInput), ({}, BadInput), ({"x": {}}, CannotSay)],
)
def test_counts_that_are_none_are_refused(counts: dict[str, dict[str, float]], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        kano.from_counts(counts)


def test_worse_is_plain_zero_where_nobody_would_mind() -> None:
    found = kano.from_counts({"x": {"A": 3, "I": 3}})["x"].worse
    assert (found.value, math.copysign(1, found.value), math.copysign(1, found.high)) == (0.0, 1.0, 1.0)
