"""Scores: published intervals, laws, and what is refused."""

from __future__ import annotations

import json
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kexin.measures import scores
from kexin.measures.answers import answered, effective_n, numbers
from kexin.measures.errors import BadInput, CannotSay

ratings = st.lists(st.integers(0, 10), min_size=2, max_size=40)
NAN = float("nan")


# Cavo et al. 2012, [[59, 6], [16, 80]]: as printed by R package contingencytables 3.0.0 (Fagerland, Lydersen & Laake 2017,
# chapter 8), in the test file of that package. A net score of 6 promoters and 16 detractors among 161 is the same arithmetic.
@pytest.mark.parametrize(
    ("method", "low", "high"),
    [("score", -0.1240, -0.0054), ("wald", -0.1184, -0.0058), ("adjusted", -0.1195, -0.0032)],
)
def test_net_intervals_match_contingencytables_cavo(method: str, low: float, high: float) -> None:
    found = scores.net_promoter_from_counts(6, 59 + 80, 16, method=method)

    assert (round(found.score, 2), round(found.low / 100, 4), round(found.high / 100, 4)) == (-6.21, low, high)


@pytest.mark.parametrize(("promoters", "passives", "detractors"), [(10, 5, 3), (0, 4, 0), (7, 0, 0), (20, 30, 45)])
def test_rocks_adds_three_answers(promoters: int, passives: int, detractors: int) -> None:
    # Rocks 2016, Am. Stat. 70, 365-372, adjusted Wald with three answers in a triangle: Wald's interval of x + (3/4, 3/2, 3/4)
    n = promoters + passives + detractors + 3
    p, q = (promoters + 0.75) / n, (detractors + 0.75) / n
    half = 1.959963984540054 * ((p + q - (p - q) ** 2) / n) ** 0.5
    found = scores.net_promoter_from_counts(promoters, passives, detractors, method="rocks")
    score = 100 * (promoters - detractors) / (n - 3)

    assert found.low == pytest.approx(min(max(100 * (p - q - half), -100), score))
    assert found.high == pytest.approx(max(min(100 * (p - q + half), 100), score))
    assert found.low < found.high


# Newcombe 1998, Stat. Med. 17, 857-872, table I: 81/263 and 15/148; methods 3 (Wilson) and 5 (Clopper-Pearson).
@pytest.mark.parametrize(
    ("yes", "n", "method", "low", "high"),
    [
        (81, 263, "wilson", 0.2553, 0.3662),
        (81, 263, "clopper_pearson", 0.2527, 0.3676),
        (15, 148, "wilson", 0.0624, 0.1605),
        (15, 148, "clopper_pearson", 0.0578, 0.1617),
        (0, 20, "wilson", 0.0, 0.1611),
        (0, 20, "clopper_pearson", 0.0, 0.1684),
        (1, 29, "wilson", 0.0061, 0.1718),
        (1, 29, "clopper_pearson", 0.0009, 0.1776),
    ],
)
def test_share_intervals_match_newcombe_1998_table_1(yes: int, n: int, method: str, low: float, high: float) -> None:
    found = scores.satisfied([5] * yes + [1] * (n - yes), method=method)

    assert (round(found.low / 100, 4), round(found.high / 100, 4)) == (low, high)


# Newcombe 1998, Stat. Med. 17, 873-890, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_differences_of_shares_match_newcombe_1998_table_2(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    a, b = (scores.satisfied([5] * yes + [1] * (n - yes)) for yes, n in (first, second))
    found = scores.difference(a, b)

    assert (round(found.low / 100, 4), round(found.high / 100, 4)) == (low, high)


