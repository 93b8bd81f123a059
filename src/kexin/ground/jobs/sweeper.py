"""What the worker looks after once a second: jobs whose process died, turns nobody queued, work that repeats."""

from __future__ import annotations

import logging

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kexin.ground.jobs import holder as holders
from kexin.ground.jobs import kinds, leases, queue, rules
from kexin.ground.jobs.models import ACTIVE, Job, State

log = logging.getLogger("kexin.jobs")


def sweep(*, afresh: bool = False) -> int:
    """Release what the dead hold, queue what is due. `afresh`, at a worker's start, queues again whatever nobody runs.

    Returns how many turns were queued.
    """
    now = timezone.now()
    for job in Job.objects.filter(state__in=ACTIVE).exclude(lease_holder=""):
        if job.lease_until is not None and job.lease_until < now:
            log.warning("job %s (%s): its lease ran out; going on with it", job.pk, job.kind)
            leases.give_back(job.pk, holder=job.lease_holder, state=State.WAITING)
        else:
            release_of_the_dead(job)

    now = timezone.now()
    idle = Job.objects.filter(state__in=ACTIVE, lease_holder="", due_at__lte=now)
    if not afresh:
        idle = idle.filter(Q(queued_at=None) | Q(queued_at__lt=now - rules.QUEUED_FOR))
    queued = 0
    for job_id in idle.order_by("id").values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            still_idle = _locked(idle.filter(pk=job_id)).first()  # another worker's sweeper may have been quicker
            if still_idle is not None:
                queue.hand_over(still_idle)
                queued += 1
    return queued


def release_of_the_dead(job: Job) -> bool:
    """Give back the lease of a process of this machine that is known to have ended, without waiting for its time."""
    if not job.lease_holder or not holders.is_dead(job.lease_holder):
        return False
    log.warning("job %s (%s): its worker ended; going on with it", job.pk, job.kind)
    return leases.give_back(job.pk, holder=job.lease_holder, state=State.WAITING)


def start_repeating() -> list[Job]:
    """Start each kind that repeats, once in its period, whichever worker comes first."""
    started = []
    now = timezone.now()
    for kind in kinds.repeating():
        if kind.every is None:
            continue
        slot = rules.slot_of(kind.name, kind.every, now)
        if Job.objects.filter(slot=slot).exists():
            continue
        try:
            with transaction.atomic():
                job = Job.objects.create(kind=kind.name, title=str(kind.title)[:200], requested_name="system", slot=slot)
                queue.hand_over(job)
        except IntegrityError:
            continue
        started.append(job)
    return started


def _locked(jobs: QuerySet[Job]) -> QuerySet[Job]:
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True)
    return jobs  # SQLite: the transaction itself holds the only write lock
