"""Laws of the score and its bounds: missing criteria widen, answers narrow, nothing is ever assumed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.loop.choosing.rules import conditions, scoring, sources
from kexin.loop.choosing.rules.checklists import Criterion, Definition, DefinitionError, Value
from kexin.loop.choosing.rules.scoring import Line, weigh

POINTS = st.floats(0, 100, allow_nan=False)
WEIGHTS = st.floats(0.1, 1000, allow_nan=False)
LINES = st.lists(st.builds(Line, WEIGHTS, st.one_of(st.none(), POINTS)), min_size=1, max_size=12)
LEVELS = st.floats(1, 100), st.floats(0, 1)
NEAR = 1e-6


def scored(lines: list[Line], suitable_from: float = 60, min_known: float = 0.0) -> scoring.Result:
    return weigh(lines, suitable_from=suitable_from, min_known=min_known)


@given(LINES, *LEVELS)
def test_a_score_lies_within_its_bounds_on_0_to_100(lines: list[Line], suitable_from: float, min_known: float) -> None:
    found = scored(lines, suitable_from, min_known)
    assert 0 <= found.low <= found.high <= 100
    assert 0 <= found.known <= 1
    assert found.score is None or found.low <= found.score <= found.high


@given(LINES, st.floats(0.01, 100))
def test_scaling_all_weights_changes_nothing(lines: list[Line], factor: float) -> None:
    one, other = scored(lines), scored([Line(line.weight * factor, line.points) for line in lines])
    assert (one.low, one.high, one.known) == pytest.approx((other.low, other.high, other.known), abs=NEAR)
    assert one.score == (None if other.score is None else pytest.approx(other.score, abs=NEAR))


@given(LINES, POINTS, st.data())
def test_an_answer_keeps_the_score_within_the_old_bounds_and_narrows_them(lines: list[Line], points: float, data: Any) -> None:
    missing = [place for place, line in enumerate(lines) if line.points is None]
    if not missing:
        return
    place = data.draw(st.sampled_from(missing))
    before = scored(lines)
    after = scored([*lines[:place], Line(lines[place].weight, points), *lines[place + 1 :]])
    assert after.score is not None
    assert before.low - NEAR <= after.score <= before.high + NEAR
    assert before.low - NEAR <= after.low
    assert after.high <= before.high + NEAR


@given(LINES, st.floats(0, 100), st.data())
def test_more_points_never_lower_the_score(lines: list[Line], more: float, data: Any) -> None:
    known = [place for place, line in enumerate(lines) if line.points is not None]
    if not known:
        return
    place = data.draw(st.sampled_from(known))
    better = Line(lines[place].weight, min(100.0, (lines[place].points or 0) + more))
    before, after = scored(lines), scored([*lines[:place], better, *lines[place + 1 :]])
    assert before.score is not None
    assert after.score is not None
    assert after.score >= before.score - NEAR
    assert after.low >= before.low - NEAR
    assert after.high >= before.high - NEAR


@given(LINES, LEVELS[0], st.data())
def test_no_answer_turns_a_verdict_round(lines: list[Line], suitable_from: float, data: Any) -> None:
    before = scored(lines, suitable_from)
    if before.verdict == scoring.OPEN:
        return
    filled = [line if line.points is not None else Line(line.weight, data.draw(POINTS)) for line in lines]
    after = scored(filled, suitable_from)
    if abs((after.score or 0) - suitable_from) > NEAR:
        assert after.verdict == before.verdict


def test_too_little_known_is_refused_and_all_known_leaves_no_doubt() -> None:
    half = [Line(5, 100.0), Line(5, None)]
    assert scored(half, 60, 0.6) == scoring.Result(None, 50.0, 100.0, 0.5, scoring.OPEN)
    assert scored(half, 60, 0.5) == scoring.Result(100.0, 50.0, 100.0, 0.5, scoring.OPEN)
    assert scored(half, 50, 0.5).verdict == scoring.SUITABLE
    whole = scored([Line(3, 40.0), Line(1, 80.0)])
    assert (whole.score, whole.low, whole.high, whole.verdict) == (50.0, 50.0, 50.0, scoring.UNSUITABLE)
    assert scored([Line(1, None)]) == scoring.Result(None, 0.0, 100.0, 0.0, scoring.OPEN)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_points_lie_between_0_and_100_and_meet_both_ends(value: float, zero_at: float, full_at: float) -> None:
    if abs(zero_at - full_at) < 1e-3:
        return
    assert 0 <= scoring.linear_points(value, zero_at=zero_at, full_at=full_at) <= 100
    assert scoring.linear_points(zero_at, zero_at=zero_at, full_at=full_at) == 0
    assert scoring.linear_points(full_at, zero_at=zero_at, full_at=full_at) == 100


def test_a_definition_is_the_same_after_it_was_written_and_read() -> None:
    made = Definition((Criterion("distance", 5.0, 500.0, 50.0), Criterion("question:3", 2.0, points={"yes": 100.0, "no": 0.0})), 60.0, 0.4)
    assert Definition.from_json(made.as_json()) == made
    result, points = made.score({"distance": Value(number=275.0), "question:3": Value(choice="unheard of")})
    assert points == [50.0, None]
    assert result.known == pytest.approx(5 / 7)


BAD = [
    ({}, "not_a_checklist"),
    ({"schema": 1, "criteria": []}, "no_criteria"),
    ({"schema": 1, "criteria": [{"source": "moon", "weight": 1}]}, "unknown_source"),
    ({"schema": 1, "criteria": [{"source": "field:0", "weight": 1}]}, "unknown_source"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 0, "zero_at": 1, "full_at": 2}]}, "weight"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": float("nan"), "zero_at": 1, "full_at": 2}]}, "not_a_number"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": True, "zero_at": 1, "full_at": 2}]}, "not_a_number"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": 2, "full_at": 2}]}, "flat_scale"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": "x", "full_at": 2}]}, "not_a_number"),
    ({"schema": 1, "criteria": [{"source": "tier", "weight": 1, "points": {"A": 101}}]}, "points"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": 1, "full_at": 2}] * 2}, "twice"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": 1, "full_at": 2}] * 31}, "too_many"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": 1, "full_at": 2}], "suitable_from": 0, "min_known": 0},
     "suitable_from"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": 1, "full_at": 2}], "suitable_from": 60, "min_known": 2},
     "min_known"),
    ({"schema": 1, "criteria": [{"source": "distance", "weight": 1, "zero_at": 1, "full_at": 2}], "suitable_from": "x", "min_known": 0},
     "suitable_from"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "code"), BAD)
def test_what_is_no_checklist_says_why(plain: Any, code: str) -> None:
    with pytest.raises(DefinitionError) as told:
        Definition.from_json(plain)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        ([], "no_conditions"),
        ("x", "no_conditions"),
        ([["distance", ">="]], "not_a_condition"),
        ([["moon", ">=", 1]], "unknown_source"),
        ([["distance", "~", 1]], "unknown_operator"),
        ([["distance", ">=", "far"]], "not_a_number"),
        ([["question:1", "in", []]], "no_choices"),
        ([["distance", ">=", 1], ["distance", ">=", 2]], "twice"),
    ],
)
def test_what_is_no_condition_says_why(plain: Any, code: str) -> None:
    with pytest.raises(DefinitionError) as told:
        conditions.from_json(plain)
    assert told.value.code == code


HELD = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=8)


@given(HELD, st.data())
def test_what_is_not_known_is_never_assumed(held: list[bool | None], data: Any) -> None:
    verdict = conditions.verdict(held)
    filled = [data.draw(st.booleans()) if one is None else one for one in held]
    assert verdict in {conditions.OPEN, conditions.verdict(filled)}
    assert (verdict == conditions.ELIGIBLE) == all(one is True for one in held)


def test_conditions_hold_fail_or_are_not_known() -> None:
    far = conditions.Condition("distance", ">=", 150.0)
    assert [far.holds(one) for one in (Value(number=150.0), Value(number=149.9), Value(), None)] == [True, False, None, None]
    chosen = conditions.Condition("question:1", "in", choices=("yes",))
    assert [chosen.holds(one) for one in (Value(choice="yes"), Value(choice="no"), None)] == [True, False, None]
    assert conditions.from_json(conditions.as_json((far, chosen))) == (far, chosen)


def test_dynamic_sources_are_told_apart() -> None:
    assert (sources.question_of("question:12"), sources.question_of("field:12"), sources.field_of("field:7")) == (12, None, 7)
    assert [sources.is_source(name) for name in ("distance", "question:1", "question:01", "question:x", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip
