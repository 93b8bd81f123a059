"""Projects as a board: a column a stage, cards moved by dragging or from their menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.lists import asking
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions
from kexin.loop.customers.choices import Outcome
from kexin.loop.customers.models import ProjectStage
from kexin.loop.customers.projects_listing import PROJECTS
from kexin.loop.customers.queries.board import board as lanes_of
from kexin.loop.customers.queries.board import cards as cards_of
from kexin.surfaces.frame import answers, listing
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.customers.views import found


@page("customer.view")
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    try:
        context = _context(request, request.GET)
    except KexinError as error:
        return answers.refused(request, error)
    return render(request, "customers/board.html", context)


@page("customer.view", record="stage")
@require_GET
def cards(request: HttpRequest, stage_id: int) -> HttpResponse:
    """The next cards of one column."""
    user = person(request)
    stage = get_object_or_404(ProjectStage, pk=stage_id)
    of = PROJECTS.seen_by(user)
    try:
        rows, following = cards_of(of, asking.read(of, _without_marks(request.GET)), user, stage, request.GET.get("after", "")[:200])
    except KexinError as error:
        return answers.refused(request, error)
    shown = {"cards": rows, "following": following, "stage": stage, **_about(request, request.GET)}
    return render(request, "customers/board_cards.html", shown)


@page("customer.edit", record="project")
@require_POST
def move(request: HttpRequest, project_id: int) -> HttpResponse:
    """Where it is refused, the board comes anew: the card stands where it stood, and the words say why."""
    project = found.project(request, project_id)
    query = QueryDict(request.POST.get("query", "").lstrip("?"))
    stage, version = request.POST.get("stage", ""), request.POST.get("version", "")
    said: dict[str, Any] = {"moved": project.pk}
    status = 200
    try:
        moved = actions.move_project(
            project_id=project.pk,
            stage_id=int(stage) if stage.isdecimal() and len(stage) < 19 else 0,  # noqa: PLR2004 -- what fits a key
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,  # noqa: PLR2004 -- the same
            by=found.by(request),
        )
        said["say"] = _("“%(project)s” moved to “%(stage)s”.") % {"project": project.name, "stage": moved.stage}
    except KexinError as error:
        said["refused"] = f"{project.name}: {error.sentence()}"
        status = 422
    if not answers.by_htmx(request) and status == 200:  # noqa: PLR2004 -- it went well
        return redirect(f"{reverse('customers:board')}?{query.urlencode()}")
    template = "customers/board_lanes.html" if answers.by_htmx(request) else "customers/board.html"
    return render(request, template, {**_context(request, query), **said}, status=status)


def _context(request: HttpRequest, params: QueryDict) -> dict[str, Any]:
    user = person(request)
    of = PROJECTS.seen_by(user)
    asked = asking.read(of, _without_marks(params))
    lanes = lanes_of(of, asked, user)
    return {
        "listing": of,
        "asked": asked,
        "lanes": lanes,
        "count": sum(lane.count for lane in lanes),
        "query": asked.address(),
        **listing.conditions_of(of, asked, user),
        **_about(request, params),
    }


def _about(request: HttpRequest, params: QueryDict) -> dict[str, Any]:
    return {
        "stages": list(ProjectStage.objects.filter(is_active=True).order_by("position", "pk")),
        "may_edit": staff.may(request.user, "customer.edit"),
        "today": timezone.localdate(),
        "OPEN": Outcome.OPEN,
        "asked_for": _without_marks(params).urlencode(),
    }


def _without_marks(params: QueryDict) -> QueryDict:
    left = params.copy()
    for name in ("after", "before", "sort", "cols", "size", "count"):
        left.pop(name, None)
    return left
