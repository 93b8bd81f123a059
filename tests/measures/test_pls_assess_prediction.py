"""Blindfolding and PLSpredict: a peer's numbers, slow references written from the papers, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, slow, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]
ECSI = pls.Model.ecsi()
FIT = pls.fit(pls.moments(ANSWERS, ITEMS), ECSI)
SMALL_ANSWERS = small_answers(3)
SMALL_FIT = pls.fit(pls.moments(SMALL_ANSWERS, SMALL.items), SMALL)

# seminr 0.2.1 from PyPI on mobi: predict_pls(no_folds=10, ordering=range(250)), rows in blocks of 25: RMSE out of sample.
ORDER = [
    *ECSI.blocks["Expectation"],
    *ECSI.blocks["Satisfaction"],
    *ECSI.blocks["Loyalty"],
    *ECSI.blocks["Quality"],
    "PERV1",
    "PERV2",
    "CUSCO",
]
SEMINR = {
    "direct": (
        [
            *(1.535582301, 1.6542646901, 2.0374224794, 0.9425768408, 1.3342874087, 1.2260166904, 2.3802769805, 2.8487149649),
            *(1.6660210332, 1.2360867103, 1.8185655426, 1.6553828469, 1.5295831996, 1.3323696253, 1.4674018616, 1.696676831),
            *(1.9320394472, 1.4978922555, 1.9484318336),
        ],
        [
            *(1.5610879556, 1.6732043469, 2.0459255615, 0.9333314486, 1.3373023858, 1.1999869269, 2.3694790729, 2.9033952352),
            *(1.6694357041, 1.2125385415, 1.8290330698, 1.6728265455, 1.5400976182, 1.3454058096, 1.4815634964, 1.7134226324),
            *(1.9678035711, 1.5466398983, 1.9250641283),
        ],
    ),
    "earliest": (
        [
            *(1.535582301, 1.6542646901, 2.0374224794, 1.0667108511, 1.5520900846, 1.4586795313, 2.430775943, 2.8485142092),
            *(1.9231013542, 1.2487804483, 1.7851784713, 1.60082606, 1.5094992747, 1.2924576888, 1.461865948, 1.6429830191),
            *(2.0725821503, 1.7035652012, 2.0960492637),
        ],
        [
            *(1.5610879556, 1.6732043469, 2.0459255615, 1.0177034285, 1.5369499936, 1.3958431622, 2.4060745437, 2.8671205333),
            *(1.9102728596, 1.1347773816, 1.5528235063, 1.4474716912, 1.4863923373, 1.1793815367, 1.3566733981, 1.5107461193),
            *(2.0193304986, 1.5768843194, 1.987943774),
        ],
    ),
}


def refitted(data: Floats) -> dict[str, dict[object, float]]:
    return slow(data, SMALL.items, SMALL, "path", "standardized")


@pytest.mark.parametrize("about", ["overall", "remaining"])
def test_blindfolding_matches_cell_by_cell(about: str) -> None:
    """Chin 1998; Tenenhaus et al. 2005, sec. 2.6: hide, fill, fit, predict and compare, one cell after the other."""
    found = pls.blindfold(SMALL_ANSWERS, SMALL_FIT, items=SMALL.items, distance=7, about=about)  # type: ignore[arg-type] -- as listed above
    z = (SMALL_ANSWERS - SMALL_ANSWERS.mean(axis=0)) / SMALL_ANSWERS.std(axis=0)
    n = len(z)
    for name in ("Satisfaction", "Loyalty"):
        block = [SMALL.items.index(item) for item in SMALL.blocks[name]]
        sse = sso = 0.0
        for turn in range(7):
            cells = [(k % n, block[k // n]) for k in range(turn, n * len(block), 7)]
            filled = z.copy()
            means = {}
            for column in block:
                hidden = {row for row, other in cells if other == column}
                means[column] = np.mean([z[row, column] for row in range(n) if row not in hidden])
                for row in hidden:
                    filled[row, column] = means[column]
            own = refitted(filled)
            standard = (filled - filled.mean(axis=0)) / filled.std(axis=0)
            for row, column in cells:
                guess = 0.0
                for start, end in SMALL.paths:
                    if end == name:
                        score = sum(own["weights"][start, item] * standard[row, SMALL.items.index(item)] for item in SMALL.blocks[start])
                        guess += own["paths"][start, end] * score
                guess *= own["loadings"][name, SMALL.items[column]]
                sse += (z[row, column] - (filled[:, column].mean() + filled[:, column].std() * guess)) ** 2
                sso += (z[row, column] - (means[column] if about == "remaining" else 0.0)) ** 2
        assert found.sse[name] == pytest.approx(sse, abs=1e-6)
        assert found.sso[name] == pytest.approx(sso, abs=1e-6)
        assert found.q_squared[name] == pytest.approx(1 - sse / sso, abs=1e-7)
    assert (found.distance, found.n) == (7, 60)


def test_blindfolding_of_mobi_hides_every_answer_once() -> None:
    found = pls.blindfold(ANSWERS, FIT, items=ITEMS)

    assert dict(found.sso) == pytest.approx({name: 250 * len(ECSI.blocks[name]) for name in ECSI.constructs if name != "Image"})
    assert {name: 0 < value < FIT.r_squared[name] for name, value in found.q_squared.items()} == dict.fromkeys(found.q_squared, True)
    assert next(iter(found.by_item)) == ("Expectation", "CUEX1")
    assert json.loads(json.dumps(found.to_dict()))["q_squared"]["Satisfaction"] == found.q_squared["Satisfaction"]


def test_equal_weights_change_nothing() -> None:
    weights = np.full(250, 3.0)

    assert dict(pls.blindfold(ANSWERS, FIT, items=ITEMS, weights=weights).q_squared) == pytest.approx(
        dict(pls.blindfold(ANSWERS, FIT, items=ITEMS).q_squared)
    )
    plain = pls.predict(ANSWERS, FIT, items=ITEMS, folds=np.arange(250) % 5)
    weighted = pls.predict(ANSWERS, FIT, items=ITEMS, folds=np.arange(250) % 5, weights=weights)
    assert dict(weighted.linear.rmse) == pytest.approx(dict(plain.linear.rmse))
    assert dict(weighted.model.mae) == pytest.approx(dict(plain.model.mae))


@pytest.mark.parametrize(
    ("distance", "kind", "words"),
    [(5, CannotSay, "multiple of the distance 5"), (1, BadInput, "lies between"), (126, BadInput, "lies between 2 and half of the 250")],
)
def test_blindfolding_refuses_distances(distance: int, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        pls.blindfold(ANSWERS, FIT, items=ITEMS, distance=distance)


def test_blindfolding_refuses_where_nothing_can_be_predicted() -> None:
    model = pls.Model(SMALL.blocks, SMALL.paths, {"Satisfaction": "B", "Loyalty": "B"})
    with pytest.raises(CannotSay, match="no construct of mode A is explained") as refused:
        pls.blindfold(SMALL_ANSWERS, pls.fit(pls.moments(SMALL_ANSWERS, SMALL.items), model), items=SMALL.items)
    assert refused.value.code == "nothing"
    with pytest.raises(BadInput, match="about is"):
        pls.blindfold(ANSWERS, FIT, items=ITEMS, about="mean")  # type: ignore[arg-type] -- wrong on purpose


@pytest.mark.parametrize("antecedents", ["direct", "earliest"])
def test_prediction_matches_seminr_mobi(antecedents: str) -> None:
    found = pls.predict(ANSWERS, FIT, items=ITEMS, folds=np.arange(250) // 25, antecedents=antecedents)  # type: ignore[arg-type] -- as listed above
    for errors, expected in zip((found.model, found.linear), SEMINR[antecedents], strict=True):
        by_item = {item: value for (_name, item), value in errors.rmse.items()}
        assert [by_item[item] for item in ORDER] == pytest.approx(expected, abs=1e-7)
    assert (found.folds, found.repetitions, found.n) == (10, 1, 250)


def test_prediction_matches_row_by_row() -> None:
    """Shmueli et al. 2016: each row by the model of the other folds, against the regression and the mean of the same rows."""
    folds = np.array([np.arange(60) % 4, np.arange(60) // 15])
    found = pls.predict(SMALL_ANSWERS, SMALL_FIT, items=SMALL.items, folds=folds)
    off: dict[str, list[list[float]]] = {item: [[], [], []] for item in ("Z1", "Z2", "L1", "L2")}
    sources = [SMALL.items.index(item) for item in ("S1", "S2", "S3", "P1")]
    for fold in folds:
        without = {one: refitted(SMALL_ANSWERS[fold != one]) for one in range(4)}
        for row in range(60):
            seen = SMALL_ANSWERS[fold != fold[row]]
            own = without[int(fold[row])]
            z = (SMALL_ANSWERS[row] - seen.mean(axis=0)) / seen.std(axis=0)
            score = {
                name: sum(own["weights"][name, i] * z[SMALL.items.index(i)] for i in SMALL.blocks[name]) for name in ("Service", "Price")
            }
            paths = own["paths"]
            score["Satisfaction"] = paths["Service", "Satisfaction"] * score["Service"] + paths["Price", "Satisfaction"] * score["Price"]
            score["Loyalty"] = paths["Service", "Loyalty"] * score["Service"] + paths["Satisfaction", "Loyalty"] * score["Satisfaction"]
            for name in ("Satisfaction", "Loyalty"):
                for item in SMALL.blocks[name]:
                    at = SMALL.items.index(item)
                    design = np.column_stack([np.ones(len(seen)), seen[:, sources]])
                    b = np.linalg.lstsq(design, seen[:, at])[0]
                    guesses = (
                        seen[:, at].mean() + seen[:, at].std() * own["loadings"][name, item] * score[name],
                        b[0] + SMALL_ANSWERS[row, sources] @ b[1:],
                        seen[:, at].mean(),
                    )
                    for kind, guess in enumerate(guesses):
                        off[item][kind].append(SMALL_ANSWERS[row, at] - guess)
    for (name, item), value in found.model.rmse.items():
        model, linear, mean = (np.array(one) for one in off[item])
        assert value == pytest.approx(np.sqrt((model**2).mean()), abs=1e-7)
        assert found.model.mae[name, item] == pytest.approx(np.abs(model).mean(), abs=1e-7)
        assert found.model.q_squared[name, item] == pytest.approx(1 - (model**2).sum() / (mean**2).sum(), abs=1e-7)
        assert found.linear.rmse[name, item] == pytest.approx(np.sqrt((linear**2).mean()))
        assert found.mean.mae[name, item] == pytest.approx(np.abs(mean).mean())
        assert found.mean.q_squared[name, item] == 0.0
        assert found.better[name, item] == (value < found.linear.rmse[name, item])


def test_the_same_seed_deals_the_same_folds() -> None:
    first, second, other = (
        json.dumps(pls.predict(ANSWERS, FIT, items=ITEMS, rng=np.random.default_rng(seed), repetitions=2).to_dict()) for seed in (1, 1, 2)
    )
    assert first == second != other


def test_prediction_of_noise_is_no_better_than_the_mean() -> None:
    noise = np.random.default_rng(2).normal(size=(80, 8))
    found = pls.predict(noise, pls.fit(pls.moments(noise, SMALL.items), SMALL), items=SMALL.items, rng=np.random.default_rng(1))

    assert max(found.model.q_squared.values()) < 0.05
    assert [note.code for note in found.warnings] == ["worse_than_mean"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"folds": 1}, "between 2 and 60 folds"),
        ({"folds": 61}, "between 2 and 60 folds"),
        ({"repetitions": 0}, "one repetition"),
        ({"rng": None}, "give a random generator"),
        ({"folds": np.arange(59)}, "each of the 60"),
        ({"folds": np.zeros(60, dtype=int)}, "two folds"),
        ({"antecedents": "all"}, "antecedents is"),
    ],
)
def test_prediction_refuses(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        pls.predict(SMALL_ANSWERS, SMALL_FIT, **({"items": SMALL.items, "rng": np.random.default_rng(1)} | options))  # type: ignore[arg-type] -- wrong on purpose


def test_prediction_refuses_regressions_that_cannot_be() -> None:
    twice = SMALL_ANSWERS.copy()
    twice[:, 1] = twice[:, 0]
    result = pls.fit(pls.moments(twice, SMALL.items), SMALL)
    with pytest.raises(CannotSay, match="predict Satisfaction follow from each other") as refused:
        pls.predict(twice, result, items=SMALL.items, rng=np.random.default_rng(1))
    assert refused.value.code == "collinear"
    few = SMALL_ANSWERS[:6]
    result = pls.fit(pls.moments(few, SMALL.items), SMALL)
    with pytest.raises(CannotSay, match="4 items predict Satisfaction from 5 rows"):
        pls.predict(few, result, items=SMALL.items, rng=np.random.default_rng(1), folds=6)


def test_rows_with_gaps_are_left_out_and_named() -> None:
    gaps = np.vstack([SMALL_ANSWERS, np.where(np.arange(8) == 3, np.nan, SMALL_ANSWERS[:2])])
    rng = np.random.default_rng
    found = (
        pls.blindfold(gaps, SMALL_FIT, items=SMALL.items),
        pls.predict(gaps, SMALL_FIT, items=SMALL.items, folds=np.arange(60) % 4),
        pls.discriminant(gaps, SMALL, items=SMALL.items, rng=rng(1), replicates=100),
        pls.exact_fit(gaps, SMALL_FIT, items=SMALL.items, rng=rng(1), replicates=100),
    )

    assert [one.warnings[0].text for one in found] == ["2 of 62 rows are left out for answers missing in them"] * 4
    assert found[0].q_squared.array.tolist() == pls.blindfold(SMALL_ANSWERS, SMALL_FIT, items=SMALL.items).q_squared.array.tolist()
