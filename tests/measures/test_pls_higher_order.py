"""Constructs made of constructs: both methods against slow references written from the papers, resamples one by one, refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm, t
from tests.measures.test_pls import slow

from kexin.measures import pls
from kexin.measures.errors import BadInput

Floats = NDArray[np.float64]
ITEMS = ("I1", "I2", "R1", "R2", "R3", "C1", "C2", "Z1", "Z2")
BLOCKS = {"Image": ITEMS[:2], "Reliability": ITEMS[2:5], "Care": ITEMS[5:7], "Satisfaction": ITEMS[7:]}
TO_PARTS = [("Image", "Reliability"), ("Image", "Care")]
FROM_PARTS = [("Reliability", "Satisfaction"), ("Care", "Satisfaction")]
MODEL = pls.Model(BLOCKS, [*TO_PARTS, *FROM_PARTS])
CAUSE_ONLY = pls.Model({name: BLOCKS[name] for name in ("Reliability", "Care", "Satisfaction")}, FROM_PARTS)
PARTS = {"Service": ["Reliability", "Care"]}


def answers(n: int = 120, seed: int = 3) -> Floats:
    rng = np.random.default_rng(seed)
    image = rng.normal(size=n)
    service = 0.6 * image + 0.8 * rng.normal(size=n)
    reliability, care = (0.8 * service + 0.6 * rng.normal(size=n) for _part in range(2))
    satisfaction = 0.6 * service + 0.8 * rng.normal(size=n)
    causes = np.column_stack([image, image, *[reliability] * 3, care, care, satisfaction, satisfaction])
    return causes * np.linspace(1, 2, 9) + 0.6 * rng.normal(size=causes.shape) + 5.0


ANSWERS = answers()


def higher(model: pls.Model = MODEL, parts: object = None, data: Floats = ANSWERS, seed: int = 1, **options: object) -> pls.HigherOrder:
    options = {"replicates": 100} | options
    chosen = PARTS if parts is None else parts
    return pls.higher_order(data, model, chosen, items=ITEMS, rng=np.random.default_rng(seed), **options)  # type: ignore[arg-type] -- named


def standard(data: Floats) -> Floats:
    return (data - data.mean(axis=0)) / data.std(axis=0)


def part_scores(weights: dict[object, float], data: Floats) -> dict[str, Floats]:
    z = dict(zip(ITEMS, standard(data).T, strict=True))
    return {part: sum((weights[part, item] * z[item] for item in BLOCKS[part]), np.zeros(len(data))) for part in PARTS["Service"]}


@pytest.mark.parametrize("mode", ["A", "B"])
@pytest.mark.parametrize("scheme", ["path", "factorial", "centroid"])
def test_two_stages_match_the_reference(mode: str, scheme: str) -> None:
    # Sarstedt et al. 2019, disjoint: lower-order scores of stage one are the items of the whole, all other blocks stay as they are.
    found = higher(modes={"Service": mode}, scheme=scheme)
    scored = part_scores(slow(ANSWERS, ITEMS, MODEL, scheme, "standardized")["weights"], ANSWERS)
    second = np.column_stack([ANSWERS[:, :2], *scored.values(), ANSWERS[:, 7:]])
    blocks = {"Image": ITEMS[:2], "Service": tuple(scored), "Satisfaction": ITEMS[7:]}
    model = pls.Model(blocks, [("Image", "Service"), ("Service", "Satisfaction")], {"Service": mode})  # type: ignore[dict-item] -- A or B
    expected = slow(second, model.items, model, scheme, "standardized")

    assert found.fit.model == model
    for name, table in expected.items():
        assert dict(getattr(found.fit, name)) == pytest.approx(table, abs=1e-7)
    assert found.first is not None
    assert found.first.model == MODEL


@pytest.mark.parametrize(("model", "mode"), [(MODEL, "A"), (CAUSE_ONLY, "A"), (CAUSE_ONLY, "B")])
def test_repeated_items_match_the_reference(model: pls.Model, mode: str) -> None:
    # Becker, Klein & Wetzels 2012: the whole has all items of its parts, and a path joins it to each of them.
    found = higher(model, method="repeated", modes={"Service": mode})
    copies = tuple(f"{item} (Service)" for item in ITEMS[2:7])
    ends = [("Service", part) if mode == "A" else (part, "Service") for part in PARTS["Service"]]
    outer = [("Image", "Service")] if "Image" in model.blocks else []
    whole = pls.Model({**model.blocks, "Service": copies}, [*outer, ("Service", "Satisfaction"), *ends], {"Service": mode})  # type: ignore[dict-item] -- A or B
    expected = slow(np.column_stack([ANSWERS, ANSWERS[:, 2:7]]), (*ITEMS, *copies), whole, "path", "standardized")

    assert found.fit.model == whole
    assert found.first is None
    for name, table in expected.items():
        assert dict(getattr(found.fit, name)) == pytest.approx(table, abs=1e-6)
    if mode == "B":
        assert found.fit.r_squared["Service"] > 0.99


def test_resamples_go_through_both_stages() -> None:
    found = higher(modes={"Service": "B"})
    who = np.random.default_rng(1).integers(0, 120, (100, 120))
    draws = []
    for sample in who:
        drawn = ANSWERS[sample]
        first = pls.fit(pls.moments(drawn, ITEMS), MODEL)
        scored = np.column_stack(list(part_scores(dict(first.weights), drawn).values()))
        second = np.column_stack([drawn[:, :2], scored, drawn[:, 7:]])
        draws.append(pls.fit(pls.moments(second, found.fit.model.items), found.fit.model).paths.array)

    assert found.failures == 0
    assert found.paths.se == pytest.approx(np.std(draws, axis=0, ddof=1), abs=1e-5)
    end = np.sqrt(120 / 119) * t.ppf(0.975, 119)  # expanded, Hesterberg 2015
    assert found.paths.percentile == pytest.approx(np.quantile(draws, norm.cdf([-end, end]), axis=0, method="weibull").T, abs=1e-5)


def test_a_whole_can_be_assessed() -> None:
    found = higher()
    said = pls.assess(found.stats, found.fit)
    loads = np.array([found.fit.loadings["Service", part] for part in PARTS["Service"]])

    assert said.ave["Service"] == pytest.approx((loads**2).mean())
    assert 0.5 < said.htmt["Service", "Satisfaction"] < 1


def test_resamples_repeat_the_items() -> None:
    found = higher(method="repeated")
    draws = []
    for sample in np.random.default_rng(1).integers(0, 120, (100, 120)):
        repeated = np.column_stack([ANSWERS, ANSWERS[:, 2:7]])[sample]
        draws.append(pls.fit(pls.moments(repeated, found.fit.model.items), found.fit.model).paths.array)

    assert found.paths.se == pytest.approx(np.std(draws, axis=0, ddof=1), abs=1e-5)


@pytest.mark.parametrize("method", ["two_stage", "repeated"])
def test_weights_count_as_rows_and_units_do_not_matter(method: str) -> None:
    times = np.random.default_rng(2).integers(0, 4, 120)
    weighted = higher(method=method, weights=times.astype(np.float64))
    repeated = higher(method=method, data=np.repeat(ANSWERS * 7 - 3, times, axis=0))

    for name in ("weights", "loadings", "paths", "r_squared"):
        assert dict(getattr(weighted.fit, name)) == pytest.approx(dict(getattr(repeated.fit, name)), abs=1e-8)


def test_same_seed_same_bytes_and_stored_as_plain_numbers() -> None:
    one, other = (json.dumps(higher().to_dict(), allow_nan=False) for _time in range(2))

    assert one == other
    assert json.loads(one)["parts"] == {"Service": ["Reliability", "Care"]}


@pytest.mark.parametrize(
    ("method", "mode", "codes"),
    [
        ("two_stage", "A", ["rows_dropped", "single_item_part"]),
        ("repeated", "A", ["rows_dropped", "single_item_part", "unequal_parts"]),
        ("repeated", "B", ["rows_dropped", "single_item_part", "unequal_parts", "explained_by_parts"]),
    ],
)
def test_warnings_name_what_matters_and_not_the_repetition(method: str, mode: str, codes: list[str]) -> None:
    data = ANSWERS.copy()
    data[4, 3] = np.nan
    data[9, 2] = -9.0
    model = pls.Model({**CAUSE_ONLY.blocks, "Care": ["C1"]}, FROM_PARTS)
    found = higher(model, method=method, modes={"Service": mode}, data=data)

    assert [note.code for note in found.warnings if note.code != "missing_code"] == [*codes, "short_intervals"]
    assert sum(note.code == "missing_code" for note in found.warnings) == 1
    assert found.fit.n == 119


@pytest.mark.parametrize(
    ("model", "parts", "options", "words"),
    [
        (MODEL, {}, {}, "parts name each whole"),
        (MODEL, {"Service": "Care"}, {}, r"are a list: write \['Care'\]"),
        (MODEL, {"Service": ["Reliability", "Kindness"]}, {}, "no construct 'Kindness'"),
        (MODEL, {"Service": ["Service", "Care"]}, {}, "Service is a part of itself"),
        (MODEL, {"Image": ["Reliability", "Care"]}, {}, "Image has items in the model"),
        (MODEL, {"Service": ["Care"]}, {}, "fewer than two parts"),
        (MODEL, {"Service": ["Care", "Care"]}, {}, "Care stands twice in Service"),
        (MODEL, {"S": ["Reliability", "Care"], "T": ["Care", "Image"]}, {}, "Care stands in S and in T"),
        (MODEL, {"S": ["T", "Care"], "T": ["S", "Image"]}, {}, "T is a whole and a part of S"),
        (MODEL, {"S": ["Image", "Care"]}, {}, "Image → Care joins two parts of S"),
        (MODEL, {"S": ["Image", "Satisfaction"]}, {}, "the parts of a whole have the same paths"),
        (pls.Model(BLOCKS, [*TO_PARTS, FROM_PARTS[0]]), PARTS, {}, "Care → Satisfaction is lacking"),
        (MODEL, PARTS, {"method": "repeated", "modes": {"Service": "B"}}, "take method='two_stage'"),
        (MODEL, PARTS, {"modes": {"Care": "B"}}, "'Care', which is no whole"),
        (MODEL, PARTS, {"modes": {"Service": "C"}}, "'A' or 'B', not 'C'"),
        (MODEL, PARTS, {"method": "hybrid"}, "'two_stage' or 'repeated', not 'hybrid'"),
        (MODEL, PARTS, {"replicates": 99}, "99 replicates are too few"),
        (MODEL, PARTS, {"level": 95}, "between 0 and 1"),
        (pls.Model({**BLOCKS, "Image": ["Care"]}, MODEL.paths), PARTS, {}, "Care is a part and an item"),
    ],
)
def test_refuses(model: pls.Model, parts: object, options: dict[str, object], words: str) -> None:
    data = {"items": ("Care", *ITEMS[1:])} if "Care" in model.items else {"items": ITEMS}
    arguments = {"rng": np.random.default_rng(1), "replicates": 100} | data | options
    with pytest.raises(BadInput, match=words):
        pls.higher_order(ANSWERS, model, parts, **arguments)  # type: ignore[arg-type] -- bad on purpose


@pytest.mark.parametrize("method", ["two_stage", "repeated"])
def test_random_groups_say_what_drawing_rows_says(method: str) -> None:
    data = answers(6000)
    by_row, by_group = (higher(data=data, method=method, replicates=1000, groups=groups) for groups in (None, 500))

    assert (by_row.groups, by_group.groups) == (None, 500)
    assert by_group.paths.value == pytest.approx(by_row.paths.value)
    assert by_group.paths.se == pytest.approx(by_row.paths.se, rel=0.18)  # four standard errors
    assert higher(data=answers(51_000), method=method).groups == 1000


@settings(max_examples=10, deadline=None)
@given(
    st.integers(0, 1000),
    st.lists(st.floats(0.1, 50), min_size=9, max_size=9),
    st.integers(1, 4),
    st.sampled_from(["two_stage", "repeated"]),
)
def test_units_order_and_repetition_change_nothing(seed: int, scale: list[float], times: int, method: str) -> None:
    data = answers(seed=seed)
    repeated = np.where(np.arange(120) < 40, times, 1)
    plain, scaled, turned = (higher(data=one, method=method) for one in (data, data * scale - 3.0, data[::-1]))
    weighted = higher(data=data, method=method, weights=repeated.astype(float))
    rows = higher(data=np.repeat(data, repeated, axis=0), method=method)

    assert scaled.paths.value == pytest.approx(plain.paths.value, abs=1e-7)
    assert scaled.paths.bca == pytest.approx(plain.paths.bca, abs=1e-4)
    assert turned.paths.value == pytest.approx(plain.paths.value, abs=1e-7)
    assert weighted.paths.value == pytest.approx(rows.paths.value, abs=1e-7)
