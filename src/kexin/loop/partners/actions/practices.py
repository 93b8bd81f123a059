"""A report of an irregular practice, step by step: nobody is judged unheard, nothing unconfirmed counts, a person decides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff import queries as staff
from kexin.ground.staff import rules as staff_rules
from kexin.ground.staff.models import User
from kexin.ground.staff.rules import is_currency
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.credit import default_currency
from kexin.loop.customers.queries.days import today_of
from kexin.loop.partners import errors, queries, rules
from kexin.loop.partners.announcements import PracticeAnswered, PracticeCleared, PracticeConfirmed
from kexin.loop.partners.choices import Answer, Step
from kexin.loop.partners.models import Incident, PracticeKind
from kexin.loop.todo import actions as todo
from kexin.loop.todo.choices import Kind as ToDoKind
from kexin.loop.todo.choices import State
from kexin.loop.todo.models import ToDo

LARGEST = Decimal(10) ** 14
TO_EXAMINE = timedelta(days=3)
TO_FOLLOW_UP = timedelta(days=14)


@transaction.atomic
def report_practice(  # noqa: PLR0913 -- what happened, when, how it came to be known
    *,
    customer_id: int,
    kind_id: int,
    what: str,
    happened_on: date,
    by: Actor,
    learnt_on: date | None = None,
    told_by: str = "",
    amount: Decimal | None = None,
    currency: str = "",
) -> Incident:
    """Write down what is said of a customer. It goes to whoever examines; the customer's file shows nothing of it until it is confirmed."""
    customer = checking.open_file(customer_id)
    kind = PracticeKind.objects.filter(pk=kind_id, is_active=True).first()
    if kind is None:
        raise errors.KindNotFound
    causes: dict[str, KexinError] = {}
    today = today_of(customer)
    values = checking.fitting(Incident, {"what": what, "told_by": told_by}, causes)
    values |= {"happened_on": happened_on, "learnt_on": learnt_on or today, "amount": amount}
    if not values["what"]:
        causes["what"] = errors.WordsMissing(beside="what")
    for name in ("happened_on", "learnt_on"):
        if values[name] > today:
            causes[name] = errors.DayAhead(beside=name)
    if not causes and values["happened_on"] > values["learnt_on"]:
        causes["happened_on"] = errors.HappenedAfterLearnt()
    values["currency"] = _money(amount, currency, causes)
    checking.refuse(causes)

    incident = Incident.objects.create(customer=customer, branch=customer.branch, kind=kind, reported_by_id=by.id, **values)
    _save(incident, "report", {"kind": [None, kind.name_zh]}, by)
    _ask_to_examine(incident)
    return incident


@transaction.atomic
def examine(*, incident_id: int, by: Actor, version: int | None = None) -> Incident:
    """Somebody takes the report up: for the first time, or again."""
    incident = _at(incident_id, Step.EXAMINED, version)
    was, counted = incident.step, incident.confirmed_on is not None
    _take_back(incident)
    incident.step, incident.examined_by_id, incident.closed_on = Step.EXAMINED, by.id, None
    _save(incident, "examine", {"step": [was, Step.EXAMINED]}, by)
    _settle(incident, by)
    if counted:
        jobs.announce(PracticeCleared(incident_id=incident.pk, customer_id=incident.customer_id))
    return incident


@transaction.atomic
def hear(
    *, incident_id: int, by: Actor, statement: str = "", is_silent: bool = False, heard_on: date | None = None, version: int | None = None
) -> Incident:
    """Write down what the customer says to it, in their words; or that they were asked and did not answer."""
    incident = _held(incident_id, version)
    if incident.step in {Step.CLOSED, Step.REPORTED}:
        raise errors.NotExamined
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Incident, {"statement": statement}, causes)
    today = today_of(incident.customer)
    heard_on = heard_on or today
    if not values["statement"] and not is_silent:
        causes["statement"] = errors.WordsMissing(beside="statement")
    if heard_on > today:
        causes["heard_on"] = errors.DayAhead(beside="heard_on")
    checking.refuse(causes)

    incident.statement, incident.is_silent, incident.statement_on = values["statement"], is_silent and not values["statement"], heard_on
    _save(incident, "hear", {"statement": [None, "•"], "is_silent": [None, incident.is_silent]}, by)
    return incident


