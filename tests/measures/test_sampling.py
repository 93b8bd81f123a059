"""Sampling: published tables, laws, and what is refused."""

from __future__ import annotations

import json
import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.measures import sampling
from kexin.measures.errors import BadInput, CannotSay

NAN = float("nan")
labelled = st.lists(st.tuples(st.sampled_from("fm"), st.sampled_from("yo")), min_size=12, max_size=80).filter(
    lambda rows: len(set(rows)) == 4
)


# Krejcie & Morgan 1970, table 1: margin .05, confidence .95, share .5. They round, we never go below what is needed.
@pytest.mark.parametrize(
    ("population", "needed"), [(20, 19), (50, 44), (100, 80), (200, 132), (500, 217), (1000, 278), (2000, 322), (5000, 357), (10000, 370)]
)
def test_sizes_match_krejcie_morgan_1970(population: int, needed: int) -> None:
    found = sampling.size_for_share(0.05, population=population)

    assert round(found.exact) == needed
    assert found.n == math.ceil(found.exact)


def test_a_size_gives_the_margin_it_promises() -> None:
    for margin, population in ((0.05, 700), (0.03, 10_000), (0.1, None)):
        found = sampling.size_for_share(margin, 0.3, population=population)
        correction = 1 if population is None else (population - found.exact) / (population - 1)
        assert 1.959964 * math.sqrt(0.21 / found.exact * correction) == pytest.approx(margin, rel=1e-6)


def test_invitations_and_what_cannot_be_had() -> None:
    assert sampling.size_for_share(0.05, response_rate=0.25).invitations == 1540
    short = sampling.size_for_share(0.05, population=1000, response_rate=0.2)
    assert (short.n, short.invitations, [one.code for one in short.notices]) == (278, 1000, ["not_enough_people"])
    assert sampling.size_for_share(0.05, design_effect=2).n == 769
    assert [one.code for one in sampling.size_for_mean(1, 2).notices] == ["small"]
    assert sampling.size_for_share(0.01, population=1).n == 1
    assert json.dumps(short.to_dict())


@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0.1, 9)), min_size=1, max_size=8), st.floats(0.02, 1))
def test_allocations_add_up_and_never_ask_more_than_there_are(rows: list[tuple[int, float]], part: float) -> None:
    sizes, spreads = [row[0] for row in rows], [row[1] for row in rows]
    total = max(1, int(part * sum(sizes)))
    for found in (sampling.allocate(total, sizes), sampling.allocate(total, sizes, spreads)):
        assert found.n.sum() == total == found.total
        assert (found.n <= sizes).all()
        assert (found.n >= 0).all()
    assert np.abs(sampling.allocate(total, sizes).n - np.array(sizes) * total / sum(sizes)).max() < 1


def test_no_other_allocation_has_a_smaller_error_than_neyman() -> None:
    sizes, spreads = np.array([50, 30, 20]), np.array([1.0, 2.0, 4.0])
    found = sampling.allocate(20, sizes, spreads)
    tried = []
    for one, two in product(range(1, 19), repeat=2):
        n = np.array([one, two, 20 - one - two])
        if n[2] >= 1 and (n <= sizes).all():
            tried.append(
                math.sqrt(sum((size / 100) ** 2 * s**2 / k * (1 - k / size) for size, s, k in zip(sizes, spreads, n, strict=True)))
            )

    assert found.error <= min(tried) * 1.01
    assert found.error == pytest.approx(min(tried), rel=0.01)
    assert sampling.allocate(60, [10, 1000], [100, 1]).n.tolist() == [10, 50]
    assert sampling.allocate(60, [10, 1000], [100, 1]).notices[0].code == "taken_whole"
    assert sampling.allocate(10, [1000, 10], minimum=3).n.tolist() == [7, 3]
    assert sampling.allocate(15, [10, 10], [0, 1]).n.tolist() == [5, 10]


