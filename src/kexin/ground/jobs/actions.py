from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import announcements, delivery, kinds, leases, queue, runner, sweeper
from kexin.ground.jobs import holder as holders
from kexin.ground.jobs.errors import JobEnded, JobNotEnded
from kexin.ground.jobs.models import ACTIVE, Announcement, Hearing, Job, State


@transaction.atomic
def start(
    *,
    kind: str,
    arguments: dict[str, Any] | None = None,
    title: str | Promise = "",
    by: Actor,
    link: str = "",
    here: bool = False,
) -> Job:
    """Ask for background work. It is queued in the caller's transaction: when that commits, it will be done.

    `here=True` is for a command that calls `run_here` next: the worker takes the job only if the command dies.
    """
    known = kinds.find(kind)
    job = Job.objects.create(
        kind=kind,
        title=str(title or known.title)[:200],
        arguments=arguments or {},
        language=get_language() or "",
        requested_by=by.id,
        requested_name=by.name,
        link=link,
        due_at=timezone.now() + (timedelta(seconds=30) if here else timedelta()),
    )
    if not here:
        queue.hand_over(job)
    return job


@transaction.atomic
def start_or_wake(*, kind: str, slot: str, arguments: dict[str, Any], title: str | Promise = "") -> Job:
    """See to it that the one job of this slot runs from now on: begun, woken from its wait, or begun again after it ended.

    Whoever calls this has written in the same transaction what the job is to find. The job's row is locked, and a job that ends
    looks once more from `ended`, in the transaction that ends it: so nothing is written between its last look and its end.
    """
    job = Job.objects.select_for_update().filter(slot=slot).first()
    if job is None:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind, slot=slot, arguments=arguments, title=str(title or kinds.find(kind).title)[:200], requested_name="system"
                )
        except IntegrityError:  # somebody was quicker
            return start_or_wake(kind=kind, slot=slot, arguments=arguments, title=title)
        queue.hand_over(job)
        return job
    if job.state not in ACTIVE:
        job.state, job.error, job.error_code, job.message = State.WAITING, "", "", ""
        job.arguments, job.checkpoint, job.result = arguments, {}, {}
        job.done, job.total, job.attempts, job.cancel_requested = 0, None, 0, False
        job.started_at = job.finished_at = None
    elif job.lease_holder or (job.queued_at is not None and job.due_at <= timezone.now()):
        return job
    job.due_at = timezone.now()
    job.save()
    queue.hand_over(job)
    return job


def run_here(job_id: int, *, on_progress: runner.Watcher | None = None) -> Job:
    """Run a job to its end in this process, by the same code and under the same lease as the worker.

    If the worker was quicker, follow what it does. An unexpected failure ends the job at once: the caller is there to be told.
    """
    while True:
        me = holders.me()
        job = leases.take(job_id, holder=me, early=True)
        if job is not None:
            runner.run_taken(job, me, retry=False, watcher=on_progress)
            job.refresh_from_db()
        else:
            job = Job.objects.get(pk=job_id)
            if job.state in ACTIVE and sweeper.release_of_the_dead(job):
                continue
            if job.state in ACTIVE:
                time.sleep(0.3)
        if on_progress is not None:
            on_progress(job)
        if job.state not in ACTIVE:
            return job


@transaction.atomic
def cancel(*, job_id: int, by: Actor) -> Job:
    """Stop a job: at once if no slice of it runs, else at the running slice's next batch. What was done stays done."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state not in ACTIVE:
        raise JobEnded

    job.cancel_requested = True
    job.save(update_fields=["cancel_requested"])
    me = holders.me()
    if not job.lease_holder and leases.take(job.pk, holder=me, early=True):
        runner.end(job, me, State.CANCELLED)

    audit.record(action="job.cancel", kind="job", record_id=job.pk, label=job.title, by=by)
    job.refresh_from_db()
    return job


@transaction.atomic
def retry(*, job_id: int, by: Actor) -> Job:
    """Go on with a failed or cancelled job from its checkpoint."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state not in {State.FAILED, State.CANCELLED}:
        raise JobNotEnded

    job.state = State.WAITING
    job.cancel_requested = False
    job.error = job.error_code = ""
    job.attempts = 0
    job.finished_at = None
    job.due_at = timezone.now()
    job.save(update_fields=["state", "cancel_requested", "error", "error_code", "attempts", "finished_at", "due_at"])

    audit.record(action="job.retry", kind="job", record_id=job.pk, label=job.title, by=by)
    queue.hand_over(job)
    return job


def announce(event: object) -> None:
    """Write down that something happened, in the transaction in which it happened. The worker tells those who asked to hear it."""
    announce_all([event])


def announce_all(events: Iterable[object]) -> None:
    rows = [Announcement(name=announcements.NAMES[type(event)], payload=announcements.payload_of(event)) for event in events]
    Announcement.objects.bulk_create(rows, batch_size=500)


def deliver_announcements(limit: int = 100) -> int:
    """Hand due announcements to their receivers; returns how many have now been heard by all. The worker calls this."""
    return delivery.deliver(limit=limit)


@transaction.atomic
def deliver_again(*, by: Actor) -> int:
    """Ask receivers again for announcements that were set aside because they failed too often."""
    aside = Announcement.objects.filter(heard_at=None).exclude(set_aside_at=None)
    Hearing.objects.filter(announcement__in=aside, heard_at=None).update(attempts=0, next_at=None)
    count = aside.update(set_aside_at=None, due_at=timezone.now())
    audit.record(action="announcements.deliver_again", kind="announcement", by=by, changes={"announcements": count})
    return count
