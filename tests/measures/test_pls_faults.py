"""What PLS refuses or warns of, and in which words: the item, row or construct is named."""

from __future__ import annotations

import numpy as np
import pytest
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput, CannotSay


def moments_of(answers: object, **options: object) -> pls.Moments:
    return pls.moments(answers, SMALL.items, **options)  # type: ignore[arg-type] -- wrong on purpose


def with_column(place: int, values: object) -> np.ndarray:
    answers = small_answers(1)
    answers[:, place] = values
    return answers


def without_weight(*rows: int) -> np.ndarray:
    weights = np.ones(60)
    weights[list(rows)] = 0
    return weights


@pytest.mark.parametrize(
    ("answers", "options", "words"),
    [
        (with_column(2, np.inf), {}, "item S3 is infinite"),
        (with_column(2, 1e200) * 1e10, {}, "S1|S3 are too large"),
        (small_answers(1).astype(object), {"weights": None}, "held as object"),
        (np.where(np.arange(8) == 4, "good", small_answers(1).astype(object)), {}, "item Z1 holds 'good' in row 0"),
        (np.where(np.arange(8) == 4, 10**30, small_answers(1).astype(object)), {}, "item Z1 holds 1000"),
        (np.full((60, 8), 2**60), {}, "S1 pass 2\\^53"),
        (small_answers(1).astype(str), {}, "not as numbers"),
        (small_answers(1).astype(complex), {}, "not as numbers"),
        (small_answers(1)[:, :7], {}, "7 columns and 8 names"),
        (small_answers(1)[0], {}, "a row a person"),
        ([[1.0] * 8, [1.0] * 7], {}, "rows differ in length"),
        (small_answers(1), {"missing": "mean"}, "missing is"),
        (small_answers(1), {"weights": np.ones(59)}, "60 rows, weights of shape"),
        (small_answers(1), {"weights": -without_weight(0)}, "weight of row 1 is -1"),
        (small_answers(1), {"weights": np.full(60, np.nan)}, "weight of row 0 is nan"),
        (small_answers(1), {"weights": np.full(60, 1e200)}, "divide them by their mean"),
        (small_answers(1), {"weights": np.full(60, 1e-200)}, "divide them by their mean"),
        (small_answers(1), {"weights": ["a"] * 60}, "weights are numbers"),
    ],
)
def test_moments_refuse(answers: object, options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        moments_of(answers, **options)


@pytest.mark.parametrize(
    ("answers", "options", "words"),
    [
        (np.zeros((0, 8)), {}, "there are no rows"),
        (with_column(1, np.nan), {}, "none of 60 rows answers every item"),
        (np.full((4, 8), np.nan), {"missing": "em"}, "none of 4 rows answers anything"),
        (small_answers(1), {"weights": np.zeros(60)}, "every row has weight zero"),
    ],
)
def test_nobody_left_is_said(answers: object, options: dict[str, object], words: str) -> None:
    with pytest.raises(CannotSay, match=words) as refused:
        moments_of(answers, **options)
    assert refused.value.code == "nobody"


@pytest.mark.parametrize("missing", ["pairwise", "em"])
def test_an_item_nobody_answers_is_named(missing: str) -> None:
    with pytest.raises(CannotSay, match="nobody answers S2"):
        pls.fit(moments_of(with_column(1, np.nan), missing=missing), SMALL)


def test_items_that_nobody_answers_together_are_named() -> None:
    answers = small_answers(1)
    answers[:30, 0] = answers[30:, 1] = np.nan
    with pytest.raises(CannotSay, match="no row answers both S1 and S2"):
        pls.fit(moments_of(answers, missing="pairwise"), SMALL)


def test_different_moments_are_not_added() -> None:
    other = pls.moments(small_answers(1), [*SMALL.items[1:], "S1"])
    with pytest.raises(BadInput, match="different items"):
        moments_of(small_answers(1)) + other
    with pytest.raises(BadInput, match="choose one"):
        moments_of(small_answers(1)) + moments_of(small_answers(1), missing="em")
    with pytest.raises(BadInput, match="S1 is named twice"):
        pls.moments([[1, 2]], ["S1", "S1"])
    with pytest.raises(BadInput, match="no items"):
        pls.moments(np.zeros((3, 0)), [])


def test_masked_answers_are_missing() -> None:
    masked = np.ma.array(small_answers(1), mask=np.arange(60)[:, None] + np.zeros(8) < 10)
    assert (moments_of(masked).n, moments_of(masked).dropped) == (50, 10)


@pytest.mark.parametrize(
    ("answers", "options", "code", "words"),
    [
        (with_column(1, 0.1), {}, "constant", "item S2 has the same answer, 0.1"),
        (small_answers(1), {"weights": 1 - without_weight(7)}, "too_few", "there are 1 rows"),
        (small_answers(1)[:3], {}, "too_few", "2 paths lead to Satisfaction and there are 3 rows"),
    ],
)
def test_a_fit_refuses(answers: np.ndarray, options: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(CannotSay, match=words) as refused:
        pls.fit(moments_of(answers, **options), SMALL)
    assert refused.value.code == code


def test_constructs_that_say_the_same_are_refused() -> None:
    answers = small_answers(1)
    answers[:, 0] = answers[:, 1] = answers[:, 2] = answers[:, 3]  # Service is Price
    with pytest.raises(CannotSay, match="cannot be told apart") as refused:
        pls.fit(moments_of(answers), SMALL)
    assert refused.value.code == "collinear"


def test_mode_b_names_items_that_follow_from_each_other() -> None:
    model = pls.Model(SMALL.blocks, SMALL.paths, {"Service": "B"})
    answers = small_answers(1)
    answers[:, 2] = 2 * answers[:, 0] - 1
    with pytest.raises(CannotSay, match=r"S1, S3 of Service apart") as refused:
        pls.fit(moments_of(answers), model)
    assert refused.value.code == "collinear"
    with pytest.raises(CannotSay, match="3 items weighted by mode B and there are 3 rows"):
        pls.fit(moments_of(small_answers(1)[:3]), model)


def test_constructs_without_any_relation_are_named() -> None:
    x = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=float)
    with pytest.raises(CannotSay, match="A, B: no weights") as refused:
        pls.fit(pls.moments(x, ["a", "b"]), pls.Model({"A": ["a"], "B": ["b"]}, [("A", "B")]))
    assert refused.value.code == "unrelated"


def test_consistent_refuses_items_that_do_not_go_together() -> None:
    rng = np.random.default_rng(5)
    answers, apart = small_answers(1, 400), 3 * rng.normal(size=400)
    answers[:, 4], answers[:, 5] = answers[:, 0] + apart, answers[:, 6] - apart
    with pytest.raises(CannotSay, match="items of Satisfaction do not go together") as refused:
        pls.fit(moments_of(answers), SMALL, consistent=True)
    assert refused.value.code == "inadmissible"
    with pytest.raises(BadInput, match="standardized"):
        pls.fit(moments_of(answers), SMALL, consistent=True, metric="raw")


def test_warnings_name_what_is_wrong() -> None:
    gaps = small_answers(1)
    gaps[:5, 0] = np.nan
    turned = small_answers(1) * np.array([1, 1, -1, 1, 1, 1, 1, 1])

    def warned(moments: pls.Moments, **options: object) -> list[tuple[str, str]]:
        return [(note.code, note.text) for note in pls.fit(moments, SMALL, **options).warnings]  # type: ignore[arg-type] -- as named

    assert warned(moments_of(gaps)) == [("rows_dropped", "5 of 60 rows are left out for answers missing in them")]
    assert warned(moments_of(small_answers(1)[:7]))[0] == ("few_rows", "the answers are worth 7.0 rows, less than 8 items")
    heavy = without_weight()
    heavy[0] = 1000
    assert warned(moments_of(small_answers(1), weights=heavy))[0][0] == "few_rows"
    coded = np.where(np.arange(60)[:, None] + np.zeros(8) == 3, -99, small_answers(1))
    assert warned(moments_of(coded))[0] == ("missing_code", "the lowest answer to S1 is -99: if it means missing, turn it into NaN")
    same = with_column(1, small_answers(1)[:, 0])
    assert warned(moments_of(same)) == [("duplicate_items", "S1 and S2 say the same in every row: leave one of them out")]
    assert [code for code, _text in warned(moments_of(turned))] == ["reversed_item"]
    assert [code for code, _text in warned(moments_of(small_answers(1)), max_iterations=1)] == ["not_converged"]
    assert not pls.fit(moments_of(small_answers(1)), SMALL, max_iterations=1).admissible


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scheme": "best"}, "scheme is"),
        ({"metric": "log"}, "metric is"),
        ({"tolerance": 0}, "tolerance is positive"),
        ({"max_iterations": 0}, "at least one iteration"),
    ],
)
def test_unknown_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        pls.fit(moments_of(small_answers(1)), SMALL, **options)  # type: ignore[arg-type] -- wrong on purpose


