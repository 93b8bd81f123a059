"""Shares of R², raking, Kano and sampling against what other programs print and what papers work out by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kexin.measures import drivers, kano, sampling, scores
from kexin.measures.errors import CannotSay

GOLDEN = Path(__file__).parent.parent / "golden" / "peers_surveys"  # calls and versions stand in its SOURCE.md
SHARES = json.loads((GOLDEN / "shares.json").read_text())
RAKING = json.loads((GOLDEN / "raking.json").read_text())
FIVE = list("abcde")


def test_shapley_shares_match_pingouin() -> None:
    found = drivers.shapley(SHARES["outcome"], np.array(SHARES["items"]), names=FIVE)

    assert found.shares == pytest.approx(SHARES["lmg"], abs=1e-12)


def test_relative_weights_match_relativeimp() -> None:
    found = drivers.relative_weights(SHARES["outcome"], np.array(SHARES["items"]), names=FIVE)

    assert found.shares == pytest.approx(SHARES["relative_weights"], abs=1e-12)


@pytest.mark.parametrize("split", [drivers.shapley, drivers.relative_weights])
@pytest.mark.parametrize(("factor", "shift"), [(1.0, 0.0), (1e6, 3.0), (-1.0, 0.0)])
def test_a_copy_of_an_item_shares_with_it_in_any_unit(split: Callable[..., drivers.Drivers], factor: float, shift: float) -> None:
    items = np.array(SHARES["items"])
    found = split(SHARES["outcome"], np.column_stack([items, factor * items[:, 0] + shift]), names=[*FIVE, "copy"])
    whole = split(SHARES["outcome"], items, names=FIVE)

    assert found["copy"].share == pytest.approx(found["a"].share, abs=1e-12)
    assert found.r_squared == pytest.approx(whole.r_squared, abs=1e-12)
    assert "collinear" in [notice.code for notice in found.notices]


def test_shares_of_fifteen_items_are_known_where_only_a_copy_overlaps() -> None:
    """Fourteen items that go with nothing else and one copy: by symmetry each share is known without any subset."""
    rng = np.random.default_rng(15)
    raw = rng.normal(size=(60, 15))
    raw -= raw.mean(axis=0)
    x, _ = np.linalg.qr(raw)
    y = x @ np.arange(1.0, 16.0)
    found = drivers.shapley(y, np.column_stack([x[:, :14], x[:, 0]]), names=[f"x{i}" for i in range(15)])

    total = sum(i**2 for i in range(1, 16))
    expected = [0.5 / total, *(i**2 / total for i in range(2, 15)), 0.5 / total]
    assert list(found.shares.values()) == pytest.approx(expected, abs=1e-10)


def test_raked_weights_match_ipfn() -> None:
    found = sampling.rake(RAKING["answers"], RAKING["targets"])
    printed = np.array(RAKING["weights"])

    assert found.weights == pytest.approx(printed / printed.mean(), abs=1e-8)
    assert found.design_effect == pytest.approx(300 * (printed**2).sum() / printed.sum() ** 2, abs=1e-8)


@pytest.mark.parametrize(
    ("margin", "population", "exact"),
    [
        (0.05, None, 1.959963984540054**2 * 0.25 / 0.05**2),  # Cochran 1977, eq. 4.1
        (0.05, 2000, 384.1458820694124 / (1 + 383.1458820694124 / 2000)),  # eq. 4.2
        (0.03, 10, None),
    ],
)
def test_sizes_are_cochran_s(margin: float, population: int | None, exact: float | None) -> None:
    found = sampling.size_for_share(margin, population=population)
    if exact is None:
        assert found.n == 10
    else:
        assert (found.exact, found.n) == (pytest.approx(exact, abs=1e-9), math.ceil(exact))


def test_neyman_allocation_and_its_error_by_hand() -> None:
    # N S = 2000, 3000, 3000 of 8000: 25, 37.5, 37.5; variance = Σ (W² S² / n)(1 - n / N), Cochran 1977, eqs. 5.26 and 5.6
    found = sampling.allocate(80, [100, 300, 600], [20.0, 10.0, 5.0])
    assert found.n.tolist() == [20, 30, 30]
    variance = 0.01 * 400 / 20 * 0.8 + 0.09 * 100 / 30 * 0.9 + 0.36 * 25 / 30 * 0.95
    assert found.error == pytest.approx(math.sqrt(variance), abs=1e-12)


def test_outcome_rates_by_hand() -> None:
    # AAPOR 2023: I 500, P 50, R 200, NC 150, O 20, UH 100, UO 30, not eligible 120; e = 920 / 1040
    ended = sampling.Disposition(500, 50, 200, 150, 20, 100, 30, 120)
    e = 920 / 1040
    found = sampling.response_rates(ended)

    assert found.e == pytest.approx(e)
    assert [found.rr1, found.rr2, found.rr3, found.rr4, found.rr5, found.rr6] == pytest.approx(
        [500 / 1050, 550 / 1050, 500 / (920 + e * 130), 550 / (920 + e * 130), 500 / 920, 550 / 920]
    )
    assert [found.coop1, found.coop2, found.coop3, found.coop4] == pytest.approx([500 / 770, 550 / 770, 500 / 750, 550 / 750])
    assert [found.ref1, found.ref2, found.ref3] == pytest.approx([200 / 1050, 200 / (920 + e * 130), 200 / 920])
    assert [found.con1, found.con2, found.con3] == pytest.approx([770 / 1050, 770 / (920 + e * 130), 770 / 920])


@pytest.mark.parametrize(
    ("counts", "category", "grouped", "better", "worse"),
    [
        ({"Q": 5}, "Q", "Q", math.nan, math.nan),
        ({"R": 5}, "R", "R", math.nan, math.nan),
        ({"R": 3, "Q": 3}, "R", "R", math.nan, math.nan),
        ({"M": 1}, "M", "M", 0.0, -1.0),
        ({"M": 3, "O": 3, "A": 3, "I": 3, "R": 3, "Q": 3}, "M", "I", 0.5, -0.5),
        ({"O": 2, "A": 2, "I": 1}, "O", "O", 0.8, -0.4),
        ({"A": 4, "R": 4, "Q": 2}, "A", "R", 1.0, 0.0),
    ],
)
def test_kano_at_its_corners(counts: dict[str, int], category: str, grouped: str, better: float, worse: float) -> None:
    found = kano.from_counts({"x": counts})["x"]

    assert (found.category, found.grouped) == (category, grouped)
    assert (found.better.value, found.worse.value) == pytest.approx((better, worse), nan_ok=True)


@pytest.mark.parametrize("answers", [[1, 1, 1, 9, 9, 9], [9] * 6, [5, 5, 5, 5, 5, 5], [5, 6, 7, 5, 6, 7]])
def test_penalty_and_reward_refuse_what_has_no_contrast(answers: list[int]) -> None:
    with pytest.raises(CannotSay):
        drivers.penalty_reward([3, 4, 3, 8, 9, 8], {"x": answers}, low=3, high=8)


def test_penalty_and_reward_are_differences_of_means_where_one_item_stands_alone() -> None:
    # Brandt 1987: with one item the two coefficients are mean of low less mean of middle, and of high less middle
    y = [2.0, 3.0, 4.0, 6.0, 7.0, 8.0, 8.5, 9.5]
    found = drivers.penalty_reward(y, {"x": [1, 2, 3, 5, 5, 6, 9, 10]}, low=3, high=8)["x"]

    assert (found.penalty, found.reward) == pytest.approx((3 - 7, 9 - 7), abs=1e-12)
    assert (found.impact_range, found.asymmetry) == pytest.approx((6.0, -2 / 6), abs=1e-12)
    assert (found.satisfaction_potential, found.dissatisfaction_potential) == pytest.approx((2 / 6, 4 / 6), abs=1e-12)


def test_score_of_everybody_alike_still_has_an_interval() -> None:
    # 20 promoters of 20: Tango's lower limit solves (1 - d)² n / (1 - d²) = z²: d = (n - z²) / (n + z²)
    found = scores.net_promoter([10] * 20)
    square = 1.959963984540054**2
    assert (found.score, found.high) == (100.0, 100.0)
    assert found.low == pytest.approx(100 * (20 - square) / (20 + square), abs=1e-6)
