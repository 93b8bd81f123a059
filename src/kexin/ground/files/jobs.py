from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.files import actions
from kexin.ground.files.models import StoredFile
from kexin.ground.jobs import kinds


@kinds.job("files.clean", title=_("Clearing away expired files"), every=timedelta(days=1))
def clean(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Remove files whose time is over, and bytes no row speaks of since yesterday."""
    removed = int(part.checkpoint.get("removed", 0))
    for stored in StoredFile.objects.filter(keep_until__lt=timezone.now()).order_by("id").iterator(chunk_size=200):
        actions.remove(stored=stored, by=part.by)
        removed += 1
        part.progress(done=removed)
        if part.time_left() <= 0:
            return kinds.Again(checkpoint={"removed": removed})
    for path in actions.orphans(older_than=timedelta(days=1)):
        path.unlink(missing_ok=True)
        removed += 1
        part.progress(done=removed)
        if part.time_left() <= 0:
            return kinds.Again(checkpoint={"removed": removed})
    return kinds.Finished(result={"removed": removed})
