"""Scores from the file: computed at once and in the night, announced when the verdict changes, never with anything assumed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict, Invalid
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Announcement
from kexin.ground.lists import reading
from kexin.ground.lists.models import SavedView
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch, Company, User
from kexin.loop.choosing import actions, errors, queries
from kexin.loop.choosing.choices import Verdict, VersionState
from kexin.loop.choosing.listing import SCORES
from kexin.loop.choosing.models import Answer, Checklist, Mark, Question, Run, Score, Version
from kexin.loop.customers import actions as customers
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.partners import actions as partners
from kexin.loop.partners.models import PracticeKind

BY = Actor.system("cli")
pytestmark = pytest.mark.django_db


def today() -> dt.date:
    return staff.today()


@pytest.fixture
def fit() -> Question:
    return Question.objects.create(name_zh="合不合", choices=[["yes", "合", "Yes"], ["no", "不合", "No"]], stale_days=100)


@pytest.fixture
def boss() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.ALL, branch=make_branch())


def define(fit: Question, **more: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "suitable_from": 60.0,
        "min_known": 0.4,
        "criteria": [
            {"source": f"question:{fit.pk}", "weight": 6.0, "points": {"yes": 100.0, "no": 0.0}},
            {"source": "payment_days", "weight": 4.0, "zero_at": 100.0, "full_at": 0.0},
        ],
        **more,
    }


@pytest.fixture
def checklist(fit: Question) -> Checklist:
    """The only one there is."""
    Checklist.objects.all().delete()
    made = Checklist.objects.create(name_zh="经销商")
    Version.objects.create(checklist=made, number=1, state=VersionState.PUBLISHED, definition=define(fit))
    return made


def answered(customer: Customer, fit: Question, choice: str = "yes", **more: Any) -> Answer:
    return actions.answer(customer_id=customer.pk, question_id=fit.pk, choice=choice, by=BY, **more)


def night(**arguments: Any) -> dict[str, Any]:
    ended = jobs.run_here(actions.score_everybody(by=BY, here=True, **arguments).pk)
    assert ended.state == "done", ended.error
    return dict(ended.result)


def test_an_answer_moves_the_score_within_the_bounds_it_had(checklist: Checklist, fit: Question) -> None:
    customer = make_customer()
    before = actions.score_customer(customer_id=customer.pk, by=BY)
    assert before is not None
    assert (before.score, before.low, before.high, before.verdict) == (None, 0.0, 100.0, Verdict.OPEN)
    assert before.ask_next == f"question:{fit.pk}"

    answered(customer, fit)
    after = queries.score_of(customer)

    assert after is not None
    assert (after.score, after.low, after.high, after.known, after.verdict) == (100.0, 60.0, 100.0, 0.6, Verdict.SUITABLE)
    assert (after.missing, after.made_by.number) == (",payment_days,", 1)
    told = Announcement.objects.get(name="customers.suitability_changed")
    assert (told.payload["old"], told.payload["new"]) == ("open", "suitable")
    assert [mark.verdict for mark in queries.marks_of(customer)] == ["suitable", "open"]


def test_a_stale_answer_counts_as_missing_and_the_newest_day_counts(checklist: Checklist, fit: Question) -> None:
    customer = make_customer()
    answered(customer, fit, "yes", answered_on=today() - dt.timedelta(days=101))
    assert Score.objects.get().missing == f",question:{fit.pk},payment_days,"
    answered(customer, fit, "yes", answered_on=today() - dt.timedelta(days=100))
    assert Score.objects.get().score == 100
    answered(customer, fit, "no", answered_on=today() - dt.timedelta(days=99))
    answered(customer, fit, "yes", answered_on=today() - dt.timedelta(days=102))
    assert Score.objects.get().score == 0


def test_the_night_scores_everybody_and_twice_changes_nothing(checklist: Checklist, fit: Question) -> None:
    made = [make_customer() for _ in range(3)]
    for one in made[:2]:
        answered(one, fit)
    customers.add_credit(customer_id=made[2].pk, payment_days=100, by=BY)

    first, second = night(), night()

    assert (first["customers"], first["suitable"], first["open"]) == (3, 2, 1)
    assert second["changed"] == 0
    assert Run.objects.filter(state="done").count() == 2
    low = Score.objects.get(customer=made[2])
    assert (low.score, low.high, low.known) == (0.0, 60.0, 0.4)  # 60 could still be reached: nothing is said
    assert Mark.objects.filter(customer=made[2]).count() == 1


def test_what_happens_while_the_night_reads_is_not_written_over(
    checklist: Checklist, fit: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, closed = make_customer(), make_customer()
    read = queries.scored

    def meanwhile(ids: Any, **more: Any) -> dict[int, queries.Scored]:
        found = read(ids, **more)
        if not Answer.objects.exists():
            answered(one, fit)
            customers.deactivate_customers(customer_ids=[closed.pk], reason="停业", by=BY)
        return found

    monkeypatch.setattr(queries, "scored", meanwhile)
    night()

    assert [(score.customer, score.score) for score in Score.objects.all()] == [(one, 100.0)]


def test_the_first_checklist_whose_segment_matches_applies(checklist: Checklist, fit: Question, boss: User) -> None:
    near, far = make_customer(region="浙江"), make_customer(region="新疆")
    view = SavedView.objects.create(listing="customers", name="新疆", query="region=新疆", owner_id=boss.pk)
    special = Checklist.objects.create(name_zh="新疆", segment_id=view.pk, position=1)
    Version.objects.create(checklist=special, number=1, state=VersionState.PUBLISHED, definition=define(fit, min_known=0.0))

    night()
    assert {row.customer: row.checklist for row in Score.objects.select_related("customer", "checklist")} == {near: checklist, far: special}

    view.delete()
    night()
    assert set(Score.objects.values_list("checklist", flat=True)) == {checklist.pk}


def test_a_published_version_never_changes_and_older_scores_say_which(checklist: Checklist, fit: Question) -> None:
    customer = make_customer()
    answered(customer, fit)
    first = Version.objects.get()
    with pytest.raises(errors.NotADraft):
        actions.edit(version_id=first.pk, definition=define(fit), note="", version=None, by=BY)
    draft = actions.new_draft(checklist_id=checklist.pk, by=BY)
    with pytest.raises(errors.DraftThere):
        actions.new_draft(checklist_id=checklist.pk, by=BY)
    actions.edit(version_id=draft.pk, definition=define(fit, suitable_from=70.0), note="更严", version=1, by=BY)
    with pytest.raises(Conflict):
        actions.edit(version_id=draft.pk, definition=define(fit), note="", version=1, by=BY)
    with pytest.raises(errors.TryFirst):
        actions.publish(version_id=draft.pk, version=2, by=BY)

    tried = jobs.run_here(actions.try_draft(version_id=draft.pk, by=BY, here=True).pk)

    assert tried.result == {"tried": 1, "changed": 1}
    draft.refresh_from_db()
    assert draft.trial["who"] == [[customer.pk, "suitable", "open", 100.0, 100.0]]
    assert Score.objects.get().verdict == Verdict.SUITABLE
    actions.publish(version_id=draft.pk, version=2, by=BY)
    night()
    assert (Score.objects.get().verdict, Score.objects.get().made_by_id) == (Verdict.OPEN, draft.pk)
    assert {mark.made_by_id for mark in Mark.objects.all()} == {first.pk, draft.pk}
    first.refresh_from_db()
    assert (first.state, first.definition) == (VersionState.RETIRED, define(fit))


def test_a_bad_draft_is_refused_in_words(checklist: Checklist, fit: Question) -> None:
    draft = actions.new_draft(checklist_id=checklist.pk, by=BY)
    bad = define(fit)
    bad["criteria"][1]["full_at"] = 100.0
    with pytest.raises(errors.BadDefinition) as told:
        actions.edit(version_id=draft.pk, definition=bad, note="", version=1, by=BY)
    assert "%(" not in told.value.sentence()
    draft.refresh_from_db()
    assert draft.definition == define(fit)
    assert actions.discard(version_id=draft.pk, by=BY).number == 2


NEVER = [
    ({"source": "question:{fit}", "points": {"perhaps": 9.0}}, "points"),
    ({"source": "question:{fit}", "zero_at": 0, "full_at": 1}, "points"),
    ({"source": "distance", "points": {"far": 1.0}}, "not_a_number"),
    ({"source": "question:999999", "points": {"yes": 1.0}}, "unknown_source"),
    ({"source": "field:999999", "zero_at": 0, "full_at": 1}, "unknown_source"),
]


@pytest.mark.parametrize(("row", "problem"), NEVER)
def test_what_could_never_count_is_not_tried(row: dict[str, Any], problem: str, checklist: Checklist, fit: Question) -> None:
    plain = define(fit, criteria=[{**row, "weight": 1.0, "source": row["source"].format(fit=fit.pk)}])
    draft = Version.objects.create(checklist=checklist, number=2, definition=plain)

    with pytest.raises(errors.BadDefinition) as told:
        actions.try_draft(version_id=draft.pk, by=BY)

    assert told.value.problem == problem
    assert "%(" not in told.value.sentence()
    if problem != "points":
        with pytest.raises(errors.BadDefinition):
            actions.edit(version_id=draft.pk, definition=plain, note="", version=None, by=BY)


def test_a_question_is_saved_before_its_choices_are_given_points(checklist: Checklist, fit: Question) -> None:
    draft = actions.new_draft(checklist_id=checklist.pk, by=BY)
    plain = define(fit, criteria=[{"source": f"question:{fit.pk}", "weight": 1.0, "points": {"?": 0.0}}])

    actions.edit(version_id=draft.pk, definition=plain, note="", version=None, by=BY)

    with pytest.raises(errors.BadDefinition):
        actions.try_draft(version_id=draft.pk, by=BY)


def test_bad_answers_write_nothing(checklist: Checklist, fit: Question) -> None:
    customer = make_customer()
    with pytest.raises(errors.UnknownChoice):
        answered(customer, fit, "perhaps")
    with pytest.raises(errors.DayAhead):
        answered(customer, fit, answered_on=today() + dt.timedelta(days=1))
    with pytest.raises(errors.NotThere):
        actions.answer(customer_id=customer.pk, question_id=10**9, choice="yes", by=BY)
    customers.deactivate_customers(customer_ids=[customer.pk], reason="停业", by=BY)
    with pytest.raises(errors.FileClosed):
        answered(customer, fit)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_a_day_nobody_can_look_back_to_is_refused(day: dt.date) -> None:
    with pytest.raises(Invalid):
        actions.score_everybody(by=BY, as_of=day)


def test_choices_once_given_stay(fit: Question) -> None:
    with pytest.raises(errors.ChoicesGone):
        actions.save_question(question_id=fit.pk, fields={"choices": "yes|合|Yes\nmaybe|也许|Maybe"}, by=BY)
    with pytest.raises(errors.ChoicesWrong):
        actions.save_question(question_id=fit.pk, fields={"choices": "Yes!|合|Yes\nno|不合|No"}, by=BY)
    kept = actions.save_question(question_id=fit.pk, fields={"choices": "yes|很合|Yes\nno|不合|No\nmaybe|也许|Maybe"}, by=BY)
    assert [code for code, _zh, _en in kept.choices] == ["yes", "no", "maybe"]


def test_orders_say_growth_how_many_are_undone_and_how_regular(checklist: Checklist) -> None:
    customer, day = make_customer(), today()
    Company.objects.update_or_create(pk=1, defaults={"currency": "CNY"})
    for ago, amount in ((400, 1000), (500, 1000), (30, 1500), (60, 1500), (61, 0)):
        make_order(customer=customer, on=day - dt.timedelta(days=ago), lines=[(1, amount)])
    make_order(customer=customer, kind="return", on=day - dt.timedelta(days=20), lines=[(-1, 500)])

    names = ("growth", "undone_rate", "orders_year", "months_year", "distance", "wishes")
    known = queries.values_of([customer.pk], names, as_of=day)[customer.pk]

    assert known["growth"].number == 25.0  # 2,000 → 3,000 less 500
    assert known["undone_rate"].number == 20.0
    assert known["orders_year"].number == 3
    assert known["months_year"].number in {2, 3}
    assert {"distance", "wishes"}.isdisjoint(known)


def test_who_ordered_long_ago_and_not_since_is_known_to_order_nothing() -> None:
    lapsed, stranger = make_customer(), make_customer()
    make_order(customer=lapsed, on=today() - dt.timedelta(days=900), lines=[(1, 100)])

    found = queries.values_of([lapsed.pk, stranger.pk], ("orders_year", "months_year", "growth", "undone_rate"), as_of=today())

    assert {name: value.number for name, value in found[lapsed.pk].items()} == {"orders_year": 0.0, "months_year": 0.0}
    assert found[stranger.pk] == {}


def test_looking_back_writes_marks_only(checklist: Checklist, fit: Question) -> None:
    customer = make_customer(created_at=timezone.now() - dt.timedelta(days=500))
    then = today() - dt.timedelta(days=365)
    actions.answer(customer_id=customer.pk, question_id=fit.pk, choice="no", answered_on=then, by=BY, rescore=False)

    assert night(as_of=then)["changed"] == 1
    assert night(as_of=then)["changed"] == 0

    assert not Score.objects.exists()
    assert [(mark.on, mark.score) for mark in queries.marks_on(then)] == [(then, 0.0)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    rows: int, checklist: Checklist, fit: Question, boss: User, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        answered(make_customer(owner=boss), fit)
    with django_assert_num_queries(3):
        page = reading.read(SCORES, {"verdict": "suitable", "missing": "payment_days", "mine": "1", "known_min": "50"}, boss)
        assert len(page.rows) == rows
    assert page.rows[0].ask_words


@pytest.mark.parametrize("customers_", [1, 3])
def test_scoring_costs_the_same_for_one_and_three(
    customers_: int, checklist: Checklist, fit: Question, django_assert_num_queries: Any
) -> None:
    ids = [make_customer().pk for _ in range(customers_)]
    day = today()
    with django_assert_num_queries(4):  # versions, stale days, answers, credit
        assert len(queries.scored(ids, as_of=day)) == customers_


def test_merging_takes_answers_along_and_back(checklist: Checklist, fit: Question) -> None:
    one, other = make_customer(), make_customer()
    given = answered(other, fit)
    merge = customers.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    given.refresh_from_db()
    assert given.customer_id == one.pk
    assert not Score.objects.filter(customer=other).exists()
    customers.unmerge_customers(merge_id=merge.pk, by=BY)
    given.refresh_from_db()
    assert given.customer_id == other.pk


def test_files_that_become_one_or_part_are_scored_anew(checklist: Checklist, fit: Question) -> None:
    one, other = make_customer(), make_customer()
    answered(one, fit, "no", answered_on=today() - dt.timedelta(days=9))
    answered(other, fit, "yes")

    merge = customers.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    jobs.deliver_announcements()
    assert dict(Score.objects.values_list("customer", "score")) == {one.pk: 100.0}

    customers.unmerge_customers(merge_id=merge.pk, by=BY)
    jobs.deliver_announcements()
    assert dict(Score.objects.values_list("customer", "score")) == {one.pk: 0.0, other.pk: 100.0}


def test_the_timeline_tells_of_a_changed_verdict_and_erasing_forgets(checklist: Checklist, fit: Question, boss: User) -> None:
    customer = make_customer()
    actions.score_customer(customer_id=customer.pk, by=BY)
    answered(customer, fit, evidence="王经理亲口说的")
    part = parts.named("choosing")
    shown = part.timeline(customer, None, 5, boss)  # type: ignore[misc]  # it has one
    assert [item.kind for item in shown] == ["suitability"]
    assert part.counts(customer, boss)["suitability"].count() == 1  # type: ignore[misc]  # it has them
    assert {row["part"] for row in part.export(customer)} == {"answer", "suitability"}  # type: ignore[misc]  # as above
    part.erase(customer)  # type: ignore[misc]  # as above
    assert not Score.objects.exists()
    assert Answer.objects.get().evidence == ""


def test_a_confirmed_practice_counts_and_a_reported_one_does_not() -> None:
    customer, stranger = make_customer(), make_customer()
    make_order(customer=customer, on=today() - dt.timedelta(days=9), lines=[(1, 1)])
    kind = PracticeKind.objects.order_by("pk")[0]
    happened = today() - dt.timedelta(days=3)
    made = partners.report_practice(customer_id=customer.pk, kind_id=kind.pk, what="低价出货", happened_on=happened, by=BY)

    def known() -> list[float | None]:
        found = queries.values_of([customer.pk, stranger.pk], ["practices"], as_of=today())
        return [found[pk]["practices"].number if "practices" in found[pk] else None for pk in (customer.pk, stranger.pk)]

    assert known() == [0.0, None]  # of whom we never dealt with, an empty register says nothing
    partners.examine(incident_id=made.pk, by=BY)
    partners.hear(incident_id=made.pk, statement="门店促销", by=BY)
    assert known() == [0.0, None]
    partners.confirm(incident_id=made.pk, finding="发票三张", by=BY)
    assert known() == [1.0, None]
    jobs.deliver_announcements()
    assert "practices" not in Score.objects.get(customer=customer).missing
    customers.deactivate_customers(customer_ids=[customer.pk], reason="停业", by=BY)
    with pytest.raises(errors.FileClosed):
        actions.score_customer(customer_id=customer.pk, by=BY)


def test_a_distance_counts_with_its_error() -> None:
    branch = make_branch()
    Branch.objects.filter(pk=branch.pk).update(latitude=31.3, longitude=120.6)
    customer = make_customer(branch=branch)
    assert "distance" not in queries.values_of([customer.pk], ["distance"], as_of=today())[customer.pk]
    customers.say_where(customer_id=customer.pk, given=(33.2, 120.0), by=BY)
    value = queries.values_of([customer.pk], ["distance"], as_of=today())[customer.pk]["distance"]
    assert value.number == pytest.approx(218.7, abs=1)
    assert 0 < value.error < 5
