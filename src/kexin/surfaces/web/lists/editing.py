"""Bulk edits: choose a field and a value, see what would change, do it, look at it again, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.jobs import queries as jobs
from kexin.ground.lists import actions, editing, listing
from kexin.ground.lists.actions.undoing import UNDO_FOR
from kexin.ground.lists.editable import EditField
from kexin.ground.lists.errors import NothingChosen, ValueMissing
from kexin.ground.lists.models import BulkEdit, EditedRow, EditState
from kexin.ground.staff.models import User
from kexin.surfaces.frame import access, answers
from kexin.surfaces.frame.access import person
from kexin.surfaces.web.lists import found

MOST, PAGE, NAMED = 1000, 50, 50
NOTHING = "-"
OVER = {EditState.DONE, EditState.STOPPED}
ENDED = {*OVER, EditState.UNDONE}


@access.page(None)
@require_POST
def edit(request: HttpRequest, listing: str) -> HttpResponse:
    """First the fields, then the value, then what would change; confirmed, it is done."""
    of, user = found.listing_for(request, listing)
    fields = of.edits_for(user)
    if not fields:
        raise PermissionDenied(of.edit_permission)
    query = request.POST.get("query", "").lstrip("?")
    everything = bool(request.POST.get("all"))
    ids = [] if everything else found.chosen(request, MOST)
    if not ids and not everything:
        return answers.refused(request, NothingChosen())
    name = request.POST.get("field", "")
    shown = {
        "listing": of, "fields": fields, "ids": ids, "everything": everything, "query": query, "next": answers.back(request),
        "chosen": len(ids), "given": request.POST.get("value", ""), "undo_days": UNDO_FOR.days,
    }  # fmt: skip
    if not name:
        return render(request, "lists/edit.html", shown)
    field = editing.field_of(of, name, user)
    shown |= {
        "field": field,
        "chooses": field.choices is not None,
        "choices": field.choices(user) if field.choices else (),
        "suggestions": _suggested(field, user),
    }
    if "value" not in request.POST:
        return render(request, "lists/edit.html", shown)
    try:
        value = field.read(_typed(field, request.POST["value"].strip()), user)
        if request.POST.get("confirmed"):
            done = actions.start_edit(of=of, field=field, value=value, ids=ids, query=query, user=user, by=user.actor)
            return answers.done(request, reverse("lists:edited", args=[done.public_id]), _said(done))
        preview = editing.preview(of, field, value, user, ids=ids, query=query)
    except KexinError as error:
        return render(request, "lists/edit.html", {**shown, "error": error.sentence()}, status=answers.status_of(error))
    return render(request, "lists/edit.html", {**shown, "preview": preview, "words": field.words([value])[0]})


def _typed(field: EditField, given: str) -> str:
    """Of a choice, nothing is chosen as such; that nobody chose yet is not nothing."""
    if field.choices is None:
        return given
    if not given:
        raise ValueMissing(beside="value")
    return "" if given == NOTHING and field.clears else given


def _suggested(field: Any, user: User) -> list[str]:
    return list(field.suggestions(user)) if field.suggestions is not None else []


def _said(done: BulkEdit) -> str:
    if done.job_id is not None:
        return _("It goes on in the background; what it does stands on this page.")
    words: str = ngettext("%(count)s changed.", "%(count)s changed.", done.changed) % {"count": done.changed}
    return words


@access.page(None)
@require_GET
def edits(request: HttpRequest) -> HttpResponse:
    """What was done to many at once, newest first: one's own, an administrator's everybody's."""
    user = person(request)
    before = request.GET.get("before", "")
    rows = editing.edits_visible_to(user)
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 -- what fits a key
        rows = rows.filter(pk__lt=int(before))
    shown, names = list(rows[: PAGE + 1]), Names(user)
    context = {
        "edits": [names.dressed(one) for one in shown[:PAGE]],
        "older": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "first_page": not before,
        "undo_days": UNDO_FOR.days,
    }
    return render(request, "lists/edits.html", context)


@access.page(None, record="edit")
@require_GET
def edited(request: HttpRequest, edit_id: UUID) -> HttpResponse:
    user = person(request)
    one = get_object_or_404(editing.edits_visible_to(user), public_id=edit_id)
    field = _field(one, user)
    rows = list(EditedRow.objects.filter(edit=one).order_by("undo", "record_id")[:NAMED])
    left = list(EditedRow.objects.filter(edit=one, undo__in=[EditedRow.LATER, EditedRow.GONE]).order_by("record_id")[:NAMED])
    names = _names(one, user, {row.record_id for row in rows + left})
    context = {
        **Names(user).dressed(one),
        "field_known": field is not None,
        "rows": _shown(rows, field, names),
        "left": _shown(left, field, names),
        "may_undo": field is not None and one.state in OVER and one.changed > 0 and timezone.now() - one.created_at <= UNDO_FOR,
        "until": one.created_at + UNDO_FOR,
        "job": jobs.jobs_visible_to(user).filter(pk=one.job_id).first() if one.job_id and one.state not in ENDED else None,
        "more": max(0, one.changed - len(rows)),
    }  # fmt: skip
    return render(request, "lists/edited.html", context)


@access.page(None, record="edit")
@require_POST
def undo(request: HttpRequest, edit_id: UUID) -> HttpResponse:
    user = person(request)
    one = get_object_or_404(editing.edits_visible_to(user), public_id=edit_id)

    done = actions.start_undo(edit_id=one.pk, user=user, by=user.actor)

    if done.state == EditState.UNDOING:
        messages = _("It goes on in the background; what it does stands on this page.")
    else:
        messages = _("%(restored)s put back, %(kept)s left as they are.") % {"restored": done.restored, "kept": done.kept}
    return answers.done(request, reverse("lists:edited", args=[one.public_id]), messages)


class Names:
    """What lists and their fields are called, each list looked up once."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._fields: dict[str, dict[str, Any]] = {}

    def dressed(self, one: BulkEdit) -> dict[str, Any]:
        of = listing.find(one.listing)
        if of is not None and one.listing not in self._fields:
            self._fields[one.listing] = {field.name: field.label for field in of.edits_for(self.user)}
        label = self._fields.get(one.listing, {}).get(one.field, one.field)
        return {"edit": one, "title": of.title if of else one.listing, "label": label, "unit": of.unit if of else ""}


def _field(one: BulkEdit, user: User) -> Any:
    try:
        return editing.field_of(editing.listing_of(one.listing), one.field, user)
    except KexinError:
        return None


def _names(one: BulkEdit, user: User, ids: set[int]) -> dict[int, str]:
    """Only of those this person may see now."""
    of = listing.find(one.listing)
    return {row.pk: str(row) for row in of.records(user).filter(pk__in=ids)} if of is not None and ids else {}


def _shown(rows: list[EditedRow], field: Any, names: dict[int, str]) -> list[dict[str, Any]]:
    words = field.words([value for row in rows for value in (row.old, row.new)]) if field is not None and rows else []
    return [
        {
            "name": names.get(row.record_id, _("not yours to see")),
            "old": words[2 * place] if words else "",
            "new": words[2 * place + 1] if words else "",
            "undo": row.undo,
        }
        for place, row in enumerate(rows)
    ]