@given(labelled, st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_raked_shares_are_the_targets(rows: list[tuple[str, str]], women: float, young: float) -> None:
    sex, age = ([row[at] for row in rows] for at in (0, 1))
    targets = {"sex": {"f": women, "m": 1 - women}, "age": {"y": young, "o": 1 - young}}
    found = sampling.rake({"sex": sex, "age": age}, targets)
    back = sampling.rake({"age": age[::-1], "sex": sex[::-1]}, targets)

    assert found.weights.mean() == pytest.approx(1)
    assert found.weights[np.array(sex) == "f"].sum() / len(rows) == pytest.approx(women, abs=1e-6)
    assert found.weights[np.array(age) == "y"].sum() / len(rows) == pytest.approx(young, abs=1e-6)
    assert found.n_effective <= found.n
    assert found.weights == pytest.approx(back.weights[::-1], abs=1e-5)


def slow_rake(table: list[list[float]], rows: list[float], columns: list[float]) -> list[list[float]]:
    """Deming & Stephan 1940 on the table itself, one number at a time."""
    now = [row[:] for row in table]
    for _ in range(500):
        for i, target in enumerate(rows):
            whole = sum(now[i])
            now[i] = [cell * target / whole for cell in now[i]]
        for j, target in enumerate(columns):
            whole = sum(row[j] for row in now)
            for row in now:
                row[j] *= target / whole
    return now


def test_raking_is_iterative_proportional_fitting() -> None:
    table = [[40, 30, 20], [35, 50, 100], [30, 80, 70]]
    rows, columns = [150.0, 300.0, 400.0], [200.0, 300.0, 350.0]
    first = np.repeat([0, 1, 2], [sum(row) for row in table])
    second = np.concatenate([np.repeat([0, 1, 2], row) for row in table])
    found = sampling.rake({"a": first, "b": second}, {"a": dict(enumerate(rows)), "b": dict(enumerate(columns))})
    summed = np.zeros((3, 3))
    np.add.at(summed, (first, second), found.weights)

    assert summed / summed.sum() == pytest.approx(np.array(slow_rake(table, rows, columns)) / 850, abs=1e-7)


def test_trimmed_weights_stay_within_limits_and_say_what_it_costs() -> None:
    cells, population = ["a"] * 95 + ["b"] * 5, {"a": 50, "b": 50}
    free, held = sampling.cell_weights(cells, population), sampling.cell_weights(cells, population, limits=(0.3, 3))

    assert free.weights[[0, -1]] == pytest.approx([50 / 95, 10])
    assert [one.code for one in free.notices] == ["heavy_weights"]
    assert held.weights.max() == pytest.approx(3)
    assert (held.trimmed, held.notices[-1].code) == (5, "targets_missed")
    assert held.largest_miss == pytest.approx(0.5 - 15 / 100)
    assert held.design_effect < free.design_effect
    assert free.design_effect == pytest.approx(100 * (free.weights**2).sum() / free.weights.sum() ** 2)


def test_a_million_cells_of_one() -> None:
    found = sampling.cell_weights(np.arange(1_000_000), dict.fromkeys(range(1000000), 1.0))

    assert (found.weights == 1).all()
    assert [one.code for one in found.notices] == ["thin_cells"]


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.floats(0.01, 1000))
def test_effective_n_does_not_care_for_the_unit(weights: list[float], times: float) -> None:
    found = sampling.effective_n(weights)
    assert 1 - 1e-9 <= found <= len(weights) + 1e-9
    assert sampling.effective_n([weight * times for weight in weights]) == pytest.approx(found)
    assert sampling.design_effect(weights) == pytest.approx(len(weights) / found)


def test_response_rates_are_aapor_s_definitions() -> None:
    i, p, r, nc, o, uh, uo, ne = 300, 50, 120, 80, 20, 60, 40, 130
    found = sampling.response_rates(sampling.Disposition(i, p, r, nc, o, uh, uo, ne))
    known, e = i + p + r + nc + o, 570 / 700

    assert found.to_dict() == {
        "rr1": i / 670, "rr2": (i + p) / 670, "rr3": i / (known + e * 100), "rr4": (i + p) / (known + e * 100),
        "rr5": i / 570, "rr6": 350 / 570,
        "coop1": i / 490, "coop2": 350 / 490, "coop3": i / 470, "coop4": 350 / 470,
        "ref1": r / 670, "ref2": r / (known + e * 100), "ref3": r / 570,
        "con1": 490 / 670, "con2": 490 / (known + e * 100), "con3": 490 / 570, "e": e, "notices": [],
    }  # fmt: skip


def test_uneven_response_is_told() -> None:
    found = sampling.non_response(["a", "b", "c", "d"], [500, 500, 40, 0], [200, 100, 0, 0])

    assert [one.code for one in found.notices] == ["uneven_response", "nobody_answered"]
    assert np.isnan(found.rate[3])
    even = sampling.non_response(["a", "b"], [500, 500], [50, 50])
    assert (even.p_value, even.r_indicator, [one.code for one in even.notices]) == (1.0, 1.0, ["low_response"])


def test_the_test_of_even_response_is_pearson_s() -> None:
    # 2 x 2 table 200/300, 100/400: chi-square = n (ad - bc)^2 / (product of margins)
    found = sampling.non_response(["a", "b"], [500, 500], [200, 100])
    assert found.chi_square == pytest.approx(1000 * (200 * 400 - 300 * 100) ** 2 / (500 * 500 * 300 * 700))
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(found.chi_square / 2)))