@pytest.mark.parametrize(
    ("blocks", "paths", "modes", "words"),
    [
        ({}, [], {}, "blocks name each construct"),
        ({"A": ["a"], "B": []}, [("A", "B")], {}, "block B is empty"),
        ({"A": "a", "B": ["b"]}, [("A", "B")], {}, r"write \['a'\]"),
        ({"A": ["a", "a"], "B": ["b"]}, [("A", "B")], {}, "item a stands twice in A"),
        ({"A": ["a"], "B": ["a"]}, [("A", "B")], {}, "item a stands in A and in B"),
        ({"": ["a"]}, [], {}, "a construct's name"),
        ({"A": [1]}, [], {}, "items are named by words"),
        ({"A": ["a"], "B": ["b"]}, [("A", "C")], {}, "there is no construct 'C'"),
        ({"A": ["a"], "B": ["b"]}, [("A", "A")], {}, "A cannot lead to itself"),
        ({"A": ["a"], "B": ["b"]}, [("A", "B"), ("A", "B")], {}, "given twice"),
        ({"A": ["a"], "B": ["b"]}, ["AB"], {}, "a path is a pair"),
        ({"A": ["a"], "B": ["b"], "C": ["c"]}, [("A", "B")], {}, "block C is unconnected"),
        (
            {"A": ["a"], "B": ["b"], "C": ["c"], "D": ["d"]},
            [("A", "B"), ("B", "C"), ("C", "A"), ("C", "D")],
            {},
            "A → B → C → A",
        ),
        ({"A": ["a"], "B": ["b"]}, [("A", "B")], {"C": "A"}, "a mode is given for 'C'"),
        ({"A": ["a"], "B": ["b"]}, [("A", "B")], {"A": "C"}, "the mode of A"),
    ],
)
def test_a_model_that_cannot_be_is_refused(blocks: object, paths: object, modes: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        pls.Model(blocks, paths, modes)  # type: ignore[arg-type] -- wrong on purpose


def test_ready_models_refuse_blocks_they_do_not_know() -> None:
    with pytest.raises(BadInput, match="no construct 'Complaints'"):
        pls.Model.gbt19038({"Complaints": ["c"]})


def test_items_the_moments_lack_are_named() -> None:
    with pytest.raises(BadInput, match="model's item IMAG1"):
        pls.fit(moments_of(small_answers(1)), pls.Model.ecsi())
    with pytest.raises(KeyError, match="'Image', 'Loyalty'"):
        pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi()).paths["Image", "Regret"]


