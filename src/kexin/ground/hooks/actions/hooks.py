"""Hooks: registered, changed, switched, their secrets renewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.hooks import addresses, errors, queries, rules, signing
from kexin.ground.hooks.actions.deliveries import see_to
from kexin.ground.hooks.choices import Off
from kexin.ground.hooks.models import Hook
from kexin.ground.staff import secrets
from kexin.kit.text import tidy

PURPOSE = "hooks.secret"
LONGEST_NAME = 80


@transaction.atomic
def register_hook(*, name: str, url: str, announcements: Sequence[str], by: Actor, now: datetime, is_on: bool = True) -> tuple[Hook, str]:
    """Make a hook. The secret returned beside it is shown once; here it is kept encrypted."""
    name, url, wanted = _checked(name, url, announcements)
    secret = signing.fresh_secret()

    hook = Hook.objects.create(
        name=name,
        url=url,
        announcements=wanted,
        secret=secrets.encrypt(secret, purpose=PURPOSE),
        is_on=is_on,
        on_since=now,
        off_cause="" if is_on else Off.PERSON,
        off_at=None if is_on else now,
        created_at=now,
        created_by=by.id,
    )
    _record(hook, "register", by, {"url": [None, url], "announcements": [None, ", ".join(wanted)], "is_on": [None, is_on]})
    return hook, secret


@transaction.atomic
def change_hook(
    *, hook_id: int, by: Actor, version: int | None = None, name: str | None = None, url: str | None = None,
    announcements: Sequence[str] | None = None,
) -> Hook:  # fmt: skip
    """Another name, address or choice of events. What waits goes to the new address."""
    hook = _held(hook_id)
    name, url, wanted = _checked(
        hook.name if name is None else name,
        hook.url if url is None else url,
        hook.announcements if announcements is None else announcements,
    )
    fresh = {"name": name, "url": url, "announcements": wanted}
    changes = {field: [getattr(hook, field), value] for field, value in fresh.items() if getattr(hook, field) != value}
    if version is not None and version != hook.version:
        theirs = {field: old for field, (old, _new) in changes.items()}
        raise errors.HookChanged(theirs=theirs, yours={field: fresh[field] for field in changes}, version=hook.version)
    if not changes:
        return hook

    for field, value in fresh.items():
        setattr(hook, field, value)
    hook.rests_until = None
    hook.version += 1
    hook.save()
    _record(hook, "change", by, {field: [_plain(old), _plain(new)] for field, (old, new) in changes.items()})
    see_to(hook.pk)
    return hook


@transaction.atomic
def switch_on(*, hook_id: int, by: Actor, now: datetime) -> Hook:
    """Tell it again what happens from now on; what still waited is sent. Twice changes nothing."""
    hook = _held(hook_id)
    if hook.is_on:
        return hook

    hook.is_on, hook.on_since, hook.off_cause, hook.off_at = True, now, "", None
    hook.failures, hook.failing_since, hook.rests_until = 0, None, None
    hook.version += 1
    hook.save()
    _record(hook, "switch_on", by, {"is_on": [False, True]})
    see_to(hook.pk)
    return hook


@transaction.atomic
def switch_off(*, hook_id: int, by: Actor, now: datetime, cause: str = Off.PERSON) -> Hook:
    """Tell it nothing more. What happens meanwhile is never told; what waits already is kept for a few days."""
    hook = _held(hook_id)
    if not hook.is_on:
        return hook

    hook.is_on, hook.off_cause, hook.off_at = False, cause, now
    hook.version += 1
    hook.save()
    _record(hook, "switch_off", by, {"is_on": [True, False], "cause": [None, cause]})
    return hook


@transaction.atomic
def renew_secret(*, hook_id: int, by: Actor, now: datetime) -> tuple[Hook, str]:
    """A new secret, shown once. For a day the one before signs too, so that the receiver can be changed without a gap."""
    hook = _held(hook_id)
    secret = signing.fresh_secret()

    hook.old_secret, hook.old_until = hook.secret, now + rules.GRACE
    hook.secret = secrets.encrypt(secret, purpose=PURPOSE)
    hook.version += 1
    hook.save()
    _record(hook, "renew_secret", by, {})
    return hook, secret


@transaction.atomic
def remove_hook(*, hook_id: int, by: Actor, version: int | None = None) -> None:
    """The hook with its deliveries. What was done with it stays in the trail."""
    hook = _held(hook_id)
    if version is not None and version != hook.version:
        raise errors.HookChanged(version=hook.version)
    _record(hook, "remove", by, {"url": [hook.url, None]})
    hook.delete()


def forget_old_secrets(*, now: datetime) -> int:
    """Secrets whose day is over sign nothing any more, and are not kept."""
    return Hook.objects.filter(old_until__lt=now).exclude(old_secret="").update(old_secret="", old_until=None)


def _held(hook_id: int) -> Hook:
    hook = Hook.objects.select_for_update().filter(pk=hook_id).first()
    if hook is None:
        raise errors.HookNotFound
    return hook


def _checked(name: str, url: str, announcements: Sequence[str]) -> tuple[str, str, list[str]]:
    name, url = tidy(name), url.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise errors.HookNameMissing
    addresses.read(url, queries.allowed())
    known = queries.announcement_names()
    wanted = list(dict.fromkeys(announcements))
    if not wanted:
        raise errors.NothingToHear
    unknown = next((one for one in wanted if one not in known), None)
    if unknown is not None:
        raise errors.AnnouncementUnknown(name=unknown[:60])
    return name, url, sorted(wanted)


def _plain(value: object) -> object:
    return ", ".join(value) if isinstance(value, list) else value


def _record(hook: Hook, verb: str, by: Actor, changes: dict[str, list[object]]) -> None:
    audit.record(action=f"hook.{verb}", kind="hook", record_id=hook.pk, label=hook.name, by=by, changes=changes)
