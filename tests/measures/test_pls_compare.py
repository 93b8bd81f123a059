"""Comparing groups: against plain loops over permuted and resampled rows, and what is refused or suppressed."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, t
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.pls.compare import _henseler, _t_tests

ECSI = pls.Model.ecsi()
HALVES = np.where(np.arange(250) % 2, "odd", "even")


def compared(seed: int = 1, groups: object = HALVES, **options: object) -> pls.Comparison:
    options = {"permutations": 200, "replicates": 200} | options
    return pls.compare(ANSWERS, ECSI, groups, items=ITEMS, rng=np.random.default_rng(seed), **options)  # type: ignore[arg-type] -- named


def unlike(n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Two groups alike in all but the path from Satisfaction to Loyalty."""
    answers = small_answers(1, 2 * n)
    groups = np.repeat(["north", "south"], n)
    answers[n:, 6:] = np.random.default_rng(5).normal(size=(n, 1)) + 0.5 * np.random.default_rng(6).normal(size=(n, 2))
    return answers, groups


def test_estimates_of_each_group_are_those_of_its_own_fit() -> None:
    kinds = ("paths", "loadings", "weights", "total_effects", "r_squared", "index")
    found = compared(kinds=kinds, low=1, high=10)
    even = pls.fit(pls.moments(ANSWERS[::2], ITEMS), ECSI)
    odd = pls.fit(pls.moments(ANSWERS[1::2], ITEMS), ECSI)

    assert found.n == {"even": 125, "odd": 125}
    assert {pair.kind for pair in found} == set(kinds)
    for pair, one in found.items():
        tables = [pls.index(fit, 1, 10) if pair.kind == "index" else getattr(fit, pair.kind) for fit in (even, odd)]
        assert (one.first, one.second) == (pytest.approx(tables[0][pair.name]), pytest.approx(tables[1][pair.name]))
        assert one.value == one.first - one.second
        assert one.low < one.high
    assert ("even", "odd", "weights", ("Complaints", "CUSCO")) not in list(found)  # always 1
    assert ("even", "odd", "total_effects", ("Loyalty", "Image")) not in list(found)  # always 0


def test_permutation_matches_fits_of_permuted_rows() -> None:
    """Chin & Dibbern 2010: put rows into groups at random, fit both, look how far apart they are."""
    answers, groups = small_answers(2, 120), np.repeat([1, 2], 60)
    answers[60:, 6:] += 0.5 * np.random.default_rng(3).normal(size=(60, 2))
    found = pls.compare(answers, SMALL, groups, items=SMALL.items, rng=np.random.default_rng(4), permutations=2000, replicates=100)
    rng = np.random.default_rng(5)
    apart = []
    for _ in range(500):
        order = rng.permutation(120)
        one, other = (pls.fit(pls.moments(answers[rows], SMALL.items), SMALL).paths.array for rows in (order[:60], order[60:]))
        apart.append(np.abs(one - other))

    for at, path in enumerate(SMALL.paths):
        difference = found[1, 2, "paths", path]
        slow = np.mean(np.array(apart)[:, at] >= abs(difference.value))
        assert difference.permutation == pytest.approx(slow, abs=0.09)  # four standard errors of 500


def test_t_tests_are_those_of_sarstedt_henseler_and_ringle() -> None:
    b1, b2, s1, s2, n1, n2 = 0.5, 0.3, 0.08, 0.06, 120, 90
    parametric, welch = _t_tests(np.array([b1 - b2]), (np.array([s1]), np.array([s2])), (n1, n2))

    together = ((n1 - 1) ** 2 / (n1 + n2 - 2) * s1**2 + (n2 - 1) ** 2 / (n1 + n2 - 2) * s2**2) ** 0.5 * (1 / n1 + 1 / n2) ** 0.5
    apart = (n1 - 1) / n1 * s1**2 + (n2 - 1) / n2 * s2**2
    freedom = apart**2 / ((n1 - 1) / n1**2 * s1**4 + (n2 - 1) / n2**2 * s2**4) - 2
    assert parametric[0] == pytest.approx(2 * t.sf((b1 - b2) / together, n1 + n2 - 2))
    assert welch[0] == pytest.approx(2 * t.sf((b1 - b2) / apart**0.5, freedom))


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=12), st.lists(st.integers(-5, 5), min_size=2, max_size=12))
def test_pls_mga_counts_all_pairs(mine: list[int], theirs: list[int]) -> None:
    first, second = 2 * np.mean(mine) - np.array(mine), 2 * np.mean(theirs) - np.array(theirs)
    above = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in first for b in second) / (len(mine) * len(theirs))
    found = _henseler(np.array(mine, float)[:, None], np.array(theirs, float)[:, None])

    assert found[0] == pytest.approx(2 * min(above, 1 - above))


