from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.errors import KexinError
from kexin.ground.files import queries as files
from kexin.ground.files.models import StoredFile
from kexin.ground.jobs.models import Announcement
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions as customers
from kexin.loop.customers import parts
from kexin.loop.customers import queries as customer_queries
from kexin.loop.customers.models import Customer
from kexin.loop.partners import actions, errors, queries, rules
from kexin.loop.partners.choices import Answer, Step
from kexin.loop.partners.models import Incident, PracticeKind
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def kind_called(zh: str) -> PracticeKind:
    return PracticeKind.objects.get(name_zh=zh)


def report(customer: Customer | None = None, *, days_ago: int = 10, kind: str = "低价倾销、乱价", **more: Any) -> Incident:
    customer = customer or make_customer(branch=make_branch())
    happened = staff.today() - timedelta(days=days_ago)
    more.setdefault("by", BY)
    return actions.report_practice(
        customer_id=customer.pk, kind_id=kind_called(kind).pk, what="低于协议价出货", happened_on=happened, **more
    )


def confirmed(customer: Customer | None = None, **more: Any) -> Incident:
    made = report(customer, **more)
    actions.examine(incident_id=made.pk, by=BY)
    actions.hear(incident_id=made.pk, statement="是我们的门店做的促销", by=BY)
    return actions.confirm(incident_id=made.pk, finding="发票三张", by=BY)


def counted(customer: Customer, on: date | None = None) -> list[queries.Counting]:
    return queries.counting_practices([customer.pk], on or staff.today()).get(customer.pk, [])


def test_a_report_is_examined_heard_confirmed_answered_and_closed() -> None:
    made = confirmed()

    actions.answer(incident_id=made.pk, answer="warning", by=BY)
    done = actions.close(incident_id=made.pk, by=BY)

    assert (done.step, done.answer, done.proposed, done.time) == (Step.CLOSED, Answer.WARNING, Answer.WARNING, 1)
    assert [one.answer for one in counted(done.customer)] == ["warning"]
    acts = Entry.objects.filter(kind="incident", record_id=str(made.pk)).order_by("pk").values_list("action", flat=True)
    assert list(acts) == [f"practice.{act}" for act in ("report", "examine", "hear", "confirm", "answer", "close")]


def test_until_it_is_confirmed_it_counts_nowhere_and_is_seen_by_those_who_examine_only() -> None:
    branch = make_branch()
    front, manager = make_user(branch=branch), make_user(branch=branch, role=Role.MANAGER)
    customer = make_customer(branch=branch)
    made = report(customer, by=front.actor)

    for step in (None, actions.examine):
        if step is not None:
            step(incident_id=made.pk, by=BY)
        assert counted(customer) == []
        assert not queries.incidents_visible_to(front).exists()
        assert queries.incidents_of(customer, front) == []
        assert [
            line.id for line in customer_queries.timeline(customer, front, before=None, limit=20).items if line.part == "practices"
        ] == []
        assert list(queries.incidents_visible_to(manager)) == [made]

    actions.hear(incident_id=made.pk, is_silent=True, by=BY)
    actions.confirm(incident_id=made.pk, finding="属实", by=BY)
    assert list(queries.incidents_visible_to(front)) == [made]


def test_nobody_is_judged_unheard() -> None:
    made = report()
    actions.examine(incident_id=made.pk, by=BY)

    with pytest.raises(errors.StatementMissing):
        actions.confirm(incident_id=made.pk, finding="属实", by=BY)

    with pytest.raises(IntegrityError), transaction.atomic():  # the database keeps it too
        Incident.objects.filter(pk=made.pk).update(confirmed_on=staff.today(), counts_until=staff.today())


def test_what_was_confirmed_can_be_taken_back_and_counts_no_longer() -> None:
    made = confirmed()
    actions.answer(incident_id=made.pk, answer="warning", by=BY)

    actions.reject(incident_id=made.pk, finding="发票是另一家的", by=BY)

    made.refresh_from_db()
    assert (made.step, made.answer, made.confirmed_on, made.counts_until) == (Step.REJECTED, "", None, None)
    assert counted(made.customer) == []
    actions.close(incident_id=made.pk, by=BY)
    assert counted(made.customer) == []


