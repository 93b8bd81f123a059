"""Signs of life of worker processes."""

from __future__ import annotations

import functools

from django.utils import timezone

from kexin.ground.jobs import holder
from kexin.ground.jobs.models import Worker


@functools.cache
def _name() -> str:
    return holder.me()


def alive(*, host: str, pid: int) -> None:
    now = timezone.now()
    Worker.objects.update_or_create(
        holder=_name(), defaults={"seen_at": now}, create_defaults={"host": host[:100], "pid": pid, "seen_at": now}
    )


def gone() -> None:
    Worker.objects.filter(holder=_name()).delete()
