"""Deliveries: made when something happened, sent by the worker, sent again when somebody asks."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.hooks import addresses, errors, naming, queries, rules, sending, signing
from kexin.ground.hooks.announcements import HookSwitchedOff
from kexin.ground.hooks.choices import Fault, Off, State
from kexin.ground.hooks.models import Attempt, Delivery, Hook
from kexin.ground.hooks.sending import Limits, Outcome
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.announcements import Told
from kexin.ground.staff import secrets

LIMITS = Limits()
MOST_AT_ONCE = 1000


def body_of(message_id: str, name: str, at: datetime, data: dict[str, Any]) -> str:
    """The thin event: what happened, when, to which records, and where they can be read with a token."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event = {"id": message_id, "kind": name, "occurred_at": moment, "data": data, "records": naming.records_in(name, data)}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


@transaction.atomic
def pass_on(*, told: Told) -> int:
    """Write one delivery for each hook that is on and wants it. How many are new."""
    wanting = [hook for hook in Hook.objects.filter(is_on=True, on_since__lte=told.at).order_by("pk") if told.name in hook.announcements]
    have = set(Delivery.objects.filter(hook__in=wanting, announcement_id=told.id).values_list("hook", flat=True))
    new = [hook for hook in wanting if hook.pk not in have]
    if not new:
        return 0
    data = rules.thin(told.name, told.payload)
    for hook in new:
        message_id = signing.fresh_id()
        Delivery.objects.create(
            public_id=message_id,
            hook=hook,
            announcement_id=told.id,
            kind=told.name,
            body=body_of(message_id, told.name, told.at, data),
            occurred_at=told.at,
        )
        see_to(hook.pk)
    return len(new)


@transaction.atomic
def send_test(*, hook_id: int, by: Actor, now: datetime) -> Delivery:
    """An event that says nothing but that it is a test. It is sent also while the hook is off."""
    hook = Hook.objects.filter(pk=hook_id).first()
    if hook is None:
        raise errors.HookNotFound
    message_id = signing.fresh_id()
    delivery = Delivery.objects.create(
        public_id=message_id, hook=hook, kind=rules.TEST, body=body_of(message_id, rules.TEST, now, {}), occurred_at=now
    )
    audit.record(action="hook.test", kind="hook", record_id=hook.pk, label=hook.name, by=by)
    see_to(hook.pk)
    return delivery


