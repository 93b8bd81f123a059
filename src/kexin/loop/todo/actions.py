"""Every write to a to-do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.hooks.choices import Off
from kexin.ground.hooks.models import Hook
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Branch, User
from kexin.kit.text import tidy
from kexin.loop.customers import actions as customers
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Customer, DuplicatePair, HandOver
from kexin.loop.todo import errors, rules
from kexin.loop.todo.announcements import ToDoDone, ToDoDropped, ToDoOpened
from kexin.loop.todo.choices import Kind, State
from kexin.loop.todo.models import ToDo

TO_READ = timedelta(days=1)  # a note from the owner before
TO_DECIDE = timedelta(days=3)  # whether two files are one customer
OWNERS_OWN = "pool:"  # causes that concern the owner, not the customer: a warning does not go over


@transaction.atomic
def open_todo(  # noqa: PLR0913 -- what, to whom, by whom, by when, why
    *,
    kind: str,
    title: str,
    by: Actor,
    customer: Customer | None = None,
    owner: User | None = None,
    branch: Branch | None = None,
    due_at: datetime | None = None,
    detail: str = "",
    cause: str = "",
    origin_kind: str = "",
    origin_id: int | None = None,
) -> ToDo:
    """Put something on the list. The same customer and cause again return the open to-do, which at most becomes due earlier.

    Without an owner it falls to the customer's owner, without a branch to the customer's branch.
    """
    title = tidy(title)[:200]
    if not title:
        raise errors.TitleMissing
    if owner is not None and not owner.is_active:
        raise errors.OwnerUnknown
    standing = _standing(customer, cause)
    if standing is not None:
        return _sooner(standing, due_at, by)
    if customer is not None:
        owner = owner or (customer.owner if customer.owner and customer.owner.is_active else None)
        branch = branch or customer.branch
    if branch is None and owner is not None:
        branch = owner.branch

    try:
        with transaction.atomic():
            todo = ToDo.objects.create(
                kind=kind,
                title=title,
                detail=detail.strip(),
                customer=customer,
                owner=owner,
                branch=branch,
                due_at=due_at,
                cause=cause,
                origin_kind=origin_kind,
                origin_id=origin_id,
                created_by=by.id,
            )
    except IntegrityError:  # another process opened the same cause between the look and the write
        standing = _standing(customer, cause)
        if standing is None:
            raise
        return _sooner(standing, due_at, by)

    _record(todo, "open", by, {"title": [None, title], "due_at": [None, _moment(due_at)], "owner": [None, str(owner) if owner else None]})
    jobs.announce(ToDoOpened(todo_id=todo.pk, customer_id=todo.customer_id, kind=kind, cause=cause))
    return todo


@transaction.atomic
def finish(*, todo_id: int, by: Actor, outcome: str = "", version: int | None = None) -> ToDo:
    """It is done. Two people doing it at once: the second is told who was first."""
    todo = _held(todo_id, wanted=State.DONE, version=version)
    outcome = tidy(outcome)[:200]

    _end(todo, State.DONE, outcome, by)
    _record(todo, "finish", by, {"state": [State.OPEN, State.DONE], **({"outcome": [None, outcome]} if outcome else {})})
    jobs.announce(ToDoDone(todo_id=todo.pk, customer_id=todo.customer_id, kind=todo.kind, cause=todo.cause, outcome=outcome))
    return todo


@transaction.atomic
def drop(*, todo_id: int, reason: str, by: Actor, version: int | None = None) -> ToDo:
    """It is not needed after all, and why."""
    reason = tidy(reason)[:200]
    if not reason:
        raise errors.ReasonMissing
    todo = _held(todo_id, wanted=State.DROPPED, version=version)

    _end(todo, State.DROPPED, reason, by)
    _record(todo, "drop", by, {"state": [State.OPEN, State.DROPPED], "reason": [None, reason]})
    jobs.announce(ToDoDropped(todo_id=todo.pk, customer_id=todo.customer_id, kind=todo.kind, cause=todo.cause, reason=reason))
    return todo


@transaction.atomic
def reopen(*, todo_id: int, by: Actor, version: int | None = None) -> ToDo:
    """Take back a finish or a drop: back on the list as it was."""
    todo = _held(todo_id, wanted=State.OPEN, version=version)
    if _standing(todo.customer, todo.cause) is not None:
        raise errors.OpenedAgain
    was = todo.state

    todo.state, todo.done_at, todo.done_by, todo.outcome = State.OPEN, None, None, ""
    _save(todo)
    _record(todo, "reopen", by, {"state": [was, State.OPEN]})
    return todo


@transaction.atomic
def postpone(*, todo_id: int, due_at: datetime, by: Actor, reason: str = "", version: int | None = None) -> ToDo:
    """Another moment, which must lie ahead."""
    if due_at <= timezone.now():
        raise errors.DueInThePast
    todo = _held(todo_id, wanted=State.DONE, version=version)
    was = todo.due_at

    todo.due_at = due_at
    _save(todo)
    changes: dict[str, list[str | None]] = {"due_at": [_moment(was), _moment(due_at)]}
    if tidy(reason):
        changes["reason"] = [None, tidy(reason)[:200]]
    _record(todo, "postpone", by, changes)
    return todo


@transaction.atomic
def reassign(*, todo_id: int, owner: User | None, by: Actor, version: int | None = None) -> ToDo:
    """Somebody else does it; None puts it back among the unassigned."""
    if owner is not None and not owner.is_active:
        raise errors.OwnerUnknown
    todo = _held(todo_id, wanted=State.DONE, version=version)
    was = todo.owner
    if was == owner:
        return todo

    todo.owner = owner
    _save(todo)
    _record(todo, "reassign", by, {"owner": [str(was) if was else None, str(owner) if owner else None]})
    return todo


@transaction.atomic
def note(
    *,
    customer: Customer,
    kind: str,
    text: str,
    by: Actor,
    learnt: Mapping[str, str] | None = None,
    todo: str = "",
    due_at: datetime | None = None,
) -> ToDo | None:
    """Note what was said or done, what it taught us of the customer ({topic: value}), and what is to be done next.

    One act: all of it is kept, or nothing.
    """
    customers.note_interaction(customer_id=customer.pk, kind=kind, text=text, by=by)
    for topic, value in (learnt or {}).items():
        if tidy(value):
            customers.add_entry(customer_id=customer.pk, topic=topic, value=value, source=Source.CUSTOMER, by=by)
    if not tidy(todo):
        return None
    owner = User.objects.filter(pk=by.id, is_active=True).first() if by.id is not None else None
    return open_todo(kind=Kind.FOLLOW_UP, title=todo, customer=customer, owner=owner, due_at=due_at, by=by)


@transaction.atomic
def change_many(*, field: str, values: Mapping[int, Any], by: Actor) -> dict[int, int]:
    """Give many open to-dos another owner (by number) or another moment, under one entry of the trail. {to-do: version afterwards}.

    An undo puts moments back that have passed meanwhile: that the new one lies ahead is asked by who chooses it.
    """
    column = {"owner": "owner_id", "due_at": "due_at"}[field]
    owners = {value for value in values.values() if value is not None} if field == "owner" else set()
    if User.objects.filter(pk__in=owners).count() != len(owners):
        raise errors.OwnerUnknown
    todos = list(ToDo.objects.select_for_update().filter(pk__in=list(values), state=State.OPEN).order_by("pk"))
    for value in dict.fromkeys(values[todo.pk] for todo in todos):
        given = [todo.pk for todo in todos if values[todo.pk] == value]
        ToDo.objects.filter(pk__in=given).update(**{column: value}, version=F("version") + 1)

    audit.record(action="todo.change_many", kind="todo", by=by, changes={"field": field, "todos": len(todos)})
    return {todo.pk: todo.version + 1 for todo in todos}


@transaction.atomic
def take_over(*, customer_id: int, old_owner_id: int | None, new_owner_id: int | None, hand_over_id: int | None) -> int:
    """What the old owner owes this customer, the new owner owes now; a note becomes a to-do of theirs. How many went over.

    `hand_over_id` is None for one of many handed over together: `tell_of_many` says so once. Doing it twice changes nothing.
    """
    handed = HandOver.objects.select_related("customer", "old_owner", "new_owner").filter(pk=hand_over_id or 0).first()
    by = Actor.system("job")
    owed: list[ToDo] = []
    if old_owner_id is not None:
        mine = ToDo.objects.select_for_update().filter(customer=customer_id, owner=old_owner_id, state=State.OPEN).order_by("pk")
        owed = [todo for todo in mine if not todo.cause.startswith(OWNERS_OWN)]
        new_owner = User.objects.filter(pk=new_owner_id, is_active=True).first() if new_owner_id else None
        for todo in owed:
            was, todo.owner = todo.owner, new_owner
            _save(todo)
            _record(todo, "reassign", by, {"owner": [str(was), str(new_owner) if new_owner else None]})
    if handed is not None and handed.note and handed.new_owner is not None and handed.new_owner.is_active:
        with override(handed.new_owner.language or settings.LANGUAGE_CODE):
            title = (
                _("Taken over from %(who)s: read the note") % {"who": handed.old_owner}
                if handed.old_owner
                else _("Taken over: read the note")
            )
        open_todo(
            kind=Kind.TAKE_OVER,
            title=title,
            detail=handed.note,
            customer=handed.customer,
            owner=handed.new_owner,
            due_at=timezone.now() + TO_READ,
            cause=f"hand_over:{handed.pk}",
            origin_kind="hand_over",
            origin_id=handed.pk,
            by=by,
        )
    return len(owed)


@transaction.atomic
def tell_of_many(*, act: str, customers: int, old_owner_id: int | None, new_owner_id: int | None, note: str) -> ToDo | None:
    """One to-do for whoever took over many customers at once, with the note that came along."""
    owner = User.objects.filter(pk=new_owner_id or 0, is_active=True).first()
    if owner is None or ToDo.objects.filter(cause=f"hand_over:{act}").exists():
        return None
    old = User.objects.filter(pk=old_owner_id or 0).first()
    with override(owner.language or settings.LANGUAGE_CODE):
        words = {"n": f"{customers:,}", "who": old}
        title = (
            _("You look after %(n)s customers of %(who)s now") % words
            if old is not None
            else _("You look after %(n)s more customers now") % words
        )
    return open_todo(
        kind=Kind.TAKE_OVER,
        title=title,
        detail=note,
        owner=owner,
        due_at=timezone.now() + TO_READ,
        cause=f"hand_over:{act}",
        by=Actor.system("job"),
    )


@transaction.atomic
def ask_to_merge(*, pair_id: int, customer_id: int, other_id: int) -> ToDo | None:
    """Whoever decides about duplicates in the branch looks at a pair somebody brought up. Doing it twice changes nothing."""
    pair = DuplicatePair.objects.select_related("proposed_by").filter(pk=pair_id, state="open").first()
    files = Customer.objects.in_bulk([customer_id, other_id])
    if pair is None or len(files) < 2:  # noqa: PLR2004 -- a pair
        return None
    customer, other = files[customer_id], files[other_id]
    with override(settings.LANGUAGE_CODE):
        title = _("One customer? Compare with %(code)s") % {"code": other.code}  # no name: it may be erased one day
    return open_todo(
        kind=Kind.REVIEW,
        title=title,
        detail=str(pair.proposed_by or ""),  # why stands with the pair: the words may name the other file
        customer=customer,
        due_at=timezone.now() + TO_DECIDE,
        cause=f"pair:{pair.pk}",
        origin_kind="pair",
        origin_id=pair.pk,
        by=Actor.system("job"),
    )


@transaction.atomic
def pair_decided(*, pair_id: int, merged: bool) -> int:
    """Nothing is left to look at: what was asked about this pair is done. How many were."""
    rows = list(ToDo.objects.select_for_update().filter(cause=f"pair:{pair_id}", state=State.OPEN).order_by("pk"))
    with override(settings.LANGUAGE_CODE):
        outcome = _("merged") if merged else _("not the same customer")
    for todo in rows:
        finish(todo_id=todo.pk, by=Actor.system("job"), outcome=outcome)
    return len(rows)


@transaction.atomic
def tell_of_hook(*, hook_id: int, cause: str) -> ToDo | None:
    """One to-do for whoever registered a web hook that switched itself off; for another administrator where they have gone."""
    hook = Hook.objects.filter(pk=hook_id, is_on=False).first()
    if hook is None or ToDo.objects.filter(cause=f"hook:{hook_id}", state=State.OPEN).exists():
        return None
    people = User.objects.filter(is_active=True, is_integration=False).order_by("pk")
    able = [person for person in people if staff.may(person, "hook.manage")]
    owner = next((person for person in able if person.pk == hook.created_by), able[0] if able else None)
    with override((owner.language if owner else "") or settings.LANGUAGE_CODE):
        title = _("The web hook “%(name)s” switched itself off") % {"name": hook.name}
        detail = (
            _("The receiver answered that it wants no more events (410). Ask whoever runs it, then remove the web hook or switch it on.")
            if cause == Off.GONE
            else _("Nothing could be delivered for three days. Its page says why. Mend it, switch it on, and send again what was given up.")
        )
    return open_todo(
        kind=Kind.TASK,
        title=title,
        detail=detail,
        owner=owner,
        due_at=timezone.now() + TO_READ,
        cause=f"hook:{hook_id}",
        origin_kind="hook",
        origin_id=hook_id,
        by=Actor.system("job"),
    )


def _standing(customer: Customer | None, cause: str) -> ToDo | None:
    if customer is None or not cause:
        return None
    return ToDo.objects.filter(customer=customer, cause=cause, state=State.OPEN).first()


def _sooner(todo: ToDo, due_at: datetime | None, by: Actor) -> ToDo:
    if due_at is None or (todo.due_at is not None and todo.due_at <= due_at):
        return todo
    was, todo.due_at = todo.due_at, due_at
    _save(todo)
    _record(todo, "sooner", by, {"due_at": [_moment(was), _moment(due_at)]})
    return todo


def _held(todo_id: int, *, wanted: str, version: int | None = None) -> ToDo:
    """The to-do, locked, if it may become what is wanted and nobody changed it after it was read."""
    todo = ToDo.objects.select_for_update(of=("self",)).select_related("customer", "owner", "done_by").filter(pk=todo_id).first()
    if todo is None:
        raise errors.ToDoNotFound
    if not rules.may_become(todo.state, wanted):
        if todo.is_open:
            raise errors.StillOpen
        raise errors.AlreadyEnded(who=todo.done_by or "–", state=State(todo.state).label)
    if version is not None and version != todo.version:
        raise errors.EditedMeanwhile(theirs={"due_at": _moment(todo.due_at), "owner": str(todo.owner or "")}, version=todo.version)
    return todo


def _end(todo: ToDo, state: str, outcome: str, by: Actor) -> None:
    todo.state, todo.outcome, todo.done_at = state, outcome, timezone.now()
    todo.done_by = User.objects.filter(pk=by.id).first() if by.id is not None else None
    _save(todo)


def _save(todo: ToDo) -> None:
    todo.version += 1
    todo.save()


def _record(todo: ToDo, act: str, by: Actor, changes: dict[str, list[str | None]]) -> None:
    audit.record(action=f"todo.{act}", kind="todo", record_id=todo.pk, label=todo.title, by=by, changes=changes)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