def test_scores_refuse() -> None:
    result = pls.fit(moments_of(small_answers(1)), SMALL)
    with pytest.raises(BadInput, match="lack the model's item S1"):
        pls.scores(result, small_answers(1)[:, 1:], SMALL.items[1:])
    with pytest.raises(BadInput, match="8 columns"):
        pls.scores(result, small_answers(1)[:, 1:])
    with pytest.raises(BadInput, match="item Z1 is infinite"):
        pls.scores(result, with_column(4, np.inf))


def test_an_index_refuses() -> None:
    result = pls.fit(pls.moments(ANSWERS, ITEMS), pls.Model.ecsi())
    turned = pls.fit(moments_of(11 - np.clip(np.rint(small_answers(1)), 1, 10) * [-1, 1, 1, 1, 1, 1, 1, 1]), SMALL)
    with pytest.raises(BadInput, match=r"IMAG1 go from 3 to 10, outside its scale of 1 to 7|outside its scale of 1 to 7"):
        pls.index(result, low=1, high=7)
    with pytest.raises(BadInput, match="low lies below high"):
        pls.index(result, low=10, high=1)
    with pytest.raises(BadInput, match="low names no end of the scale for IMAG2"):
        pls.index(result, low={"IMAG1": 1}, high=10)
    with pytest.raises(BadInput, match="finite"):
        pls.index(result, low=-np.inf, high=10)
    with pytest.raises(BadInput, match="no construct 'Regret'"):
        pls.index(result, low=1, high=10, constructs=["Regret"])
    with pytest.raises(CannotSay, match="250 rows are fewer than the 300"):
        pls.index(result, low=1, high=10, at_least=300)
    assert [note.code for note in pls.index(turned, low=-50, high=50).warnings] == ["negative_weight"]
    assert list(pls.index(result, low=1, high=10, constructs=["Satisfaction"])) == ["Satisfaction"]
