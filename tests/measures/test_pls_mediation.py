"""Mediation: products of paths, intervals of the plain bootstrap, and every kind of Zhao, Lynch & Chen."""

from __future__ import annotations

import json
from itertools import pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput

ECSI = pls.Model.ecsi()
TRIANGLE = pls.Model({"X": ["x"], "M": ["m"], "Y": ["y"]}, [("X", "M"), ("M", "Y"), ("X", "Y")])


def mediated(start: str = "Image", end: str = "Loyalty", seed: int = 1, **options: object) -> pls.Mediation:
    options = {"replicates": 400} | options
    return pls.mediation(ANSWERS, ECSI, start, end, items=ITEMS, rng=np.random.default_rng(seed), **options)  # type: ignore[arg-type] -- named


def triangle(first: float, second: float, direct: float, n: int = 400) -> pls.Mediation:
    """Single items whose sample paths are exactly these: what is random is made orthogonal."""
    rng = np.random.default_rng(2)
    x, one, other = np.linalg.qr(np.column_stack([np.ones(n), rng.normal(size=(n, 3))]))[0].T[1:] * np.sqrt(n)
    m = first * x + np.sqrt(1 - first**2) * one
    y = direct * x + second * m + 0.7 * other
    return pls.mediation(np.column_stack([x, m, y]), TRIANGLE, "X", "Y", items=["x", "m", "y"], rng=rng, replicates=500)


def test_indirect_effects_are_products_of_paths_and_add_up() -> None:
    found = mediated()
    paths = found.fit.paths
    for way, one in found.by_way.items():
        assert one.value == pytest.approx(prod(paths[pair] for pair in pairwise(way)))

    assert len(found.by_way) == 10  # five ways to Satisfaction, each then straight on or by Complaints
    assert found.indirect.value == pytest.approx(found.fit.indirect_effects["Image", "Loyalty"])
    assert found.total.value == pytest.approx(found.fit.total_effects["Image", "Loyalty"])
    assert found.direct is not None
    assert found.total.value == pytest.approx(found.indirect.value + found.direct.value)


def test_intervals_are_those_of_the_bootstrap() -> None:
    found = mediated(seed=3)
    whole = pls.bootstrap(ANSWERS, ECSI, items=ITEMS, rng=np.random.default_rng(3), replicates=400)
    plain = whole.indirect_effects["Image", "Loyalty"]

    assert (found.indirect.percentile, found.indirect.bca) == (pytest.approx(plain.percentile), pytest.approx(plain.bca))
    assert found.indirect.se == pytest.approx(plain.se)
    assert mediated(seed=3).by_way.bca.tobytes() == found.by_way.bca.tobytes()


@pytest.mark.parametrize(
    ("first", "second", "direct", "kind", "refused"),
    [
        (0.6, 0.6, 0.0, "full", ""),
        (0.6, 0.5, 0.4, "partial", ""),
        (0.6, 0.6, -0.6, "competitive", "opposite signs"),
        (0.0, 0.5, 0.5, "direct_only", "indirect effect may be 0"),
        (0.0, 0.5, 0.0, "no_effect", "indirect effect may be 0"),
    ],
)
def test_every_kind_of_zhao_lynch_and_chen(first: float, second: float, direct: float, kind: str, refused: str) -> None:
    found = triangle(first, second, direct)

    assert found.kind == kind
    assert refused in found.vaf_refused
    if refused:
        assert found.vaf is None
    else:
        assert found.vaf == pytest.approx(first * second / (first * second + direct))


def test_without_a_direct_path_nothing_is_called_full() -> None:
    found = mediated("Quality", "Loyalty")

    assert (found.direct, found.kind, found.vaf) == (None, "untested", None)
    assert [note.code for note in found.warnings] == ["no_direct_path"]
    assert json.loads(json.dumps(found.to_dict()))["direct"] is None


@pytest.mark.parametrize(
    ("start", "end", "options", "words"),
    [
        ("Delight", "Loyalty", {}, "no construct 'Delight'"),
        ("Complaints", "Loyalty", {}, "no construct lies between"),
        ("Loyalty", "Image", {}, "no construct lies between"),
        ("Image", "Image", {}, "no construct lies between"),
        ("Image", "Loyalty", {"replicates": 10}, "100 at least"),
        ("Image", "Loyalty", {"level": 95}, "level lies"),
        ("Image", "Loyalty", {"interval": "normal"}, "'percentile' or 'bca'"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(start: str, end: str, options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        mediated(start, end, **options)


def test_consistent_and_raw_effects_are_those_of_such_fits() -> None:
    answers = small_answers(8, 300)
    for options in ({"consistent": True}, {"metric": "raw"}):
        rng = np.random.default_rng(1)
        found = pls.mediation(answers, SMALL, "Service", "Loyalty", items=SMALL.items, rng=rng, replicates=200, **options)  # type: ignore[arg-type] -- named
        whole = pls.bootstrap(answers, SMALL, items=SMALL.items, rng=np.random.default_rng(1), replicates=200, **options)  # type: ignore[arg-type] -- named

        assert found.indirect.value == pytest.approx(whole.fit.indirect_effects["Service", "Loyalty"])
        assert found.indirect.percentile == pytest.approx(whole.indirect_effects["Service", "Loyalty"].percentile)
    assert "inadmissible" in {note.code for note in mediated(consistent=True).warnings}  # mobi has no consistent solution


def test_many_rows_are_drawn_in_groups() -> None:
    answers = small_answers(4, 6000)
    by_row, by_group = (
        pls.mediation(answers, SMALL, "Service", "Loyalty", items=SMALL.items, rng=np.random.default_rng(1), replicates=1000, groups=groups)
        for groups in (None, 500)
    )

    assert (by_row.groups, by_group.groups) == (None, 500)
    assert by_group.indirect.value == by_row.indirect.value
    assert by_group.indirect.se == pytest.approx(by_row.indirect.se, rel=0.18)  # four standard errors
    many = pls.mediation(
        small_answers(1, 51_000), SMALL, "Service", "Loyalty", items=SMALL.items, rng=np.random.default_rng(1), replicates=100
    )
    assert many.groups == 1000


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.lists(st.floats(0.1, 50), min_size=8, max_size=8), st.integers(1, 4))
def test_units_order_and_repetition_change_no_effect(seed: int, scale: list[float], times: int) -> None:
    answers = small_answers(seed)
    repeated = np.where(np.arange(60) < 20, times, 1)

    def effects(data: np.ndarray, weights: np.ndarray | None = None) -> list[float]:
        rng = np.random.default_rng(1)
        found = pls.mediation(data, SMALL, "Service", "Loyalty", items=SMALL.items, rng=rng, replicates=100, weights=weights)
        return [found.indirect.value, found.total.value, *(found.indirect.percentile if weights is None else ())]

    assert effects(answers * scale - 3.0) == pytest.approx(effects(answers), abs=1e-4)
    assert effects(answers[::-1])[:2] == pytest.approx(effects(answers)[:2])
    assert effects(answers, repeated.astype(float)) == pytest.approx(effects(np.repeat(answers, repeated, axis=0))[:2])
