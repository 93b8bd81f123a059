from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds, rules
from kexin.ground.jobs.models import ACTIVE, Announcement, Job, Worker

BATCH = 500


@kinds.job("jobs.clean", title=_("Clearing away old job records"), every=timedelta(days=1))
def clean(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Remove jobs that ended long ago, announcements everybody heard long ago, and workers long silent."""
    now = timezone.now()
    removed = int(part.checkpoint.get("removed", 0))
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    old = (
        Announcement.objects.filter(heard_at__lt=now - rules.KEEP_HEARD),
        Job.objects.filter(finished_at__lt=now - rules.KEEP_ENDED_JOBS).exclude(state__in=ACTIVE),
    )
    for rows in old:
        while ids := list(rows.order_by("id").values_list("pk", flat=True)[:BATCH]):
            rows.model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001 -- Django's own name for a model's manager
            removed += len(ids)
            part.progress(done=removed)
            if part.time_left() <= 0:
                return kinds.Again(checkpoint={"removed": removed})
    return kinds.Finished(result={"removed": removed})