def test_all_four_tests_find_what_differs_and_only_that() -> None:
    answers, groups = unlike()
    found = pls.compare(answers, SMALL, groups, items=SMALL.items, rng=np.random.default_rng(1))
    path = found["north", "south", "paths", ("Satisfaction", "Loyalty")]
    alike = found["north", "south", "paths", ("Service", "Satisfaction")]

    assert max(path.permutation, path.parametric, path.welch, path.henseler, path.corrected) < 0.01
    assert path.low > 0
    assert min(alike.permutation, alike.parametric, alike.welch, alike.henseler) > 0.05
    assert alike.low < 0 < alike.high


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_benjamini_hochberg_is_scipys(p_values: list[float]) -> None:
    assert pls.benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values), abs=1e-12)


def test_p_values_are_corrected_over_all_pairs_of_one_kind() -> None:
    groups = np.arange(250) % 3
    plain, holm, hochberg = (compared(groups=groups, correction=name) for name in ("none", "holm", "benjamini_hochberg"))
    p = [one.permutation for one in plain.values()]

    assert len(plain) == 3 * len(ECSI.paths)
    assert [(pair.first, pair.second) for pair in plain][:: len(ECSI.paths)] == list(combinations(range(3), 2))
    assert [one.corrected for one in plain.values()] == p
    assert [one.corrected for one in hochberg.values()] == pytest.approx(false_discovery_control(p))
    assert min(one.corrected for one in holm.values()) == pytest.approx(min(1, 36 * min(p)))


def test_small_groups_are_suppressed_and_named() -> None:
    groups = np.where(np.arange(250) < 5, "kiosk", HALVES)
    found = compared(groups=groups)

    assert found.suppressed == {"kiosk": 5}
    assert list(found.n) == ["even", "odd"]
    assert [note.code for note in found.warnings] == ["suppressed"]
    assert "kiosk" in found.warnings[0].text


def test_the_same_seed_gives_the_same_numbers_and_they_can_be_stored() -> None:
    assert json.dumps(compared(2).to_dict()) == json.dumps(compared(2).to_dict())
    assert json.loads(json.dumps(compared(2).to_dict()))["differences"][0]["name"] == ["Image", "Expectation"]


