"""How long whole snapshots of an assessment are kept. Runs themselves, their sums and changes of tier stay."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.loop.privacy import retention
from kexin.loop.privacy.retention import Kept
from kexin.loop.standing.models import Run, RunState


def expired(before: datetime) -> QuerySet[StoredFile]:
    """Older snapshots, except the newest: the next assessment is compared with it."""
    newest = Run.objects.filter(state=RunState.DONE).aggregate(last=Max("snapshot_id"))["last"] or 0
    return StoredFile.objects.filter(purpose="snapshot", created_at__lt=before).exclude(pk=newest)


def remove(stored: StoredFile, by: Actor) -> None:
    Run.objects.filter(snapshot_id=stored.pk).update(snapshot_id=None)
    files.remove(stored=stored, by=by)


def register() -> None:
    retention.register(
        Kept(
            "standing.snapshots",
            _("Everybody's numbers at an assessment"),
            _("Numbers by customer, without names; sums and changes stay"),
            3 * 365,
            expired,
            remove,
            least=62,
        )
    )
