"""PLS path models: published results, a slow reference written from the papers, and laws."""

from __future__ import annotations

import csv
import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kexin.measures import pls

Floats = NDArray[np.float64]
MOBI = Path(__file__).parent.parent / "golden" / "ecsi_mobi"
PUBLISHED = json.loads((MOBI / "published.json").read_text())
SMALL = pls.Model(
    {"Service": ["S1", "S2", "S3"], "Price": ["P1"], "Satisfaction": ["Z1", "Z2"], "Loyalty": ["L1", "L2"]},
    [("Service", "Satisfaction"), ("Price", "Satisfaction"), ("Service", "Loyalty"), ("Satisfaction", "Loyalty")],
)


def mobi() -> tuple[tuple[str, ...], Floats]:
    with (MOBI / "mobi.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return tuple(head), np.array(rows, dtype=np.float64)


ITEMS, ANSWERS = mobi()


def small_answers(seed: int, n: int = 60) -> Floats:
    rng = np.random.default_rng(seed)
    service, price = rng.normal(size=(2, n))
    satisfaction = 0.6 * service - 0.3 * price + 0.7 * rng.normal(size=n)
    loyalty = 0.5 * satisfaction + 0.2 * service + 0.8 * rng.normal(size=n)
    causes = np.column_stack([service, service, service, price, satisfaction, satisfaction, loyalty, loyalty])
    return causes + 0.6 * rng.normal(size=causes.shape) * (np.arange(8) != 3) + 5.0


def slow(data: Floats, items: tuple[str, ...], model: pls.Model, scheme: str, metric: str) -> dict[str, dict[object, float]]:
    """Lohmöller's algorithm on the answers themselves, one construct after the other (Tenenhaus et al. 2005, sections 2.2 to 2.4)."""
    x = {item: data[:, items.index(item)] - data[:, items.index(item)].mean() for item in model.items}
    if metric == "standardized":
        x = {item: column / column.std() for item, column in x.items()}
    w = {name: np.ones(len(block)) for name, block in model.blocks.items()}
    for _step in range(60):
        y = {}
        for name, block in model.blocks.items():
            score = sum(w[name][k] * x[item] for k, item in enumerate(block))
            w[name] = w[name] / score.std()
            y[name] = score / score.std()
        for name, block in model.blocks.items():
            z = np.zeros(len(data))
            before = [start for start, end in model.paths if end == name]
            after = [end for start, end in model.paths if start == name]
            if scheme == "path" and before:
                z += np.column_stack([y[one] for one in before]) @ np.linalg.lstsq(np.column_stack([y[one] for one in before]), y[name])[0]
            for other in after if scheme == "path" else before + after:
                r = np.corrcoef(y[name], y[other])[0, 1]
                z += (np.sign(r) if scheme == "centroid" else r) * y[other]
            block_x = np.column_stack([x[item] for item in block])
            w[name] = block_x.T @ z / len(data) if model.modes[name] == "A" else np.linalg.lstsq(block_x, z)[0]
    return read_off(x, y, w, model)


def read_off(x: dict[str, Floats], y: dict[str, Floats], w: dict[str, Floats], model: pls.Model) -> dict[str, dict[object, float]]:
    found: dict[str, dict[object, float]] = {"weights": {}, "loadings": {}, "paths": {}, "r_squared": {}}
    for name, block in model.blocks.items():
        score = sum(w[name][k] * x[item] for k, item in enumerate(block))
        loads = [np.corrcoef(x[item], score)[0, 1] for item in block]
        turn = 1 if sum(loads) >= 0 else -1
        y[name] = turn * score / score.std()
        for k, item in enumerate(block):
            found["weights"][name, item] = turn * w[name][k] / score.std()
            found["loadings"][name, item] = turn * loads[k]
    for name in model.blocks:
        before = [start for start, end in model.paths if end == name]
        if before:
            causes = np.column_stack([y[one] for one in before])
            b = np.linalg.lstsq(causes, y[name])[0]
            found["paths"] |= {(start, name): float(one) for start, one in zip(before, b, strict=True)}
            found["r_squared"][name] = float(1 - (y[name] - causes @ b).var())
    return found


def test_paths_and_r_squared_match_smartpls_mobi() -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi())

    assert {f"{start}->{end}": value for (start, end), value in result.paths.items()} == pytest.approx(PUBLISHED["paths"], abs=1e-6)
    assert dict(result.r_squared) == pytest.approx(PUBLISHED["r_squared"], abs=1e-6)
    assert (result.converged, result.admissible, result.warnings, result.n) == (True, True, (), 250)


