"""Pages of choosing as people use them: read, answer, grant, edit a checklist, try and publish it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import Caller, make_token

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.choosing import actions
from kexin.loop.choosing.models import Answer, Checklist, Grant, Proposition, Question, Score, TermSet, Version
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer

BY = Actor.system("cli")
pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make_user(role=Role.ADMINISTRATOR, sees=Sees.ALL, branch=make_branch())


@pytest.fixture
def front(boss: User) -> User:
    return make_user(branch=boss.branch)


@pytest.fixture
def hard() -> Question:
    return Question.objects.create(name_zh="肯下功夫", choices=[["yes", "是", "Yes"], ["no", "否", "No"]])


@pytest.fixture
def terms(hard: Question) -> TermSet:
    TermSet.objects.all().delete()
    rows = [["payment_days", "<=", 0.0], [f"question:{hard.pk}", "in", ["yes"]]]
    return TermSet.objects.create(name_zh="小经销商", says_zh="运费我们出", conditions=rows)


@pytest.fixture
def customer(front: User) -> Customer:
    return make_customer(owner=front, branch=front.branch, name="远山五金")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_of_a_customer_says_what_is_missing_and_where_to_answer(front: User, customer: Customer) -> None:
    question = Question.objects.order_by("position").first()
    assert question is not None
    client = signed_in(front)
    shown = said(client.get(f"/choosing/customers/{customer.pk}/"))
    address = f"/choosing/customers/{customer.pk}/answer/{question.pk}/"
    assert address in shown

    refused = client.post(address, {"choice": "perhaps", "answered_on": "2026-01-01"})
    assert refused.status_code == 422
    done = client.post(address, {"choice": "fully", "answered_on": timezone.localdate().isoformat(), "evidence": "看过他们的店"})

    assert done.status_code == 302
    assert (Answer.objects.get().evidence, Score.objects.get().customer) == ("看过他们的店", customer)
    assert "看过他们的店" in said(client.get(f"/choosing/customers/{customer.pk}/"))
    assert f"/choosing/customers/{customer.pk}/" in said(client.get(f"/customers/{customer.pk}/"))


def test_an_answer_too_old_to_count_says_so(front: User, customer: Customer, hard: Question) -> None:
    old = timezone.localdate() - dt.timedelta(days=hard.stale_days + 2)
    actions.answer(customer_id=customer.pk, question_id=hard.pk, choice="yes", answered_on=old, by=BY)
    page = f"/choosing/customers/{customer.pk}/"
    assert "已过期" in said(signed_in(front).get(page))
    actions.answer(customer_id=customer.pk, question_id=hard.pk, choice="yes", answered_on=old + dt.timedelta(days=9), by=BY)
    assert said(signed_in(front).get(page)).count("已过期") == 1


def test_what_credit_says_is_for_those_who_may_see_it(front: User, boss: User, customer: Customer) -> None:
    customers.add_credit(customer_id=customer.pk, payment_days=77, by=BY)
    assert "77" in said(signed_in(boss).get(f"/choosing/customers/{customer.pk}/"))
    assert "77" not in said(signed_in(front).get(f"/choosing/customers/{customer.pk}/"))


def test_what_own_fields_of_other_roles_say_is_told_by_no_way(front: User, boss: User, customer: Customer) -> None:
    field = customers.define_field(kind="number", label_zh="内部评分", roles="administrator", by=BY)
    customers.write_fields(customer_id=customer.pk, values={field.pk: Decimal(4242)}, by=BY)
    source = f"field:{field.pk}"
    criteria = [{"source": source, "weight": 1.0, "zero_at": 0.0, "full_at": 9000.0}]
    Version.objects.filter(state="published").update(definition={"schema": 1, "criteria": criteria, "suitable_from": 60, "min_known": 0.4})
    TermSet.objects.update(conditions=[[source, ">=", 1.0]])
    page, suitability, terms = (
        f"/choosing/customers/{customer.pk}/",
        f"/customers/{customer.pk}/suitability",
        f"/customers/{customer.pk}/terms",
    )

    assert "4,242" in said(signed_in(boss).get(page))
    assert "4,242" not in said(signed_in(front).get(page))
    for person, told in ((boss, "4,242"), (front, "")):
        call = Caller(make_token(person))
        assert call.get(suitability).json()["criteria"][0]["value"] == told
        assert call.get(terms).json()["items"][0]["conditions"][0]["value"] == told


def test_terms_are_asked_for_by_the_front_line_and_decided_by_a_manager(
    front: User, boss: User, customer: Customer, terms: TermSet, hard: Question
) -> None:
    address = f"/choosing/customers/{customer.pk}/terms/{terms.pk}/"
    days = {"first_day": timezone.localdate().isoformat(), "last_day": (timezone.localdate() + dt.timedelta(days=90)).isoformat()}
    assert "肯下功夫" in said(signed_in(front).get(address))
    assert signed_in(front).post(address, days).status_code == 302
    asked = Grant.objects.get()
    page = said(signed_in(boss).get(f"/choosing/grants/{asked.pk}/"))
    assert f"/choosing/grants/{asked.pk}/approve/" in page
    assert f"/choosing/grants/{asked.pk}/approve/" not in said(signed_in(front).get(f"/choosing/grants/{asked.pk}/"))

    refused = signed_in(boss).post(f"/choosing/grants/{asked.pk}/approve/", {"version": asked.version})
    assert refused.status_code == 409
    long = "长" * 301
    for typed_, status in ((long, 422), ("老客户", 409)):  # what was typed stands there still, with the reason beside it
        again = signed_in(boss).post(f"/choosing/grants/{asked.pk}/approve/", {"version": asked.version, "reason": typed_})
        assert (again.status_code, typed_ in said(again)) == (status, True)
    given = {"version": asked.version, "override_conditions": "on", "reason": "老客户"}
    assert signed_in(boss).post(f"/choosing/grants/{asked.pk}/approve/", given).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.is_override, asked.approved_by) == ("granted", True, boss)
    assert signed_in(boss).post(f"/choosing/grants/{asked.pk}/recheck/").status_code == 302
    assert signed_in(boss).post(f"/choosing/grants/{asked.pk}/end/", {"reason": ""}).status_code == 422
    assert signed_in(boss).post(f"/choosing/grants/{asked.pk}/end/", {"reason": "不做了"}).status_code == 302

    again = signed_in(boss).post(address, {**days, "reason": ""})
    assert again.status_code == 422
    assert signed_in(boss).post(address, {**days, "reason": "再给一次", "override_conditions": "on"}).status_code == 302
    assert Grant.objects.filter(state="granted").count() == 1


def typed(draft: Version, **more: str) -> dict[str, str]:
    """A checklist's form as the browser sends it."""
    values = {"version": str(draft.version), "suitable_from": "60", "min_known": "40", "note": "试一下"}
    for place, row in enumerate(draft.definition["criteria"]):
        values |= {f"row.{place}.source": row["source"], f"row.{place}.weight": str(row["weight"])}
        if "points" in row:
            values |= {f"row.{place}.points.{code}": str(points) for code, points in row["points"].items()}
        else:
            values |= {f"row.{place}.zero_at": str(row["zero_at"]), f"row.{place}.full_at": str(row["full_at"])}
    return values | more


