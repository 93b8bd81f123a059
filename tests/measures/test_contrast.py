"""Penalty and reward: against a slow regression, by hand on planted data, and what is refused."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kexin.measures import drivers
from kexin.measures.errors import BadInput, CannotSay

MOBI = Path(__file__).parent.parent / "golden" / "ecsi_mobi" / "mobi.csv"


def mobi() -> tuple[list[float], dict[str, list[float]]]:
    rows = list(csv.DictReader(MOBI.read_text().splitlines()))
    quality = {f"PERQ{i}": [float(row[f"PERQ{i}"]) for row in rows] for i in range(1, 8)}
    return [sum(float(row[f"CUSA{i}"]) for i in (1, 2, 3)) / 3 for row in rows], quality


def solve(matrix: list[list[float]]) -> list[list[float]]:
    """The inverse, by Gauss and Jordan."""
    k = len(matrix)
    both = [[*row, *(float(i == j) for j in range(k))] for i, row in enumerate(matrix)]
    for i in range(k):
        pivot = max(range(i, k), key=lambda r: abs(both[r][i]))
        both[i], both[pivot] = both[pivot], both[i]
        both[i] = [value / both[i][i] for value in both[i]]
        for r in range(k):
            if r != i:
                factor = both[r][i]
                both[r] = [a - factor * b for a, b in zip(both[r], both[i], strict=True)]
    return [row[k:] for row in both]


def regression(y: list[float], items: dict[str, list[float]], low: float, high: float, w: list[float] | None) -> dict[str, float]:
    """Ordinary or weighted least squares, straight from the normal equations; robust errors with weights (White 1980)."""
    names = ["const", *(f"{name} {side}" for name in items for side in ("low", "high"))]
    design = [[1.0, *(float(answer) for x in items.values() for answer in (x[i] <= low, x[i] >= high))] for i in range(len(y))]
    weight = w or [1.0] * len(y)
    k, n = len(names), len(y)
    inverse = solve([[sum(weight[i] * design[i][a] * design[i][b] for i in range(n)) for b in range(k)] for a in range(k)])
    moment = [sum(weight[i] * design[i][a] * y[i] for i in range(n)) for a in range(k)]
    slopes = [sum(inverse[a][b] * moment[b] for b in range(k)) for a in range(k)]
    residual = [y[i] - sum(design[i][a] * slopes[a] for a in range(k)) for i in range(n)]
    if w is None:
        sigma = sum(one**2 for one in residual) / (n - k)
        variance = [inverse[a][a] * sigma for a in range(k)]
    else:
        meat = [[sum((w[i] * residual[i]) ** 2 * design[i][a] * design[i][b] for i in range(n)) for b in range(k)] for a in range(k)]
        variance = [sum(inverse[a][b] * meat[b][c] * inverse[c][a] for b in range(k) for c in range(k)) * n / (n - k) for a in range(k)]
    found = dict(zip(names, slopes, strict=True))
    for a, name in enumerate(names):
        found[f"{name} p"] = 2 * stats.t.sf(abs(slopes[a]) / math.sqrt(variance[a]), n - k)
        found[f"{name} width"] = stats.t.ppf(0.975, n - k) * math.sqrt(variance[a])
    return found


@pytest.mark.parametrize("weighted", [False, True])
def test_the_regression_is_the_textbook_s_on_mobi(*, weighted: bool) -> None:
    y, items = mobi()
    w = np.random.default_rng(1).uniform(0.3, 2, len(y)).tolist() if weighted else None
    expected = regression(y, items, 6, 9, w)

    found = drivers.penalty_reward(y, items, low=6, high=9, weights=w)

    assert found.constant == pytest.approx(expected["const"], abs=1e-9)
    assert found.errors == ("robust" if weighted else "classical")
    for one in found.contrasts:
        for side, value, low, high, p in (
            ("low", one.penalty, one.penalty_low, one.penalty_high, one.penalty_p),
            ("high", one.reward, one.reward_low, one.reward_high, one.reward_p),
        ):
            assert value == pytest.approx(expected[f"{one.name} {side}"], abs=1e-9)
            assert p == pytest.approx(expected[f"{one.name} {side} p"], abs=1e-9)
            assert (high - low) / 2 == pytest.approx(expected[f"{one.name} {side} width"], abs=1e-9)
        assert one.impact_range == pytest.approx(one.reward - one.penalty)
        assert (one.n_low, one.n_high) == (sum(x <= 6 for x in items[one.name]), sum(x >= 9 for x in items[one.name]))


def planted(n: int = 600, noise: float = 0.5) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Clean rooms only annoy when dirty, a welcome drink only delights, speed does both, the carpet neither."""
    rng = np.random.default_rng(11)
    items = {name: rng.integers(1, 11, n) for name in ("clean", "drink", "speed", "carpet")}
    effects = {"clean": (-2.0, 0.0), "drink": (0.0, 1.5), "speed": (-1.0, 1.0), "carpet": (0.0, 0.0)}
    y = 7 + rng.normal(0, noise, n)
    for name, (penalty, reward) in effects.items():
        y = y + penalty * (items[name] <= 4) + reward * (items[name] >= 8)
    return y, items