def test_index_matches_csem_mobi() -> None:
    found = pls.index(pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi()), low=1, high=10)

    assert {name: round(value, 3) for name, value in found.items()} == PUBLISHED["index_0_100"]


def test_plsc_says_that_mobi_is_inadmissible() -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi(), consistent=True)

    assert not result.admissible
    assert [note.code for note in result.warnings] == ["not_positive_semidefinite"]


@pytest.mark.parametrize(("scheme", "metric", "mode"), list(product(["path", "factorial", "centroid"], ["standardized", "raw"], "AB")))
def test_schemes_metrics_and_modes_match_the_reference(scheme: str, metric: str, mode: str) -> None:
    ecsi = pls.Model.ecsi()
    model = pls.Model(ecsi.blocks, ecsi.paths, {"Image": mode, "Quality": mode, "Loyalty": mode})  # type: ignore[dict-item] -- A or B
    result = pls.fit(pls.moments(ANSWERS, ITEMS), model, scheme=scheme, metric=metric)  # type: ignore[arg-type] -- as listed above
    expected = slow(ANSWERS, ITEMS, model, scheme, metric)

    for name, table in expected.items():
        assert dict(getattr(result, name)) == pytest.approx(table, abs=1e-8)


def test_consistent_estimates_match_the_reference() -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi(), consistent=True)
    plain = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi())
    rho = {}
    for name, block in plain.model.blocks.items():  # Dijkstra & Henseler 2015, eq. 3, item by item
        if len(block) == 1:
            rho[name] = 1.0
            continue
        w = [plain.weights[name, item] for item in block]
        above = below = 0.0
        for (i, one), (j, other) in product(enumerate(block), repeat=2):
            if i != j:
                above += w[i] * w[j] * np.corrcoef(ANSWERS[:, ITEMS.index(one)], ANSWERS[:, ITEMS.index(other)])[0, 1]
                below += w[i] ** 2 * w[j] ** 2
        rho[name] = sum(one**2 for one in w) ** 2 * above / below
        for i, item in enumerate(block):
            assert result.loadings[name, item] == pytest.approx(w[i] * rho[name] ** 0.5 / sum(one**2 for one in w))

    assert dict(result.reliability) == pytest.approx(rho)
    pair = ("Image", "Expectation")
    assert result.paths[pair] == pytest.approx(plain.correlations[pair] / (rho["Image"] * rho["Expectation"]) ** 0.5)
    assert dict(result.weights) == dict(plain.weights)


def test_effects_add_up_along_the_ways() -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi())
    p = result.paths

    assert result.indirect_effects["Image", "Quality"] == pytest.approx(p["Image", "Expectation"] * p["Expectation", "Quality"])
    assert result.indirect_effects["Satisfaction", "Loyalty"] == pytest.approx(p["Satisfaction", "Complaints"] * p["Complaints", "Loyalty"])
    assert result.total_effects["Satisfaction", "Loyalty"] == pytest.approx(
        p["Satisfaction", "Loyalty"] + p["Satisfaction", "Complaints"] * p["Complaints", "Loyalty"]
    )
    assert result.total_effects["Loyalty", "Image"] == 0
    assert result.r_squared_adjusted["Loyalty"] == pytest.approx(1 - (1 - result.r_squared["Loyalty"]) * 249 / 246)


@pytest.mark.parametrize("metric", ["standardized", "raw"])
def test_scores_are_what_the_correlations_are_of(metric: str) -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi(), metric=metric)  # type: ignore[arg-type] -- as listed above
    found = pls.scores(result, ANSWERS, ITEMS)
    correlations = np.corrcoef(found, rowvar=False)
    names = result.model.constructs

    assert found.mean(axis=0) == pytest.approx(np.zeros(7), abs=1e-12)
    assert found.var(axis=0) == pytest.approx(np.ones(7))
    assert {(a, b): correlations[names.index(a), names.index(b)] for a, b in result.correlations} == pytest.approx(
        dict(result.correlations)
    )
    assert result.cross_loadings["Loyalty", "IMAG1"] == pytest.approx(np.corrcoef(ANSWERS[:, ITEMS.index("IMAG1")], found[:, 6])[0, 1])
    assert np.isnan(pls.scores(result, np.where(np.array(ITEMS) == "CUSCO", np.nan, ANSWERS[:1]), ITEMS)).tolist() == [
        [False] * 5 + [True, False]
    ]


