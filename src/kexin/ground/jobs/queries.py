from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from kexin.ground.jobs import rules
from kexin.ground.jobs.models import ACTIVE, Announcement, Job, Worker
from kexin.ground.staff.models import User
from kexin.ground.staff.rules import ADMIN


def jobs_visible_to(user: User | AnonymousUser) -> QuerySet[Job]:
    """A person's own jobs; administrators see everybody's."""
    if not isinstance(user, User):
        return Job.objects.none()
    return Job.objects.all() if user.role == ADMIN else Job.objects.filter(requested_by=user.pk)


def running_jobs_of(user: User | AnonymousUser) -> QuerySet[Job]:
    """What this person asked for and has not ended: the line in the frame's header."""
    if not isinstance(user, User):
        return Job.objects.none()
    return Job.objects.filter(requested_by=user.pk, state__in=ACTIVE).order_by("-id")


def active_jobs() -> QuerySet[Job]:
    return Job.objects.filter(state__in=ACTIVE).order_by("id")


def living_workers() -> QuerySet[Worker]:
    """Workers that gave a sign of life within the last minute."""
    return Worker.objects.filter(seen_at__gte=timezone.now() - rules.WORKER_SILENT)


def set_aside() -> QuerySet[Announcement]:
    """Announcements a receiver failed to hear too often."""
    return Announcement.objects.filter(heard_at=None).exclude(set_aside_at=None)