def slow_score_limits(promoters: int, detractors: int, n: int, z: float) -> tuple[float, float]:
    """Tango's interval from its definition: maximise the multinomial likelihood under each net score, keep those not rejected."""
    kept = []
    for d in np.arange(-1, 1.0001, 0.0005):
        p2 = np.linspace(max(0.0, -d), (1 - d) / 2, 4001)
        p1 = p2 + d
        with np.errstate(divide="ignore", invalid="ignore"):
            likely = sum(
                np.where(count > 0, count * np.log(np.maximum(p, 0)), 0.0)
                for count, p in ((promoters, p1), (detractors, p2), (n - promoters - detractors, 1 - p1 - p2))
            )
        best = int(np.nanargmax(likely))
        variance = (p1[best] + p2[best] - d**2) / n
        off = (promoters - detractors) / n - d
        if abs(off) < 1e-9 or (variance > 1e-12 and abs(off) <= z * math.sqrt(variance)):
            kept.append(d)
    return kept[0], kept[-1]


@pytest.mark.parametrize(("promoters", "detractors", "n"), [(5, 2, 10), (0, 0, 12), (9, 0, 9), (0, 3, 7), (20, 19, 50)])
def test_the_score_interval_holds_what_a_score_test_does_not_reject(promoters: int, detractors: int, n: int) -> None:
    found = scores.net_promoter_from_counts(promoters, n - promoters - detractors, detractors)

    assert (found.low / 100, found.high / 100) == pytest.approx(slow_score_limits(promoters, detractors, n, 1.959964), abs=0.0011)


def test_a_mean_matches_student_1908_sleep() -> None:
    # Student 1908: extra sleep with the second drug; R: t.test(extra[11:20]) gives 0.8976775 to 3.7623225
    found = scores.mean([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

    assert (found.score, found.low, found.high) == pytest.approx((2.33, 0.8976775, 3.7623225), abs=1e-7)


def test_differences_of_means_match_r_t_test_sleep() -> None:
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    apart, paired = scores.difference(scores.mean(one), scores.mean(two)), scores.paired_difference(one, two)

    # R documentation, ?sleep: t.test(extra ~ group): -3.3654832 0.2054832, p 0.07939; paired -2.4598858 -0.7001142, p 0.002833
    assert (apart.difference, apart.low, apart.high) == pytest.approx((-1.58, -3.3654832, 0.2054832), abs=1e-7)
    assert (paired.low, paired.high) == pytest.approx((-2.4598858, -0.7001142), abs=1e-7)
    assert (round(apart.p_value, 5), round(paired.p_value, 6)) == (0.07939, 0.002833)


def test_a_score_is_told_whole() -> None:
    found = scores.net_promoter([10, 9, 8, 7, 3, NAN, -99], missing=(-99,))

    assert (found.score, found.n, found.missing, found.n_effective) == (20.0, 5, 2, 5.0)
    assert found.shares == {"promoters": 0.4, "passives": 0.4, "detractors": 0.2}
    assert found.low <= found.score <= found.high
    assert found.margin == pytest.approx((found.high - found.low) / 2)
    assert [notice.code for notice in found.notices] == ["few_answers", "item_missing"]
    stored = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (stored["score"], stored["notices"][0]["code"]) == (20.0, "few_answers")


def test_what_rests_on_too_few_is_not_shown() -> None:
    for found in (
        scores.net_promoter([9, 3], suppress_below=5),
        scores.mean([3], suppress_below=5),
        scores.satisfied([5], suppress_below=5),
    ):
        assert math.isnan(found.score)
        assert math.isnan(found.low)
        assert found.to_dict()["score"] is None
        assert (found.suppressed, found.shares, found.n < 5) == (True, {}, True)
        assert [notice.code for notice in found.notices] == ["suppressed"]
        with pytest.raises(CannotSay, match="too few"):
            scores.difference(found, found)


def test_effort_and_boxes() -> None:
    asked = scores.effort([7, 6, 5, 4, 1])

    assert (asked.mean.score, asked.easy.score, asked.easy.n) == (4.6, 60.0, 5)
    assert scores.top_box([1, 2, 5, 5], scale=(1, 5)).score == 50
    assert scores.top_box([1, 2, 5, 4], boxes=2, scale=(1, 5), bottom=True).score == 50


@given(ratings)
def test_a_net_score_lies_within_its_scale_and_interval(given_ratings: list[int]) -> None:
    for method in ("score", "adjusted", "wald"):
        found = scores.net_promoter(given_ratings, method=method)
        assert -100 <= found.low <= found.score <= found.high <= 100


@given(ratings)
def test_turning_the_scale_round_turns_the_score_round(given_ratings: list[int]) -> None:
    one = scores.net_promoter(given_ratings, 9, 1)
    other = scores.net_promoter([10 - rating for rating in given_ratings], 9, 1)

    assert (other.score, other.low, other.high) == pytest.approx((-one.score, -one.high, -one.low), abs=1e-9)


@given(ratings, st.randoms(use_true_random=False))
def test_order_does_not_matter(given_ratings: list[int], random: object) -> None:
    turned = given_ratings[::-1]
    for score in (scores.net_promoter, lambda x: scores.mean(x, scale=(0, 10)), lambda x: scores.satisfied(x, 8, scale=(0, 10))):
        one, other = score(given_ratings), score(turned)
        assert (other.score, other.low, other.high) == pytest.approx((one.score, one.low, one.high), abs=1e-9)


@given(ratings, st.integers(2, 50))
def test_equal_weights_change_nothing_whatever_their_size(given_ratings: list[int], weight: int) -> None:
    assert scores.net_promoter(given_ratings, weights=[weight] * len(given_ratings)) == scores.net_promoter(given_ratings)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 4)), min_size=2, max_size=20))