def test_ready_models_have_the_published_shape() -> None:
    ready = {"ecsi": pls.Model.ecsi(), "acsi": pls.Model.acsi(), "gbt19038": pls.Model.gbt19038()}

    assert {name: (len(model.constructs), len(model.paths)) for name, model in ready.items()} == {
        "ecsi": (7, 12),
        "acsi": (6, 9),
        "gbt19038": (6, 11),
    }
    assert "Complaints" not in ready["gbt19038"].blocks
    assert pls.Model.acsi({"Loyalty": ["again"]}).blocks["Loyalty"] == ("again",)


def test_a_model_is_stored_and_read() -> None:
    stored = json.loads(json.dumps(SMALL.to_dict()))

    assert pls.Model(**stored) == SMALL


def test_results_are_stored_as_plain_json() -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi())
    stored = json.loads(json.dumps([result.to_dict(), pls.index(result, 1, 10).to_dict(), pls.moments(ANSWERS, ITEMS).to_dict()]))

    assert stored[0]["paths"]["Image|Expectation"] == result.paths["Image", "Expectation"]
    assert stored[1]["index"]["Satisfaction"] == pls.index(result, 1, 10)["Satisfaction"]
    assert stored[2]["n"] == 250


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.floats(0.01, 100), min_size=8, max_size=8), st.floats(-50, 50))
def test_units_and_zero_points_of_items_do_not_matter(seed: int, units: list[float], shift: float) -> None:
    answers = small_answers(seed)
    first = pls.fit(pls.moments(answers, SMALL.items), SMALL)
    second = pls.fit(pls.moments(answers * units + shift, SMALL.items), SMALL)

    for table in ("weights", "loadings", "paths", "total_effects", "r_squared", "correlations"):
        assert getattr(second, table).array == pytest.approx(getattr(first, table).array, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_and_columns_does_not_matter(seed: int) -> None:
    answers, rng = small_answers(seed), np.random.default_rng(seed)
    rows, columns = rng.permutation(len(answers)), rng.permutation(8)
    first = pls.fit(pls.moments(answers, SMALL.items), SMALL)
    second = pls.fit(pls.moments(answers[rows][:, columns], [SMALL.items[place] for place in columns]), SMALL)

    assert second.weights.array == pytest.approx(first.weights.array, abs=1e-7)
    assert second.paths.array == pytest.approx(first.paths.array, abs=1e-7)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["complete", "pairwise", "em"]))
def test_a_weight_of_k_is_a_row_repeated_k_times(seed: int, missing: str) -> None:
    answers, rng = small_answers(seed), np.random.default_rng(seed)
    if missing != "complete":
        answers[rng.random(answers.shape) < 0.05] = np.nan
    times = rng.integers(0, 4, len(answers))
    weighted = pls.moments(answers, SMALL.items, weights=times, missing=missing)  # type: ignore[arg-type] -- as listed above
    repeated = pls.moments(np.repeat(answers, times, axis=0), SMALL.items, missing=missing)  # type: ignore[arg-type] -- as above

    assert weighted.mean == pytest.approx(repeated.mean, abs=1e-7)
    assert weighted.covariance == pytest.approx(repeated.covariance, abs=1e-7)
    assert pls.fit(weighted, SMALL).paths.array == pytest.approx(pls.fit(repeated, SMALL).paths.array, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["complete", "pairwise", "em"]), st.integers(1, 58), st.integers(1, 58))
def test_moments_of_parts_add_up_in_any_order(seed: int, missing: str, one: int, other: int) -> None:
    answers, rng = small_answers(seed), np.random.default_rng(seed)
    if missing != "complete":
        answers[rng.random(answers.shape) < 0.05] = np.nan
    weights = rng.uniform(0.5, 2, len(answers))
    first, second = sorted((one, other + 1 if other >= one else other))
    cuts = [slice(0, first), slice(first, second), slice(second, None)]
    kept = [cut for cut in cuts if np.isfinite(answers[cut]).any()]
    whole = pls.moments(answers, SMALL.items, weights=weights, missing=missing)  # type: ignore[arg-type] -- as listed above
    parts = [pls.moments(answers[cut], SMALL.items, weights=weights[cut], missing=missing) for cut in kept]  # type: ignore[arg-type]

    for joined in (sum(parts), sum(reversed(parts))):
        assert isinstance(joined, pls.Moments)
        assert (joined.n, joined.weight) == (whole.n, pytest.approx(whole.weight))
        assert joined.mean == pytest.approx(whole.mean, abs=1e-7)
        assert joined.covariance == pytest.approx(whole.covariance, abs=1e-7)
        assert (joined.lowest.tolist(), joined.highest.tolist()) == (whole.lowest.tolist(), whole.highest.tolist())


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.sampled_from([-1, 1]), min_size=8, max_size=8))
def test_constructs_point_where_most_of_their_items_point(seed: int, turned: list[int]) -> None:
    result = pls.fit(pls.moments(small_answers(seed) * turned, SMALL.items), SMALL)

    for name, block in SMALL.blocks.items():
        assert sum(result.loadings[name, item] for item in block) >= -1e-9


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_an_index_lies_within_the_scale(seed: int) -> None:
    answers = np.clip(np.rint(small_answers(seed)), 1, 10)
    found = pls.index(pls.fit(pls.moments(answers, SMALL.items), SMALL), low=1, high=10)

    assert all(0 <= value <= 100 for value in found.values())
    assert sum(found.shares["Service", item] for item in SMALL.blocks["Service"]) == pytest.approx(1)