@transaction.atomic
def confirm(*, incident_id: int, by: Actor, finding: str, version: int | None = None) -> Incident:
    """It happened. From now on it counts, until the limitation of its kind; the table proposes an answer."""
    incident = _at(incident_id, Step.CONFIRMED, version)
    if incident.statement_on is None:
        raise errors.StatementMissing
    incident.finding = _words(finding, "finding")
    kind = incident.kind
    before = queries.confirmed_days(incident)
    incident.step, incident.confirmed_on, incident.examined_by_id = Step.CONFIRMED, today_of(incident.customer), by.id
    incident.time = rules.times(incident.happened_on, before, kind.repeat_months)
    incident.proposed = rules.proposed(kind.answers, incident.time)
    incident.counts_until = rules.counts_until(incident.happened_on, kind.counts_months)
    _save(incident, "confirm", {"step": [Step.EXAMINED, Step.CONFIRMED], "time": [None, incident.time]}, by)
    jobs.announce(PracticeConfirmed(incident_id=incident.pk, customer_id=incident.customer_id, kind_id=incident.kind_id))
    return incident


@transaction.atomic
def reject(*, incident_id: int, by: Actor, finding: str, version: int | None = None) -> Incident:
    """It did not happen, or cannot be shown. Whatever had been confirmed is taken back and counts no longer."""
    incident = _at(incident_id, Step.REJECTED, version)
    was, counted = incident.step, incident.confirmed_on is not None
    incident.finding = _words(finding, "finding")
    incident.step, incident.examined_by_id = Step.REJECTED, by.id
    _take_back(incident)
    _save(incident, "reject", {"step": [was, Step.REJECTED]}, by)
    _settle(incident, by)
    if counted:
        jobs.announce(PracticeCleared(incident_id=incident.pk, customer_id=incident.customer_id))
    return incident


@transaction.atomic
def answer(
    *, incident_id: int, answer: str, by: Actor, reason: str = "", follow_up_on: date | None = None, version: int | None = None
) -> Incident:
    """A person decides the answer: the one the table proposes, or another with its reason. What follows becomes a to-do."""
    incident = _at(incident_id, Step.ANSWERED, version)
    chosen = Answer(answer)
    if not _may(by, rules.AUTHORITY[chosen]):
        raise errors.AnswerAbove(answer=chosen.label)
    causes: dict[str, KexinError] = {}
    incident.reason = checking.fitting(Incident, {"reason": reason}, causes)["reason"]
    if chosen != incident.proposed and not incident.reason:
        causes["reason"] = errors.ReasonForOther(proposed=Answer(incident.proposed).label)
    today = today_of(incident.customer)
    if follow_up_on is not None and follow_up_on < today:
        causes["follow_up_on"] = errors.DayAhead(beside="follow_up_on")
    checking.refuse(causes)

    incident.step, incident.answer, incident.answered_by_id, incident.answered_on = Step.ANSWERED, chosen, by.id, today
    _save(incident, "answer", {"step": [Step.CONFIRMED, Step.ANSWERED], "answer": [None, chosen.value]}, by)
    _follow_up(incident, follow_up_on, by)
    jobs.announce(PracticeAnswered(incident_id=incident.pk, customer_id=incident.customer_id, answer=chosen.value))
    return incident


@transaction.atomic
def close(*, incident_id: int, by: Actor, version: int | None = None) -> Incident:
    """Nothing is left to do. What was confirmed counts on until its limitation."""
    incident = _at(incident_id, Step.CLOSED, version)
    was, incident.step, incident.closed_on = incident.step, Step.CLOSED, today_of(incident.customer)
    _save(incident, "close", {"step": [was, Step.CLOSED]}, by)
    _settle(incident, by)
    return incident


def _at(incident_id: int, wanted: Step, version: int | None) -> Incident:
    incident = _held(incident_id, version)
    if not rules.may_become(incident.step, wanted):
        raise errors.StepNotOpen(now=Step(incident.step).label, wanted=wanted.label)
    return incident


