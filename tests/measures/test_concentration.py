"""Laws of concentration, and what is known of real data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.measures import concentration
from kexin.measures.errors import BadInput, CannotSay

CDNOW = Path(__file__).parent.parent / "golden" / "cdnow" / "cdnow_sample.txt"
positive = st.lists(st.integers(1, 10**6), min_size=2, max_size=60)
signed = st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=60).filter(lambda values: sum(values) > 0)


def spent_at_cdnow() -> np.ndarray:
    spent: defaultdict[str, float] = defaultdict(float)
    for line in CDNOW.read_text().splitlines():
        _cohort, customer, _day, _number, dollars = line.split()
        spent[customer] += float(dollars)
    return np.array(list(spent.values()))


def test_the_log_is_the_one_described() -> None:
    assert len(spent_at_cdnow()) == 2357
    assert len(hashlib.sha256(CDNOW.read_bytes()).hexdigest()) == 64


def test_top_fifth_makes_67_percent_at_cdnow() -> None:
    assert round(concentration.share_made_by_top(0.20, spent_at_cdnow()), 2) == 0.67


def test_a_third_makes_80_percent_at_cdnow() -> None:
    made = concentration.share_of_customers_making(0.8, spent_at_cdnow(), rng=np.random.default_rng(1))
    assert round(made.share, 3) == 0.329
    assert made.low < made.share < made.high
    assert 0.02 < made.high - made.low < 0.06


@given(signed)
def test_the_curve_starts_at_nothing_and_ends_at_everything(values: list[int]) -> None:
    drawn = concentration.curve(values)
    assert (drawn.customers[0], drawn.total[0], drawn.customers[-1], drawn.total[-1]) == (0, 0, 1, 1)
    assert (np.diff(drawn.customers) > 0).all()


@given(signed)
def test_the_curve_never_sinks_below_equality_and_is_concave(values: list[int]) -> None:
    drawn = concentration.curve(values)
    assert (drawn.total >= drawn.customers - 1e-9).all()
    assert (np.diff(np.diff(drawn.total)) <= 1e-9).all()


@given(st.lists(st.integers(-50, -1), min_size=1, max_size=5))
def test_the_curve_passes_everything_where_some_lose_money(losses: list[int]) -> None:
    drawn = concentration.curve([1000, *losses])
    assert drawn.total.max() == pytest.approx(1000 / (1000 + sum(losses)))
    assert drawn.total.max() > 1


@given(signed, st.integers(5, 40))
def test_a_thinned_curve_keeps_its_peak(values: list[int], points: int) -> None:
    full, thin = concentration.curve(values), concentration.curve(values, points=points)
    assert thin.total.max() == full.total.max()
    assert (thin.customers[-1], thin.total[-1]) == (1, 1)


@given(positive)
def test_gini_is_half_the_relative_mean_difference(values: list[int]) -> None:
    x = np.array(values, float)
    n = x.size
    mean_difference = np.abs(x[:, None] - x[None, :]).sum() / (n * (n - 1))
    assert concentration.gini(values).value == pytest.approx(mean_difference / (2 * x.mean()), abs=1e-9)


@given(signed, st.integers(2, 9))
def test_gini_lies_within_0_and_1_and_does_not_care_for_the_unit(values: list[int], times: int) -> None:
    one = concentration.gini(values)
    assert 0 <= one.value <= 1
    assert concentration.gini([value * times for value in values]).value == pytest.approx(one.value, abs=1e-9)


@given(signed)
def test_gini_says_which_it_is(values: list[int]) -> None:
    assert concentration.gini(values).kind == ("normalised" if min(values) < 0 else "gini")


@given(signed, st.randoms(use_true_random=False))
def test_equal_customers_are_treated_equally_whatever_their_order(values: list[int], random: object) -> None:
    order = np.random.default_rng(len(values)).permutation(len(values))
    shuffled = [values[i] for i in order]
    assert concentration.share_before(shuffled).tolist() == concentration.share_before(values)[order].tolist()
    assert concentration.abc(shuffled).tolist() == concentration.abc(values)[order].tolist()


@given(positive)
def test_abc_is_a_until_the_line_is_reached(values: list[int]) -> None:
    letters = concentration.abc(values)
    x = np.array(values)
    assert x[letters == "A"].sum() >= 0.8 * x.sum() - 1e-6
    if (letters != "A").any():
        assert x[letters == "A"].min() > x[letters != "A"].max()


@given(positive, st.floats(0.05, 0.99))
def test_the_smallest_share_that_makes_a_part_lies_on_the_curve(values: list[int], part: float) -> None:
    made = concentration.share_of_customers_making(part, values, rng=np.random.default_rng(3), resamples=20)
    assert concentration.share_made_by_top(made.share, values) == pytest.approx(part, abs=1e-6)
    assert made.low <= made.share <= made.high


def test_both_intervals_agree_where_both_are_good() -> None:
    values = np.random.default_rng(5).lognormal(0, 1.2, 5_000)
    resampled = concentration.share_of_customers_making(0.8, values, rng=np.random.default_rng(6))
    normal = concentration.share_of_customers_making(0.8, values, method="normal")
    assert normal.low == pytest.approx(resampled.low, abs=0.004)
    assert normal.high == pytest.approx(resampled.high, abs=0.004)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    truth = concentration.share_of_customers_making(0.8, rng.lognormal(0, 1.0, 2_000_000)).share
    held = 0
    for _ in range(300):
        made = concentration.share_of_customers_making(0.8, rng.lognormal(0, 1.0, 400), method="normal")
        held += made.low <= truth <= made.high
    assert 0.91 <= held / 300 <= 0.99


def test_the_same_generator_gives_the_same_interval() -> None:
    values = np.random.default_rng(8).lognormal(0, 1, 300)
    first, second = (concentration.share_of_customers_making(0.8, values, rng=np.random.default_rng(9)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("values", [[], [0, 0], [5, -5], [-1, -2]])
def test_there_is_no_share_of_nothing(values: list[int]) -> None:
    with pytest.raises(CannotSay):
        concentration.curve(values)
    with pytest.raises(CannotSay):
        concentration.share_of_customers_making(0.8, values, rng=np.random.default_rng(1))


@pytest.mark.parametrize("values", [[1.0, float("nan")], [float("inf"), 1.0], [[1.0, 2.0]]])
def test_what_is_no_number_is_refused(values: list[float]) -> None:
    with pytest.raises(BadInput):
        concentration.curve(values)
