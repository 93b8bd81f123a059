"""Moderation: the two-stage approach against regressions of scores done one sample at a time, laws, refusals."""

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
from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]
ITEMS = ("I1", "I2", "S1", "S2", "D1", "D2", "L1", "L2")
MODEL = pls.Model(
    {"Image": ITEMS[:2], "Satisfaction": ITEMS[2:4], "Distance": ITEMS[4:6], "Loyalty": ITEMS[6:]},
    [("Image", "Satisfaction"), ("Image", "Loyalty"), ("Satisfaction", "Loyalty"), ("Distance", "Loyalty")],
)
SINGLE = pls.Model({"X": ["x"], "M": ["m"], "Y": ["y"]}, [("X", "Y"), ("M", "Y")])


def answers(gain: float = -0.3, n: int = 150, seed: int = 5) -> Floats:
    rng = np.random.default_rng(seed)
    image, distance = rng.normal(size=(2, n))
    satisfaction = 0.6 * image + 0.8 * rng.normal(size=n)
    loyalty = 0.5 * satisfaction - 0.2 * distance + gain * satisfaction * distance + 0.6 * rng.normal(size=n)
    causes = np.column_stack([image, image, satisfaction, satisfaction, distance, distance, loyalty, loyalty])
    return causes * np.linspace(1, 2, 8) + 0.4 * rng.normal(size=causes.shape) + 5.0


ANSWERS = answers()


def moderated(data: Floats = ANSWERS, seed: int = 1, **options: object) -> pls.Moderation:
    options = {"replicates": 100} | options
    rng = np.random.default_rng(seed)
    return pls.moderation(data, MODEL, "Satisfaction", "Distance", "Loyalty", items=ITEMS, rng=rng, **options)  # type: ignore[arg-type] -- named


def regressed(data: Floats, weights: dict[object, float]) -> Floats:
    """Coefficients of Image, Satisfaction, Distance and the product, then R² with and without it."""
    z = dict(zip(ITEMS, ((data - data.mean(axis=0)) / data.std(axis=0)).T, strict=True))
    y = {name: sum((weights[name, item] * z[item] for item in block), np.zeros(len(data))) for name, block in MODEL.blocks.items()}
    y = {name: (score - score.mean()) / score.std() for name, score in y.items()}
    one = np.ones(len(data))
    alone = np.column_stack([one, y["Image"], y["Satisfaction"], y["Distance"]])
    both = np.column_stack([alone, y["Satisfaction"] * y["Distance"]])
    coefficients = np.linalg.lstsq(both, y["Loyalty"])[0]
    shares = [1 - (y["Loyalty"] - x @ np.linalg.lstsq(x, y["Loyalty"])[0]).var() for x in (both, alone)]
    return np.array([*coefficients[1:], *shares])


@pytest.mark.parametrize("scheme", ["path", "factorial", "centroid"])
def test_two_stages_match_the_reference(scheme: str) -> None:
    # Henseler & Chin 2010: scores of the model without interaction, their product, one regression. lstsq with an intercept, on rows.
    found = moderated(scheme=scheme)
    *paths, gain, share, share_without = regressed(ANSWERS, slow(ANSWERS, ITEMS, MODEL, scheme, "standardized")["weights"])

    assert {name: one.value for name, one in found.paths.items()} == pytest.approx(
        dict(zip(["Image", "Satisfaction", "Distance"], paths, strict=True)), abs=1e-7
    )
    assert found.interaction.value == pytest.approx(gain, abs=1e-7)
    assert found.r_squared.value == pytest.approx(share, abs=1e-7)
    assert found.r_squared_without.value == pytest.approx(share_without, abs=1e-7)
    assert found.f_squared.value == pytest.approx((share - share_without) / (1 - share), abs=1e-7)
    assert {z: one.value for z, one in found.slopes.items()} == pytest.approx(
        {-1.0: paths[1] - gain, 0.0: paths[1], 1.0: paths[1] + gain}, abs=1e-7
    )
    assert found.r_squared_without.value == pytest.approx(found.first.r_squared["Loyalty"], abs=1e-9)