def test_what_is_examined_again_counts_no_longer_and_is_decided_anew() -> None:
    made = confirmed()
    actions.answer(incident_id=made.pk, answer="warning", by=BY)
    actions.close(incident_id=made.pk, by=BY)

    again = actions.examine(incident_id=made.pk, by=BY)

    assert (again.confirmed_on, again.counts_until, again.answer, again.time) == (None, None, "", None)
    assert counted(made.customer) == []
    assert Announcement.objects.filter(name="partners.practice_cleared").count() == 1
    assert actions.confirm(incident_id=made.pk, finding="属实", by=BY).time == 1


def test_what_is_owed_about_a_report_ends_with_its_step() -> None:
    branch = make_branch()
    make_user(branch=branch, role=Role.MANAGER)

    def owed() -> list[str]:
        return list(ToDo.objects.filter(origin_kind="incident", state="open").values_list("kind", flat=True))

    taken_back, closed = (report(make_customer(branch=branch)) for _ in range(2))
    assert owed() == ["review", "review"]
    for made in (taken_back, closed):
        actions.examine(incident_id=made.pk, by=BY)
    assert owed() == []
    for made in (taken_back, closed):
        actions.hear(incident_id=made.pk, is_silent=True, by=BY)
        actions.confirm(incident_id=made.pk, finding="属实", by=BY)
        actions.answer(incident_id=made.pk, answer="warning", by=BY)
    assert owed() == ["follow_up", "follow_up"]
    actions.reject(incident_id=taken_back.pk, finding="发票是另一家的", by=BY)
    assert owed() == ["follow_up"]
    actions.close(incident_id=closed.pk, by=BY)
    assert owed() == []


def test_the_answer_grows_with_repetition_and_forgets_after_the_period() -> None:
    customer = make_customer(branch=make_branch())

    proposed = [confirmed(customer, days_ago=days).proposed for days in (900, 500, 200, 100, 5)]

    # 500 is more than 12 months after 900, 200 within 12 months of 500, 100 of 200 only, 5 of both 200 and 100.
    assert proposed == ["warning", "warning", "stop", "stop", "end"]


def test_a_person_decides_and_says_why_it_is_another_answer() -> None:
    made = confirmed()

    with pytest.raises(errors.ReasonForOther):
        actions.answer(incident_id=made.pk, answer="talk", by=BY)
    done = actions.answer(incident_id=made.pk, answer="talk", reason="第一次，且已退差价", by=BY)

    assert (done.proposed, done.answer, done.reason) == ("warning", "talk", "第一次，且已退差价")


def test_the_end_of_cooperation_takes_more_authority() -> None:
    branch = make_branch()
    manager, administrator = make_user(branch=branch, role=Role.MANAGER), make_user(role=Role.ADMINISTRATOR, sees=Sees.ALL)
    made = confirmed(make_customer(branch=branch))

    with pytest.raises(errors.AnswerAbove):
        actions.answer(incident_id=made.pk, answer="end", reason="屡犯", by=manager.actor)

    assert actions.answer(incident_id=made.pk, answer="end", reason="屡犯", by=administrator.actor).answer == "end"


def test_it_no_longer_counts_after_the_limitation() -> None:
    made = confirmed(days_ago=10)
    until = made.counts_until
    assert until == rules.months_later(made.happened_on, 24)

    assert counted(made.customer, until)
    assert not counted(made.customer, until + timedelta(days=1))
    assert not counted(made.customer, made.confirmed_on - timedelta(days=1))


