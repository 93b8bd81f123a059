"""The lease of a job: one compare-and-set UPDATE decides who runs it. No other module writes `lease_holder`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from kexin.ground.jobs import rules
from kexin.ground.jobs.models import ACTIVE, Job, State


def take(job_id: int, *, holder: str, turn: int | None = None, early: bool = False) -> Job | None:
    """Begin a slice, if nobody else holds the job, its turn has not passed and it is due. One UPDATE: two cannot both win."""
    now = timezone.now()
    free = Job.objects.filter(pk=job_id, state__in=ACTIVE).filter(Q(lease_holder="") | Q(lease_until__lt=now))
    if turn is not None:
        free = free.filter(turn=turn)
    if not early:
        free = free.filter(due_at__lte=now)
    taken = free.update(
        state=State.RUNNING,
        lease_holder=holder,
        lease_until=now + rules.LEASE,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
    )
    return Job.objects.get(pk=job_id) if taken else None


def keep(job_id: int, *, holder: str, values: dict[str, Any]) -> bool:
    """Renew the lease and write the progress, if the job is still ours and nobody cancelled it."""
    return bool(
        Job.objects.filter(pk=job_id, lease_holder=holder, state=State.RUNNING, cancel_requested=False).update(
            lease_until=timezone.now() + rules.LEASE, **values
        )
    )


def give_back(job_id: int, *, holder: str, state: str, due_at: datetime | None = None, values: dict[str, Any] | None = None) -> bool:
    """End a slice: the turn moves on, so that whatever is still queued for this one does nothing."""
    return bool(
        Job.objects.filter(pk=job_id, lease_holder=holder).update(
            state=state,
            lease_holder="",
            lease_until=None,
            turn=F("turn") + 1,
            due_at=due_at or timezone.now(),
            queued_at=None,
            **(values or {}),
        )
    )
