"""Into the pool: by hand with a reason, or by the rules, after the owner was warned for the full time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.kit.text import tidy
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer
from kexin.loop.pool import errors, queries
from kexin.loop.pool.announcements import CustomerReleased
from kexin.loop.pool.choices import Cause, Ending
from kexin.loop.pool.models import Stay, Warned
from kexin.loop.pool.queries import looking
from kexin.loop.todo import actions as todos
from kexin.loop.todo.choices import Kind, State
from kexin.loop.todo.models import ToDo

WARNED = "pool:warned"  # the cause of the to-do that warns an owner
LOOKED_AT = 500  # customers at a time, without a lock
BATCH = 3  # customers a transaction: SQLite holds its lock for less than a tenth of a second
OWNER_DAY_ENDS = time(18)


@transaction.atomic
def release(*, customer_id: int, reason: str, by: Actor) -> Stay:
    """Give a customer up by hand, whatever the rules say; the reason is for whoever claims it."""
    if not tidy(reason):
        raise errors.ReasonNeeded
    customer = Customer.objects.select_for_update(of=("self",)).select_related("owner", "place").filter(pk=customer_id).first()
    if customer is None or not customer.is_active or customer.merged_into_id is not None:
        raise errors.NotInPool
    if queries.in_pool(customer):
        raise errors.InPoolAlready
    if customer.branch_id is None:
        raise errors.WithoutBranch
    return _release([(customer, Cause.BY_HAND)], reason=tidy(reason)[:200], by=by)[0]


@transaction.atomic
def release_due(*, ids: Sequence[int], today: date, by: Actor) -> tuple[int, int]:
    """Of these customers release those whose day has come, and warn the owners of those whose day is near: (released, warned).

    Each is looked at again under its lock: who was called a moment ago stays. Twice on one day changes nothing.
    """
    by_policy = queries.policy()
    terms = {rule.tier: rule for rule in queries.tier_rules()}
    found = looking.verdicts(list(looking.of(ids)), today=today, by_policy=by_policy, terms=terms)
    free = [one for one in found if not one.protected]
    going = [one for one in free if one.goes_on <= today]
    near = [one for one in free if one.goes_on > today and one.warned is None]
    if going:
        _release([(one.customer, Cause(one.due.cause)) for one in going], reason="", by=by)
    for one in near:
        _warn(one, today=today, by=by)
    return len(going), len(near)


@transaction.atomic
def calm(*, ids: Sequence[int], today: date, by: Actor) -> int:
    """Take back the warnings that no longer hold: the customer was called, ordered, is protected, or changed hands."""
    by_policy = queries.policy()
    terms = {rule.tier: rule for rule in queries.tier_rules()}
    found = looking.verdicts(list(looking.of(ids)), today=today, by_policy=by_policy, terms=terms)
    in_danger = {one.customer.pk for one in found if not one.protected and one.warned is not None}
    calmed = [pk for pk in ids if pk not in in_danger]
    _drop_warnings(calmed, _("The customer stays: the time does not run out any more."), by)
    return len(calmed)


def go_on(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """The nightly round, in slices: first warnings that no longer hold are taken back, then the next customers are looked at.

    Looking takes no lock, however many are looked at; what has to be written is looked at again under its lock, a few at a time.
    """
    today = timezone.localdate()
    at: dict[str, Any] = {"phase": "calm", "last": 0, "released": 0, "warned": 0, "calmed": 0, **part.checkpoint}
    if at["phase"] == "calm":
        if not _calm_all(part, at, today):
            return kinds.Again()
        at |= {"phase": "release", "last": 0}
    found = queries.candidates(today=today, warn_days=queries.policy().warn_days)
    if found is not None and not _release_all(part, at, today, found):
        return kinds.Again()
    _tidy()
    return kinds.Finished(result={name: at[name] for name in ("released", "warned", "calmed")})


def _calm_all(part: kinds.Slice, at: dict[str, Any], today: date) -> bool:
    """False: the time ran out."""
    while ids := list(Warned.objects.filter(pk__gt=at["last"]).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]):
        in_danger = {one.customer.pk for one in _seen(ids, today) if _stays_warned(one)}
        for some in _few([pk for pk in ids if pk not in in_danger]):
            with transaction.atomic():
                at |= {"calmed": at["calmed"] + calm(ids=some, today=today, by=part.by), "last": some[-1]}
                part.progress(done=_done(at), checkpoint=dict(at))
            if part.time_left() <= 0:
                return False
        at |= {"last": ids[-1]}
        part.progress(done=_done(at), checkpoint=dict(at))
        if part.time_left() <= 0:
            return False
    return True


def _release_all(part: kinds.Slice, at: dict[str, Any], today: date, found: QuerySet[Customer]) -> bool:
    """False: the time ran out."""
    while ids := list(found.filter(pk__gt=at["last"]).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]):
        for some in _few([one.customer.pk for one in _seen(ids, today) if _is_due(one, today)]):
            with transaction.atomic():
                released, warned = release_due(ids=some, today=today, by=part.by)
                at |= {"released": at["released"] + released, "warned": at["warned"] + warned, "last": some[-1]}
                part.progress(done=_done(at), checkpoint=dict(at))
            if part.time_left() <= 0:
                return False
        at |= {"last": ids[-1]}
        part.progress(done=_done(at), checkpoint=dict(at))
        if part.time_left() <= 0:
            return False
    return True


def _seen(ids: list[int], today: date) -> list[looking.Verdict]:
    return looking.seen(ids, today=today, by_policy=queries.policy(), terms={rule.tier: rule for rule in queries.tier_rules()})


def _stays_warned(one: looking.Verdict) -> bool:
    return not one.protected and one.warned is not None


def _is_due(one: looking.Verdict, today: date) -> bool:
    """Whether anything is to be written: it goes today, or its owner is to be warned."""
    return not one.protected and (one.goes_on <= today or one.warned is None)


def _few(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _done(at: dict[str, Any]) -> int:
    return int(at["released"] + at["warned"] + at["calmed"])


def _tidy() -> None:
    """Customers that got an owner otherwise (an import, a merge) are no longer in the pool."""
    now = timezone.now()
    left = Stay.objects.filter(ended_at=None).exclude(customer__owner=None)
    left.update(ended_at=now, ending=Ending.ELSEWHERE)
    Customer.objects.filter(pooled_at__isnull=False, owner__isnull=False).update(pooled_at=None)


def _release(going: list[tuple[Customer, Cause]], *, reason: str, by: Actor) -> list[Stay]:
    cause_of = {customer.pk: cause for customer, cause in going}
    files = [customer for customer, _cause in going]
    owner_of = {customer.pk: customer.owner_id for customer in files}
    place_of = {customer.pk: getattr(customer, "place", None) for customer in files}
    for cause in dict.fromkeys(cause_of.values()):
        some = [customer for customer in files if cause_of[customer.pk] == cause]
        words = reason or str(cause.label)
        customers.give_up(some, reason=_("To the pool: %(reason)s") % {"reason": words}, by=by)
    moment = timezone.now()
    Stay.objects.filter(customer__in=files, ended_at=None).update(ended_at=moment, ending=Ending.ELSEWHERE)
    stays = Stay.objects.bulk_create(
        [
            Stay(
                customer=customer,
                branch_id=customer.branch_id,
                tier=place.tier if (place := place_of[customer.pk]) is not None else "",
                cause=cause_of[customer.pk],
                reason=reason,
                began_at=customer.pooled_at or moment,
                previous_owner_id=owner_of[customer.pk],
                released_by_id=by.id,
            )
            for customer in files
        ]
    )
    _drop_warnings([customer.pk for customer in files], _("The customer went to the pool."), by)
    jobs.announce_all(
        CustomerReleased(customer_id=customer.pk, old_owner_id=owner_of[customer.pk], cause=cause_of[customer.pk]) for customer in files
    )
    return stays


def _warn(verdict: looking.Verdict, *, today: date, by: Actor) -> None:
    customer, owner = verdict.customer, verdict.customer.owner
    if owner is None:
        return
    Warned.objects.update_or_create(customer=customer, defaults={"owner": owner, "on": today, "goes_on": verdict.goes_on})
    with override(owner.language or settings.LANGUAGE_CODE):
        title = _("Goes to the public pool on %(day)s unless you get in touch") % {"day": verdict.goes_on.isoformat()}
        detail = str(Cause(verdict.due.cause).label)
    todos.open_todo(
        kind=Kind.REVIEW,
        title=title,
        detail=detail,
        customer=customer,
        owner=owner,
        due_at=timezone.make_aware(datetime.combine(verdict.goes_on - timedelta(days=1), OWNER_DAY_ENDS)),
        cause=WARNED,
        by=by,
    )


def _drop_warnings(ids: Sequence[int], reason: str, by: Actor) -> None:
    Warned.objects.filter(pk__in=list(ids)).delete()
    for todo in ToDo.objects.filter(customer__in=list(ids), cause=WARNED, state=State.OPEN).order_by("pk"):
        todos.drop(todo_id=todo.pk, reason=reason, by=by)


@transaction.atomic
def left_otherwise(customer_id: int) -> None:
    """Somebody handed a customer of the pool over by hand: its stay has ended."""
    owned = Stay.objects.filter(customer=customer_id, ended_at=None).exclude(customer__owner=None)
    owned.update(ended_at=timezone.now(), ending=Ending.ELSEWHERE)