def test_a_checklist_is_drafted_edited_tried_and_published(boss: User, customer: Customer) -> None:
    client = signed_in(boss)
    checklist = Checklist.objects.get()
    assert client.post(f"/choosing/checklists/{checklist.pk}/draft/").status_code == 302
    draft = Version.objects.get(state="draft")
    assert f"/choosing/checklists/{checklist.pk}/draft/" not in said(client.get(f"/choosing/checklists/{checklist.pk}/"))
    was = draft.definition
    address = f"/choosing/versions/{draft.pk}/"
    assert client.get(address).status_code == 200

    bad = client.post(address, typed(draft, **{"row.1.weight": "很重"}))
    assert bad.status_code == 422
    assert "很重" in said(bad)
    assert 'value="inf"' in said(client.post(address, typed(draft, **{"row.1.weight": "inf"})))
    draft.refresh_from_db()
    assert draft.definition == was
    assert client.post(address, typed(draft, **{"row.1.weight": "99", "row.2.source": "", "try": "1"})).status_code == 302
    draft.refresh_from_db()
    assert (draft.definition["criteria"][1]["weight"], len(draft.definition["criteria"])) == (99, len(was["criteria"]) - 1)
    assert client.post(f"{address}publish/", {"version": draft.version}).status_code == 409
    jobs.run_here(Job.objects.get(kind="choosing.try").pk)
    assert f"{address}publish/" in said(client.get(address))
    assert client.post(f"{address}publish/", {"version": draft.version}).status_code == 302

    draft.refresh_from_db()
    assert draft.state == "published"
    assert client.get(address).status_code == 200
    jobs.run_here(Job.objects.get(kind="choosing.score").pk)
    assert Score.objects.get(customer=customer).made_by == draft
    assert client.get("/choosing/").status_code == 200