def test_weights_of_one_change_nothing() -> None:
    plain, weighted = compared(3), compared(3, weights=np.full(250, 2.0))
    assert [one.permutation for one in weighted.values()] == [one.permutation for one in plain.values()]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"groups": HALVES[:10]}, BadInput, "one label a row"),
        ({"groups": np.where(np.arange(250) < 3, np.nan, 1.0)}, BadInput, "no group"),
        ({"groups": np.array([1, "a"] * 125, dtype=object)}, BadInput, "labels of one kind"),
        ({"groups": np.arange(250)}, CannotSay, "0 of 250 groups have 30"),
        ({"groups": np.zeros(250)}, CannotSay, "1 of 1 groups"),
        ({"groups": np.arange(250) % 25, "at_least": 2}, CannotSay, "too many to compare"),
        ({"at_least": 1}, BadInput, "2 or more"),
        ({"kinds": ("htmt",)}, BadInput, "'htmt'"),
        ({"kinds": ("index",)}, BadInput, "both ends"),
        ({"permutations": 10}, BadInput, "100 at least"),
        ({"correction": "bonferroni"}, BadInput, "'holm'"),
        ({"level": 95}, BadInput, "level lies"),
    ],
)
def test_what_cannot_be_compared_is_refused(options: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        compared(**options)  # type: ignore[arg-type] -- named


def test_an_item_constant_in_one_group_is_named_with_it() -> None:
    answers = small_answers(1, 120)
    answers[60:, 0] = 3.0
    with pytest.raises(CannotSay, match="group 1: item S1 has the same answer"):
        pls.compare(answers, SMALL, np.repeat([0, 1], 60), items=SMALL.items, rng=np.random.default_rng(1))


def invariant(answers: np.ndarray, groups: np.ndarray, **options: object) -> pls.Invariance:
    options = {"permutations": 300} | options
    return pls.invariance(answers, SMALL, groups, items=SMALL.items, rng=np.random.default_rng(1), **options)  # type: ignore[arg-type] -- named


def test_micom_matches_scores_row_by_row() -> None:
    """Henseler, Ringle & Sarstedt 2016: scores of all rows by either group's weights; scores by the weights of all, by group."""
    answers, groups = unlike(60)
    found = invariant(answers, groups)
    x = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    fits = [pls.fit(pls.moments(rows, SMALL.items), SMALL) for rows in (answers[:60], answers[60:], answers)]
    for name, block in SMALL.blocks.items():
        at = [SMALL.items.index(item) for item in block]
        one, other, both = (x[:, at] @ np.array([fit.weights[name, item] for item in block]) for fit in fits)
        same = found.constructs[name]
        assert same.correlation == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-6)
        assert same.mean_difference == pytest.approx(both[:60].mean() - both[60:].mean(), abs=1e-6)
        assert same.variance_ratio == pytest.approx(np.log(both[:60].var(ddof=1) / both[60:].var(ddof=1)), abs=1e-6)
    assert found.constructs["Price"].correlation == pytest.approx(1.0)
    assert found.constructs["Price"].correlation_p == 1.0


def test_micom_tells_full_from_partial_from_none() -> None:
    alike = small_answers(3, 400)
    groups = np.repeat(["north", "south"], 200)
    higher = alike + np.where((np.arange(400) >= 200)[:, None] & (np.arange(8) >= 6), 1.0, 0.0)  # Loyalty's answers
    other = alike.copy()
    other[200:, :2] = np.random.default_rng(8).normal(size=(200, 2))  # two of Service's items tell nothing in the south

    assert invariant(alike, groups, level=0.99).verdict == "full"
    verdicts = {name: one.verdict for name, one in invariant(higher, groups, level=0.99).constructs.items()}
    assert verdicts == {"Service": "full", "Price": "full", "Satisfaction": "full", "Loyalty": "partial"}
    changed = invariant(other, groups, level=0.99)
    assert (changed.constructs["Service"].verdict, changed.verdict) == ("none", "none")


def test_micom_is_of_two_groups_and_stored_in_plain_words() -> None:
    answers = small_answers(3, 120)
    with pytest.raises(BadInput, match="between two groups and there are 3"):
        invariant(answers, np.arange(120) % 3)
    with pytest.raises(BadInput, match="100 at least"):
        invariant(answers, np.arange(120) % 2, permutations=5)
    assert json.loads(json.dumps(invariant(answers, np.arange(120) % 2).to_dict()))["n"] == {"0": 60, "1": 60}


def test_micom_shuffles_random_groups() -> None:
    answers = small_answers(3, 4000)
    groups = np.repeat(["north", "south"], [1000, 3000])
    by_row, by_group = (invariant(answers, groups, random_groups=many) for many in (None, 800))

    assert (by_row.random_groups, by_group.random_groups) == (None, 800)
    for name, one in by_row.constructs.items():
        other = by_group.constructs[name]
        assert (one.correlation, one.mean_difference, one.variance_ratio) == pytest.approx(
            (other.correlation, other.mean_difference, other.variance_ratio)
        )
        # Widths from 300 shuffles of 800 groups are off by about 10 %.
        assert other.mean_high - other.mean_low == pytest.approx(one.mean_high - one.mean_low, rel=0.35)