def test_an_index_with_a_scale_for_each_item_does_not_care_how_long_it_is() -> None:
    answers = np.clip(np.rint(small_answers(3)), 1, 10)
    longer = answers * 3 + 7
    once = pls.index(pls.fit(pls.moments(answers, SMALL.items), SMALL), low=1, high=10)
    mixed = np.where(np.arange(8) % 2 == 0, answers, longer)
    lows = {item: 1 if place % 2 == 0 else 10 for place, item in enumerate(SMALL.items)}
    highs = {item: 10 if place % 2 == 0 else 37 for place, item in enumerate(SMALL.items)}

    again = pls.index(pls.fit(pls.moments(mixed, SMALL.items), SMALL), low=lows, high=highs)
    assert dict(again) == pytest.approx(dict(once), abs=1e-6)


def test_many_rows_in_parts_are_those_of_numpy() -> None:
    rng = np.random.default_rng(11)
    data = rng.normal(size=(9_001, 3)).cumsum(axis=0) + 1e6
    weights = rng.uniform(0, 3, 9_001)
    found = pls.moments(data, ["a", "b", "c"], weights=weights)

    assert found.mean == pytest.approx(np.average(data, axis=0, weights=weights))
    assert found.covariance == pytest.approx(np.cov(data, rowvar=False, aweights=weights, ddof=0), rel=1e-10)
    assert pls.moments(np.asfortranarray(data), ["a", "b", "c"]).covariance == pytest.approx(np.cov(data, rowvar=False, ddof=0), rel=1e-10)
    assert pls.moments(data.astype(np.int32), ["a", "b", "c"]).mean == pytest.approx(data.astype(np.int32).mean(axis=0))


def test_pairwise_takes_for_each_pair_the_rows_that_answer_both() -> None:
    rng = np.random.default_rng(12)
    data = rng.normal(size=(80, 3)) @ rng.normal(size=(3, 3)) + 40
    data[rng.random(data.shape) < 0.2] = np.nan
    found = pls.moments(data, ["a", "b", "c"], missing="pairwise")

    for i, j in product(range(3), repeat=2):
        both = np.isfinite(data[:, i]) & np.isfinite(data[:, j])
        assert found.covariance[i, j] == pytest.approx(np.cov(data[both, i], data[both, j], ddof=0)[0, 1])
    assert found.mean == pytest.approx(np.nanmean(data, axis=0))


def test_em_is_the_maximum_of_the_likelihood() -> None:
    rng = np.random.default_rng(13)
    data = rng.normal(size=(90, 3)) @ np.array([[1, 0.8, 0.3], [0, 0.6, 0.5], [0, 0, 0.9]]) * [1, 10, 0.1] + [5, 50, 0.5]
    data[rng.random(data.shape) < 0.25] = np.nan
    found = pls.moments(data, ["a", "b", "c"], missing="em")

    def likelihood(mean: Floats, covariance: Floats) -> float:  # of each row's answers, one row after the other
        total = 0.0
        for row in data:
            at = np.isfinite(row)
            if at.any():
                away = row[at] - mean[at]
                block = covariance[np.ix_(at, at)]
                total -= 0.5 * (np.linalg.slogdet(block)[1] + away @ np.linalg.solve(block, away))
        return total

    best = likelihood(found.mean, found.covariance)
    unit = np.sqrt(found.covariance.diagonal())
    for i in range(3):
        for step in (-1e-3, 1e-3):
            assert likelihood(found.mean + step * unit * (np.arange(3) == i), found.covariance) < best
            for j in range(3):
                moved = np.zeros((3, 3))
                moved[i, j] = moved[j, i] = step
                assert likelihood(found.mean, found.covariance + moved * np.outer(unit, unit)) < best