@transaction.atomic
def send_again(*, delivery_id: int, by: Actor, now: datetime) -> Delivery:
    """The same event with the same id once more, whether it was delivered, given up, or waits for its next try."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("hook").filter(pk=delivery_id).first()
    if delivery is None:
        raise errors.DeliveryNotFound
    if not delivery.hook.is_on and delivery.kind != rules.TEST:
        raise errors.HookOff

    delivery.state, delivery.tries, delivery.ended_at = State.WAITING, 0, None
    delivery.asked_at = delivery.next_at = now
    delivery.save(update_fields=["state", "tries", "ended_at", "asked_at", "next_at"])
    Hook.objects.filter(pk=delivery.hook_id).update(rests_until=None)
    audit.record(
        action="hook.send_again", kind="hook", record_id=delivery.hook_id, label=delivery.hook.name, by=by,
        changes={"delivery": [None, delivery.public_id]},
    )  # fmt: skip
    see_to(delivery.hook_id)
    return delivery


@transaction.atomic
def send_again_failed(*, hook_id: int, by: Actor, now: datetime) -> int:
    """Everything of a hook that was given up, once more: after the receiver was mended. At most a thousand in one go."""
    hook = Hook.objects.filter(pk=hook_id).first()
    if hook is None:
        raise errors.HookNotFound
    if not hook.is_on:
        raise errors.HookOff
    failed = list(Delivery.objects.filter(hook=hook, state=State.FAILED).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    count = Delivery.objects.filter(pk__in=failed, state=State.FAILED).update(
        state=State.WAITING, tries=0, ended_at=None, asked_at=now, next_at=now
    )
    if count:
        Hook.objects.filter(pk=hook_id).update(rests_until=None)
        changes = {"deliveries": [None, count]}
        audit.record(action="hook.send_again", kind="hook", record_id=hook.pk, label=hook.name, by=by, changes=changes)
        see_to(hook.pk)
    return count


def see_to(hook_id: int) -> None:
    """Let the worker send what is due, from the end of this transaction on."""
    jobs.start_or_wake(kind="hooks.send", slot=f"hooks.send:{hook_id}", arguments={"hook": hook_id})


def send(*, delivery_id: int) -> bool:
    """Send one delivery, if nobody else does. Whether an attempt was made.

    Taken and written down in two transactions with the sending between them: killed there, it is sent again with the same id
    when its lease has run out. So it arrives at least once.
    """
    now = timezone.now()
    free = Delivery.objects.filter(pk=delivery_id, state=State.WAITING).filter(Q(leased_until=None) | Q(leased_until__lt=now))
    if not free.update(leased_until=now + rules.LEASE, attempts=F("attempts") + 1):
        return False
    delivery = Delivery.objects.select_related("hook").get(pk=delivery_id)
    outcome = _sent(delivery, now)
    _note(delivery, outcome, at=now)
    return True


def _sent(delivery: Delivery, now: datetime) -> Outcome:
    hook, body = delivery.hook, delivery.body.encode()
    allowed = queries.allowed()
    try:
        target = addresses.read(hook.url, allowed)  # settings may have become stricter since it was registered
        keys = [secrets.decrypt(hook.secret, purpose="hooks.secret")]
        if hook.old_secret and hook.old_until is not None and hook.old_until > now:
            keys.append(secrets.decrypt(hook.old_secret, purpose="hooks.secret"))
    except errors.AddressRefused:
        return Outcome(fault=Fault.ADDRESS)
    except KexinError:
        return Outcome(fault=Fault.SECRET)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kexin-Hooks/1",
        **signing.headers(keys, message_id=delivery.public_id, timestamp=int(now.timestamp()), body=body),
    }
    return sending.post(target, body=body, headers=headers, allowed=allowed, limits=LIMITS)


@transaction.atomic
def _note(delivery: Delivery, outcome: Outcome, *, at: datetime) -> None:
    """Write down what came of an attempt: on the delivery, and on the hook, whose health it is."""
    hook = Hook.objects.select_for_update().filter(pk=delivery.hook_id).first()
    if hook is None:  # removed meanwhile, with its deliveries
        return
    now = timezone.now()
    Attempt.objects.create(
        delivery=delivery, at=at, milliseconds=outcome.milliseconds, status=outcome.status, fault=outcome.fault,
        address=outcome.address[:45], answer=outcome.answer,
    )  # fmt: skip
    told = {"last_status": outcome.status, "last_fault": outcome.fault}
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING)
    if not outcome.fault:
        mine.update(state=State.DELIVERED, ended_at=now, leased_until=None, **told)
        _well(hook, now)
        return
    asked = rules.asked_wait(outcome.retry_after, now=now)
    wait = rules.wait_after(delivery.tries + 1, jitter=random.random())  # noqa: S311 -- shares out load, keeps no secret
    ended: dict[str, Any] = {"state": State.FAILED, "ended_at": now}
    if wait is not None and delivery.kind != rules.TEST and outcome.fault != Fault.GONE:
        ended = {"next_at": now + max(wait, asked or timedelta())}
    # Another attempt may have begun since, when this one outlived its lease: what comes of that one counts.
    mine.filter(attempts=delivery.attempts).update(leased_until=None, tries=F("tries") + 1, **ended, **told)
    if delivery.kind != rules.TEST:
        _failed(hook, outcome, asked, now)


def _well(hook: Hook, now: datetime) -> None:
    values = {"failures": 0, "failing_since": None, "rests_until": None, "last_fault": "", "last_status": None}
    Hook.objects.filter(pk=hook.pk).update(last_delivered_at=now, **values)


def _failed(hook: Hook, outcome: Outcome, asked: timedelta | None, now: datetime) -> None:
    hook.failures += 1
    hook.failing_since = hook.failing_since or now
    rest = max(rules.rest_after(hook.failures), asked or timedelta())
    hook.rests_until = now + rest if rest else None
    hook.last_failed_at, hook.last_fault, hook.last_status = now, outcome.fault, outcome.status
    cause = Off.GONE if outcome.fault == Fault.GONE else ""
    if not cause and rules.fails_too_long(failing_since=hook.failing_since, failures=hook.failures, now=now):
        cause = Off.FAILING
    if cause and hook.is_on:
        hook.is_on, hook.off_cause, hook.off_at = False, cause, now
        hook.version += 1
        audit.record(
            action="hook.switch_off", kind="hook", record_id=hook.pk, label=hook.name, by=Actor.system("job"),
            changes={"is_on": [True, False], "cause": [None, str(cause)]},
        )  # fmt: skip
        jobs.announce(HookSwitchedOff(hook_id=hook.pk, cause=str(cause)))
    hook.save()


def give_up_forgotten(*, now: datetime) -> int:
    """What waited too long at a hook that is off is given up; it can still be asked for again."""
    return queries.forgotten(now).update(state=State.FAILED, ended_at=now)
