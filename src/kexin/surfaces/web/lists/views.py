"""Saved views, bulk actions and exports: the same for every list. Each asks for the list's own permission."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kexin.ground.audit import actions as audit
from kexin.ground.files import actions as files
from kexin.ground.jobs import actions as jobs
from kexin.ground.lists import actions, asking, reading, writing
from kexin.ground.lists import bulk as many
from kexin.ground.lists.errors import NothingChosen
from kexin.ground.lists.listing import BulkAction, Done, Listing
from kexin.ground.lists.models import SavedView
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.surfaces.frame import access, answers
from kexin.surfaces.web.lists import found

MOST_COLUMNS = 200
AT_ONCE = 5000  # rows a person waits for; more become a background job
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@access.page(None)
@require_POST
def save_view(request: HttpRequest, listing: str) -> HttpResponse:
    of, user = found.listing_for(request, listing)
    asking.read(of, QueryDict(request.POST.get("query", "").lstrip("?")))
    shared = bool(request.POST.get("shared")) and staff.may(user, "view.share")

    name, segment = request.POST.get("name", ""), bool(request.POST.get("segment"))
    view = actions.save_view(
        listing=of.name, name=name, query=request.POST.get("query", ""), shared=shared, segment=segment, owner_id=user.pk, by=user.actor
    )

    if segment:
        return answers.done(
            request, reverse("lists:segment", args=[view.pk]), _("“%(name)s” is counted every day from now on.") % {"name": name}
        )
    return answers.done(request, answers.back(request), _("The view “%(name)s” is saved.") % {"name": name})


@access.page(None, record="view")
@require_POST
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    user = request.user
    view = get_object_or_404(SavedView, pk=view_id, owner_id=user.pk)

    actions.drop_view(view=view, by=user.actor)  # type: ignore[union-attr]  # only staff get here

    return answers.done(request, answers.back(request), _("The view is dropped."))


@access.page(None)
@require_POST
def columns(request: HttpRequest, listing: str) -> HttpResponse:
    """Which columns, in which order: shown now, kept in the address for whoever it is sent to, and for this person's next time."""
    of, user = found.listing_for(request, listing)
    query = QueryDict(request.POST.get("query", "").lstrip("?"), mutable=True)
    query.pop("cols", None)
    chosen = [] if request.POST.get("reset") else request.POST.getlist("cols")[:MOST_COLUMNS]
    if chosen:
        query["cols"] = ",".join(chosen)
    asked = asking.read(of, query)

    actions.keep_columns(listing=of.name, columns=[column.name for column in asked.columns] if chosen else (), owner_id=user.pk)

    return redirect(f"{answers.back(request)}{asked.address()}")


@access.page(None)
@require_POST
def export(request: HttpRequest, listing: str) -> HttpResponse | FileResponse:
    """A file of what is shown: at once, or as a job with a download at its end."""
    of, user = found.listing_for(request, listing)
    if not staff.may(user, of.export_permission):
        raise PermissionDenied(of.export_permission)
    ending = request.POST.get("ending", "")
    if ending not in MEDIA_TYPES:
        raise Http404
    query = request.POST.get("query", "").lstrip("?")
    asked = asking.read(of, QueryDict(query))

    if reading.matching(of, asked, user).order_by().values("pk")[: AT_ONCE + 1].count() > AT_ONCE:
        arguments = {"listing": of.name, "query": query, "ending": ending, "user": user.pk}
        job = jobs.start(kind="lists.export", arguments=arguments, title=_("Export: %(list)s") % {"list": of.title}, by=user.actor)
        return answers.done(request, f"/jobs/{job.public_id}/", _("The export goes on in the background; its file waits on this page."))
    files.ensure_room(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{ending}"
        count = writing.write(of, asked, user, path)
        audit.record(action="list.export", kind=of.name, label=str(of.title), by=user.actor, changes={"rows": [0, count]})
        content = path.open("rb")
    name = f"{of.title}-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
    response = FileResponse(content, as_attachment=True, filename=name, content_type=MEDIA_TYPES[ending])
    response["Cache-Control"] = "private, no-store"
    return response


@access.page(None)
@require_POST
def bulk(request: HttpRequest, listing: str) -> HttpResponse:
    """First says what would be done to how many and whom it leaves out; confirmed, does it."""
    of, user = found.listing_for(request, listing)
    action = next((one for one in of.bulk if one.name == request.POST.get("action")), None)
    if action is None:
        raise Http404
    if action.permission and not staff.may(user, action.permission):
        raise PermissionDenied(action.permission)
    query = request.POST.get("query", "").lstrip("?")
    everything = bool(request.POST.get("all"))
    if everything:
        matching = reading.matching(of, asking.read(of, QueryDict(query)), user)
        total = matching.order_by().count()
        ids = list(matching.order_by("pk").values_list("pk", flat=True)[: many.AT_ONCE])
        if not ids:
            raise NothingChosen
    else:
        ids = many.chosen_ids(of, found.chosen(request, 1000), user)
        total = len(ids)

    choices = list(action.choices(user)) if action.choices is not None else []
    value = request.POST.get("value", "").strip()
    if not request.POST.get("confirmed") or (choices and value not in {str(one) for one, _label in choices}):
        return _ask(request, of, action, user, ids=ids, total=total, everything=everything, choices=choices)

    if everything and total > many.AT_ONCE:
        job = many.start(of, action, query=query, value=value, user=user, by=user.actor, title=f"{action.label}: {of.title}")
        return redirect(f"/jobs/{job.public_id}/")
    outcome = action.run(ids, value, user.actor, user)
    return answers.done(request, answers.back(request), _said(outcome))


def _ask(
    request: HttpRequest, of: Listing, action: BulkAction, user: User, *, ids: list[int], total: int, everything: bool, choices: Any
) -> HttpResponse:
    left_out = dict(action.check(ids, user)) if action.check is not None else {}
    shown = {
        "listing": of,
        "action": action,
        "ids": [] if everything else ids,
        "everything": everything,
        "total": total,
        "left_out": left_out,
        "choices": choices,
        "query": request.POST.get("query", ""),
        "next": answers.back(request),
        "background": everything and total > many.AT_ONCE,
    }
    return render(request, "lists/bulk.html", shown)


def _said(outcome: Done) -> str:
    words = ngettext("Done for %(count)s.", "Done for %(count)s.", outcome.done) % {"count": outcome.done}
    for reason, count in outcome.left_out.items():
        words += " " + _("Left out: %(count)s (%(reason)s).") % {"count": count, "reason": reason}
    return words