def test_the_report_becomes_a_to_do_that_says_nothing_and_the_answer_one_that_is_followed_up() -> None:
    branch = make_branch()
    manager, owner = make_user(branch=branch, role=Role.MANAGER), make_user(branch=branch)
    made = report(make_customer(branch=branch, owner=owner))

    asked = ToDo.objects.get(origin_kind="incident")
    assert (asked.owner, asked.customer, asked.origin_id) == (manager, None, made.pk)
    assert made.customer.name not in asked.title + asked.detail
    actions.examine(incident_id=made.pk, by=BY)
    actions.hear(incident_id=made.pk, is_silent=True, by=BY)
    actions.confirm(incident_id=made.pk, finding="属实", by=BY)
    actions.answer(incident_id=made.pk, answer="warning", by=BY)
    followed = ToDo.objects.get(cause=f"practice:{made.pk}")
    assert (followed.owner, followed.customer) == (owner, made.customer)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "字" * 2001}, "what"),
        ({"happened_on": date(2999, 1, 1)}, "happened_on"),
        ({"learnt_on": date(2999, 1, 1)}, "learnt_on"),
        ({"learnt_on": date(2000, 1, 1)}, "happened_on"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(10) ** 14}, "amount"),
        ({"amount": Decimal(1), "currency": "元"}, "currency"),
    ],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(given: dict[str, Any], field: str) -> None:
    customer = make_customer(branch=make_branch())
    values = {"what": "窜货", "happened_on": staff.today(), "kind_id": kind_called("拖欠货款").pk, **given}

    with pytest.raises(KexinError) as told:
        actions.report_practice(customer_id=customer.pk, by=BY, **values)

    assert field in told.value.fields()
    assert not Incident.objects.exists()


def test_a_report_nobody_took_up_is_not_heard() -> None:
    with pytest.raises(errors.NotExamined):
        actions.hear(incident_id=report().pk, statement="不是我们", by=BY)


@pytest.mark.parametrize("step", ["confirm", "reject", "answer", "close"])
def test_a_step_out_of_turn_is_refused(step: str) -> None:
    made = report()
    more: dict[str, Any] = {"finding": "x"} if step in {"confirm", "reject"} else {"answer": "talk"} if step == "answer" else {}

    with pytest.raises(errors.StepNotOpen):
        getattr(actions, step)(incident_id=made.pk, by=BY, **more)


def test_two_at_once_are_told() -> None:
    made = report()
    actions.examine(incident_id=made.pk, version=1, by=BY)

    with pytest.raises(errors.ChangedMeanwhile):
        actions.hear(incident_id=made.pk, statement="不是我们", version=1, by=BY)


def test_evidence_is_for_those_who_examine() -> None:
    branch = make_branch()
    manager, front = make_user(branch=branch, role=Role.MANAGER), make_user(branch=branch)
    made = report(make_customer(branch=branch))

    stored = actions.add_evidence(incident_id=made.pk, content=io.BytesIO(b"%PDF-1.4"), name="发票.pdf", size=8, by=BY)

    assert queries.evidence_of(made) == [stored]
    assert (files.may_download(manager, stored), files.may_download(front, stored)) == (True, False)
    with pytest.raises(errors.FileTooLarge):
        actions.add_evidence(incident_id=made.pk, content=io.BytesIO(b""), name="x", size=10**9, by=BY)


def test_a_merge_takes_practices_along_and_gives_them_back() -> None:
    branch = make_branch()
    one, other = make_customer(branch=branch), make_customer(branch=branch)
    made = confirmed(other)

    merge = customers.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    assert [found.incident_id for found in counted(one)] == [made.pk]

    customers.unmerge_customers(merge_id=merge.pk, by=BY)
    assert (counted(one), [found.incident_id for found in counted(other)]) == ([], [made.pk])


def test_erasing_takes_words_and_evidence_and_leaves_the_count() -> None:
    made = confirmed()
    actions.add_evidence(incident_id=made.pk, content=io.BytesIO(b"%PDF-1.4"), name="发票.pdf", size=8, by=BY)
    part = parts.named("practices")
    assert part.export is not None
    assert part.erase is not None
    assert part.export(made.customer)[0]["statement"] == "是我们的门店做的促销"

    part.erase(made.customer)

    made.refresh_from_db()
    assert (made.what, made.statement, made.finding) == ("–", "", "")
    assert not StoredFile.objects.filter(kind="incident").exists()
    assert len(counted(made.customer)) == 1


