"""Rules of how long things are kept, and removing what is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.loop.privacy import errors, retention
from kexin.loop.privacy.models import Removal, RetentionRule
from kexin.loop.privacy.queries.retention import days_of

BATCH, LONGEST = 200, 36_500


@transaction.atomic
def keep_for(*, name: str, days: int | None, version: int | None = None, by: Actor) -> RetentionRule:
    """Keep one kind of thing so many days, None: for ever. What is over already goes the next night."""
    kept = retention.named(name)
    if kept is None:
        raise errors.PurposeNotFound
    if days is not None and not kept.least <= days <= LONGEST:
        raise errors.DaysOutOfRange(least=kept.least)
    rule = RetentionRule.objects.select_for_update().filter(name=name).first()
    old = rule.days if rule is not None else kept.days
    if rule is not None and version is not None and rule.version != version:
        raise errors.EditedMeanwhile(theirs={"days": rule.days}, yours={"days": days}, version=rule.version)
    if rule is None:
        rule = RetentionRule(name=name, version=0)
    rule.days, rule.version = days, rule.version + 1
    rule.save()
    audit.record(action="privacy.keep_for", kind="retention", record_id=rule.pk, label=name, by=by, changes={"days": [old, days]})
    return rule


def remove_expired(*, by: Actor, time_left: Callable[[], float] = lambda: 1.0, beat: Callable[[], None] = lambda: None) -> int | None:
    """Remove everything whose time is over, in short transactions; None when the time ran out before the end."""
    total = 0
    for kept in retention.registered():
        days = days_of(kept)
        if days is None:
            continue
        before, removed = timezone.now() - timedelta(days=days), 0
        while time_left() > 0:
            gone = _batch(kept, before, by)
            removed += gone
            beat()
            if gone < BATCH:
                break
        else:
            _note(kept.name, days, removed)
            return None
        _note(kept.name, days, removed)
        total += removed
    return total


def _batch(kept: retention.Kept, before: object, by: Actor) -> int:
    rows = list(kept.expired(before).order_by("pk")[:BATCH])  # type: ignore[arg-type]  # a moment
    if kept.remove is None:
        if rows:
            with transaction.atomic():
                type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows]).delete()  # noqa: SLF001 -- Django's own name
    else:
        for row in rows:
            kept.remove(row, by)
    return len(rows)


def _note(name: str, days: int, removed: int) -> None:
    if removed:
        Removal.objects.create(name=name, days=days, removed=removed)
