"""Hands announcements to their receivers: at least once, in order, each receiver in its own transaction."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from kexin.ground.jobs import announcements, rules
from kexin.ground.jobs.models import Announcement, Hearing
from kexin.ground.staff import queries as staff

log = logging.getLogger("kexin.jobs")


def deliver(*, limit: int) -> int:
    """Deliver what is due, oldest first. Returns how many announcements have now been heard by all their receivers."""
    due = list(Announcement.objects.filter(heard_at=None, set_aside_at=None, due_at__lte=timezone.now()).order_by("id")[:limit])
    if not due:
        return 0
    wanted = announcements.wanted()
    with timezone.override(staff.company().zone):  # as for jobs
        return sum(_deliver(row, wanted) for row in due)


def _deliver(row: Announcement, wanted: Mapping[str, frozenset[str]]) -> bool:
    receivers = announcements.receivers_of(row.name) | {
        name: _passed_on(row, announcements.LISTENERS[name]) for name, names in wanted.items() if row.name in names
    }
    for name, receiver in receivers.items():
        _hear(row, name, receiver)
    hearings = {hearing.receiver: hearing for hearing in row.hearings.all()}
    open_ones = [hearing for name in receivers if (hearing := hearings.get(name)) is None or hearing.heard_at is None]
    unheard = Announcement.objects.filter(pk=row.pk, heard_at=None)
    if not open_ones:
        unheard.update(heard_at=timezone.now())
        return True
    next_ones = [hearing.next_at for hearing in open_ones if hearing is not None and hearing.next_at is not None]
    if next_ones:
        unheard.update(due_at=min(next_ones))
    elif all(hearing is not None and hearing.attempts >= rules.MAX_HEARINGS for hearing in open_ones):
        unheard.update(set_aside_at=timezone.now())
    return False


def _hear(row: Announcement, name: str, receiver: announcements.Receiver) -> None:
    """Let one receiver hear one announcement, unless it did, or is to be asked later. Its failure stops nobody else."""
    now = timezone.now()
    hearing = Hearing.objects.filter(announcement=row, receiver=name).first()
    if hearing is not None:
        waiting = hearing.next_at is not None and hearing.next_at > now
        if hearing.heard_at is not None or waiting or hearing.attempts >= rules.MAX_HEARINGS:
            return
    try:
        with transaction.atomic():
            # Claimed and heard in one transaction: a second delivery waits here, then finds it heard.
            hearing, _new = Hearing.objects.get_or_create(announcement=row, receiver=name)
            if not Hearing.objects.filter(pk=hearing.pk, heard_at=None).update(heard_at=now, next_at=None, error=""):
                return
            receiver(announcements.event_of(row.name, row.payload))
    except (OperationalError, InterfaceError):
        raise  # the database is away: nobody's failure, the whole pass is tried again
    except Exception as error:  # noqa: BLE001 -- one receiver's failure, whatever it is, must not stop the others
        _note_failure(row, name, error)


def _passed_on(row: Announcement, listener: announcements.Listener) -> announcements.Receiver:
    told = announcements.Told(id=row.pk, name=row.name, payload=row.payload, at=row.created_at)
    return lambda _event: listener.hear(told)


def _note_failure(row: Announcement, name: str, error: Exception) -> None:
    reference = secrets.token_hex(4).upper()
    log.error("announcement %s (%s) was not heard by %s, reference %s", row.pk, row.name, name, reference, exc_info=error)
    with transaction.atomic():
        hearing, _new = Hearing.objects.get_or_create(announcement=row, receiver=name)
        hearing.attempts += 1
        given_up = hearing.attempts >= rules.MAX_HEARINGS
        hearing.next_at = None if given_up else timezone.now() + rules.hearing_wait(hearing.attempts)
        hearing.error = f"{type(error).__name__}, {reference}"
        values: dict[str, Any] = {"attempts": hearing.attempts, "next_at": hearing.next_at, "error": hearing.error}
        Hearing.objects.filter(pk=hearing.pk, heard_at=None).update(**values)
