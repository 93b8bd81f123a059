"""Runs one slice of a job. The same code runs in the worker and, by `actions.run_here`, in commands and tests."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import Error as DatabaseFault
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import holder as holders
from kexin.ground.jobs import kinds, leases, queue, rules
from kexin.ground.jobs.errors import JobDied, JobKindUnknown, JobOutage, JobUnexpected
from kexin.ground.jobs.models import Job, State
from kexin.ground.staff import queries as staff

log = logging.getLogger("kexin.jobs")

Watcher = Callable[[Job], None]
WRITE_EVERY = 0.5  # seconds between two writes of progress that carry no checkpoint
OUTAGE_PATIENCE = 60.0  # seconds to keep trying to write down how a slice ended


def run_slice(job_id: int, turn: int | None = None) -> None:
    """One slice in the worker. A turn that has passed, or a job somebody else holds, is left alone."""
    me = holders.me()
    job = leases.take(job_id, holder=me, turn=turn)
    if job is not None:
        run_taken(job, me, retry=True)


def run_taken(job: Job, me: str, *, retry: bool, seconds: float = kinds.SLICE_SECONDS, watcher: Watcher | None = None) -> None:
    """Run a slice of a job whose lease we hold, and give the lease back, whatever happens."""
    with translation.override(job.language or None):
        if _over_before_it_began(job, me):
            return
        try:
            with timezone.override(staff.company().zone):  # nobody asks for it from anywhere: a day is the company's
                outcome = kinds.find(job.kind).run(_slice_of(job, me, seconds, watcher))
        except kinds.Cancelled:
            _settle(lambda: end(job, me, State.CANCELLED))
        except kinds.LeaseLost:
            log.warning("job %s (%s): the lease went to another worker", job.pk, job.kind)
        except KexinError as error:
            sentence = error
            _settle(lambda: fail(job, me, sentence))
        except (OperationalError, InterfaceError):
            log.exception("job %s (%s): the database failed", job.pk, job.kind)
            _settle(lambda: _after_outage(job, me))
        except Exception:
            reference = secrets.token_hex(4).upper()
            log.exception("job %s (%s) failed, reference %s", job.pk, job.kind, reference)
            _settle(lambda: _after_failure(job, me, reference, retry=retry))
        except BaseException:
            # Killed politely (time-out, Ctrl+C): give the job back so that it goes on at once elsewhere.
            leases.give_back(job.pk, holder=me, state=State.WAITING)
            raise
        else:
            _settle(lambda: _after(job, me, outcome))


def _over_before_it_began(job: Job, me: str) -> bool:
    if job.cancel_requested:
        _settle(lambda: end(job, me, State.CANCELLED))
        return True
    if job.attempts > rules.MAX_DEATHS and not job.error_code:
        _settle(lambda: fail(job, me, JobDied(times=rules.MAX_DEATHS)))
        return True
    if not kinds.known(job.kind):
        _settle(lambda: fail(job, me, JobKindUnknown(kind=job.kind)))
        return True
    return False


def end(job: Job, me: str, state: str, **values: Any) -> bool:
    """Write down how the job ended, and let its kind act on it in the same transaction."""
    with transaction.atomic():
        if not leases.give_back(job.pk, holder=me, state=state, values={"finished_at": timezone.now(), **values}):
            return False
        ended = kinds.find(job.kind).ended if kinds.known(job.kind) else None
        if ended is not None:
            job.refresh_from_db()
            ended(job)
        return True


def fail(job: Job, me: str, error: KexinError) -> bool:
    return end(job, me, State.FAILED, error=error.sentence(), error_code=error.code)


def _slice_of(job: Job, me: str, seconds: float, watcher: Watcher | None) -> kinds.Slice:
    written = 0.0

    def keep(*, done: int | None, total: int | None, message: str | None, checkpoint: dict[str, Any] | None) -> None:
        nonlocal written
        now = time.monotonic()
        if checkpoint is None and not connection.in_atomic_block and now - written < WRITE_EVERY:
            return
        values: dict[str, Any] = {}
        if done is not None:
            if connection.in_atomic_block and done > job.done:
                values["attempts"] = 1  # it got further, and keeps what it did: its deaths are counted anew
            values["done"] = job.done = done
        if total is not None:
            values["total"] = job.total = total
        if message is not None:
            values["message"] = job.message = str(message)[:300]
        if checkpoint is not None:
            values |= {"checkpoint": checkpoint, "attempts": 1, "error": "", "error_code": ""}
        if not leases.keep(job.pk, holder=me, values=values):
            cancelled = Job.objects.filter(pk=job.pk, lease_holder=me, cancel_requested=True).exists()
            raise kinds.Cancelled if cancelled else kinds.LeaseLost
        written = now
        if watcher is not None:
            watcher(job)

    return kinds.Slice(
        job_id=job.pk,
        arguments=job.arguments,
        checkpoint=job.checkpoint,
        by=Actor(id=job.requested_by, name=job.requested_name, surface="job"),
        link=job.link,
        deadline=time.monotonic() + seconds,
        keep=keep,
    )


def _after(job: Job, me: str, outcome: kinds.Again | kinds.Finished) -> None:
    if isinstance(outcome, kinds.Finished):
        end(job, me, State.DONE, result=outcome.result, error="", error_code="")
        return
    values: dict[str, Any] = {"attempts": 0, "error": "", "error_code": ""}
    if outcome.checkpoint is not None:
        values["checkpoint"] = outcome.checkpoint
    _again(job, me, state=State.WAITING if outcome.wait else State.RUNNING, wait=outcome.wait, values=values)


def _after_failure(job: Job, me: str, reference: str, *, retry: bool) -> None:
    error = JobUnexpected(reference=reference)
    if not retry or job.attempts >= rules.MAX_FAILURES:
        fail(job, me, error)
        return
    _again(job, me, wait=rules.wait_after_failure(job.attempts), values={"error": error.sentence(), "error_code": error.code})


def _after_outage(job: Job, me: str) -> None:
    if job.attempts >= rules.MAX_OUTAGES:
        fail(job, me, JobOutage())
        return
    _again(job, me, wait=rules.wait_after_outage(job.attempts), values={"error_code": JobOutage.code})


def _again(job: Job, me: str, *, values: dict[str, Any], state: str = State.WAITING, wait: timedelta | None = None) -> None:
    """Give the job back to be gone on with: at once through the queue, later through the sweeper."""
    with transaction.atomic():
        given = leases.give_back(job.pk, holder=me, state=state, due_at=timezone.now() + (wait or timedelta()), values=values)
        if given and wait is None:
            queue.hand_over(Job.objects.get(pk=job.pk))


def _settle(write: Callable[[], object]) -> None:
    """Write down how the slice ended, even if the database is away for a while: else the lease would have to run out."""
    give_up = time.monotonic() + OUTAGE_PATIENCE
    while True:
        try:
            write()
        except DatabaseFault as fault:
            if not isinstance(fault, OperationalError | InterfaceError) or time.monotonic() > give_up or connection.in_atomic_block:
                raise
            log.warning("the database is away; trying again to note how a slice ended")
            connection.close()
            time.sleep(1)
        else:
            return
