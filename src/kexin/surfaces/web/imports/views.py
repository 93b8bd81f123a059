from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.imports import actions, loaders, queries
from kexin.ground.imports.models import Run, State
from kexin.ground.staff.models import Branch
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.imports import showing

PAGE = 30
OPTIONS = (
    "date_order",
    "currency",
    "unknown_customers",
    "blank",
    "cancellation_prefix",
    "channel",
    "branch",
    "sheet",
    "header_row",
    "encoding",
    "delimiter",
)


@page("import.run")
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    found = queries.runs_visible_to(request.user).order_by("-id")
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 -- what fits a 64-bit key
        found = found.filter(pk__lt=int(before))
    shown = list(found[: PAGE + 1])
    more = len(shown) > PAGE
    shown = shown[:PAGE]
    labels = {loader.kind: loader.label for loader in loaders.kinds()}
    context = {
        "runs": [(one, labels.get(one.kind, one.kind), showing.tone_of(one)) for one in shown],
        "before": shown[-1].pk if more else None,
        "first_page": not before,
    }
    return render(request, "imports/list.html", context)


@page("import.run")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind") or "customers"
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = _("Choose a file first.")
        else:
            try:
                run = actions.begin(
                    kind=kind,
                    content=cast("BinaryIO", upload.file),
                    name=upload.name or "file",
                    mapping=request.POST.get("mapping", ""),
                    by=_actor(request),
                )
            except KexinError as refused:
                error = refused.sentence()
            else:
                return redirect("imports:import", import_id=run.pk)
    known = loaders.kinds()
    context = {
        "kinds": known,
        "kind": kind,
        "error": error,
        "mappings": [(loader.label, queries.mappings(loader.kind)) for loader in known],
        "limit": showing.upload_limit(),
    }
    return render(request, "imports/new.html", context, status=422 if error else 200)


@page("import.run", record="import")
@require_GET
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    return _show(request, _visible(request, import_id))


@page("import.run", record="import")
@require_POST
def match(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep how columns were matched, and try: a dry run starts at once."""
    one = _visible(request, import_id)
    headings = one.facts.get("headings", [])
    fields: dict[str, str] = {}
    twice: list[str] = []
    for place, heading in enumerate(headings):
        field = request.POST.get(f"column-{place}", "")
        if field:
            if field in fields:
                twice.append(str(loaders.find(one.kind).field(field).label))
            fields[field] = heading
    try:
        if twice:
            raise showing.FieldTwice(fields="、".join(twice))
        chosen = {name: request.POST[name].strip() for name in OPTIONS if name in request.POST}
        actions.choose(run_id=one.pk, columns=fields, options=chosen, by=_actor(request))
        if request.POST.get("remember", "").strip():
            actions.remember(run_id=one.pk, name=request.POST["remember"], by=_actor(request))
        if request.POST.get("then") == "later":
            return answers.done(request, reverse("imports:list"), _("Kept. You can go on with it at any time."))
        actions.check(run_id=one.pk, by=_actor(request))
    except KexinError as error:
        one.refresh_from_db()
        one.columns = fields
        return _show(request, one, error=error.sentence(), status=422)
    return redirect("imports:import", import_id=one.pk)


@page("import.run", record="import")
@require_POST
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    one = _visible(request, import_id)
    try:
        actions.start(run_id=one.pk, by=_actor(request))
    except KexinError as error:
        return _show(request, one, error=error.sentence(), status=409)
    return redirect("imports:import", import_id=one.pk)


@page("import.run", record="import")
@require_POST
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    one = _visible(request, import_id)
    try:
        actions.undo(run_id=one.pk, by=_actor(request))
    except KexinError as error:
        return _show(request, one, error=error.sentence(), status=409)
    return redirect("imports:import", import_id=one.pk)


@page("import.run", record="import")
@require_POST
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    one = _visible(request, import_id)
    actions.discard(run_id=one.pk, by=_actor(request))
    return answers.done(request, reverse("imports:list"), _("The file was thrown away. Nothing of it was imported."))


def _show(request: HttpRequest, one: Run, *, error: str = "", status: int = 200) -> HttpResponse:
    loader = loaders.find(one.kind)
    context: dict[str, Any] = {
        "run": one,
        "loader": loader,
        "error": error or one.error.get("text", ""),
        "steps": showing.steps(one),
        "columns": showing.columns(one, loader),
        "counted": showing.counted(one),
        "groups": showing.groups(loader),
        "shares": showing.shares(one),
        "takes": one.added + one.changed,
        "reasons": queries.reasons_of(one),
        "samples": showing.samples(one, loader),
        "warnings": queries.warnings_of(one),
        "job": showing.job_of(one),
        "editable": not one.was_started and one.state != State.CHECKING,
        "branches": Branch.objects.filter(is_active=True).order_by("name"),
        "is_orders": one.kind == "orders",
        "can_undo": one.was_started and one.state in {State.DONE, State.FAILED, State.CANCELLED},
        "can_resume": one.was_started and one.state in {State.FAILED, State.CANCELLED} and not one.undone_at,
    }
    return render(request, "imports/import.html", context, status=status)


def _visible(request: HttpRequest, import_id: int) -> Run:
    return get_object_or_404(queries.runs_visible_to(request.user), pk=import_id)


def _actor(request: HttpRequest) -> Any:
    return request.user.actor  # type: ignore[union-attr]  # the page is for people who are signed in