def test_the_three_kinds_are_found() -> None:
    found = drivers.penalty_reward(*planted(), low=4, high=8, alpha=0.01)
    assert {one.name: one.kind for one in found.contrasts} == {
        "clean": "hygiene",
        "drink": "motivator",
        "speed": "performance",
        "carpet": "unclear",
    }
    assert found.constant == pytest.approx(7, abs=0.3)
    assert found["clean"].penalty == pytest.approx(-2, abs=0.3)
    assert found["drink"].reward == pytest.approx(1.5, abs=0.3)
    assert found["speed"].impact_range == pytest.approx(2, abs=0.3)
    assert found["speed"].asymmetry == pytest.approx(0, abs=0.2)
    assert found["clean"].symmetry_p < 0.001 < found["speed"].symmetry_p


def test_asymmetry_has_the_right_sign() -> None:
    # without noise the coefficients are those planted: -3 and +1 make a range of 4 and an asymmetry of (1 - 3) / 4
    answers = [1, 1, 5, 5, 9, 9]
    found = drivers.penalty_reward([2, 2, 5, 5, 6, 6.0], {"clean": answers}, low=3, high=8)["clean"]
    assert (found.penalty, found.reward, found.impact_range, found.asymmetry) == pytest.approx((-3, 1, 4, -0.5))
    found = drivers.penalty_reward([4, 4, 5, 5, 8, 8.0], {"drink": answers}, low=3, high=8)["drink"]
    assert found.asymmetry == pytest.approx(0.5)


def test_potentials_and_impact_follow_from_penalty_and_reward() -> None:
    # Mikulić & Prebežac 2008: RIOCS = reward - penalty, SGP = reward / RIOCS, DGP = -penalty / RIOCS, IA = SGP - DGP
    items = {"x": [1] * 4 + [5] * 4 + [9] * 4}
    for low, high, impact in (
        (3, 7.5, "dissatisfier"),
        (3, 6.5, "frustrator"),
        (3, 9, "hybrid"),
        (4, 8.5, "satisfier"),
        (5, 9, "delighter"),
    ):
        y = [low - 0.5, low + 0.5] * 2 + [5.5, 6.5] * 2 + [high - 0.5, high + 0.5] * 2
        one = drivers.penalty_reward(y, items, low=4, high=8)["x"]
        assert (one.penalty, one.reward, one.impact_range) == pytest.approx((low - 6, high - 6, high - low), abs=1e-12)
        assert one.satisfaction_potential == pytest.approx((high - 6) / (high - low), abs=1e-12)
        assert one.dissatisfaction_potential == pytest.approx((6 - low) / (high - low), abs=1e-12)
        assert one.asymmetry == pytest.approx(one.satisfaction_potential - one.dissatisfaction_potential, abs=1e-12)
        assert one.impact == impact
    assert drivers.penalty_reward(y, items, low=4, high=8, cuts=(0.2, 0.7))["x"].impact == "satisfier"
    assert drivers.penalty_reward(y, {"x": [1] * 6 + [5] * 6}, low=4, high=8)["x"].impact == "unclear"


def test_the_interval_of_the_asymmetry_holds_what_was_planted() -> None:
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x = rng.integers(1, 11, 300)
        y = 7 - 2 * (x <= 4) + 1 * (x >= 8) + rng.normal(0, 1, 300)
        found = drivers.penalty_reward(y, {"x": x}, low=4, high=8)["x"]
        covered += found.asymmetry_low <= -1 / 3 <= found.asymmetry_high
    assert 0.90 <= covered / 200 <= 0.99


def test_a_sign_on_the_wrong_side_is_named_and_never_counts() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(1, 11, 300)
    y = 5 + 2.0 * (x <= 4) + rng.normal(0, 0.5, 300)
    found = drivers.penalty_reward(y, {"odd": x}, low=4, high=8)
    assert found["odd"].penalty_p < 0.001
    assert found["odd"].kind == "unclear"
    assert math.isnan(found["odd"].asymmetry)
    assert found["odd"].impact_range == pytest.approx(found["odd"].reward - found["odd"].penalty)
    assert [(one.code, one.item) for one in found.notices] == [("wrong_sign", "odd")]


def test_a_sign_wrong_by_chance_counts_as_zero() -> None:
    # -3 for low, -0.1 for high: as if high answers did nothing
    found = drivers.penalty_reward([1, 3, 4, 6, 4, 5.8], {"clean": [1, 1, 5, 5, 9, 9]}, low=3, high=8)
    assert (found["clean"].penalty, found["clean"].reward) == pytest.approx((-3, -0.1))
    assert (found["clean"].asymmetry, found["clean"].asymmetry_low) == (-1, -1)
    assert "sign_by_chance" in [one.code for one in found.notices]


