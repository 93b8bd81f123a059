"""Shares of R²: published numbers, laws, and what is refused."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from kexin.measures import drivers
from kexin.measures.errors import BadInput, CannotSay

GOLDEN = Path(__file__).parent.parent / "golden" / "relative_importance"


def read(name: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The first column is the outcome."""
    head, *rows = (GOLDEN / name).read_text().splitlines()
    table = np.array([line.split(",") for line in rows], dtype=float)
    names = head.split(",")
    return table[:, 0], {name: table[:, i] for i, name in enumerate(names) if i}


def r_squared(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    """By least squares on the rows, one regression at a time."""
    design = np.column_stack((np.ones(len(y)), x)) * np.sqrt(w)[:, None]
    slopes = np.linalg.lstsq(design, y * np.sqrt(w), rcond=None)[0]
    mean = np.average(y, weights=w)
    return float(1 - ((y * np.sqrt(w) - design @ slopes) ** 2).sum() / (w * (y - mean) ** 2).sum())


def shares_over_all_orders(y: np.ndarray, x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Lindeman, Merenda & Gold 1980 as they say it: bring predictors in, in every order, and average what each adds."""
    p = x.shape[1]
    orders = list(itertools.permutations(range(p)))
    total = np.zeros(p)
    for order in orders:
        before = 0.0
        for k in range(p):
            now = r_squared(x[:, order[: k + 1]], y, w)
            total[order[k]] += now - before
            before = now
    return total / len(orders)


def some_data(seed: int, n: int = 60, p: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return x @ rng.normal(size=p) + rng.normal(size=n), x


def test_shapley_matches_relaimpo_on_swiss() -> None:
    found = drivers.shapley(*read("swiss.csv"))
    # relaimpo 2.2-7: calc.relimp(lm(Fertility ~ ., swiss), type = "lmg")
    assert found.r_squared == pytest.approx(0.706735001593, abs=1e-11)
    assert found.shares == pytest.approx(
        {
            "Agriculture": 0.0570912207681,
            "Examination": 0.1711730289002,
            "Education": 0.2601346786244,
            "Catholic": 0.1055701503735,
            "Infant.Mortality": 0.1127659229265,
        },
        abs=1e-12,
    )
    # the same with rela = TRUE
    relative = [0.0807816517357, 0.2422025632160, 0.3680795178364, 0.1493772773891, 0.1595589898228]
    assert [one.of_explained for one in found.drivers] == pytest.approx(relative, abs=1e-12)
    # its "first": squared correlations
    first = [0.124664909906, 0.417164470501, 0.440615646724, 0.215003501619, 0.173518927325]
    assert [one.correlation**2 for one in found.drivers] == pytest.approx(first, abs=1e-11)


def test_weighted_shapley_matches_relaimpo_on_swiss() -> None:
    found = drivers.shapley(*read("swiss.csv"), weights=1 + np.arange(1, 48) % 3)
    # relaimpo 2.2-7: calc.relimp(lm(Fertility ~ ., swiss, weights = 1 + (1:47 %% 3)), type = "lmg")
    assert found.r_squared == pytest.approx(0.694332891423, abs=1e-11)
    lmg = [0.0518208063017, 0.1549452302086, 0.2559770835712, 0.1019573530969, 0.1296324182449]
    assert list(found.shares.values()) == pytest.approx(lmg, abs=1e-12)


def test_shares_match_relaimpo_and_rwa_on_mtcars() -> None:
    data = read("mtcars.csv")
    lmg = [0.2470520332352, 0.2434995947956, 0.2109128995443, 0.0777251114079]  # relaimpo 2.2-7
    assert list(drivers.shapley(*data).shares.values()) == pytest.approx(lmg, abs=1e-12)
    weights = drivers.relative_weights(*data)
    assert weights.r_squared == pytest.approx(0.779189638983, abs=1e-11)
    # rwa's README, its digits, then relativeImp 0.0.2
    assert [round(share, 7) for share in weights.shares.values()] == [0.2284797, 0.2221469, 0.2321744, 0.0963886]
    assert list(weights.shares.values()) == pytest.approx([0.228479725928, 0.222146870540, 0.232174439299, 0.096388603215], abs=1e-12)


def test_relative_weights_match_relativeimp_on_swiss() -> None:
    found = drivers.relative_weights(*read("swiss.csv"))
    expected = [0.048416895812, 0.154708249806, 0.271964104646, 0.114680029948, 0.116965721381]
    assert list(found.shares.values()) == pytest.approx(expected, abs=1e-12)


def test_two_predictors_by_hand() -> None:
    # R² = (.36 + .16 - 2 · .6 · .4 · .5) / .75 = .28 / .75; the first adds .36 when first, R² - .16 when second
    covariance = [[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]]
    r2 = 0.28 / 0.75
    expected = {"staff": (0.36 + r2 - 0.16) / 2, "price": (0.16 + r2 - 0.36) / 2}
    assert drivers.shapley_of_covariance(covariance, names=["staff", "price"], n=100).shares == pytest.approx(expected)
    # with two predictors both methods agree
    assert drivers.relative_weights_of_covariance(covariance, names=["staff", "price"], n=100).shares == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_shapley_is_the_mean_over_all_orders(seed: int) -> None:
    y, x = some_data(seed)
    w = np.random.default_rng(seed).uniform(0.2, 3, len(y))
    found = drivers.shapley(y, x, weights=w)
    assert list(found.shares.values()) == pytest.approx(shares_over_all_orders(y, x, w), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 7))
def test_shares_add_up_to_r_squared_and_are_never_negative(seed: int, p: int) -> None:
    y, x = some_data(seed, n=40, p=p)
    expected = r_squared(x, y, np.ones(40))
    for found in (drivers.shapley(y, x), drivers.relative_weights(y, x)):
        assert sum(found.shares.values()) == pytest.approx(expected, abs=1e-10)
        assert min(found.shares.values()) > -1e-12
        assert sum(one.of_explained for one in found.drivers) == pytest.approx(1)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.01, 1000), st.floats(-1e5, 1e5))
def test_units_and_order_of_rows_change_nothing(seed: int, factor: float, shift: float) -> None:
    y, x = some_data(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    for method in (drivers.shapley, drivers.relative_weights):
        before = list(method(y, x).shares.values())
        assert list(method(y * factor + shift, x * [factor, 1, -2, 3] + shift).shares.values()) == pytest.approx(before, abs=1e-8)
        assert list(method(y[order], x[order]).shares.values()) == pytest.approx(before, abs=1e-12)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_a_weight_of_k_is_a_row_k_times(seed: int) -> None:
    y, x = some_data(seed)
    times = np.random.default_rng(seed).integers(0, 4, len(y))
    weighted = drivers.shapley(y, x, weights=times)
    repeated = drivers.shapley(np.repeat(y, times), np.repeat(x, times, axis=0))
    assert weighted.shares == pytest.approx(repeated.shares, abs=1e-12)
    assert drivers.shapley(y, x, weights=times * 1e-9).shares == pytest.approx(weighted.shares, abs=1e-12)
    assert weighted.left_out == (times == 0).sum()


def test_equal_predictors_share_equally_and_it_is_said() -> None:
    y, x = some_data(1)
    alone = drivers.shapley(y, {"a": x[:, 0], "b": x[:, 1]})
    for method in (drivers.shapley, drivers.relative_weights):
        found = method(y, {"a": x[:, 0], "b": x[:, 1], "c": 10 - 3 * x[:, 0]})
        assert found["a"].share == pytest.approx(found["c"].share)
        assert found.r_squared == pytest.approx(alone.r_squared)
        assert [(one.code, one.item) for one in found.notices if one.code == "collinear"] == [("collinear", "c")]


def test_sampled_shares_are_within_their_error_and_add_up() -> None:
    y, x = some_data(5, n=400, p=12)
    exact = drivers.shapley(y, x)
    sampled = drivers.shapley(y, x, method="sampled", orders=1000, rng=np.random.default_rng(1))
    apart = [(a.share - b.share) / b.sampling_error for a, b in zip(exact.drivers, sampled.drivers, strict=True)]
    assert max(map(abs, apart)) < 4
    assert sampled.r_squared == pytest.approx(exact.r_squared, abs=1e-10)
    assert sampled.method == "sampled"
    assert all(one.sampling_error == 0 for one in exact.drivers)


def test_many_predictors_are_sampled_by_themselves() -> None:
    y, x = some_data(6, n=200, p=25)
    found = drivers.shapley(y, x, orders=100, rng=np.random.default_rng(1), replicates=20)
    assert found.method == "sampled"
    assert found.r_squared == pytest.approx(r_squared(x, y, np.ones(200)))
    assert all(one.low <= one.high and one.sampling_error > 0 for one in found.drivers)


def test_intervals_are_percentiles_of_resampled_rows() -> None:
    y, x = some_data(2)
    found = drivers.shapley(y, x, rng=np.random.default_rng(7), replicates=200)
    rng = np.random.default_rng(7)
    drawn = []
    for _ in range(200):
        rows = rng.integers(0, len(y), len(y))
        drawn.append(list(drivers.shapley(y[rows], x[rows]).shares.values()))
    end = np.sqrt(len(y) / (len(y) - 1)) * t.ppf(0.975, len(y) - 1)  # expanded, Hesterberg 2015
    low, high = np.quantile(drawn, norm.cdf([-end, end]), axis=0, method="weibull")
    assert [one.low for one in found.drivers] == pytest.approx(low, abs=1e-12)
    assert [one.high for one in found.drivers] == pytest.approx(high, abs=1e-12)
    assert (found.interval, found.replicates, found.failed) == ("percentile", 200, 0)


def test_a_share_that_may_be_zero_is_named() -> None:
    named = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(200, 3))
        found = drivers.shapley(x[:, 0] + 0.5 * x[:, 1] + rng.normal(size=200), x, names=["a", "b", "nothing"], rng=rng, replicates=5)
        named += [one.item for one in found.notices if one.code == "within_chance"]
    assert set(named) == {"nothing"}
    assert 0.90 <= len(named) / 200 <= 0.99


def test_the_same_generator_gives_the_same_intervals() -> None:
    y, x = some_data(3)
    assert drivers.shapley(y, x, rng=np.random.default_rng(1)) == drivers.shapley(y, x, rng=np.random.default_rng(1))


def test_missing_answers_are_handled_as_said() -> None:
    y, x = some_data(4, n=200)
    x[:20, 0] = np.nan
    x[20:30, 1] = np.nan
    complete = drivers.shapley(y, x)
    assert complete.shares == pytest.approx(drivers.shapley(y[30:], x[30:]).shares)
    assert (complete.n, complete.left_out) == (170, 30)

    pairwise = drivers.shapley(y, x, missing="pairwise")
    together = np.column_stack((y, x))
    correlation = np.array([[np.corrcoef(a[ok := ~np.isnan(a) & ~np.isnan(b)], b[ok])[0, 1] for b in together.T] for a in together.T])
    expected = drivers.shapley_of_covariance(correlation, names=["1", "2", "3", "4"], n=170)
    assert pairwise.shares == pytest.approx(expected.shares, abs=1e-12)
    assert (pairwise.n, pairwise.left_out) == (170, 0)
    assert "pairwise" in [one.code for one in pairwise.notices]

    with pytest.raises(BadInput, match="'1' has missing answers"):
        drivers.shapley(y, x, missing="refuse")


def test_contradicting_pairs_are_refused() -> None:
    ramp, none = np.arange(8.0), np.full(8, np.nan)
    y = np.concatenate((ramp, ramp, np.full(8, 3.5)))
    goes_along = np.concatenate((ramp, none, ramp))
    goes_against_y_and_along_the_other = np.concatenate((none, -ramp, ramp))
    with pytest.raises(CannotSay) as refused:
        drivers.shapley(y, {"a": goes_along, "b": goes_against_y_and_along_the_other}, missing="pairwise")
    assert refused.value.code == "not_correlations"


def test_fifteen_predictors_are_exact() -> None:
    y, x = some_data(8, n=300, p=15)
    found = drivers.shapley(y, x)
    assert found.method == "exact"
    assert found.r_squared == pytest.approx(r_squared(x, y, np.ones(300)))


def test_nothing_explained_has_no_parts() -> None:
    found = drivers.shapley([1, 2, 1, 2, 1, 2, 1, 2], {"a": [1, 1, 2, 2, 1, 1, 2, 2], "b": [1, 1, 1, 1, 2, 2, 2, 2]})
    assert [one.share for one in found.drivers] == pytest.approx([0, 0])
    assert all(np.isnan(one.of_explained) for one in found.drivers)
    assert "nothing_explained" in [one.code for one in found.notices]


def test_results_can_be_stored() -> None:
    stored = json.loads(json.dumps(drivers.shapley(*read("swiss.csv")).to_dict()))
    assert stored["drivers"][2]["name"] == "Education"
    assert stored["drivers"][2]["low"] is None
    assert {one["code"] for one in stored["notices"]} == {"no_interval"}


GOOD = {"a": [1, 2, 3, 4, 5, 6], "b": [2, 1, 4, 3, 6, 9]}
Y = [1, 2, 3, 3, 5, 8]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({"a": [3, 3, 3, 3, 3, 3], "b": [1, 2, 3, 4, 5, 6]}, "constant"),
        ({**GOOD, "c": [1, 5, 2, 4, 3, 9], "d": [2, 2, 1, 4, 4, 3], "e": [1, 0, 0, 1, 1, 1]}, "too_few"),
        ({"a": [1, 2, np.nan, np.nan, np.nan, 4]}, None),
        ({"a": [1, 2, np.nan, np.nan, np.nan, np.nan]}, "too_few"),
        ({"a": [np.nan] * 6}, "too_few"),
    ],
)
def test_what_cannot_be_said(items: dict[str, list[float]], code: str | None) -> None:
    for method in (drivers.shapley, drivers.relative_weights):
        if code is None:
            method(Y, items)
        else:
            with pytest.raises(CannotSay) as refused:
                method(Y, items)
            assert refused.value.code == code


@pytest.mark.parametrize(
    ("items", "more", "words"),
    [
        ({}, {}, "no items"),
        ({"a": [1, 2, 3]}, {}, "6 answers, the items 3"),
        ({"a": [1, 2, 3, 4, 5, 6], "b": [1, 2]}, {}, "differ in length"),
        ({"a": [1, 2, 3, 4, 5, float("inf")]}, {}, "'a' holds an infinite"),
        ({"a": ["1", "2", "3", "4", "5", "6"]}, {}, "'a' holds answers that are no numbers"),
        ({"a": [1, 2, 3, 4, 5, "good"]}, {}, "'a' holds answers that are no numbers"),
        ({"a": [1, 2, 3, 4, 5, 10**400]}, {}, "'a' holds answers that are no numbers"),
        ({"a": [1, 2, 3, 4, 5, 2**60]}, {}, "2\\^53"),
        ({"a": [1, 2, 3, 4, 5, -99]}, {}, "'a' holds -99"),
        ({"a": [1, 2, 3, 4, 5, 11]}, {"scale": (1, 10)}, "'a' holds 11, outside 1 to 10"),
        (GOOD, {"weights": [1, 1, 1, 1, 1, -1]}, "weight"),
        (GOOD, {"weights": [1, 1, 1]}, "weights"),
        (GOOD, {"weights": [1, 1, 1, 1, 1, np.nan]}, "weight"),
        (GOOD, {"missing": "mean"}, "missing is"),
        (GOOD, {"level": 95}, "level"),
        (np.ones((6, 2)), {"names": ["a", "a"]}, "'a' comes twice"),
        (np.ones((6, 2)), {"names": ["a"]}, "1 names for 2 items"),
    ],
)
def test_what_is_no_table_is_refused(items: object, more: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        drivers.shapley(Y, items, **more)


def test_all_the_weight_on_one_row_is_refused() -> None:
    with pytest.raises(CannotSay, match="one row"):
        drivers.shapley(Y, GOOD, weights=[1e12, 1, 1, 1, 1, 1])


def test_none_in_an_object_column_is_missing() -> None:
    assert drivers.shapley(Y, {"a": np.array([1, 2, 3, 4, None, 6], dtype=object)}).left_out == 1


def test_too_many_predictors_for_all_subsets_are_refused() -> None:
    y, x = some_data(9, n=100, p=26)
    with pytest.raises(BadInput, match="sampled"):
        drivers.shapley(y, x, method="exact")
    with pytest.raises(BadInput, match="generator"):
        drivers.shapley(y, x)


@pytest.mark.parametrize("covariance", [[[1, 0.5], [0.4, 1]], [[1, np.nan], [np.nan, 1]], [[1, 0.5, 0], [0.5, 1, 0]]])
def test_what_is_no_covariance_is_refused(covariance: list[list[float]]) -> None:
    with pytest.raises(BadInput):
        drivers.shapley_of_covariance(covariance, names=["a"], n=50)


def test_a_covariance_nobody_can_have_is_refused() -> None:
    with pytest.raises(CannotSay):
        drivers.shapley_of_covariance([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], names=["a", "b"], n=50)
