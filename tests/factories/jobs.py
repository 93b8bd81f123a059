"""Kinds, announcements and receivers that only tests know, and a way to let a worker's work happen here and now."""

from __future__ import annotations

from kexin.ground.jobs import actions, sweeper
from kexin.ground.jobs.models import ACTIVE, Job


def work_until_idle() -> list[Job]:
    """Run every waiting job to its end and deliver every announcement, as a worker would, until nothing is left."""
    ran = []
    while True:
        waiting = list(Job.objects.filter(state__in=ACTIVE, lease_holder="").order_by("id"))
        ran += [actions.run_here(job.pk) for job in waiting]
        heard = actions.deliver_announcements()
        if not waiting and not heard:
            return ran


def forget_queue() -> None:
    """Drop what is queued, as a broker that lost its memory would."""
    from django_q.models import OrmQ  # noqa: PLC0415 -- Django's apps must stand first

    OrmQ.objects.all().delete()


__all__ = ["forget_queue", "sweeper", "work_until_idle"]
