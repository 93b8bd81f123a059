"""One value for many records: journalled in batches, each its own transaction, so that it resumes and can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.lists import asking, editing, reading
from kexin.ground.lists.editable import EditField
from kexin.ground.lists.errors import NothingChosen
from kexin.ground.lists.listing import Listing
from kexin.ground.lists.models import BulkEdit, EditedRow, EditState
from kexin.ground.staff.models import User

BATCH = 200  # records one transaction changes; as many are done while the person waits
Beat = Callable[[BulkEdit], None]


@transaction.atomic
def start_edit(*, of: Listing, field: EditField, value: Any, user: User, by: Actor, ids: Sequence[int] = (), query: str = "") -> BulkEdit:
    """Give the chosen records, or with none chosen all that an address finds, one value.

    Up to `BATCH` at once; more as a job, which goes on after a crash. Records that come to the list later are not meant.
    """
    editing.field_of(of, field.name, user)  # the right to it, asked anew
    edit = BulkEdit(
        listing=of.name, field=field.name, slot=field.slot(value), value=value, words=field.words([value])[0][:200],
        query=asking.kept(query), chosen=sorted(set(ids)), user_id=user.pk, by_name=by.name,
    )  # fmt: skip
    waiting = _still_to_do(edit, of, user)
    edit.total = len(edit.chosen) or waiting.order_by().count()
    if not edit.total:
        raise NothingChosen
    edit.top = waiting.order_by("-pk").values_list("pk", flat=True).first() or 0
    edit.save()
    if edit.total <= BATCH:
        while edit_next(edit_id=edit.pk, by=by):
            pass
    else:
        job = jobs.start(
            kind="lists.edit",
            arguments={"edit": edit.pk},
            title=_("%(list)s: change “%(field)s”") % {"list": of.title, "field": field.label},
            link=f"/lists/edits/{edit.public_id}/",
            by=by,
        )
        BulkEdit.objects.filter(pk=edit.pk).update(job_id=job.pk)
    edit.refresh_from_db()
    return edit


@transaction.atomic
def edit_next(*, edit_id: int, by: Actor, beat: Beat | None = None) -> bool:
    """The next batch of an edit, with its old values, in one transaction. False: there is none, the edit is done."""
    edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
    stopped = edit.state == EditState.STOPPED and edit.undone_at is None  # its job was asked for again
    if edit.state not in {EditState.WAITING, EditState.RUNNING} and not stopped:
        return False
    user = editing.person_of(edit)
    of = editing.listing_of(edit.listing).seen_by(user)
    field = editing.field_of(of, edit.field, user)
    ids = _next(edit, of, user)
    if not ids:
        edit.state, edit.ended_at = EditState.DONE, timezone.now()
        edit.save(update_fields=["state", "ended_at"])
        if field.ended is not None and edit.changed:
            field.ended(edit.value, edit.changed)
        return False

    held = field.hold(ids, user, edit.value)
    left_out = Counter(edit.left_out) + Counter(editing.reasons(held, ids))
    old = {pk: one for pk, one in held.items() if not one.refused and not field.same(one.value, edit.value)}
    edit.same += sum(1 for one in held.values() if not one.refused) - len(old)
    new = field.write(dict.fromkeys(old, edit.value), by) if old else {}
    EditedRow.objects.bulk_create(
        [EditedRow(edit=edit, record_id=pk, old=old[pk].value, new=now.value, version=now.version) for pk, now in new.items()],
        batch_size=200,
    )

    edit.state, edit.after = EditState.RUNNING, ids[-1]
    edit.changed += len(new)
    edit.left_out = dict(left_out)
    edit.save(update_fields=["state", "after", "changed", "same", "left_out"])
    if beat is not None:
        beat(edit)
    return True


def _next(edit: BulkEdit, of: Listing, user: User) -> list[int]:
    if edit.chosen:
        return [pk for pk in edit.chosen if pk > edit.after][:BATCH]
    return list(_still_to_do(edit, of, user).filter(pk__lte=edit.top).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _still_to_do(edit: BulkEdit, of: Listing, user: User) -> Any:
    """By key: what an edit changes may leave the list, and nothing is passed over or met twice."""
    asked = asking.read(of, QueryDict(edit.query))
    matching = reading.matching(of, asked, user) if not edit.chosen else of.records(user).filter(pk__in=edit.chosen)
    return matching.filter(pk__gt=edit.after)


def forget_edits_of(*, kind: str, record_ids: Sequence[int]) -> int:
    """Take records out of what bulk edits kept for their undo: their persons were erased. How many rows."""
    lists = [listing.name for listing in editing.listings_of_kind(kind)]
    return EditedRow.objects.filter(edit__listing__in=lists, record_id__in=list(record_ids)).delete()[0]
