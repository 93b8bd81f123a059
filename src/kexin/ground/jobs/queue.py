"""Hands a turn of a job to django-q2. With its database broker the queue row is part of the caller's transaction."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kexin.ground.jobs.models import Job


def hand_over(job: Job) -> None:
    """Queue the job's present turn: in this transaction, or (Redis) after it. The sweeper finds what a crash between lost."""
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now())
    if settings.Q_CLUSTER.get("orm"):
        _push(job.pk, job.turn)
    else:
        transaction.on_commit(lambda: _push(job.pk, job.turn), robust=True)


def _push(job_id: int, turn: int) -> None:
    from django_q.tasks import async_task  # noqa: PLC0415 -- slow import, and pages that start no job need none of it

    async_task("kexin.ground.jobs.runner.run_slice", job_id, turn, q_options={"save": False})