def test_a_weight_of_k_scores_as_the_row_k_times(rows: list[tuple[int, int]]) -> None:
    once, times = [row[0] for row in rows], [row[1] for row in rows]
    repeated = [rating for rating, k in rows for _ in range(k)]

    assert scores.net_promoter(once, weights=times).score == pytest.approx(scores.net_promoter(repeated).score)
    assert scores.satisfied(once, 8, scale=(0, 10), weights=times).score == pytest.approx(
        scores.satisfied(repeated, 8, scale=(0, 10)).score
    )
    assert scores.net_promoter(once, weights=times).n == len(rows)  # weights add no answers


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 9)), min_size=3, max_size=20))
def test_n_shrinks_from_n_to_kish_to_what_the_interval_rests_on(rows: list[tuple[int, int]]) -> None:
    found = scores.net_promoter([row[0] for row in rows], weights=[row[1] for row in rows])

    assert found.n_interval <= found.n_effective + 1e-9 <= found.n + 2e-9
    assert found.n_effective == pytest.approx(effective_n([row[1] for row in rows]))


def test_higher_levels_are_wider() -> None:
    some = [10, 9, 9, 8, 7, 6, 2, 10]
    widths = [scores.net_promoter(some, level=level).margin for level in (0.5, 0.8, 0.95, 0.999)]

    assert widths == sorted(widths)


@settings(max_examples=25)
@given(ratings, ratings)
def test_the_test_agrees_with_the_interval(first: list[int], second: list[int]) -> None:
    one, other = scores.net_promoter(first), scores.net_promoter(second)
    found = scores.difference(one, other)

    assert found.low <= found.difference <= found.high
    assert 0 <= found.p_value <= 1
    if abs(found.p_value - 0.05) > 1e-6:
        assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)
    back = scores.difference(other, one)
    assert (back.difference, back.low, back.high, back.p_value) == pytest.approx(
        (-found.difference, -found.high, -found.low, found.p_value)
    )


def test_p_values_are_those_of_a_z_test_where_there_are_many() -> None:
    a, b = scores.net_promoter_from_counts(4500, 3500, 2000), scores.net_promoter_from_counts(4400, 3500, 2100)
    z = (a.score - b.score) / math.sqrt(a.spread**2 / a.n + b.spread**2 / b.n)
    assert scores.difference(a, b).p_value == pytest.approx(math.erfc(z / math.sqrt(2)), abs=1e-3)