def test_straight_lines_and_speed() -> None:
    lines = sampling.straight_lining(
        [[5, 5, 5, 5], [1, 5, 5, 5], [5, NAN, 5, 5], [5, 5, NAN, NAN], [-99, 2, 2, 2], [NAN] * 4], missing=(-99,)
    )
    assert lines.flagged.tolist() == [True, False, True, False, True, False]
    assert lines.longest_run.tolist() == [4, 3, 3, 2, 3, 0]
    assert lines.share == 0.75
    assert lines.to_dict()["spread"][5] is None

    fast = sampling.speeding([100, 120, NAN, 20, 110], words=80)
    assert (fast.flagged.tolist(), fast.limit, fast.median, fast.share) == ([False, False, False, True, False], 52.5, 105.0, 0.25)
    assert sampling.speeding([100, 120], words=1000).flagged.all()


@given(st.lists(st.lists(st.integers(1, 3), min_size=4, max_size=4), min_size=1, max_size=20))
def test_longest_runs_are_counted_as_by_hand(grid: list[list[int]]) -> None:
    by_hand = []
    for row in grid:
        best = run = 1
        for one, next_one in pairwise(row):
            run = run + 1 if one == next_one else 1
            best = max(best, run)
        by_hand.append(best)
    assert sampling.straight_lining(grid).longest_run.tolist() == by_hand


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: sampling.rake({"a": ["x", "y"]}, {"a": {"x": 1}}), "'y' has answers and no target"),
        (lambda: sampling.rake({"a": ["x"]}, {"b": {"x": 1}}), "same variables"),
        (lambda: sampling.rake({"a": ["x", "y"], "b": ["x"]}, {"a": {"x": 1, "y": 1}, "b": {"x": 1}}), "one label an answer"),
        (lambda: sampling.cell_weights(["x", "y"], {"x": 1, "y": 0}), "'y' is not above zero"),
        (lambda: sampling.cell_weights(["x", "y"], {"x": 1, "y": NAN}), "'y' is not above zero"),
        (lambda: sampling.cell_weights(["x"], {"x": 1}, start=[0.0, 1.0]), "2 weights for 1 rows"),
        (lambda: sampling.cell_weights(["x", "x"], {"x": 1}, start=[0.0, 1.0]), "above zero"),
        (lambda: sampling.cell_weights(["x"], {"x": 1}, limits=(2, 3)), "multiples of the mean"),
        (lambda: sampling.cell_weights([], {}), "at least one answer"),
        (lambda: sampling.cell_weights([1.0, NAN], {1.0: 1}), "have no label"),
        (lambda: sampling.cell_weights(np.array(["x", None], dtype=object), {"x": 1}), "of one kind"),
        (lambda: sampling.size_for_share(0), "above zero"),
        (lambda: sampling.size_for_share(0.05, 0), "between 0 and 1"),
        (lambda: sampling.size_for_share(0.05, population=0), "nobody to ask"),
        (lambda: sampling.size_for_net_promoter(5, 0.8, 0.5), "at most 1"),
        (lambda: sampling.allocate(10, [0, 20]), "at least one customer"),
        (lambda: sampling.allocate(10, [5, 4]), "cannot be had"),
        (lambda: sampling.allocate(5, [50, 40], [0, 0]), "not all zero"),
        (lambda: sampling.allocate(5, [50, 40], minimum=3), "fewer than 3"),
        (lambda: sampling.non_response(["a"], [5], [6]), "'a': 6 answers of 5"),
        (lambda: sampling.response_rates(sampling.Disposition(-1)), "whole numbers"),
        (lambda: sampling.straight_lining([1, 2, 3]), "2 dimension"),
        (lambda: sampling.straight_lining([[1, 2]], fewest=1), "same as itself"),
        (lambda: sampling.speeding([-5]), "below zero"),
        (lambda: sampling.effective_n([1, -1]), "zero or more"),
    ],
)
def test_what_cannot_be_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda: sampling.cell_weights(["x"], {"x": 1, "y": 1}), "empty_cell"),
        (lambda: sampling.effective_n([0, 0]), "no_weight"),
        (lambda: sampling.effective_n([]), "nobody"),
        (lambda: sampling.response_rates(sampling.Disposition(0)), "nobody"),
        (lambda: sampling.non_response(["a"], [0], [0]), "nobody"),
        (lambda: sampling.speeding([NAN]), "nobody"),
        (lambda: sampling.size_for_net_promoter(5, 1, 0), "no_spread"),
        (lambda: sampling.rake({"a": [0, 1], "b": [0, 1]}, {"a": {0: 1, 1: 3}, "b": {0: 3, 1: 1}}), "no_convergence"),
    ],
)
def test_what_has_no_answer_is_said(wrong: object, code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        wrong()
    assert refused.value.code == code
