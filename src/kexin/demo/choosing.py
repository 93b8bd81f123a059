"""Choosing customers in the simulated company: answers, scores of today and of a year ago, terms granted, asked for, and not deserved."""

from __future__ import annotations

from datetime import date, timedelta

from numpy.random import Generator

from kexin.demo.company import CITY_OF
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job, State
from kexin.ground.lists import actions as lists
from kexin.ground.staff.models import Branch, User
from kexin.kit import regions
from kexin.loop.choosing import actions, queries
from kexin.loop.choosing.choices import Eligibility
from kexin.loop.choosing.models import Question, TermSet
from kexin.loop.choosing.queries import terms as term_queries
from kexin.loop.choosing.rules import sources
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer

FAR = (1.9, -0.6)  # degrees: about 220 km
ANSWERED, REMOTE, BAD, YEAR = 90, 6, 8, timedelta(days=365)
EVIDENCE = ("上月拜访时看到的", "客户电话里说的", "看过进销存台账", "业务员多年的了解", "展会上聊过")
WHY = "战略客户，先给一年，明年再看"


def write(rng: Generator, *, staff: dict[str, User], today: date, by: Actor) -> dict[str, int]:
    """Everything by the room's own actions. How many of each."""
    _locate(by)
    files = Customer.objects.filter(is_active=True, merged_into=None, branch__isnull=False, place__orders__gte=3)
    chosen = list(files.select_related("owner", "branch").order_by("pk")[:ANSWERED])
    if not chosen:
        return {}
    asked = list(queries.questions())
    answers = sum(_answer(rng, one, asked, today, by) for one in chosen[BAD:])
    for one in chosen[:BAD]:
        _warn_of(one, asked, by)
    granted = _terms(chosen, asked, staff, today, by)
    _propositions(staff, by)
    _score(today - YEAR, by)
    _score(today, by)
    return {"answers": answers, "granted": granted}


def _locate(by: Actor) -> None:
    """Branches stand in the middle of their towns, where nobody said it better, and their customers are measured from there."""
    for code, city in CITY_OF.items():
        branch, area = Branch.objects.filter(code=code, latitude=None).first(), regions.find(f"江苏 {city}")
        if branch is not None and area is not None:
            customers.locate_branch(branch_id=branch.pk, given=f"{area.latitude}, {area.longitude}", by=by)
    jobs.run_here(jobs.start(kind="customers.whereabouts", by=by, here=True).pk)
    for job in Job.objects.filter(kind="customers.distances", state=State.WAITING).order_by("pk"):
        jobs.run_here(job.pk)


def _answer(rng: Generator, customer: Customer, asked: list[Question], today: date, by: Actor) -> int:
    """Some of the questions, mostly well; a few long ago, so that they have to be asked again."""
    done = 0
    who = customer.owner.actor if customer.owner is not None else by
    for question in asked:
        if rng.random() < 0.45:
            continue
        codes = [code for code, _zh, _en in question.choices]
        choice = codes[min(int(rng.exponential(0.7)), len(codes) - 1)]
        on = today - timedelta(days=int(rng.integers(1, 480)))
        evidence = EVIDENCE[int(rng.integers(len(EVIDENCE)))]
        actions.answer(
            customer_id=customer.pk, question_id=question.pk, choice=choice, answered_on=on, evidence=evidence, by=who, rescore=False
        )
        done += 1
    return done


def _warn_of(customer: Customer, asked: list[Question], by: Actor) -> None:
    """Late with money, and nothing fits: enough is known to say that they are not suitable."""
    customers.add_credit(customer_id=customer.pk, payment_days=90, overdue_days=75, source="dealings", by=by)
    who = customer.owner.actor if customer.owner is not None else by
    for question in asked[:2]:
        worst = question.choices[-1][0]
        actions.answer(customer_id=customer.pk, question_id=question.pk, choice=worst, evidence=EVIDENCE[2], by=who, rescore=False)


def _terms(chosen: list[Customer], asked: list[Question], staff: dict[str, User], today: date, by: Actor) -> int:
    """Some remote customers that deserve the terms, one of which only asks; one gets them against the conditions."""
    terms = TermSet.objects.order_by("position", "pk").first()
    boss = next((person for person in staff.values() if person.role == "manager"), None)
    if terms is None or boss is None:
        return 0
    regular = queries.values_of([one.pk for one in chosen], ["months_year"], as_of=today)
    remote = [one for one in chosen[BAD:] if (value := regular[one.pk].get("months_year")) and (value.number or 0) >= 4][:REMOTE]
    for one in remote:
        customers.add_credit(customer_id=one.pk, payment_days=0, source="dealings", by=by)
        _deserve(one, terms, asked, by)
    judged = term_queries.judged([one.pk for one in remote], terms, as_of=today)
    eligible = [one for one in remote if judged[one.pk].verdict == Eligibility.ELIGIBLE]
    given = 0
    for place, one in enumerate(eligible):
        if place == 0 and one.owner is not None:
            actions.ask(customer_id=one.pk, terms_id=terms.pk, by=one.owner.actor)
            continue
        actions.grant(customer_id=one.pk, terms_id=terms.pk, by=boss.actor, last_day=today + timedelta(days=25 if place == 1 else 365))
        given += 1
    others = [one for one in chosen if one not in remote]
    if others:
        actions.grant(customer_id=others[0].pk, terms_id=terms.pk, reason=WHY, override_conditions=True, by=boss.actor)
        given += 1
    return given


def _deserve(customer: Customer, terms: TermSet, asked: list[Question], by: Actor) -> None:
    """The answers the conditions ask for, and an address far away."""
    wanted = {sources.question_of(row[0]): row[2][0] for row in terms.conditions if row[1] == "in"}
    for question in asked:
        if question.pk in wanted:
            actions.answer(
                customer_id=customer.pk, question_id=question.pk, choice=wanted[question.pk], evidence=EVIDENCE[0], by=by, rescore=False
            )
    branch = Branch.objects.filter(pk=customer.branch_id or 0).first()
    if branch is not None and branch.latitude is not None and branch.longitude is not None:
        customers.say_where(customer_id=customer.pk, given=(branch.latitude + FAR[0], branch.longitude + FAR[1]), by=by)


def _propositions(staff: dict[str, User], by: Actor) -> None:
    actions.save_proposition(
        fields={
            "kind": "extra",
            "sentence_zh": "买车以后的每一件事，都有人替您想在前面。",
            "sentence_en": "Whatever comes after buying, somebody thought of it before you.",
            "position": 100,
        },
        by=by,
    )
    boss = next((person for person in staff.values() if person.role == "manager"), None)
    if boss is not None:
        view = lists.save_view(listing="customers", name="关键客户", query="class=key", shared=True, owner_id=boss.pk, by=by)
        actions.save_proposition(
            fields={
                "kind": "key",
                "sentence_zh": "车队不停，生意不停：坏车当天有替。",
                "sentence_en": "Your fleet never stands still: a replacement the same day.",
                "segment_id": view.pk,
                "position": 10,
            },
            by=by,
        )


def _score(day: date, by: Actor) -> None:
    ended = jobs.run_here(actions.score_everybody(by=by, as_of=day, here=True).pk)
    if ended.state != State.DONE:
        raise RuntimeError(f"scoring ended {ended.state}: {ended.error}")