def test_single_items_are_plain_moderated_regression() -> None:
    rng = np.random.default_rng(8)
    x, m, noise = rng.normal(size=(3, 200))
    data = np.column_stack([x, m, x + 0.5 * m + 0.4 * x * m + noise])
    found = pls.moderation(data, SINGLE, "X", "M", "Y", items=["x", "m", "y"], rng=rng, replicates=100)
    z = ((data - data.mean(axis=0)) / data.std(axis=0)).T
    product = z[0] * z[1]
    scaled = (product - product.mean()) / product.std()
    expected = np.linalg.lstsq(np.column_stack([np.ones(200), z[0], z[1], scaled]), z[2])[0]

    assert [found.paths["X"].value, found.paths["M"].value] == pytest.approx(expected[1:3])
    assert found.interaction.value * found.product_deviation == pytest.approx(expected[3])
    assert [note.code for note in found.warnings] == ["single_item", "single_item"]


def test_resamples_go_through_both_stages() -> None:
    found = moderated()
    draws = []
    for sample in np.random.default_rng(1).integers(0, 150, (100, 150)):
        first = pls.fit(pls.moments(ANSWERS[sample], ITEMS), MODEL)
        draws.append(regressed(ANSWERS[sample], dict(first.weights)))
    gains, source = np.array(draws)[:, 3], np.array(draws)[:, 1]

    assert found.failures == 0
    assert found.interaction.se == pytest.approx(gains.std(ddof=1), abs=1e-5)
    end = np.sqrt(150 / 149) * t.ppf(0.975, 149)  # expanded, Hesterberg 2015
    assert found.interaction.percentile == pytest.approx(np.quantile(gains, norm.cdf([-end, end]), method="weibull"), abs=1e-5)
    assert found.slopes[1.0].se == pytest.approx((source + gains).std(ddof=1), abs=1e-5)
    assert found.r_squared.se == pytest.approx(np.array(draws)[:, 4].std(ddof=1), abs=1e-5)


def test_an_interaction_is_found_where_there_is_one_and_not_elsewhere() -> None:
    there, elsewhere = (moderated(answers(gain, n=400), replicates=300).interaction for gain in (-0.3, 0.0))

    assert there.bca[1] < 0
    assert elsewhere.bca[0] < 0 < elsewhere.bca[1]


def test_source_and_moderator_change_places() -> None:
    one = moderated()
    other = pls.moderation(ANSWERS, MODEL, "Distance", "Satisfaction", "Loyalty", items=ITEMS, rng=np.random.default_rng(1), replicates=100)

    for mine, theirs in ((one.interaction, other.interaction), (one.paths["Distance"], other.slopes[0.0])):
        assert [mine.value, mine.se, *mine.bca] == pytest.approx([theirs.value, theirs.se, *theirs.bca])


def test_weights_count_as_rows_and_units_do_not_matter() -> None:
    times = np.random.default_rng(2).integers(0, 4, 150)
    weighted = moderated(weights=times.astype(np.float64))
    repeated = moderated(np.repeat(ANSWERS * 7 - 3, times, axis=0))

    assert weighted.interaction.value == pytest.approx(repeated.interaction.value, abs=1e-8)
    assert weighted.r_squared.value == pytest.approx(repeated.r_squared.value, abs=1e-8)


def test_same_seed_same_bytes_and_stored_as_plain_numbers() -> None:
    one, other = (json.dumps(moderated().to_dict(), allow_nan=False) for _time in range(2))

    assert one == other
    assert sorted(json.loads(one)["slopes"]) == ["-1.0", "0.0", "1.0"]


def test_two_groups_that_never_cross_show_no_interaction() -> None:
    # Three of four cells of two yes-no items: the product follows from both.
    x, m = np.array([[0, 0], [0, 1], [1, 0]] * 20).T
    data = np.column_stack([x, m, x + m + np.random.default_rng(1).normal(size=60)])
    with pytest.raises(CannotSay, match="the product of X and M follows") as caught:
        pls.moderation(data, SINGLE, "X", "M", "Y", items=["x", "m", "y"], rng=np.random.default_rng(1), replicates=100)
    assert caught.value.code == "collinear"


def test_resamples_without_an_answer_are_counted() -> None:
    data = np.random.default_rng(1).normal(size=(40, 3))
    data[:, 1] = np.arange(40) < 3
    found = pls.moderation(data, SINGLE, "X", "M", "Y", items=["x", "m", "y"], rng=np.random.default_rng(1), replicates=200)
    # With one person's answer drawn, however often, the product follows from the moderator and the constant.
    without = sum(len({0, 1, 2} & set(sample.tolist())) < 2 for sample in np.random.default_rng(1).integers(0, 40, (200, 40)))

    assert found.failures == without
    assert "failures" in [note.code for note in found.warnings]


