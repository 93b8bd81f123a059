"""Importance and performance: against scores regressed row by row, published performances, and laws."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.measures.test_pls import ANSWERS, ITEMS, PUBLISHED, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput, CannotSay

ECSI = pls.Model.ecsi()
FIT = pls.fit(pls.moments(ANSWERS, ITEMS), ECSI)


def test_performance_is_the_published_index() -> None:
    shown = pls.importance_performance(FIT, "Loyalty", low=1, high=10)

    assert list(shown.constructs) == ["Image", "Expectation", "Quality", "Value", "Satisfaction", "Complaints"]
    found = {name: round(one.performance, 3) for name, one in shown.constructs.items()} | {"Loyalty": round(shown.performance, 3)}
    assert found == PUBLISHED["index_0_100"]  # cSEM 0.6.1 doIPMA


@pytest.mark.parametrize("metric", ["standardized", "raw"])
@pytest.mark.parametrize("target", ["Satisfaction", "Loyalty"])
def test_importance_is_what_regressions_of_rescaled_scores_give(metric: str, target: str) -> None:
    """Ringle & Sarstedt 2016: rescale the answers, score each construct by weights that add up to 1, regress the scores."""
    result = pls.fit(pls.moments(ANSWERS, ITEMS), ECSI, metric=metric)  # type: ignore[arg-type] -- as listed above
    lengths = {item: 9.0 if item != "IMAG2" else 12.0 for item in ITEMS}
    highs = {item: 1 + length for item, length in lengths.items()}
    rescaled = {item: 100 * (ANSWERS[:, k] - 1) / lengths[item] for k, item in enumerate(ITEMS)}
    shares, score = {}, {}
    for name, block in ECSI.blocks.items():
        sizes = [result.weights[name, i] / (rescaled[i].std() if metric == "standardized" else 1 / lengths[i]) for i in block]
        shares[name] = dict(zip(block, np.array(sizes) / sum(sizes), strict=True))
        score[name] = sum(share * rescaled[i] for i, share in shares[name].items())
    slopes = {}
    for name in ECSI.blocks:
        causes = [start for start, end in ECSI.paths if end == name]
        if causes:
            design = np.column_stack([np.ones(250), *(score[cause] for cause in causes)])
            slopes |= {(c, name): b for c, b in zip(causes, np.linalg.lstsq(design, score[name])[0][1:], strict=True)}

    def total(start: str) -> float:
        return 1.0 if start == target else sum(slope * total(end) for (begin, end), slope in slopes.items() if begin == start)

    shown = pls.importance_performance(result, target, low=1, high=highs)
    for name, one in shown.constructs.items():
        assert one.importance == pytest.approx(total(name), abs=1e-6)
        assert one.performance == pytest.approx(score[name].mean(), abs=1e-6)
        assert one.importance_standardized == pytest.approx(total(name) * score[name].std() / score[target].std(), abs=1e-6)
        for item, share in shares[name].items():
            standing = shown.items[name, item]
            assert standing.importance == pytest.approx(total(name) * share, abs=1e-6)
            assert standing.performance == pytest.approx(rescaled[item].mean())
            assert standing.importance_standardized == pytest.approx(
                standing.importance * rescaled[item].std() / score[target].std(), abs=1e-6
            )


def test_items_add_up_and_constructs_that_do_not_lead_there_are_left_out() -> None:
    shown = pls.importance_performance(FIT, "Satisfaction", low=1, high=10)

    assert list(shown.constructs) == ["Image", "Expectation", "Quality", "Value"]
    for name, one in shown.constructs.items():
        assert sum(item.importance for (owner, _), item in shown.items.items() if owner == name) == pytest.approx(one.importance)
    assert json.loads(json.dumps(shown.to_dict()))["items"]["Image|IMAG1"]["performance"] == pytest.approx(
        shown.items["Image", "IMAG1"].performance
    )


def test_what_lowers_the_target_is_named() -> None:
    answers = small_answers(1, n=300)
    shown = pls.importance_performance(pls.fit(pls.moments(answers, SMALL.items), SMALL), "Loyalty", low=-10, high=20)

    assert shown.constructs["Price"].importance < 0
    assert [note.code for note in shown.warnings] == ["negative_importance"]
    assert "Price" in shown.warnings[0].text


@pytest.mark.parametrize(("target", "words"), [("Delight", "no construct 'Delight'"), ("Image", "no path leads to Image")])
def test_a_target_nothing_leads_to_is_refused(target: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        pls.importance_performance(FIT, target, low=1, high=10)


def test_a_consistent_fit_too_few_rows_and_answers_off_the_scale_are_refused() -> None:
    consistent = pls.fit(pls.moments(ANSWERS, ITEMS), ECSI, consistent=True)
    with pytest.raises(CannotSay, match="without consistent"):
        pls.importance_performance(consistent, "Loyalty", low=1, high=10)
    with pytest.raises(CannotSay, match="fewer than the 300"):
        pls.importance_performance(FIT, "Loyalty", low=1, high=10, at_least=300)
    with pytest.raises(BadInput, match="outside its scale"):
        pls.importance_performance(FIT, "Loyalty", low=1, high=7)