def test_an_administrator_keeps_questions_terms_and_propositions(boss: User, terms: TermSet, hard: Question) -> None:
    client = signed_in(boss)
    question = {"name_zh": "门店干净吗", "choices": "yes|干净|Clean\nno|脏|Dirty", "stale_days": "90", "position": "5", "is_active": "on"}
    assert client.post("/choosing/questions/new/", question).status_code == 302
    assert client.post(f"/choosing/questions/{hard.pk}/", {**question, "version": hard.version}).status_code == 302
    assert client.post(f"/choosing/questions/{hard.pk}/", {**question, "choices": "x|甲|\nz|乙|"}).status_code == 422
    values = {"name_zh": "新条款", "valid_days": "100", "recheck_days": "100", "position": "1", "is_active": "on"}
    assert client.post("/choosing/terms/new/", values).status_code == 422
    for name, most in (("valid_days", "1830"), ("recheck_days", "1830")):
        told = said(client.post("/choosing/terms/new/", {**values, name: "0", "row.0.source": "distance"}))
        assert most in told
    assert "3650" in said(client.post("/choosing/questions/new/", {**question, "stale_days": "0"}))
    rows = {"row.0.source": "distance", "row.0.operator": ">=", "row.0.value": "150", "row.1.source": f"question:{hard.pk}"}
    assert client.post("/choosing/terms/new/", {**values, **rows, "row.1.choices": ["yes", "no"]}).status_code == 302
    made = TermSet.objects.get(name_zh="新条款")
    assert made.conditions == [["distance", ">=", 150.0], [f"question:{hard.pk}", "in", ["yes", "no"]]]
    assert client.get(f"/choosing/terms/{made.pk}/").status_code == 200
    said_so = {"segment_id": "0", "kind": "key", "sentence_zh": "当天到货", "position": "1", "is_active": "on"}
    assert client.post("/choosing/propositions/new/", said_so).status_code == 302
    assert client.post("/choosing/propositions/new/", said_so).status_code == 422
    assert Proposition.objects.count() == 1
    new = {"name_zh": "新客户", "segment_id": "0", "position": "1", "is_active": "on"}
    assert client.post("/choosing/checklists/new/", new).status_code == 302
    assert client.get("/choosing/rules/").status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_languages(language: str, boss: User, customer: Customer, terms: TermSet) -> None:
    client = signed_in(boss)
    client.cookies["django_language"] = language
    actions.score_customer(customer_id=customer.pk, by=BY)
    for address in ("/choosing/", "/choosing/customers/", "/choosing/grants/", "/choosing/rules/", f"/choosing/customers/{customer.pk}/"):
        assert client.get(address).status_code == 200


# Each: session, person, branches; the company. Everybody: the run, the job, sums, what is missing and its words, checklists, earlier
# scores. One customer: the file, its checklist and what is known (7), the score kept, marks, answers, terms and theirs (4).
STATEMENTS = {"/choosing/": 14, "/choosing/customers/": 14, "/choosing/grants/": 9, "/choosing/customers/{one}/": 25}


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_one_and_three(rows: int, front: User, terms: TermSet) -> None:
    client = signed_in(front)
    made = [make_customer(owner=front, branch=front.branch) for _ in range(rows)]
    for one in made:
        actions.score_customer(customer_id=one.pk, by=BY)
        actions.ask(customer_id=one.pk, terms_id=terms.pk, by=front.actor)
    counted = {}
    for address in STATEMENTS:
        asked = address.format(one=made[0].pk)
        client.get(asked)
        with CaptureQueriesContext(connection) as told:
            client.get(asked)
        counted[address] = len(told)
    assert counted == STATEMENTS
