from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.measures import rfm
from kexin.measures.errors import BadInput

values = st.lists(st.integers(-100, 100), min_size=1, max_size=80)


@given(values)
def test_scores_rise_with_the_value_and_equals_share_one(found: list[int]) -> None:
    x = np.array(found)
    scores = rfm.score(found)
    order = np.argsort(x, kind="stable")
    assert (np.diff(scores[order]) >= 0).all()
    assert all(len(set(scores[x == value].tolist())) == 1 for value in set(found))
    assert scores.min() >= 1
    assert scores.max() <= 5


@given(values)
def test_scores_do_not_care_for_order_or_unit(found: list[int]) -> None:
    order = np.random.default_rng(1).permutation(len(found))
    assert rfm.score([found[i] for i in order]).tolist() == rfm.score(found)[order].tolist()
    assert rfm.score([3 * value + 7 for value in found]).tolist() == rfm.score(found).tolist()


@given(st.integers(1, 40))
def test_fifths_of_different_values_are_equal(n: int) -> None:
    assert np.bincount(rfm.score(range(5 * n)), minlength=6)[1:].tolist() == [n] * 5


def test_cells_count_everybody_once() -> None:
    rng = np.random.default_rng(2)
    cells = rfm.rfm(rng.integers(0, 400, 500), rng.integers(1, 20, 500), rng.lognormal(5, 1, 500))
    assert rfm.cell_counts(cells).sum() == 500
    assert (cells.cell == 100 * cells.recency.astype(int) + 10 * cells.frequency + cells.monetary).all()


def test_lengths_must_agree() -> None:
    with pytest.raises(BadInput):
        rfm.rfm([1, 2], [1], [1, 2])
