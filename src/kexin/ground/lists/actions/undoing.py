"""Taking a bulk edit back: every record nobody changed since gets what it held; the others are left, and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.audit import queries as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.lists import editing
from kexin.ground.lists.actions.editing import BATCH, Beat
from kexin.ground.lists.editable import EditField, Held
from kexin.ground.lists.errors import EditStillRuns, EditTooOld, EditUndone
from kexin.ground.lists.models import BulkEdit, EditedRow, EditState
from kexin.ground.staff.models import User

UNDO_FOR = timedelta(days=30)


@transaction.atomic
def start_undo(*, edit_id: int, user: User, by: Actor) -> BulkEdit:
    """Take an edit back: at once where it is small, else as a job. Twice is refused."""
    edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
    if edit.state in {EditState.UNDONE, EditState.UNDOING}:
        raise EditUndone(who=edit.undone_by)
    if edit.state in {EditState.WAITING, EditState.RUNNING}:
        raise EditStillRuns
    if timezone.now() - edit.created_at > UNDO_FOR:
        raise EditTooOld(days=UNDO_FOR.days)
    of = editing.listing_of(edit.listing).seen_by(user)
    field = editing.field_of(of, edit.field, user)

    edit.state, edit.undone_by, edit.undone_at = EditState.UNDOING, by.name, timezone.now()
    edit.save(update_fields=["state", "undone_by", "undone_at"])
    if edit.changed <= BATCH:
        while undo_next(edit_id=edit.pk, user=user, by=by):
            pass
    else:
        job = jobs.start(
            kind="lists.undo_edit",
            arguments={"edit": edit.pk, "user": user.pk},
            title=_("%(list)s: undo “%(field)s”") % {"list": of.title, "field": field.label},
            link=f"/lists/edits/{edit.public_id}/",
            by=by,
        )
        BulkEdit.objects.filter(pk=edit.pk).update(job_id=job.pk)
    edit.refresh_from_db()
    return edit


@transaction.atomic
def undo_next(*, edit_id: int, user: User, by: Actor, beat: Beat | None = None) -> bool:
    """The next batch of an undo. False: there is none, everything is as far back as it goes."""
    edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
    stopped = edit.state == EditState.STOPPED and edit.undone_at is not None  # its job was asked for again
    if edit.state != EditState.UNDOING and not stopped:
        return False
    field = editing.field_of(editing.listing_of(edit.listing).seen_by(user), edit.field, user)
    rows = list(EditedRow.objects.filter(edit=edit, undo="").order_by("record_id")[:BATCH])
    if not rows:
        edit.state = EditState.UNDONE
        edit.save(update_fields=["state"])
        return False

    held = field.hold([row.record_id for row in rows], None, edit.value)  # they were this person's to change when they were
    later = _changed_later(edit, field, rows, held)
    for row in rows:
        now = held.get(row.record_id)
        row.undo = EditedRow.GONE if now is None or now.refused else EditedRow.LATER if row.record_id in later else EditedRow.RESTORED
    back = {row.record_id: row.old for row in rows if row.undo == EditedRow.RESTORED}
    if back:
        field.write(back, by)
    EditedRow.objects.bulk_update(rows, ["undo"], batch_size=200)

    edit.restored += len(back)
    edit.kept += len(rows) - len(back)
    edit.save(update_fields=["restored", "kept"])
    if beat is not None:
        beat(edit)
    return True


def _changed_later(edit: BulkEdit, field: EditField, rows: Sequence[EditedRow], held: Mapping[int, Held]) -> set[int]:
    """Records whose field somebody wrote after this edit did, also where it reads the same again."""
    ids = [row.record_id for row in rows]
    found = {row.record_id for row in rows if row.record_id in held and held[row.record_id].value != row.new}
    others = EditedRow.objects.filter(record_id__in=ids, edit__listing=edit.listing, edit__slot=edit.slot, edit__gt=edit.pk)
    found |= set(others.exclude(undo=EditedRow.RESTORED).values_list("record_id", flat=True))
    touched = [row.record_id for row in rows if row.record_id in held and held[row.record_id].version != row.version]
    if touched and field.record_kind:
        name = field.trail or field.name
        found |= audit.written_since(kind=field.record_kind, record_ids=touched, field=name, since=min(row.at for row in rows))
    return found