@pytest.mark.parametrize(("answers", "side"), [([5, 5, 6, 9, 9, 8] * 10, "low"), ([1, 2, 1, 5, 6, 5] * 10, "high")])
def test_an_item_never_low_or_never_high_keeps_its_other_half(answers: list[int], side: str) -> None:
    y = np.array(answers) + np.random.default_rng(1).normal(0, 0.1, 60)
    found = drivers.penalty_reward(y, {"x": answers}, low=4, high=8)
    missing, kept = ("penalty", "reward") if side == "low" else ("reward", "penalty")
    assert math.isnan(getattr(found["x"], missing))
    assert getattr(found["x"], f"{kept}_p") < 0.001
    assert found["x"].kind == "unclear"
    assert math.isnan(found["x"].impact_range)
    assert [one.code for one in found.notices] == [f"no_{side}"]


def test_a_handful_of_answers_is_named() -> None:
    y, items = planted(60)
    codes = [
        one.code for one in drivers.penalty_reward(y, {"x": np.where(np.arange(60) < 3, 1, items["clean"].clip(5))}, low=4, high=8).notices
    ]
    assert "few_low" in codes


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.1, 100), st.floats(-100, 100))
def test_units_of_overall_and_order_of_rows(seed: int, factor: float, shift: float) -> None:
    y, items = planted(200)
    order = np.random.default_rng(seed).permutation(200)
    before = drivers.penalty_reward(y, items, low=4, high=8)
    after = drivers.penalty_reward((y * factor + shift)[order], {name: x[order] for name, x in items.items()}, low=4, high=8)
    for a, b in zip(before.contrasts, after.contrasts, strict=True):
        assert b.penalty == pytest.approx(a.penalty * factor, abs=1e-8)
        assert b.penalty_p == pytest.approx(a.penalty_p, abs=1e-8)
        assert (b.kind, b.asymmetry) == (a.kind, pytest.approx(a.asymmetry, nan_ok=True))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_a_weight_of_k_is_a_row_k_times(seed: int) -> None:
    y, items = planted(150)
    times = np.random.default_rng(seed).integers(0, 4, 150)
    weighted = drivers.penalty_reward(y, items, low=4, high=8, weights=times)
    repeated = drivers.penalty_reward(np.repeat(y, times), {name: np.repeat(x, times) for name, x in items.items()}, low=4, high=8)
    for a, b in zip(weighted.contrasts, repeated.contrasts, strict=True):
        assert (a.penalty, a.reward) == pytest.approx((b.penalty, b.reward))


def test_rows_with_missing_answers_are_left_out_and_counted() -> None:
    y, items = planted(200)
    holes = {name: x.astype(float) for name, x in items.items()}
    holes["clean"][:7] = np.nan
    found = drivers.penalty_reward(y, holes, low=4, high=8)
    assert (found.n, found.left_out) == (193, 7)
    assert found["speed"] == drivers.penalty_reward(y[7:], {name: x[7:] for name, x in items.items()}, low=4, high=8)["speed"]
    with pytest.raises(BadInput, match="'clean' has missing answers"):
        drivers.penalty_reward(y, holes, low=4, high=8, missing="refuse")


def test_results_can_be_stored() -> None:
    stored = json.loads(json.dumps(drivers.penalty_reward(*planted(), low=4, high=8).to_dict()))
    assert stored["contrasts"][0]["name"] == "clean"


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({"x": [5] * 12}, "constant"),
        ({"x": [1, 2] * 6}, "no_middle"),
        ({"x": [1, 9] * 6}, "no_middle"),
        ({"x": [5, 6] * 6}, "no_middle"),
        ({"x": [1, 5, 9] * 4, "y": [1, 5, 9] * 4}, "collinear"),
        ({"x": [1, 5, 9] * 4, "y": [9, 5, 1] * 4}, "collinear"),
        ({"x": [math.nan] * 12}, "too_few"),
        ({str(i): np.random.default_rng(i).permutation([1, 5, 9] * 4) for i in range(6)}, "too_few"),
    ],
)
def test_what_cannot_be_said(items: dict[str, list[float]], code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        drivers.penalty_reward(list(range(12)), items, low=4, high=8)
    assert refused.value.code == code


def test_overall_all_the_same_is_refused() -> None:
    with pytest.raises(CannotSay, match="overall satisfaction is the same"):
        drivers.penalty_reward([5] * 12, {"x": [1, 5, 9] * 4}, low=4, high=8)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"cuts": (0.4, 0.1)}, "cuts are an inner"),
        ({"low": 8, "high": 8}, "low must lie below high"),
        ({"alpha": 0}, "alpha"),
        ({"missing": "pairwise"}, "missing is"),
        ({"weights": [1]}, "weights"),
        ({"scale": (1, 5)}, "outside 1 to 5"),
    ],
)
def test_bad_choices_are_refused(more: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        drivers.penalty_reward(list(range(12)), {"x": [1, 5, 9] * 4}, **{"low": 4, "high": 8, **more})
