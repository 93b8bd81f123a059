"""PLS against what other programs print: plspm, seminr, SmartPLS. Calls and versions stand in golden/peers_pls/SOURCE.md."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kexin.measures import pls

Floats = NDArray[np.float64]
GOLDEN = Path(__file__).parent.parent / "golden"
PEERS = GOLDEN / "peers_pls"
PLSPM = json.loads((PEERS / "plspm.json").read_text())
SEMINR = json.loads((PEERS / "seminr.json").read_text())
PREDICTED = json.loads((PEERS / "seminr_predict.json").read_text())
MAPS = json.loads((PEERS / "seminr_extras_map.json").read_text())

ECSI = pls.Model.ecsi()
SMALL = {name: ECSI.blocks[name] for name in ("Image", "Expectation", "Value", "Satisfaction")}
TO_SATISFACTION = [(name, "Satisfaction") for name in ("Image", "Expectation", "Value")]
RUSSETT = pls.Model(
    {"AGRI": ["gini", "farm", "rent"], "IND": ["gnpr", "labo"], "POLINS": ["ecks", "death", "demo", "inst"]},
    [("AGRI", "POLINS"), ("IND", "POLINS")],
)
SEMINR_MODELS = {
    "formative value": (pls.Model(SMALL, TO_SATISFACTION, {"Value": "B"}), False),
    "ecsi": (ECSI, False),
    "consistent": (pls.Model(SMALL, TO_SATISFACTION), True),
}


def read(path: Path, skip: int = 0) -> tuple[tuple[str, ...], Floats]:
    with path.open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return tuple(head[skip:]), np.array([row[skip:] for row in rows], dtype=np.float64)


MOBI = read(GOLDEN / "ecsi_mobi" / "mobi.csv")
DATA = {"mobi": (*MOBI, ECSI), "russa": (*read(PEERS / "russett.csv", skip=1), RUSSETT)}


def largest(found: Mapping[Any, float], printed: Mapping[str, float]) -> float:
    """Difference between a table and a printed one, which has pairs of names as "from|to"."""
    return max((abs(found[tuple(key.split("|")) if "|" in key else key] - value) for key, value in printed.items()), default=0.0)


@pytest.mark.parametrize("key", list(PLSPM))
def test_fits_match_plspm(key: str) -> None:
    data, _modes, metric, scheme = key.split("|")
    items, answers, whole = DATA[data]
    printed = PLSPM[key]
    model = pls.Model(whole.blocks, whole.paths, printed["modes"])
    stats = pls.moments(answers, items)
    result = pls.fit(stats, model, scheme=scheme, metric=metric)  # type: ignore[arg-type] -- as the file lists them
    found = pls.assess(stats, result)

    # plspm points a construct where most of its items point, we where their loadings add up above zero: IND has one item either way.
    # Where plspm turns a score round, its weights keep their sign.
    turned = {}
    for construct, block in model.blocks.items():
        turned[construct] = np.sign(sum(result.loadings[construct, item] * printed["loadings"][f"{construct}|{item}"] for item in block))
        for item in block:
            assert result.loadings[construct, item] * turned[construct] == pytest.approx(
                printed["loadings"][f"{construct}|{item}"], abs=1e-8
            )
            assert abs(result.weights[construct, item]) == pytest.approx(abs(printed["weights"][f"{construct}|{item}"]), abs=1e-8)
    for name in ("paths", "total_effects"):
        for pair, there in printed[name].items():
            start, end = pair.split("|")
            assert getattr(result, name)[start, end] * turned[start] * turned[end] == pytest.approx(there, abs=1e-8)
    assert largest(result.r_squared, printed["r_squared"]) < 1e-8
    for name in ("redundancy", "eigenvalue_first", "rho_component"):
        assert largest(getattr(found, name), printed[name]) < 1e-8
    assert found.goodness_of_fit == pytest.approx(printed["goodness_of_fit"], abs=1e-8)


@pytest.mark.parametrize("name", list(SEMINR))
def test_fits_and_their_assessment_match_seminr(name: str) -> None:
    model, consistent = SEMINR_MODELS[name]
    stats = pls.moments(MOBI[1], MOBI[0])
    result = pls.fit(stats, model, consistent=consistent)
    found = pls.assess(stats, result)

    for measure, printed in SEMINR[name].items():
        table = getattr(result if hasattr(result, measure) else found, measure)
        known = {
            key if "|" not in key or tuple(key.split("|")) in table else "|".join(reversed(key.split("|"))): one
            for key, one in printed.items()
        }
        assert largest(table, known) < 1e-7, measure  # HTMT has each pair once, in the order of our model


@pytest.mark.parametrize("key", list(PREDICTED))
def test_predictions_match_seminr(key: str) -> None:
    name, antecedents = key.split("|")
    model, _consistent = SEMINR_MODELS[name]
    printed = PREDICTED[key]
    folds = np.empty(250, dtype=int)
    folds[printed["order"]] = np.ceil(np.arange(250) * 10 / 249).clip(1)  # R's cut(1:250, 10)

    found = pls.predict(MOBI[1], pls.fit(pls.moments(MOBI[1], MOBI[0]), model), items=MOBI[0], folds=folds, antecedents=antecedents)  # type: ignore[arg-type] -- as the file lists them

    for errors, measure in ((found.model, "model"), (found.linear, "linear")):
        for kind in ("rmse", "mae"):
            by_item = {item: value for (_construct, item), value in getattr(errors, kind).items()}
            assert by_item == pytest.approx(printed[f"{measure} {kind}"], abs=1e-8)


@pytest.mark.parametrize("target", list(MAPS))
def test_importance_matches_seminr_extras_and_performance_does_by_its_weights(target: str) -> None:
    blocks = {name: ECSI.blocks[name] for name in ("Image", "Expectation", "Value", "Satisfaction", "Loyalty")}
    paths = [("Image", "Expectation"), ("Image", "Satisfaction"), ("Image", "Loyalty"), ("Expectation", "Value"),
             ("Expectation", "Satisfaction"), ("Value", "Satisfaction"), ("Satisfaction", "Loyalty")]  # fmt: skip
    result = pls.fit(pls.moments(MOBI[1], MOBI[0]), pls.Model(blocks, paths))

    found = pls.importance_performance(result, target, 1, 10)

    assert largest({name: one.importance_standardized for name, one in found.constructs.items()}, MAPS[target]["importanceStd"]) < 1e-9
    for name, performance in MAPS[target]["performance"].items():
        weights = np.array([result.weights[name, item] for item in blocks[name]])
        items = np.array([found.items[name, item].performance for item in blocks[name]])
        assert weights @ items / weights.sum() == pytest.approx(performance, abs=1e-8)


# SmartPLS 2.0.M3 as shipped with semPLS 1.0-10, tests/SmartPLS/results/ecsi/centroid and /factorial.
SMARTPLS = {
    "centroid": {
        "Complaints|Loyalty": 0.07123241, "Expectation|Quality": 0.55724786, "Expectation|Satisfaction": 0.06442534,
        "Expectation|Value": 0.05078755, "Image|Expectation": 0.50470564, "Image|Loyalty": 0.19535971, "Image|Satisfaction": 0.17883348,
        "Quality|Satisfaction": 0.51254524, "Quality|Value": 0.55721686, "Satisfaction|Complaints": 0.52609731,
        "Satisfaction|Loyalty": 0.48347472, "Value|Satisfaction": 0.19181566,
    },
    "factorial": {
        "Complaints|Loyalty": 0.07031057, "Expectation|Quality": 0.55675903, "Expectation|Satisfaction": 0.06494365,
        "Expectation|Value": 0.05017810, "Image|Expectation": 0.50494314, "Image|Loyalty": 0.19581962, "Image|Satisfaction": 0.17859267,
        "Quality|Satisfaction": 0.51297470, "Quality|Value": 0.55776245, "Satisfaction|Complaints": 0.52585655,
        "Satisfaction|Loyalty": 0.48305917, "Value|Satisfaction": 0.19144526,
    },
}  # fmt: skip
SMARTPLS_TOTAL = {
    "Expectation|Complaints": 0.22061480, "Expectation|Loyalty": 0.21845628, "Expectation|Satisfaction": 0.41934220,
    "Expectation|Value": 0.36129545, "Image|Complaints": 0.20542935, "Image|Loyalty": 0.39877911, "Image|Quality": 0.28124613,
    "Image|Satisfaction": 0.39047785, "Image|Value": 0.18234785, "Quality|Complaints": 0.32587949, "Quality|Loyalty": 0.32269104,
    "Quality|Satisfaction": 0.61942817, "Satisfaction|Loyalty": 0.52094990, "Value|Complaints": 0.10091370, "Value|Loyalty": 0.09992635,
}  # fmt: skip


@pytest.mark.parametrize("scheme", list(SMARTPLS))
def test_schemes_match_smartpls(scheme: str) -> None:
    result = pls.fit(pls.moments(MOBI[1], MOBI[0]), ECSI, scheme=scheme)  # type: ignore[arg-type] -- as listed above

    assert largest(result.paths, SMARTPLS[scheme]) < 1e-6
    if scheme == "centroid":
        assert largest(result.total_effects, SMARTPLS_TOTAL) < 1e-6


def test_a_cause_that_nothing_else_ties_is_left_out_of_the_refit() -> None:
    stats = pls.moments(MOBI[1], MOBI[0])
    model = pls.Model(SMALL, TO_SATISFACTION)
    result = pls.fit(stats, model)
    without = {name: block for name, block in SMALL.items() if name != "Image"}
    again = pls.fit(stats, pls.Model(without, TO_SATISFACTION[1:]))

    found = pls.assess(stats, result).f_squared_refitted["Image", "Satisfaction"]

    whole, less = result.r_squared["Satisfaction"], again.r_squared["Satisfaction"]
    assert found == pytest.approx((whole - less) / (1 - whole), abs=1e-12)


def test_goodness_of_fit_is_not_given_where_every_construct_has_one_item() -> None:
    stats = pls.moments(MOBI[1], MOBI[0])
    model = pls.Model({"Image": ["IMAG1"], "Loyalty": ["CUSL1"]}, [("Image", "Loyalty")])
    found = pls.assess(stats, pls.fit(stats, model))

    assert np.isnan(found.goodness_of_fit)
    assert dict(found.eigenvalue_first) == {"Image": 1.0, "Loyalty": 1.0}
    assert dict(found.eigenvalue_second) == {"Image": 0.0, "Loyalty": 0.0}
    assert found.redundancy["Loyalty"] == pytest.approx(pls.fit(stats, model).r_squared["Loyalty"])


OPENPLS = json.loads((PEERS / "openpls.json").read_text())


def openpls() -> tuple[Floats, tuple[str, ...], pls.Model]:
    return np.array(OPENPLS["data"]), tuple(OPENPLS["items"]), pls.Model(OPENPLS["blocks"], [(a, b) for a, b in OPENPLS["paths_of"]])


def test_consistent_estimates_and_distances_match_openpls() -> None:
    answers, items, model = openpls()
    stats = pls.moments(answers, items)
    plain, consistent = pls.fit(stats, model), pls.fit(stats, model, consistent=True)
    found, corrected = pls.assess(stats, plain), pls.assess(stats, consistent)
    printed = OPENPLS["consistent"]

    for table, name in ((corrected.rho_a, "rho_a"), (corrected.ave, "ave"), (corrected.rho_c, "rho_c"), (consistent.paths, "paths")):
        assert largest(table, printed[name]) < 1e-8
    assert {item: value for (_name, item), value in consistent.loadings.items()} == pytest.approx(printed["loadings"], abs=1e-8)
    assert largest(consistent.r_squared, {name: value for name, value in printed["r2"].items() if value}) < 1e-8
    assert largest(found.f_squared, OPENPLS["f_squared"]) < 1e-8
    assert dict(found.htmt2) == pytest.approx({pair: OPENPLS["htmt2"]["|".join(pair)] for pair in found.htmt2}, abs=1e-10)
    assert found.saturated.d_uls == pytest.approx(OPENPLS["d_uls"], abs=1e-8)
    assert corrected.saturated.d_uls == pytest.approx(OPENPLS["d_uls_consistent"], abs=1e-8)


def test_invariance_matches_openpls() -> None:
    answers, items, model = openpls()
    groups = np.where(np.arange(len(answers)) % 3 == 0, "a", "b")
    found = pls.invariance(answers, model, groups, items=items, rng=np.random.default_rng(1), permutations=100)

    for name, one in found.constructs.items():
        assert one.correlation == pytest.approx(OPENPLS["same_composite"][name], abs=1e-5)  # it stops at 1e-6
        assert one.variance_ratio == pytest.approx(OPENPLS["log_variance_ratio"][name], abs=1e-5)
        assert one.mean_difference * np.sqrt(119 / 120) == pytest.approx(OPENPLS["mean_difference"][name], abs=1e-5)
