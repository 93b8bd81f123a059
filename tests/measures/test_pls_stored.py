"""Moments put away and taken out again are the same moments."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput


def with_gaps(seed: int) -> np.ndarray:
    answers = small_answers(seed)
    answers[np.random.default_rng(seed).random(answers.shape) < 0.05] = np.nan
    return answers


def stored(stats: pls.Moments) -> pls.Moments:
    return pls.Moments.from_dict(json.loads(json.dumps(stats.to_dict(), allow_nan=False)))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), missing=st.sampled_from(["complete", "pairwise", "em"]), weighted=st.booleans())
def test_stored_moments_fit_and_add_to_the_last_digit(*, seed: int, missing: str, weighted: bool) -> None:
    w = np.random.default_rng(seed).uniform(0.5, 2, 60) if weighted else None
    one, other = (
        pls.moments(with_gaps(s), SMALL.items, weights=w, missing=missing)  # type: ignore[arg-type] -- one of the three
        for s in (seed, seed + 1)
    )
    again, sum_again = stored(one), stored(stored(one) + stored(other))

    assert json.dumps(again.to_dict()) == json.dumps(one.to_dict())
    assert json.dumps(sum_again.to_dict()) == json.dumps((one + other).to_dict())
    assert (again.n, again.dropped, again.n_effective) == (one.n, one.dropped, one.n_effective)
    assert again.covariance.tobytes() == one.covariance.tobytes()


def test_a_stored_fit_is_the_fit() -> None:
    stats = pls.moments(ANSWERS, ITEMS)
    model = pls.Model(**json.loads(json.dumps(pls.Model.ecsi().to_dict())))

    assert pls.fit(stored(stats), model).to_dict() == pls.fit(stats, pls.Model.ecsi()).to_dict()


def test_an_item_that_nobody_answers_in_a_branch_may_be_answered_in_another() -> None:
    branch, other = small_answers(1), small_answers(2)
    branch[:, 3] = np.nan
    one, two = (pls.moments(answers, SMALL.items, missing="pairwise") for answers in (branch, other))

    assert (stored(one) + two).to_dict() == (one + two).to_dict()
    assert stored(one + two).lowest[3] == other[:, 3].min()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sums": None}, "no stored moments"),
        ({"missing": "some"}, "'some' is lacking or unknown"),
        ({"items": ["S1"]}, "shape"),
        ({"items": ["S1", "S1"]}, "named twice"),
        ({"n": "many"}, "no stored moments"),
        ({"sums": {"weight": 60, "mean": [None] * 8, "scatter": [[0.0] * 8] * 8}}, "a number is lacking"),
        (
            {"missing": "em", "sums": {"patterns": [{"answered": [9], "weight": 1, "mean": [1], "scatter": [[1]]}]}},
            "items that are not there",
        ),
    ],
)
def test_what_is_no_stored_moments_is_refused(change: dict[str, object], words: str) -> None:
    whole = pls.moments(small_answers(1), SMALL.items).to_dict()

    with pytest.raises(BadInput, match=words):
        pls.Moments.from_dict(whole | change)
    with pytest.raises(BadInput, match="'weight' is lacking"):
        pls.Moments.from_dict({name: value for name, value in whole.items() if name != "weight"})