def test_what_the_trail_says_of_evidence_and_of_a_partner_who_is_a_customer_is_sealed_for_them() -> None:
    made = confirmed()
    actions.add_evidence(incident_id=made.pk, content=io.BytesIO(b"%PDF-1.4"), name="欧阳的发票.pdf", size=8, by=BY)
    partner = actions.add_partner(fields={"name": "欧阳商行"}, customer=made.customer, by=BY)
    actions.change_partner(partner_id=partner.pk, version=1, fields={"note": "欧阳的弟弟管账"}, by=BY)

    kept = Entry.objects.filter(kind__in=("file", "partner"))

    assert list(kept.values_list("subject", "label", "changes")) == [(made.customer_id, "", {})] * 3
    assert {entry.label for entry in kept} == {"欧阳的发票.pdf", "欧阳商行"}  # read with their key


@pytest.mark.parametrize("count", [1, 3])
def test_what_counts_costs_one_statement(count: int) -> None:
    branch = make_branch()
    made = [confirmed(make_customer(branch=branch)) for _ in range(count)]

    today = staff.today()
    with CaptureQueriesContext(connection) as told:
        found = queries.counting_practices([one.customer_id for one in made], today)

    assert len(told) == 1
    assert sorted(found) == sorted(one.customer_id for one in made)


def test_the_report_by_kind_and_branch_is_one_statement() -> None:
    branch = make_branch(name="杭州店")
    manager = make_user(branch=branch, role=Role.MANAGER)
    customer = make_customer(branch=branch)
    made = confirmed(customer)
    report(customer)

    today = staff.today()
    with CaptureQueriesContext(connection) as told:
        lines = queries.by_kind_and_branch(manager, made.happened_on, today)

    assert [(line.branch, line.reported, line.confirmed, line.rejected) for line in lines] == [("杭州店", 2, 1, 0)]
    assert len(told) <= 2  # the branches of the person besides


def test_kinds_are_changed_by_people_and_stay_while_they_are_used() -> None:
    kind = actions.add_kind(
        fields={"name_zh": "恶意抢注商标", "name_en": "Registering our marks", "first": "warning", "second": "end", "third": "end"}, by=BY
    )
    changed = actions.change_kind(kind_id=kind.pk, version=1, fields={"first": "stop", "counts_months": 36}, by=BY)
    assert (changed.first, changed.counts_months, changed.version) == ("stop", 36, 2)

    with pytest.raises(errors.ChangedMeanwhile):
        actions.change_kind(kind_id=kind.pk, version=1, fields={"first": "talk"}, by=BY)
    with pytest.raises(errors.KindTaken):
        actions.change_kind(kind_id=kind.pk, version=None, fields={"name_zh": "拖欠货款"}, by=BY)
    with pytest.raises(errors.MonthsOutOfRange):
        actions.change_kind(kind_id=kind.pk, version=None, fields={"counts_months": 0}, by=BY)
    report(kind="拖欠货款")
    with pytest.raises(errors.KindInUse):
        actions.remove_kind(kind_id=kind_called("拖欠货款").pk, by=BY)
    actions.remove_kind(kind_id=kind.pk, by=BY)


def test_every_step_leads_somewhere_and_from_every_step_one_can_end() -> None:
    assert set(rules.TRANSITIONS) == set(Step.values)
    assert set(rules.AUTHORITY) == set(Answer.values)

    def reached(start: str) -> set[str]:
        seen, open_ = set(), {start}
        while open_:
            step = open_.pop()
            seen.add(step)
            open_ |= rules.TRANSITIONS[step] - seen
        return seen

    assert all(Step.CLOSED in reached(step) for step in Step.values)


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(1, 240))
def test_so_many_months_later_is_a_later_day_of_that_month(day: date, months: int) -> None:
    later = rules.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later.day >= 28


@given(DAYS, st.lists(DAYS, max_size=10), st.integers(1, 240))
def test_an_older_time_never_makes_a_younger_one_milder(day: date, before: list[date], months: int) -> None:
    order = list(Answer.values)
    answers = ("talk", "warning", "end")
    fewer = rules.proposed(answers, rules.times(day, before[1:], months))
    more = rules.proposed(answers, rules.times(day, before, months))
    assert order.index(more) >= order.index(fewer)
