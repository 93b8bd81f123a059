"""What of the ground's rooms is kept for a time only. Rooms above register their own."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Look
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.ground.hooks.models import Delivery
from kexin.ground.imports import staging
from kexin.ground.imports.models import AT_WORK, Change, Refusal, Run
from kexin.ground.lists.models import EditedRow
from kexin.ground.staff.models import SignInLink
from kexin.loop.privacy import retention
from kexin.loop.privacy.retention import Kept


def _of_purpose(*purposes: str) -> QuerySet[StoredFile]:
    at_work = Run.objects.filter(state__in=AT_WORK).exclude(file=None).values("file")
    return StoredFile.objects.filter(purpose__in=purposes).exclude(pk__in=at_work)


def _remove_file(stored: StoredFile, by: Actor) -> None:
    run = Run.objects.filter(file=stored).first()
    if run is not None:
        staging.discard_run(run.pk)
    files.remove(stored=stored, by=by)


def _old_files(*purposes: str) -> object:
    def expired(before: datetime) -> QuerySet[StoredFile]:
        return _of_purpose(*purposes).filter(created_at__lt=before)

    return expired


def register() -> None:
    year, half = 365, 180
    for name, purposes, label, days in (
        ("imports.files", ("import",), _("Files people imported from"), half),
        ("imports.refused", ("refusals",), _("Workbooks of refused rows"), 90),
        ("lists.exports", ("export",), _("Exports of lists"), 30),
        ("privacy.copies", ("copy",), _("Copies made for a person"), 30),
    ):
        retention.register(
            Kept(name, label, _("Copies of what stands in the database"), days, _old_files(*purposes), _remove_file)  # type: ignore[arg-type]  # a queryset of files
        )
    retention.register(
        Kept(
            "imports.journal",
            _("What an import replaced, for its undo"),
            _("Older values; afterwards the import cannot be undone"),
            year,
            lambda before: Change.objects.filter(run__finished_at__lt=before),
        )
    )
    retention.register(
        Kept(
            "lists.edits",
            _("What a change of many at once replaced, for its undo"),
            _("Older values; afterwards the change cannot be undone"),
            30,
            lambda before: EditedRow.objects.filter(edit__created_at__lt=before),
            least=30,
        )
    )
    retention.register(
        Kept(
            "imports.rows",
            _("Refused rows not yet in a workbook"),
            _("Left by imports that were given up"),
            30,
            lambda before: Refusal.objects.filter(run__created_at__lt=before).exclude(run__state__in=AT_WORK),
        )
    )
    retention.register(
        Kept(
            "hooks.deliveries",
            _("What was sent to web hooks"),
            _("Numbers and codes only; what happened stands in the database"),
            90,
            lambda before: Delivery.objects.filter(ended_at__lt=before),
        )
    )
    retention.register(
        Kept(
            "audit.looks",
            _("Who looked at masked values"),
            _("Sums by day, for the person who asks; each look stands in the trail besides"),
            3 * year,
            lambda before: Look.objects.filter(last_at__lt=before),
            least=90,
        )
    )
    retention.register(
        Kept(
            "staff.links",
            _("Used and expired sign-in links"),
            _("Who was invited when stays in the trail"),
            90,
            lambda before: SignInLink.objects.filter(expires_at__lt=before),
        )
    )
    retention.register(
        Kept(
            "staff.sessions",
            _("Ended sessions"),
            _("Nobody is signed in with them"),
            7,
            lambda before: Session.objects.filter(expire_date__lt=before),
        )
    )
