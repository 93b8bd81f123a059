"""Resampling: the same as fitting each resample by itself, repeatable, and true about what failed."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import norm, t
from tests.measures.test_pls import ANSWERS, ITEMS, SMALL, small_answers

from kexin.measures import pls
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.pls.rows import complete_rows
from kexin.measures.pls.samples import Samples, fitted


def sampled(answers: np.ndarray, items: Sequence[str], point: pls.Fit) -> Samples:
    rows = complete_rows(answers, None, pls.moments(answers, items), point.model)
    return Samples(rows, point.mean, point.deviation, fitted(point))


def resampled(seed: int = 1, **options: object) -> pls.Bootstrap:
    options = {"replicates": 300, "low": 1, "high": 10} | options
    return pls.bootstrap(ANSWERS, pls.Model.ecsi(), items=ITEMS, rng=np.random.default_rng(seed), **options)  # type: ignore[arg-type] -- named


@pytest.mark.parametrize("scheme", ["path", "factorial", "centroid"])
@pytest.mark.parametrize("metric", ["standardized", "raw"])
@pytest.mark.parametrize("mode", ["A", "B"])
def test_each_resample_is_what_a_fit_of_its_rows_gives(scheme: str, metric: str, mode: str) -> None:
    ecsi = pls.Model.ecsi()
    model = pls.Model(ecsi.blocks, ecsi.paths, {"Image": mode, "Quality": mode})  # type: ignore[dict-item] -- A or B
    point = pls.fit(pls.moments(ANSWERS, ITEMS), model, scheme=scheme, metric=metric)  # type: ignore[arg-type] -- as listed above
    times = np.random.default_rng(2).multinomial(250, np.full(250, 1 / 250), size=4)
    draws = sampled(ANSWERS, ITEMS, point).estimated([times.astype(float)])

    assert {kind: which.any() for kind, which in draws.failures.items()} == {
        "constant": False,
        "no_solution": False,
        "not_converged": False,
    }
    for sample, counts in enumerate(times):
        rows = pls.moments(np.repeat(ANSWERS, counts, axis=0), ITEMS)
        alone = pls.fit(rows, model, scheme=scheme, metric=metric)  # type: ignore[arg-type] -- as listed above
        for table in ("weights", "loadings", "paths", "total_effects", "indirect_effects", "r_squared", "correlations"):
            assert draws.found[table][sample] == pytest.approx(getattr(alone, table).array, abs=1e-5)


def test_htmt_and_index_match_plain_loops() -> None:
    result = resampled()
    r = np.abs(np.corrcoef(ANSWERS, rowvar=False))
    image, quality = ([ITEMS.index(item) for item in result.fit.model.blocks[name]] for name in ("Image", "Quality"))
    across = np.mean([r[i, j] for i in image for j in quality])
    within = [np.mean([r[i, j] for i in block for j in block if i < j]) for block in (image, quality)]

    assert result.htmt["Image", "Quality"].value == pytest.approx(across / np.sqrt(within[0] * within[1]))
    assessed = pls.assess(pls.moments(ANSWERS, ITEMS), result.fit).htmt
    assert {pair: one.value for pair, one in result.htmt.items()} == pytest.approx(dict(assessed))
    assert result.htmt["Image", "Complaints"].percentile[0] < result.htmt["Image", "Complaints"].value < 1
    assert {name: one.value for name, one in result.index.items()} == dict(pls.index(result.fit, 1, 10))


def test_intervals_are_those_of_efron_and_tibshirani() -> None:
    rng = np.random.default_rng(3)
    answers = rng.exponential(size=40)
    draws = np.array([rng.choice(answers, 40).mean() for _ in range(2000)])
    left_out = np.array([np.delete(answers, i).mean() for i in range(40)])
    found = pls.Estimates(["mean"], np.array([answers.mean()]), draws[:, None], left_out[:, None], 0.9)["mean"]

    end = np.sqrt(40 / 39) * t.ppf(0.95, 39)  # expanded, Hesterberg 2015
    z0 = norm.ppf(np.mean(draws < answers.mean()))
    away = left_out.mean() - left_out
    a = np.sum(away**3) / (6 * np.sum(away**2) ** 1.5)
    ends = [norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in (-end, end)]
    assert found.bca == pytest.approx(np.quantile(draws, ends, method="weibull"))
    assert found.percentile == pytest.approx(np.quantile(draws, norm.cdf([-end, end]), method="weibull"))
    assert found.se == pytest.approx(draws.std(ddof=1))


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second, other = resampled(4), resampled(4), resampled(5)

    assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())
    assert first.paths.se.tobytes() == second.paths.se.tobytes()
    assert first.paths.se.tobytes() != other.paths.se.tobytes()


def test_intervals_hold_the_value_and_what_does_not_vary_has_none() -> None:
    result = resampled()
    path = result.paths["Image", "Expectation"]

    assert path.percentile[0] < path.value < path.percentile[1]
    assert path.bca[0] < path.value < path.bca[1]
    assert 0.04 < path.se < 0.08
    assert np.isnan(result.weights["Complaints", "CUSCO"].bca).all()
    assert result.failures == {"constant": 0, "no_solution": 0, "not_converged": 0}
    assert list(resampled(low=None, high=None).index) == []


def test_equal_weights_change_nothing_and_rows_with_gaps_are_left_out() -> None:
    gaps = np.vstack([ANSWERS, np.where(np.arange(24) == 3, np.nan, ANSWERS[:2])])
    plain = resampled()
    weighted = resampled(weights=np.full(250, 3.0))
    with_gaps = pls.bootstrap(gaps, pls.Model.ecsi(), items=ITEMS, rng=np.random.default_rng(1), replicates=300, low=1, high=10)

    assert weighted.paths.se == pytest.approx(plain.paths.se)
    assert with_gaps.paths.se == pytest.approx(plain.paths.se)
    assert [note.code for note in with_gaps.warnings] == ["rows_dropped"]


def test_resamples_in_which_an_item_is_constant_are_counted() -> None:
    answers = small_answers(1)
    answers[:, 3] = np.arange(60) < 2  # in some samples nobody says so
    result = pls.bootstrap(answers, SMALL, items=SMALL.items, rng=np.random.default_rng(6), replicates=400)

    assert 0.08 < result.failures["constant"] / 400 < 0.2  # (1 - 2/60)^60 = 0.13
    assert [note.code for note in result.warnings] == ["failures", "short_intervals"]
    assert np.isfinite(result.paths.se).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replicates": 10}, "100 at least"),
        ({"level": 95}, "level lies"),
        ({"high": None}, "both ends"),
        ({"high": 7}, "outside its scale"),
    ],
)
def test_what_cannot_be_resampled_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        resampled(**options)


def test_each_consistent_resample_is_what_a_consistent_fit_of_its_rows_gives() -> None:
    answers = small_answers(8, n=300)
    point = pls.fit(pls.moments(answers, SMALL.items), SMALL, consistent=True)
    times = np.random.default_rng(9).multinomial(300, np.full(300, 1 / 300), size=5)
    found = sampled(answers, SMALL.items, point).estimated([times.astype(float)]).found

    for sample, counts in enumerate(times):
        alone = pls.fit(pls.moments(np.repeat(answers, counts, axis=0), SMALL.items), SMALL, consistent=True)
        for table in ("weights", "loadings", "paths", "total_effects", "r_squared"):
            assert found[table][sample] == pytest.approx(getattr(alone, table).array, abs=1e-5)
        assert bool(found["possible"][sample]) == alone.admissible


def test_consistent_resamples_that_no_population_has_are_counted_and_kept() -> None:
    mobi = resampled(consistent=True)  # known to be inadmissible
    sound = pls.bootstrap(small_answers(8, n=2000), SMALL, items=SMALL.items, rng=np.random.default_rng(1), replicates=200, consistent=True)

    assert mobi.inadmissible > 150
    assert {"not_positive_semidefinite", "inadmissible"} <= {note.code for note in mobi.warnings}
    assert mobi.paths["Image", "Expectation"].value == mobi.fit.paths["Image", "Expectation"]
    assert sound.inadmissible == 0
    assert sound.warnings == ()


def test_items_that_do_not_go_together_in_a_resample_are_failures_of_a_consistent_fit() -> None:
    answers = small_answers(1)
    answers[:, 4] = 0.3 * answers[:, 5] + np.random.default_rng(5).normal(size=60)  # Z1 and Z2 are hardly related
    result = pls.bootstrap(answers, SMALL, items=SMALL.items, rng=np.random.default_rng(6), replicates=400, consistent=True)

    assert 0 < result.failures["no_solution"] < 200
    assert "failures" in {note.code for note in result.warnings}


@pytest.mark.parametrize("weighted", [False, True])
def test_random_groups_say_what_drawing_rows_says(*, weighted: bool) -> None:
    answers = np.sort(small_answers(7, n=10_000), axis=0)[::-1]  # in an order, which groups must not follow
    answers = answers + np.random.default_rng(2).normal(size=answers.shape)
    weights = np.random.default_rng(3).uniform(0.5, 2.0, 10_000) if weighted else None
    by_row, by_group = (
        pls.bootstrap(answers, SMALL, items=SMALL.items, rng=np.random.default_rng(4), replicates=1000, groups=groups, weights=weights)
        for groups in (None, 500)
    )

    ratio = by_group.paths.se / by_row.paths.se
    # Both are estimates: of 1,000 resamples each (2.2 %) and of 500 groups (3.2 %); these are four such errors.
    assert np.abs(ratio - 1).max() < 4 * np.sqrt(1 / 2000 + 1 / 2000 + 1 / 1000)
    assert by_group.paths.percentile == pytest.approx(by_row.paths.percentile, abs=0.5 * by_row.paths.se.max())
    assert (by_row.groups, by_group.groups) == (None, 500)


def test_moments_of_groups_are_those_of_their_rows() -> None:
    model = pls.Model({"a": [ITEMS[3]], "b": [ITEMS[1], ITEMS[2]]}, [("a", "b")])
    weights = np.arange(250) % 3.0
    stats = pls.moments(ANSWERS, ITEMS, weights=weights)
    rows = complete_rows(ANSWERS, weights, stats, model)
    groups = rows.at_random(7, np.random.default_rng(1))
    point = pls.fit(stats, model)
    counts = np.array([[0, 2, 1, 1, 0, 3, 0]])
    mean, covariance = Samples(groups, point.mean, point.deviation, fitted(point)).moments(counts.astype(float))
    drawn = np.concatenate([group.kept for group, times in zip(groups, counts[0], strict=True) for _time in range(times)])

    assert len(rows) == 166  # the others have weight zero
    assert sorted(np.concatenate([group.kept for group in groups])) == np.flatnonzero(weights).tolist()
    assert {len(group) for group in groups} == {23, 24}
    assert mean[0] == pytest.approx(np.average(ANSWERS[drawn][:, [3, 1, 2]], axis=0, weights=weights[drawn]))
    assert covariance[0] == pytest.approx(np.cov(ANSWERS[drawn][:, [3, 1, 2]], rowvar=False, aweights=weights[drawn], ddof=0))


def test_many_rows_are_drawn_in_groups() -> None:
    rng = np.random.default_rng(7)
    answers = rng.normal(size=(60_000, 8)) + rng.normal(size=(60_000, 1))
    result = pls.bootstrap(answers, SMALL, items=SMALL.items, rng=rng, replicates=200)

    assert result.groups == 1000
    with pytest.raises(CannotSay, match="do not make 400 groups"):
        resampled(groups=400)
    with pytest.raises(BadInput, match="too few: take 1,000"):
        resampled(groups=10)


def test_infinite_ratios_in_resamples_are_counted_and_left_out_of_the_standard_error() -> None:
    draws = np.random.default_rng(1).normal(size=(500, 2))
    draws[3, 1] = np.inf
    found = pls.Estimates(["a", "b"], np.zeros(2), draws, draws[4:54], 0.9)

    assert found.endless.tolist() == [0, 1]
    assert found.se[1] == pytest.approx(np.delete(draws[:, 1], 3).std(ddof=1))
    assert np.isfinite(found.percentile).all()


def test_a_few_respondents_are_told_which_intervals_are_too_short() -> None:
    few = pls.bootstrap(ANSWERS[:120], pls.Model.ecsi(), items=ITEMS, rng=np.random.default_rng(1), replicates=100)
    enough = pls.bootstrap(ANSWERS, pls.Model.ecsi(), items=ITEMS, rng=np.random.default_rng(1), replicates=100)

    assert [note.text[:31] for note in few.warnings if note.code == "short_intervals"] == ["answers worth 120 respondents: "]
    assert [note.code for note in enough.warnings] == []


def test_a_ratio_to_nothing_in_some_resamples_is_said() -> None:
    """Items of a block that some resamples leave uncorrelated to the digit."""
    rng = np.random.default_rng(4)
    answers = np.rint(np.clip(2 + 0.5 * rng.normal(size=(16, 1)) + 0.5 * rng.normal(size=(16, 4)), 1, 3))
    model = pls.Model({"A": ["a", "b"], "B": ["c", "d"]}, [("A", "B")])
    found = pls.bootstrap(answers, model, items=["a", "b", "c", "d"], rng=np.random.default_rng(1), replicates=200)

    assert found.htmt.endless.tolist() == [18]
    assert not np.isfinite(found.htmt["A", "B"].percentile[1])
    assert [note.code for note in found.warnings] == ["short_intervals", "endless"]
    assert found.to_dict()["htmt"]["A|B"]["percentile"][1] is None