def test_the_same_people_twice() -> None:
    rng = np.random.default_rng(1)
    before = rng.integers(3, 11, 200)
    after = np.clip(before + rng.integers(0, 2, 200), 0, 10).astype(float)
    after[:3] = NAN
    apart = scores.difference(scores.net_promoter(after), scores.net_promoter(before[3:]))
    paired = scores.paired_difference(after, before, kind="net_promoter")

    assert paired.n == (197, 197)
    assert paired.difference == pytest.approx(apart.difference)
    assert paired.margin < apart.margin
    assert [notice.code for notice in paired.notices] == ["unpaired"]
    assert scores.paired_difference([5, 5], [4, 4]).notices[-1].code == "constant"


def test_many_comparisons_are_corrected_as_r_does() -> None:
    # as p.adjust of R, method holm, of the same five
    assert scores.holm([0.01, 0.02, 0.03, 0.04, 0.05]).tolist() == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert np.isnan(scores.holm([NAN, 0.5])[0])


@given(st.lists(st.tuples(st.integers(0, 10), st.sampled_from("abc"), st.integers(1, 3)), min_size=8, max_size=60), st.booleans())
def test_groups_say_what_each_would_alone(rows: list[tuple[int, str, int]], weighted: bool) -> None:  # noqa: FBT001 -- drawn
    given_ratings, groups, weights = (np.array(column) for column in zip(*rows, strict=True))
    for kind, alone in (
        ("net_promoter", scores.net_promoter),
        ("share", lambda x, **how: scores.satisfied(x, 8, scale=(0, 10), **how)),
        ("mean", scores.mean),
    ):
        found = scores.by_group(given_ratings, groups, kind=kind, yes_from=8, weights=weights if weighted else None, suppress_below=2)
        for at, name in enumerate(found.groups):
            here = groups == name
            if here.sum() < 2:
                assert found.suppressed[at]
                continue
            one = alone(given_ratings[here], weights=weights[here] if weighted else None)
            assert (found.n[at], bool(found.few[at])) == (one.n, True)
            assert (found.score[at], found.low[at], found.high[at]) == pytest.approx((one.score, one.low, one.high), abs=1e-6)