def test_too_few_rows() -> None:
    data = np.random.default_rng(1).normal(size=(4, 3))
    with pytest.raises(CannotSay, match="2 paths and an interaction lead to Y and there are 4 rows"):
        pls.moderation(data, SINGLE, "X", "M", "Y", items=["x", "m", "y"], rng=np.random.default_rng(1), replicates=100)


@pytest.mark.parametrize(
    ("named", "options", "words"),
    [
        (("Joy", "Distance", "Loyalty"), {}, "no construct 'Joy'"),
        (("Image", "Image", "Loyalty"), {}, "three different constructs"),
        (("Distance", "Image", "Satisfaction"), {}, "Distance does not lead to Satisfaction"),
        (("Image", "Distance", "Satisfaction"), {}, "Distance does not lead to Satisfaction in the model, and the product"),
        (("Image", "Distance", "Loyalty"), {"replicates": 99}, "99 replicates are too few"),
        (("Image", "Distance", "Loyalty"), {"level": 95}, "between 0 and 1"),
    ],
)
def test_refuses(named: tuple[str, str, str], options: dict[str, object], words: str) -> None:
    arguments = {"replicates": 100, "rng": np.random.default_rng(1)} | options
    with pytest.raises(BadInput, match=words):
        pls.moderation(ANSWERS, MODEL, *named, items=ITEMS, **arguments)  # type: ignore[arg-type] -- bad on purpose


@pytest.mark.parametrize("weighted", [False, True])
def test_random_groups_say_what_drawing_rows_says(*, weighted: bool) -> None:
    data = answers(n=6000)
    weights = np.random.default_rng(3).uniform(0.5, 2.0, 6000) if weighted else None
    by_row, by_group = (moderated(data, replicates=1000, groups=groups, weights=weights) for groups in (None, 500))

    assert (by_row.groups, by_group.groups) == (None, 500)
    assert by_group.interaction.value == pytest.approx(by_row.interaction.value, abs=1e-12)
    assert by_group.product_deviation == pytest.approx(by_row.product_deviation)
    for mine, theirs in ((by_group.interaction, by_row.interaction), (by_group.slopes[1.0], by_row.slopes[1.0])):
        assert mine.se == pytest.approx(theirs.se, rel=0.18)  # four standard errors


def test_groups_go_through_both_stages() -> None:
    found = moderated(groups=None)
    grouped = moderated(np.repeat(ANSWERS, 2, axis=0), groups=100)
    # As `Rows.at_random` puts them together: a hundred groups of three of 300 rows.
    rng = np.random.default_rng(1)
    members = np.array_split(rng.permutation(300), 100)
    gains = []
    for drawn in rng.integers(0, 100, (100, 100)):
        rows = np.repeat(ANSWERS, 2, axis=0)[np.concatenate([members[group] for group in drawn])]
        gains.append(regressed(rows, dict(pls.fit(pls.moments(rows, ITEMS), MODEL).weights))[3])

    assert grouped.interaction.value == pytest.approx(found.interaction.value)
    assert grouped.interaction.se == pytest.approx(np.std(gains, ddof=1), abs=1e-5)


def test_many_rows_or_many_products_are_drawn_in_groups() -> None:
    assert moderated(answers(n=51_000)).groups == 1000
    rng = np.random.default_rng(1)
    wide = pls.Model({"X": [f"x{i}" for i in range(9)], "M": [f"m{i}" for i in range(9)], "Y": ["y"]}, SINGLE.paths)
    data = rng.normal(size=(26_000, 19)) + np.repeat(rng.normal(size=(26_000, 3)), [9, 9, 1], axis=1)
    found = pls.moderation(data, wide, "X", "M", "Y", items=wide.items, rng=rng, replicates=100)

    assert found.groups == 1000  # 26,000 rows of 19 items and 81 products


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.lists(st.floats(0.1, 50), min_size=8, max_size=8))
def test_units_and_order_change_nothing(seed: int, scale: list[float]) -> None:
    data = answers(seed=seed)
    plain, scaled, turned = (moderated(one).interaction for one in (data, data * scale - 3.0, data[::-1]))

    assert [scaled.value, *scaled.bca] == pytest.approx([plain.value, *plain.bca], abs=1e-4)
    assert turned.value == pytest.approx(plain.value)