def test_random_groups_say_what_rows_say() -> None:
    answers, groups = unlike(5000)
    order = np.random.default_rng(9).permutation(10_000)
    chosen = np.where(np.arange(10_000) < 7000, order, order[::-1])[:7000]  # groups of different size, in no order
    by_row, by_group = (
        pls.compare(
            answers[chosen],
            SMALL,
            groups[chosen],
            items=SMALL.items,
            rng=np.random.default_rng(1),
            permutations=500,
            replicates=500,
            random_groups=many,
        )
        for many in (None, 500)
    )

    assert set(by_row.random_groups.values()) == {None}
    assert set(by_group.random_groups.values()) == {500}
    for pair, one in by_row.items():
        other = by_group[pair]
        assert (one.first, one.second) == pytest.approx((other.first, other.second))
        # Ends of 500 resamples move by about 10 % of the width, and 500 groups by 3 % more.
        assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=0.25 * (one.high - one.low))
        assert other.permutation == pytest.approx(one.permutation, abs=0.13)  # four standard errors


@pytest.mark.parametrize("small", [20_000, 300])
def test_many_rows_are_compared_in_groups_of_one_size(small: int) -> None:
    answers = small_answers(1, 60_000)
    groups = np.where(np.arange(60_000) < small, "kiosk", "shop")
    rng = np.random.default_rng(1)
    found = pls.compare(answers, SMALL, groups, items=SMALL.items, rng=rng, permutations=100, replicates=100)

    # A hundred groups on the smaller side at least: of 300 rows three each, and so of the other's.
    assert found.random_groups == {("kiosk", "shop"): 1000 if small == 20_000 else 20_000}


@pytest.mark.parametrize(
    ("small", "asked", "words"), [(40, None, "kiosk has 40 of 60000 rows, .* a random part"), (300, 500, "another number")]
)
def test_sides_without_enough_rows_for_groups_are_refused(small: int, asked: int | None, words: str) -> None:
    answers = small_answers(1, 60_000)
    groups = np.where(np.arange(60_000) < small, "kiosk", "shop")
    with pytest.raises(CannotSay, match=words) as caught:
        pls.compare(answers, SMALL, groups, items=SMALL.items, rng=np.random.default_rng(1), random_groups=asked)
    assert caught.value.code == "too_few"


def test_consistent_estimates_are_compared() -> None:
    answers, groups = small_answers(1, 400), np.repeat(["north", "south"], 200)
    answers[200:, 6:] += 2.0 * np.random.default_rng(5).normal(size=(200, 1))
    found = pls.compare(answers, SMALL, groups, items=SMALL.items, rng=np.random.default_rng(1), consistent=True, permutations=300)
    north, south = (pls.fit(pls.moments(answers[groups == name], SMALL.items), SMALL, consistent=True) for name in ("north", "south"))

    for pair, one in found.items():
        assert (one.first, one.second) == pytest.approx((north.paths[pair.name], south.paths[pair.name]))
    assert found["north", "south", "paths", ("Satisfaction", "Loyalty")].permutation < 0.01
    assert {note.code for note in compared(consistent=True).warnings} >= {"inadmissible"}  # mobi has no consistent solution


