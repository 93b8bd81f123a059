# ruff: noqa: PLC0415 -- Django is set up before its models can be imported
"""A small company for the browser to walk through, made in a data folder of its own.

    KEXIN_HOME=… python -m tests.journeys.seed

Prints, as JSON, what the tests need to know of it: people's names, session keys, and one record of each kind.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

PASSWORD = "two hearts beat"
PEOPLE = (("boss", "administrator", "all"), ("lead", "manager", "branch"), ("front", "front_line", "own"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from kexin.ground.audit.actor import Actor
    from kexin.ground.staff.models import Branch, Company, User
    from kexin.loop.customers import actions as customers
    from kexin.loop.todo import actions as todos

    by = Actor.system("cli")
    Company.objects.update_or_create(pk=1, defaults={"name": "澄湖汽车集团", "currency": "CNY", "simulated": True})
    branch = Branch.objects.create(name="城南店", code="CN", path="")
    branch.path = f"/{branch.pk}/"
    branch.save()
    told: dict[str, object] = {"password": PASSWORD, "sessions": {}}
    sessions: dict[str, str] = {}
    people = {}
    for username, role, sees in PEOPLE:
        person = User(
            username=username, name={"boss": "林晓岚", "lead": "何志远", "front": "唐可"}[username], role=role, sees=sees, branch=branch
        )
        person.set_password(PASSWORD)
        person.save()
        people[username] = person
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        sessions[username] = str(session.session_key)
    told["sessions"] = sessions

    names = ("王伟", "顾雪亭", "沈嘉禾", "单于航", "曾令仪", "谢一鸣", "丁若谷", "方慕云", "韩知行", "宋佩", "陆鸣", "郑安然")
    made = [
        customers.create_customer(
            kind="person",
            name=name,
            phones=(f"138{number:04d}{2207 + number}",),
            owner=people["front"],
            branch=branch,
            source="dealings",
            by=by,
        )
        for number, name in enumerate(names)
    ]
    company = customers.create_customer(
        kind="organisation", name="澄湖恒达商务租赁", phones=("02588886666",), branch=branch, source="dealings", by=by
    )
    for customer in made[:4]:
        customers.note_interaction(customer_id=customer.pk, kind="call", text="问支架到货没有。语气平静。", by=by)
    now = timezone.now()
    owed = [
        todos.open_todo(
            kind="promise", title="补开 8 月保养发票", customer=made[2], due_at=now - timedelta(hours=15), owner=people["boss"], by=by
        ),
        todos.open_todo(kind="call", title="提车第 3 天", customer=made[8], due_at=now + timedelta(hours=1), owner=people["boss"], by=by),
        todos.open_todo(
            kind="follow_up", title="告知压缩机支架到货时间", customer=made[1], due_at=now + timedelta(hours=3), owner=people["boss"], by=by
        ),
        todos.open_todo(kind="task", title="代步车送到公司楼下", customer=company, due_at=now + timedelta(days=2), by=by),
        todos.open_todo(kind="review", title="没有期限的一件", customer=made[5], by=by),
    ]
    orders = _orders([*made, company], branch)
    _assess(by)
    told["order"] = orders[-1]
    told |= {"customer": made[0].pk, "todo": owed[1].pk, "branch": branch.pk, "user": people["front"].pk}
    told["stay"] = _pool(made, people, by)
    told |= _partners(company, by)
    told |= _programs(people["boss"], by)
    told |= _choosing(made, people, by)
    told["segment"] = _segment(people["boss"], by)
    json.dump(told, sys.stdout)


def _segment(owner: Any, by: Any) -> int:
    """A view that is counted every day."""
    from kexin.ground.lists import actions

    return actions.save_view(
        listing="customers", name="无人负责", query="?unowned=1", shared=True, owner_id=owner.pk, by=by, segment=True
    ).pk


def _partners(customer: Any, by: Any) -> dict[str, int]:
    """A practice that waits for its answer, a partner with an office and a person."""
    from django.utils import timezone

    from kexin.loop.customers import actions as customers
    from kexin.loop.partners import actions, queries

    kind = queries.kinds().first()
    assert kind is not None
    today = timezone.localdate()
    customers.say_where(customer_id=customer.pk, given="31.30, 120.58", by=by)
    made = actions.report_practice(customer_id=customer.pk, kind_id=kind.pk, what="听说在外省出货", happened_on=today, by=by)
    actions.examine(incident_id=made.pk, by=by)
    actions.hear(incident_id=made.pk, statement="是帮老乡带的", by=by)
    actions.confirm(incident_id=made.pk, finding="运单两张", by=by)
    partner = actions.add_partner(fields={"name": "顺达物流", "role": "carrier", "covers_regions": "江苏"}, by=by)
    office = actions.add_office(partner_id=partner.pk, fields={"name": "苏州站", "region": "江苏 苏州", "hours": "8–20"}, by=by)
    actions.add_contact(partner_id=partner.pk, office=office, fields={"name": "老陈", "role": "派车", "phone": "0512-5555"}, by=by)
    return {"incident": made.pk, "partner": partner.pk}


def _pool(customers: list[Any], people: dict[str, Any], by: Any) -> int:
    """Two customers in the pool, a team, somebody away: what the pages of owners show."""
    from django.utils import timezone

    from kexin.ground.staff.actions import covers
    from kexin.loop.customers import actions
    from kexin.loop.pool import actions as pool

    stay = pool.release(customer_id=customers[9].pk, reason="手上客户太多", by=by)
    pool.release(customer_id=customers[10].pk, reason="客户搬到外地", by=by)
    actions.join_team(customer_id=customers[0].pk, person=people["lead"], role="finance", by=by)
    today = timezone.localdate()
    covers.name_cover(absent=people["front"], deputy=people["lead"], first_day=today, last_day=today, today=today, by=by)
    return stay.pk


def _choosing(customers: list[Any], people: dict[str, Any], by: Any) -> dict[str, int]:
    """Somebody scored and answered about, terms asked for, a draft of the checklist that was tried."""
    from kexin.ground.jobs import actions as jobs
    from kexin.loop.choosing import actions
    from kexin.loop.choosing.models import Question, TermSet, Version

    question, terms, version = (model.objects.order_by("pk").first() for model in (Question, TermSet, Version))
    assert question is not None
    assert terms is not None
    assert version is not None
    actions.answer(customer_id=customers[0].pk, question_id=question.pk, choice="mostly", evidence="上月拜访", by=people["front"].actor)
    actions.save_proposition(fields={"sentence_zh": "当天到货", "sentence_en": "Delivered the same day", "kind": "key"}, by=by)
    asked = actions.ask(customer_id=customers[0].pk, terms_id=terms.pk, by=people["front"].actor)
    jobs.run_here(actions.score_everybody(by=by, here=True).pk)
    draft = actions.new_draft(checklist_id=version.checklist_id, by=by)
    actions.edit(version_id=draft.pk, definition={**draft.definition, "min_known": 0.1}, note="先看看", version=None, by=by)
    jobs.run_here(actions.try_draft(version_id=draft.pk, by=by, here=True).pk)
    return {
        "question": question.pk, "terms": terms.pk, "version": version.pk, "draft": draft.pk, "checklist": version.checklist_id,
        "grant": asked.pk,
    }  # fmt: skip


def _programs(boss: Any, by: Any) -> dict[str, int]:
    """A program with a token, and a web hook whose receiver answered badly once: what the pages for programs show."""
    from django.utils import timezone

    from kexin.ground.hooks import actions as hooks
    from kexin.ground.hooks.models import Attempt
    from kexin.ground.staff.actions import people
    from kexin.ground.tokens import actions as tokens

    now = timezone.now()
    program = people.create_integration(name="ERP", role="front_line", sees="branch", branch=boss.branch, by=by)
    for owner in (program, boss):
        tokens.issue(owner=owner, name="夜间报表", scopes=["customers:read", "orders:read"], now=now, by=by)
    heard = ["customers.created", "orders.delivered", "todo.opened"]
    hook, _secret = hooks.register_hook(name="ERP", url="https://erp.example.com/kexin", announcements=heard, by=by, now=now)
    hooks.renew_secret(hook_id=hook.pk, by=by, now=now)
    delivery = hooks.send_test(hook_id=hook.pk, by=by, now=now)
    delivery.state, delivery.attempts, delivery.last_status, delivery.last_fault = "failed", 1, 500, "status"
    delivery.save()
    Attempt.objects.create(
        delivery=delivery, at=now, milliseconds=48, status=500, fault="status", address="203.0.113.7", answer="数据库正忙"
    )
    type(hook).objects.filter(pk=hook.pk).update(failures=4, failing_since=now, last_failed_at=now, last_fault="status", last_status=500)
    return {"hook": hook.pk, "delivery": delivery.pk}


def _orders(customers: list[Any], branch: Any) -> list[int]:
    """Two years in which the first customers buy much and one of them stops; every order has two lines with a cost."""
    from django.utils import timezone

    from tests.factories.orders import make_order, make_product

    product = make_product(code="BY-5000", name="5,000 公里保养", category="售后")
    today = timezone.localdate()
    made = []
    for place, customer in enumerate(customers):
        for turn in range(1, 14 - place):
            days = 40 * turn + (400 if place == 1 else 5 * place)
            price = 3000 // (place + 1)
            lines = [(2, price, price * 0.6), (1, 180, 90)]
            made.append(make_order(customer=customer, on=today - timedelta(days=days), lines=lines, branch=branch, channel="门店").pk)
    del product
    return made


def _assess(by: Any) -> None:
    """As of half a year ago and as of today, so that somebody moved."""
    from django.utils import timezone

    from kexin.ground.jobs import actions as jobs
    from kexin.loop.standing import actions as standing

    for day in (timezone.localdate() - timedelta(days=182), timezone.localdate()):
        run = standing.assess(as_of=day, by=by, here=True)
        jobs.run_here(run.job_id)


if __name__ == "__main__":
    main()