def _held(incident_id: int, version: int | None) -> Incident:
    """The incident, locked after its customer's file, which must be open."""
    whose = Incident.objects.filter(pk=incident_id).values_list("customer_id", flat=True).first()
    if whose is None:
        raise errors.IncidentNotFound
    customer = checking.open_file(whose)
    incident = Incident.objects.select_for_update(of=("self",)).select_related("kind").get(pk=incident_id)
    incident.customer = customer
    if version is not None and version != incident.version:
        raise errors.ChangedMeanwhile(theirs={"step": Step(incident.step).label}, version=incident.version)
    return incident


def _take_back(incident: Incident) -> None:
    """Whatever had been confirmed and answered holds no more. The trail keeps that it did."""
    incident.confirmed_on = incident.counts_until = incident.time = incident.answered_on = None
    incident.proposed = incident.answer = incident.reason = ""


def _settle(incident: Incident, by: Actor) -> None:
    """What was owed about it is owed no longer: the report was taken up, or nothing is left to see to."""
    for owed in ToDo.objects.filter(origin_kind="incident", origin_id=incident.pk, state=State.OPEN).order_by("pk"):
        todo.finish(todo_id=owed.pk, by=by)


def _save(incident: Incident, act: str, changes: dict[str, list[Any]], by: Actor) -> None:
    """The trail says which step was taken; words about a customer stay on the record, where erasing finds them."""
    if act != "report":
        incident.version += 1
    incident.change = audit.record(
        action=f"practice.{act}", kind="incident", record_id=incident.pk, label=incident.number, by=by, changes=changes
    )
    incident.save()


def _words(text: str, field: str) -> str:
    causes: dict[str, KexinError] = {}
    found: str = checking.fitting(Incident, {field: text}, causes)[field]
    if not found:
        causes[field] = errors.WordsMissing(beside=field)
    checking.refuse(causes)
    return found


def _money(amount: Decimal | None, currency: str, causes: dict[str, KexinError]) -> str:
    if amount is None:
        return ""
    if not 0 <= amount < LARGEST:
        causes["amount"] = errors.AmountOutOfRange()
    code = (currency or default_currency()).strip().upper()
    if not is_currency(code):
        causes["currency"] = errors.CurrencyUnknown(value=currency)
    return code


def _may(by: Actor, permission: str) -> bool:
    """The system and commands act with the authority of whoever runs the machine."""
    if by.id is None:
        return True
    person = User.objects.filter(pk=by.id, is_active=True).first()
    return person is not None and staff_rules.may(person.role, permission)


def _ask_to_examine(incident: Incident) -> None:
    """To one person who examines, named by its number alone: colleagues who read the list learn nothing."""
    examiner = staff.nearest_with("practice.examine", incident.branch)
    if examiner is None:
        return
    with override(examiner.language or settings.LANGUAGE_CODE):
        title = _("A report is waiting to be examined: %(number)s") % {"number": incident.number}
    todo.open_todo(
        kind=ToDoKind.REVIEW,
        title=title,
        owner=examiner,
        due_at=timezone.now() + TO_EXAMINE,
        origin_kind="incident",
        origin_id=incident.pk,
        by=Actor.system("practices"),
    )


def _follow_up(incident: Incident, on: date | None, by: Actor) -> None:
    owner = incident.customer.owner if incident.customer.owner and incident.customer.owner.is_active else None
    with override((owner.language if owner else "") or settings.LANGUAGE_CODE):
        title = _("%(answer)s given for %(kind)s: see that it is kept") % {"answer": Answer(incident.answer).label, "kind": incident.kind}
    due = timezone.now() + (timedelta(days=(on - today_of(incident.customer)).days) if on is not None else TO_FOLLOW_UP)
    todo.open_todo(
        kind=ToDoKind.FOLLOW_UP,
        title=title,
        customer=incident.customer,
        due_at=due,
        cause=f"practice:{incident.pk}",
        origin_kind="incident",
        origin_id=incident.pk,
        by=by,
    )