def two_waves(n: int = 80, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same persons twice, with some change."""
    first = small_answers(seed, n)
    second = first + 0.3 * np.random.default_rng(seed).normal(size=first.shape)
    return np.vstack([first, second]), np.repeat([2025, 2026], n), np.tile(np.arange(n), 2)


def paired(answers: np.ndarray, waves: np.ndarray, persons: np.ndarray, **options: object) -> pls.Comparison:
    options = {"permutations": 400, "replicates": 400} | options
    rng = np.random.default_rng(1)
    return pls.compare(answers, SMALL, waves, items=SMALL.items, rng=rng, persons=persons, **options)  # type: ignore[arg-type] -- named


def test_waves_of_the_same_persons_match_fits_one_by_one() -> None:
    """Persons' rows change places or stay; persons are drawn with both rows."""
    answers, waves, persons = two_waves()
    found = paired(answers, waves, persons)
    first, second = answers[:80], answers[80:]
    rng = np.random.default_rng(7)

    def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.subtract(*(pls.fit(pls.moments(rows, SMALL.items), SMALL).paths.array for rows in (one, other)))

    swapped, drawn = [], []
    for _time in range(400):
        swap = rng.integers(0, 2, (80, 1)).astype(bool)
        swapped.append(apart(np.where(swap, second, first), np.where(swap, first, second)))
        who = rng.integers(0, 80, 80)
        drawn.append(apart(first[who], second[who]))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)

    for at, one in enumerate(found.values()):
        assert one.value == pytest.approx(apart(first, second)[at])
        assert one.permutation == pytest.approx(np.mean(np.abs(swapped)[:, at] >= abs(one.value)), abs=0.14)  # four standard errors
        assert (one.low, one.high) == pytest.approx((low[at], high[at]), abs=0.25 * (high[at] - low[at]))
        assert np.isnan([one.parametric, one.welch, one.henseler]).all()
    alone = pls.compare(answers, SMALL, waves, items=SMALL.items, rng=np.random.default_rng(1), permutations=100, replicates=400)
    assert max(one.high - one.low for one in found.values()) < 0.7 * min(one.high - one.low for one in alone.values())


def test_persons_who_are_not_in_all_waves_are_left_out_and_order_does_not_matter() -> None:
    answers, waves, persons = two_waves()
    order = np.random.default_rng(2).permutation(160)
    strangers = persons + np.where((persons >= 70) & (waves == 2026), 1000, 0)
    fewer = paired(answers[order], waves[order], strangers[order])
    same = paired(*(one[persons < 70] for one in (answers, waves, persons)))

    assert (fewer.n, fewer.paired) == ({2025: 70, 2026: 70}, True)
    assert [note.code for note in fewer.warnings] == ["unpaired"]
    assert [one.permutation for one in fewer.values()] == [one.permutation for one in same.values()]
    assert json.loads(json.dumps(fewer.to_dict()))["differences"][0]["welch"] is None


def test_persons_are_grouped_with_all_their_rows() -> None:
    answers, waves, persons = two_waves(2000)
    by_person, by_group = (paired(answers, waves, persons, random_groups=many) for many in (None, 800))

    assert set(by_group.random_groups.values()) == {800}
    for pair, one in by_person.items():
        assert (by_group[pair].low, by_group[pair].high) == pytest.approx((one.low, one.high), abs=0.3 * (one.high - one.low))


def test_persons_who_cannot_be_paired_are_refused() -> None:
    answers, waves, persons = two_waves()
    with pytest.raises(BadInput, match="5 stands 2 times in 2025"):
        paired(answers, waves, np.where(persons == 4, 5, persons))
    with pytest.raises(BadInput, match="persons are one label a row"):
        paired(answers, waves, persons[:10])
    with pytest.raises(CannotSay, match="0 persons stand in all groups") as caught:
        paired(answers, waves, np.arange(160))
    assert caught.value.code == "few_persons"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.lists(st.floats(0.1, 50), min_size=8, max_size=8), st.integers(1, 3))
def test_units_order_and_repetition_change_no_difference(seed: int, scale: list[float], times: int) -> None:
    answers, groups = small_answers(seed, 80), np.repeat([1, 2], 40)
    order = np.random.default_rng(seed).permutation(80)

    def differences(data: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> list[tuple[float, ...]]:
        rng = np.random.default_rng(1)
        found = pls.compare(data, SMALL, labels, items=SMALL.items, rng=rng, permutations=100, replicates=100, weights=weights)
        return [(one.first, one.second, one.permutation, one.low, one.high) for one in found.values()]

    plain = np.array(differences(answers, groups))
    assert np.array(differences(answers * scale - 3.0, groups)) == pytest.approx(plain, abs=1e-4)
    assert np.array(differences(answers[order], groups[order]))[:, :2] == pytest.approx(plain[:, :2])
    weighted = np.array(differences(answers, groups, np.where(np.arange(80) < 20, float(times), 1.0)))
    repeated = np.where(np.arange(80) < 20, times, 1)
    assert np.array(differences(np.repeat(answers, repeated, axis=0), np.repeat(groups, repeated)))[:, :2] == pytest.approx(weighted[:, :2])
