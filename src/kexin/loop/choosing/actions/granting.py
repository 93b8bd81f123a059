"""Individual terms asked for, granted, refused, ended. Against the conditions only by a manager who says why."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff import queries as staff
from kexin.kit.text import tidy
from kexin.loop.choosing import errors
from kexin.loop.choosing.actions.records import open_file
from kexin.loop.choosing.announcements import TermsEnded, TermsGranted
from kexin.loop.choosing.choices import Eligibility, GrantState
from kexin.loop.choosing.models import Grant, TermSet
from kexin.loop.choosing.queries import terms as queries
from kexin.loop.choosing.queries.terms import Judged
from kexin.loop.choosing.wording import Vocabulary
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.days import today_of
from kexin.loop.todo import actions as todos
from kexin.loop.todo.choices import Kind, State
from kexin.loop.todo.models import ToDo

LONGEST = timedelta(days=1830)
DECIDE_WITHIN = timedelta(days=3)


@transaction.atomic
def ask(
    *, customer_id: int, terms_id: int, by: Actor, first_day: date | None = None, last_day: date | None = None, reason: str = ""
) -> Grant:
    """Ask for terms for a customer. Refused at once where a condition fails; a manager decides, with a to-do."""
    customer, terms = _both(customer_id, terms_id)
    found = queries.judged([customer.pk], terms, as_of=today_of(customer))[customer.pk]
    if found.verdict == Eligibility.NOT:
        raise _not_eligible(customer, found)
    grant = _new(customer, terms, found, first_day=first_day, last_day=last_day, reason=reason, by=by)

    _told(grant, "ask", by)
    with override(settings.LANGUAGE_CODE):
        title = _("Decide: %(terms)s for %(name)s") % {"terms": terms, "name": customer.name}
    decides = staff.nearest_with("terms.grant", customer.branch)
    todos.open_todo(
        kind=Kind.TASK, title=title, detail=grant.reason, customer=customer, owner=decides,
        due_at=timezone.now() + DECIDE_WITHIN, cause=cause_of(grant, "asked"), origin_kind="terms_grant", origin_id=grant.pk, by=by,
    )  # fmt: skip
    return grant


@transaction.atomic
def grant(
    *, customer_id: int, terms_id: int, by: Actor, first_day: date | None = None, last_day: date | None = None, reason: str = "",
    override_conditions: bool = False,
) -> Grant:  # fmt: skip
    """Give terms at once. Who is not (or perhaps not) eligible gets them only against the conditions, with the reason."""
    customer, terms = _both(customer_id, terms_id)
    found = queries.judged([customer.pk], terms, as_of=today_of(customer))[customer.pk]
    is_override = _checked(customer, found, reason=reason, override_conditions=override_conditions)
    given = _new(customer, terms, found, first_day=first_day, last_day=last_day, reason=reason, by=by)
    _into_force(given, found, is_override=is_override, by=by)
    return given


@transaction.atomic
def approve(*, grant_id: int, by: Actor, reason: str = "", override_conditions: bool = False, version: int | None = None) -> Grant:
    """Grant what was asked for, by the conditions as they are now."""
    asked = _held(grant_id, GrantState.ASKED, errors.NotWaiting, version)
    found = queries.judged([asked.customer_id], asked.terms, as_of=today_of(asked.customer))[asked.customer_id]
    is_override = _checked(asked.customer, found, reason=reason, override_conditions=override_conditions)
    asked.reason = tidy(reason)[:300] or asked.reason
    _into_force(asked, found, is_override=is_override, by=by)
    return asked


@transaction.atomic
def refuse(*, grant_id: int, reason: str, by: Actor, version: int | None = None) -> Grant:
    """Not granted, and why."""
    if not tidy(reason):
        raise errors.WhyNeeded
    asked = _held(grant_id, GrantState.ASKED, errors.NotWaiting, version)
    asked.state, asked.approved_by_id, asked.ended_on = GrantState.REFUSED, by.id, today_of(asked.customer)
    asked.reason = tidy(reason)[:300]
    _save(asked)
    _told(asked, "refuse", by)
    _settle(asked, _("Refused: %(reason)s") % {"reason": asked.reason}, by)
    return asked


@transaction.atomic
def end(*, grant_id: int, reason: str, by: Actor, version: int | None = None) -> Grant:
    """The terms hold no longer, and why."""
    if not tidy(reason):
        raise errors.WhyNeeded
    given = _held(grant_id, GrantState.GRANTED, errors.NotInForce, version)
    given.state, given.ended_on = GrantState.ENDED, today_of(given.customer)
    given.reason = tidy(f"{given.reason} / {reason}" if given.reason else reason)[:300]
    _save(given)
    _told(given, "end", by)
    _settle(given, _("The terms have ended."), by)
    jobs.announce(TermsEnded(given.pk, given.customer_id, given.terms_id, tidy(reason)[:200]))
    return given


@transaction.atomic
def recheck(*, grant_id: int, by: Actor) -> Grant:
    """Looked at again by a person: what is checked now is kept, and the yearly to-do is settled."""
    given = _held(grant_id, GrantState.GRANTED, errors.NotInForce, None)
    today = today_of(given.customer)
    found = queries.judged([given.customer_id], given.terms, as_of=today)[given.customer_id]
    was = given.eligibility
    given.eligibility, given.checked, given.checked_on = found.verdict, found.as_json(), today
    _save(given)
    audit.record(
        action="terms.recheck", kind="customer", record_id=given.customer_id, label=given.customer.name, by=by,
        changes={"terms": given.terms.name_zh, "eligibility": [was, found.verdict]},
    )  # fmt: skip
    _settle(given, _("Looked at again."), by, only=("recheck", *(("undeserved",) if found.verdict == Eligibility.ELIGIBLE else ())))
    return given


def cause_of(grant: Grant, what: str) -> str:
    return f"terms:{grant.pk}:{what}"


def _both(customer_id: int, terms_id: int) -> tuple[Customer, TermSet]:
    customer = open_file(customer_id)
    terms = TermSet.objects.filter(pk=terms_id, is_active=True).first()
    if terms is None:
        raise errors.NotThere
    there = Grant.objects.filter(customer=customer, terms=terms, state__in=(GrantState.ASKED, GrantState.GRANTED)).first()
    if there is not None:
        raise errors.GrantedAlready(state=GrantState(there.state).label)
    return customer, terms


def _checked(customer: Customer, found: Judged, *, reason: str, override_conditions: bool) -> bool:
    """Whether it goes against the conditions. Refused where it would and nobody decided so."""
    if found.verdict == Eligibility.ELIGIBLE:
        return False
    if not override_conditions:
        raise _not_eligible(customer, found)
    if not tidy(reason):
        raise errors.WhyNeeded
    return True


def _not_eligible(customer: Customer, found: Judged) -> errors.NotEligible | errors.MayBeEligible:
    words = Vocabulary.of([*found.failing, *found.missing])
    if found.failing:
        return errors.NotEligible(name=customer.name, failing=", ".join(words.label(name) for name in found.failing))
    return errors.MayBeEligible(name=customer.name, missing=", ".join(words.label(name) for name in found.missing))


def _new(
    customer: Customer, terms: TermSet, found: Judged, *, first_day: date | None, last_day: date | None, reason: str, by: Actor
) -> Grant:
    today = today_of(customer)
    first = first_day or today
    if first > today + LONGEST:
        raise errors.DaysWrong(beside="first_day")
    last = last_day or first + timedelta(days=terms.valid_days)
    if not first <= last <= first + LONGEST or last < today:
        raise errors.DaysWrong
    return Grant.objects.create(
        customer=customer,
        terms=terms,
        first_day=first,
        last_day=last,
        asked_by_id=by.id,
        reason=tidy(reason)[:300],
        eligibility=found.verdict,
        checked=found.as_json(),
        checked_on=today,
    )


def _into_force(given: Grant, found: Judged, *, is_override: bool, by: Actor) -> None:
    given.state, given.approved_by_id, given.is_override = GrantState.GRANTED, by.id, is_override
    given.eligibility, given.checked, given.checked_on = found.verdict, found.as_json(), today_of(given.customer)
    _save(given)
    _told(given, "override" if is_override else "grant", by)
    _settle(given, _("Granted."), by)
    jobs.announce(TermsGranted(given.pk, given.customer_id, given.terms_id, is_override))


def _held(grant_id: int, state: GrantState, otherwise: type[errors.NotWaiting | errors.NotInForce], version: int | None) -> Grant:
    found = Grant.objects.select_for_update(of=("self",)).select_related("customer__branch", "terms").filter(pk=grant_id).first()
    if found is None:
        raise errors.NotThere
    if found.state != state:
        raise otherwise(state=GrantState(found.state).label)
    if version is not None and version != found.version:
        raise errors.EditedMeanwhile(theirs={"state": found.state}, version=found.version)
    return found


def _save(given: Grant) -> None:
    given.version += 1
    given.save()


def _settle(given: Grant, words: str, by: Actor, *, only: tuple[str, ...] = ("asked", "ending", "recheck", "undeserved")) -> None:
    """To-dos about these terms have nothing left to ask."""
    causes = [cause_of(given, what) for what in only]
    for todo in ToDo.objects.filter(cause__in=causes, state=State.OPEN).order_by("pk"):
        todos.finish(todo_id=todo.pk, by=by, outcome=words)


def _told(given: Grant, act: str, by: Actor) -> None:
    audit.record(
        action=f"terms.{act}",
        kind="customer",
        record_id=given.customer_id,
        label=given.customer.name,
        by=by,
        changes={
            "terms": given.terms.name_zh,
            "first_day": given.first_day.isoformat(),
            "last_day": given.last_day.isoformat(),
            "reason": given.reason,
            "eligibility": given.eligibility,
        },
    )
