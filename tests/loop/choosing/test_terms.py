"""Individual terms: eligible with every reason, granted as an act, watched every night."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Announcement
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.choosing import actions, errors
from kexin.loop.choosing.choices import Eligibility, GrantState
from kexin.loop.choosing.estimates import FEWEST, calibration
from kexin.loop.choosing.models import Checklist, Grant, Mark, Proposition, Question, TermSet, Version
from kexin.loop.choosing.queries import terms as queries
from kexin.loop.choosing.rules.checklists import Value
from kexin.loop.choosing.rules.conditions import Condition
from kexin.loop.customers import actions as customers
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.todo.models import ToDo

BY = Actor.system("cli")
pytestmark = pytest.mark.django_db


def today() -> dt.date:
    return staff.today()


@pytest.fixture
def boss() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.ALL, branch=make_branch())


@pytest.fixture
def hard() -> Question:
    return Question.objects.create(name_zh="勤快", choices=[["yes", "是", "Yes"], ["no", "否", "No"]])


@pytest.fixture
def terms(hard: Question) -> TermSet:
    TermSet.objects.all().delete()
    conditions = [["payment_days", "<=", 0], [f"question:{hard.pk}", "in", ["yes"]]]
    return actions.save_terms(fields={"name_zh": "小经销商", "conditions": conditions}, by=BY)


def deserving(hard: Question, owner: User | None = None, **fields: Any) -> Customer:
    customer = make_customer(owner=owner, branch=owner.branch if owner else None, **fields)
    customers.add_credit(customer_id=customer.pk, payment_days=0, by=BY)
    actions.answer(customer_id=customer.pk, question_id=hard.pk, choice="yes", by=BY)
    return customer


def verdict(customer: Customer, terms: TermSet) -> queries.Judged:
    return queries.judged([customer.pk], terms, as_of=today())[customer.pk]


def night() -> dict[str, int]:
    ended = jobs.run_here(jobs.start(kind="choosing.terms", by=BY, here=True).pk)
    assert ended.state == "done", ended.error
    return dict(ended.result)


def test_each_condition_has_its_reason(terms: TermSet, hard: Question) -> None:
    customer = make_customer()
    source = f"question:{hard.pk}"
    assert (verdict(customer, terms).verdict, verdict(customer, terms).missing) == (Eligibility.OPEN, ["payment_days", source])
    actions.answer(customer_id=customer.pk, question_id=hard.pk, choice="no", by=BY)
    found = verdict(customer, terms)
    assert (found.verdict, found.failing, found.missing) == (Eligibility.NOT, [source], ["payment_days"])
    assert verdict(deserving(hard), terms).verdict == Eligibility.ELIGIBLE


@examples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(0, 1e3), st.floats(-1, 1))
def test_a_condition_holds_only_where_it_holds_wherever_the_value_really_is(number: float, line: float, error: float, where: float) -> None:
    truth = Value(number=number + where * error)
    for operator in (">=", "<="):
        condition = Condition("distance", operator, number=line)
        said = condition.holds(Value(number=number, error=error))
        assert said is None or said == condition.holds(truth)


def test_who_is_not_eligible_is_refused_unless_a_manager_says_why(terms: TermSet, hard: Question, boss: User) -> None:
    customer = make_customer()
    with pytest.raises(errors.MayBeEligible):
        actions.grant(customer_id=customer.pk, terms_id=terms.pk, by=boss.actor)
    actions.answer(customer_id=customer.pk, question_id=hard.pk, choice="no", by=BY)
    for act in (actions.grant, actions.ask):
        with pytest.raises(errors.NotEligible) as told:
            act(customer_id=customer.pk, terms_id=terms.pk, by=boss.actor)
        assert "勤快" in told.value.sentence()
    with pytest.raises(errors.WhyNeeded):
        actions.grant(customer_id=customer.pk, terms_id=terms.pk, override_conditions=True, reason=" ", by=boss.actor)
    assert not Grant.objects.exists()

    given = actions.grant(customer_id=customer.pk, terms_id=terms.pk, override_conditions=True, reason="战略客户", by=boss.actor)

    assert (given.state, given.is_override, given.approved_by_id, given.eligibility) == (GrantState.GRANTED, True, boss.pk, "not")
    assert Announcement.objects.get(name="customers.terms_granted").payload["is_override"] is True
    assert Entry.objects.filter(action="terms.override").count() == 1


def test_asked_for_decided_ended(terms: TermSet, hard: Question, boss: User) -> None:
    front = make_user(branch=boss.branch)
    asked = actions.ask(customer_id=deserving(hard, front).pk, terms_id=terms.pk, by=front.actor)
    todo = ToDo.objects.get()
    assert (todo.owner, asked.state) == (boss, GrantState.ASKED)
    with pytest.raises(errors.GrantedAlready):
        actions.ask(customer_id=asked.customer_id, terms_id=terms.pk, by=front.actor)

    given = actions.approve(grant_id=asked.pk, by=boss.actor)

    todo.refresh_from_db()
    assert (given.asked_by_id, given.approved_by_id, todo.state) == (front.pk, boss.pk, "done")
    assert given.last_day == today() + dt.timedelta(days=365)
    with pytest.raises(errors.NotWaiting):
        actions.approve(grant_id=asked.pk, by=boss.actor)
    with pytest.raises(errors.WhyNeeded):
        actions.end(grant_id=asked.pk, reason="", by=boss.actor)
    actions.end(grant_id=asked.pk, reason="改签年度合同", by=boss.actor)
    assert Announcement.objects.filter(name="customers.terms_ended").count() == 1
    again = actions.ask(customer_id=asked.customer_id, terms_id=terms.pk, by=front.actor)
    actions.refuse(grant_id=again.pk, reason="先观察", by=boss.actor)
    assert [row.state for row in Grant.objects.order_by("pk")] == ["ended", "refused"]
    shown = parts.named("choosing.terms").timeline(asked.customer, None, 5, boss)  # type: ignore[misc]  # it has one
    assert [item.kind for item in shown] == ["terms", "terms"]


def test_whoever_is_nearest_decides_and_the_to_do_belongs_to_the_file(terms: TermSet, hard: Question, boss: User) -> None:
    below = make_branch(parent=boss.branch)
    front = make_user(branch=below)

    asked = actions.ask(customer_id=deserving(hard, front).pk, terms_id=terms.pk, by=front.actor)

    assert list(ToDo.objects.values_list("owner", "customer")) == [(boss.pk, asked.customer_id)]  # erasing the file finds its words


@pytest.mark.parametrize(
    "days",
    [(0, -1), (0, 2000), (-10, -5), (2_000_000, 2_000_001)],
    ids=["ends before it begins", "longer than five years", "over already", "in seven thousand years"],
)
def test_days_that_cannot_be(days: tuple[int, int], terms: TermSet, hard: Question, boss: User) -> None:
    first, last = (today() + dt.timedelta(days=one) for one in days)
    with pytest.raises(errors.DaysWrong):
        actions.grant(customer_id=deserving(hard).pk, terms_id=terms.pk, first_day=first, last_day=last, by=boss.actor)


def test_nights_end_what_ran_out_and_tell_the_owner_of_what_is_undeserved(terms: TermSet, hard: Question, boss: User) -> None:
    owner = make_user(branch=boss.branch)
    lost, over, soon, old = (deserving(hard, owner) for _ in range(4))
    grants = {one: actions.grant(customer_id=one.pk, terms_id=terms.pk, by=boss.actor) for one in (lost, over, soon, old)}
    yesterday = today() - dt.timedelta(days=1)
    Grant.objects.filter(pk=grants[over].pk).update(first_day=yesterday, last_day=yesterday)
    Grant.objects.filter(pk=grants[soon].pk).update(last_day=today() + dt.timedelta(days=20))
    Grant.objects.filter(pk=grants[old].pk).update(checked_on=today() - dt.timedelta(days=365))
    customers.add_credit(customer_id=lost.pk, payment_days=30, by=BY)

    assert night() == {"looked_at": 4, "ended": 1, "undeserved": 1, "ending": 1, "recheck": 1}
    assert night() == {"looked_at": 3, "ended": 0, "undeserved": 0, "ending": 0, "recheck": 0}

    assert {todo.customer for todo in ToDo.objects.filter(owner=owner)} == {lost, soon, old}
    assert Announcement.objects.get(name="customers.terms_undeserved").payload["failing"] == ["payment_days"]
    grants[over].refresh_from_db()
    assert grants[over].state == GrantState.ENDED
    actions.recheck(grant_id=grants[old].pk, by=boss.actor)
    assert ToDo.objects.get(customer=old).state == "done"


def test_nights_ask_nothing_about_files_on_which_nobody_can_write(terms: TermSet, hard: Question, boss: User) -> None:
    survivor, merged, closed, erased, waiting = (deserving(hard, boss) for _ in range(5))
    soon = today() + dt.timedelta(days=20)
    for one in (survivor, merged, closed, erased):
        actions.grant(customer_id=one.pk, terms_id=terms.pk, last_day=soon, by=boss.actor)
    actions.ask(customer_id=waiting.pk, terms_id=terms.pk, by=boss.actor)
    ToDo.objects.all().delete()
    customers.merge_customers(survivor_id=survivor.pk, merged_id=merged.pk, by=BY)
    customers.deactivate_customers(customer_ids=[closed.pk], reason="停业", by=BY)
    for one in (erased, waiting):
        parts.named("choosing.terms").erase(one)  # type: ignore[misc]  # it has one

    assert night() == {"looked_at": 3, "ended": 0, "undeserved": 0, "ending": 1, "recheck": 0}

    assert [todo.customer for todo in ToDo.objects.all()] == [survivor]
    assert [Grant.objects.get(customer=one).state for one in (erased, waiting)] == [GrantState.ENDED, GrantState.REFUSED]


@pytest.mark.parametrize("rows", [1, 3])
def test_watching_costs_the_same_for_one_and_three(
    rows: int, terms: TermSet, hard: Question, boss: User, django_assert_num_queries: Any
) -> None:
    from kexin.loop.choosing.actions.watching import look_at  # noqa: PLC0415 -- not offered to surfaces

    ids = [actions.grant(customer_id=deserving(hard).pk, terms_id=terms.pk, by=boss.actor).pk for _ in range(rows)]
    day = today()
    with django_assert_num_queries(6):  # the savepoint and its end, grants, credit, stale days, answers
        look_at(ids=ids, today=day, by=BY)


@pytest.mark.parametrize(
    "conditions",
    [
        *(None, [], [["moon", ">=", 1]], [["distance", ">=", "far"]], [["distance", "in", ["far"]]], [["tier", ">=", 5]]),
        *([["tier", "in", ["Z"]]], [["tier", "in", []]], [["question:999999", "in", ["yes"]]]),
    ],
)
def test_terms_without_readable_conditions_are_refused_in_words(conditions: Any) -> None:
    with pytest.raises(KexinError) as told:
        actions.save_terms(fields={"name_zh": "条款", "conditions": conditions}, by=BY)
    assert told.value.code == "choosing_bad_definition"
    assert "%(" not in told.value.sentence()


def test_one_proposition_a_segment(boss: User) -> None:
    first = actions.save_proposition(fields={"sentence_zh": "当天到货", "kind": "key"}, by=BY)
    with pytest.raises(errors.SegmentTaken):
        actions.save_proposition(fields={"sentence_zh": "另一个", "kind": "extra"}, by=BY)
    with pytest.raises(errors.UnknownSegment):
        actions.save_proposition(fields={"sentence_zh": "另一个", "kind": "extra", "segment_id": 10**9}, by=BY)
    customer = make_customer()
    score = actions.score_customer(customer_id=customer.pk, by=BY)
    assert score is not None
    assert (score.proposition_id, Proposition.objects.count()) == (first.pk, 1)


def test_terms_follow_a_merge_unless_the_survivor_has_them(terms: TermSet, hard: Question, boss: User) -> None:
    one, other, third = deserving(hard), deserving(hard), deserving(hard)
    for each in (one, other):
        actions.grant(customer_id=each.pk, terms_id=terms.pk, by=boss.actor)
    customers.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    assert Grant.objects.filter(customer=one).count() == 1
    merge = customers.merge_customers(survivor_id=third.pk, merged_id=one.pk, by=BY)
    assert Grant.objects.filter(customer=third).count() == 1
    customers.unmerge_customers(merge_id=merge.pk, by=BY)
    assert not Grant.objects.filter(customer=third).exists()


def test_what_became_of_earlier_scores_is_said_with_n_and_interval_or_not_at_all(boss: User) -> None:
    checklist = Checklist.objects.create(name_zh="旧")
    version = Version.objects.create(checklist=checklist, number=9, state="retired", definition={})
    then = today() - dt.timedelta(days=400)
    for place in range(FEWEST + 3):
        customer = make_customer()
        band = 4 if place < FEWEST else 0
        Mark.objects.create(customer=customer, on=then, verdict="open", score=90 if band else 10, band=band, made_by=version)
        make_order(customer=customer, on=today() - dt.timedelta(days=500), lines=[(1, 100)])
        if place < 15:
            make_order(customer=customer, on=today() - dt.timedelta(days=5), lines=[(2, 100)])

    found = calibration(boss, today=today())

    best, worst = found.bands[4], found.bands[0]
    assert (best.n, best.kept, best.lost, best.kept_share) == (20, 15, 5, 0.75)
    assert best.kept_low is not None and best.kept_high is not None  # noqa: PT018 -- both or neither
    assert (round(best.kept_low, 3), round(best.kept_high, 3)) == (0.531, 0.888)  # Wilson 1927 for 15 of 20
    assert (worst.n, worst.kept_share) == (3, None)
    assert found.n == FEWEST + 3
