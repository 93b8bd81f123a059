"""Segments: all of them with their change, and one with its count over time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.lists import actions, segments
from kexin.ground.lists.models import SavedView
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.surfaces.frame import access, answers, formats
from kexin.surfaces.frame.access import person

SHOWN_DAYS = 120
NAMED = 30
DOTS = 12  # so many points or fewer are shown as dots
PAGES = {
    "customers": "customers:list",
    "projects": "customers:projects",
    "orders": "orders:list",
    "todos": "workbench:todos",
    "pool": "ownership:pool",
}
ROWS = {"customers": "customers:customer", "projects": "customers:project", "orders": "orders:order"}


@access.page(None)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user = person(request)
    views = segments.segments_visible_to(user)
    trends = segments.trends(views, today=segments.today())
    owners = {one.pk: str(one) for one in User.objects.filter(pk__in={view.owner_id for view in views})}
    rows = [_row(view, trends[view.pk], owners.get(view.owner_id, ""), user) for view in views]
    return render(request, "lists/segments.html", {"rows": rows})


@access.page(None, record="segment")
@require_GET
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    user = person(request)
    view = _seen(user, segment_id)
    trend = segments.trends([view], today=segments.today())[view.pk]
    owner = User.objects.filter(pk=view.owner_id).first()
    counts = list(segments.history(view, since=segments.today() - timedelta(days=SHOWN_DAYS)))
    moved = segments.movement(view)
    context = {
        **_row(view, trend, str(owner or ""), user),
        "option": _option(counts),
        "table": _table(counts),
        "counts": counts,
        "moved": moved,
        "came": _named(view, user, moved.came) if moved else [],
        "left": _named(view, user, moved.left) if moved else [],
        "all_seen": owner is not None and owner.sees == Sees.ALL,
        "mine": view.owner_id == user.pk,
    }  # fmt: skip
    return render(request, "lists/segment.html", context)


@access.page(None, record="segment")
@require_POST
def count(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Now, as a job: a page never waits for a count of everything."""
    user = person(request)
    view = _seen(user, segment_id)
    actions.mark_segment(view_id=view.pk, segment=True, by=user.actor)
    return answers.done(request, reverse("lists:segment", args=[view.pk]), _("It is being counted; reload in a moment."))


@access.page(None, record="view")
@require_POST
def mark(request: HttpRequest, view_id: int) -> HttpResponse:
    """Count one's own view every day, or no more."""
    user = person(request)
    view = get_object_or_404(SavedView, pk=view_id, owner_id=user.pk)
    wanted = bool(request.POST.get("segment"))

    actions.mark_segment(view_id=view.pk, segment=wanted, by=user.actor)

    said = _("“%(name)s” is counted every day from now on.") if wanted else _("“%(name)s” is counted no more; what was counted is kept.")
    return answers.done(request, answers.back(request, reverse("lists:segments")), said % {"name": view.name})


def _seen(user: User, pk: int) -> SavedView:
    view = segments.segment_visible_to(user, pk)
    if view is None:
        raise Http404
    return view


def _row(view: SavedView, trend: segments.Trend, owner: str, user: User) -> dict[str, Any]:
    of = segments.listing_of(view.listing, user)
    page = PAGES.get(view.listing)
    return {
        "view": view,
        "title": of.title if of is not None else view.listing,
        "unit": of.unit if of is not None else "",
        "owner": owner,
        "trend": trend,
        "week": trend.against[0],
        "month": trend.against[1],
        "trouble": segments.trouble(view),
        "address": f"{reverse(page)}?{view.query}" if page and of is not None else "",
    }


def _named(view: SavedView, user: User, ids: tuple[int, ...]) -> dict[str, Any]:
    rows = segments.records_of(view, user, ids[:NAMED])
    page = ROWS.get(view.listing)
    named = [{"name": str(row), "url": reverse(page, args=[row.pk]) if page else ""} for row in rows]
    return {"rows": named, "more": len(ids) - len(rows), "all": len(ids)}


def _table(counts: list[Any]) -> dict[str, Any]:
    rows = [[formats.date(one.day, year=True), formats.number(one.count)] for one in reversed(counts)]
    return {"head": [_("Day"), _("Number")], "rows": rows}


def _option(counts: list[Any]) -> dict[str, Any]:
    """A step from day to day; a day nobody counted is a gap, not a line across it."""
    days: list[list[Any]] = []
    for before, one in zip([None, *counts], counts, strict=False):
        if before is not None and (one.day - before.day).days > 1:
            days.append([(before.day + timedelta(days=1)).isoformat(), None])
        days.append([one.day.isoformat(), one.count])
    return {
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "time", "splitNumber": 4},
        "yAxis": {"type": "value", "scale": True, "minInterval": 1, "axisLabel": {"formatter": "kx:number"}},
        "tooltip": {"trigger": "axis"},
        "series": [{"type": "line", "data": days, "showSymbol": len(counts) < DOTS, "symbolSize": 5, "lineStyle": {"width": 2}}],
    }  # fmt: skip