def test_groups_nobody_answered_in_are_listed() -> None:
    found = scores.by_group([9, 9, 3], ["a", "a", "b"], among=["b", "c", "a"], suppress_below=2)

    assert (found.groups.tolist(), found.n.tolist(), found.suppressed.tolist()) == (["b", "c", "a"], [1, 0, 2], [True, True, False])
    assert np.isnan(found.score[:2]).all()
    assert found.score[2] == 100
    assert [notice.code for notice in found.notices] == ["empty_groups", "suppressed", "few_answers"]
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_a_million_groups_of_one_are_all_suppressed_and_quick() -> None:
    rng = np.random.default_rng(2)
    started = time.perf_counter()
    found = scores.by_group(rng.integers(0, 11, 1_000_000), rng.permutation(1_000_000))

    assert (found.groups.size, found.suppressed.all(), np.isnan(found.score).all(), found.n.sum()) == (1_000_000, True, True, 1_000_000)
    assert time.perf_counter() - started < 5
    shown = scores.by_group([7, 8], [1, 2], kind="mean", suppress_below=1)
    assert (shown.score.tolist(), np.isnan(shown.low).all()) == ([7.0, 8.0], True)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([9, -99], r"outside the scale 0 to 10 \(-99\).*missing="),
        ([9, 11], "outside the scale"),
        ([9, float("inf")], "infinite"),
        (["9", "10"], "numbers are needed"),
        ([9, None], "numbers are needed"),
        (np.array([9, 10], dtype=object), "numbers are needed"),
        ([[9, 10]], "dimension"),
        ([2**60, 3], "2\\^53"),
        ([9 + 1j], "numbers are needed"),
    ],
)
def test_what_is_no_answer_is_refused(bad: list[float], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        scores.net_promoter(bad)


@pytest.mark.parametrize("nobody", [[], [NAN, NAN], np.array([], dtype=object)])
def test_nobody_has_no_score(nobody: list[float]) -> None:
    for score in (scores.net_promoter, scores.satisfied, scores.effort, scores.mean):
        with pytest.raises(CannotSay) as refused:
            score(nobody)
        assert refused.value.code == "nobody"


@pytest.mark.parametrize("weights", [[1, -1, 1], [1, NAN, 1], [1, 1], [1, float("inf"), 1], ["a", "b", "c"]])
def test_weights_that_cannot_be_are_refused(weights: list[float]) -> None:
    with pytest.raises(BadInput, match="weight"):
        scores.net_promoter([9, 8, 7], weights=weights)


def test_zero_weights_are_left_out_and_all_zero_refused() -> None:
    found = scores.net_promoter([9, 0, 9], weights=[1, 0, 1])
    assert (found.score, found.n, found.notices[0].code) == (100.0, 2, "zero_weights")
    with pytest.raises(CannotSay) as refused:
        scores.net_promoter([9, 8], weights=[0, 0])
    assert refused.value.code == "no_weight"


def test_all_weight_on_one_row_is_one_answer() -> None:
    dominated = [1e300, *[1e-9] * 99]
    found = scores.net_promoter([9, *[3] * 99], weights=dominated)
    alone = scores.net_promoter([9])
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=1e-6)
    with pytest.raises(CannotSay, match="one weight outweighs"):
        scores.mean([9, *range(99)], weights=dominated)
    with pytest.raises(CannotSay, match="no spread"):
        scores.mean([9])


def test_settings_that_cannot_be_are_refused() -> None:
    for wrong in (
        lambda: scores.net_promoter([9], 6, 6),
        lambda: scores.net_promoter([9], level=95),
        lambda: scores.net_promoter([9], method="goodman"),
        lambda: scores.net_promoter([9], scale=(10, 0)),
        lambda: scores.net_promoter_from_counts(-1, 2, 3),
        lambda: scores.top_box([1], boxes=5, scale=(1, 5)),
        lambda: scores.difference(scores.net_promoter([9, 8]), scores.satisfied([4, 5])),
        lambda: scores.by_group([9, 8], ["a"]),
        lambda: scores.by_group([9, 8], [1.0, NAN]),
        lambda: scores.by_group([9, 8], np.array(["a", None], dtype=object)),
        lambda: scores.by_group([9, 8], ["a", "b"], among=["a"]),
        lambda: scores.by_group([9, 8], ["a", "b"], kind="share"),
        lambda: scores.paired_difference([9, 8], [1]),
    ):
        with pytest.raises(BadInput):
            wrong()


def test_what_is_handed_in_is_left_as_it_is() -> None:
    mine = np.array([9.0, -99.0])
    answered(mine, missing=(-99,))
    assert mine.tolist() == [9.0, -99.0]
    assert numbers(np.array([100] * 300, dtype=np.int8)).sum() == 30_000  # small integers do not overflow
    assert scores.mean([5, 5, 5]).notices[0].code == "constant"
    assert scores.net_promoter([8.5, 9]).notices[0].code == "fractions"


def test_a_mean_that_leans_on_a_few_says_so() -> None:
    # G² of 1 answer in 50 that differs is about 46: n > 25 G² fails; even answers pass
    lean = [1, *[10] * 49]
    assert [notice.code for notice in scores.mean(lean).notices] == ["leaning"]
    assert scores.mean(list(range(1, 11)) * 5).notices == ()
    found = scores.by_group([*lean, *list(range(1, 11)) * 5], ["a"] * 50 + ["b"] * 50, kind="mean")
    assert found.few.tolist() == [True, False]
