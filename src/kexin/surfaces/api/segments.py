"""Saved views and segments: what people keep of lists, and how many records each segment had, day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from kexin.ground.errors import NotFound
from kexin.ground.lists import segments as kept
from kexin.ground.lists.models import SavedView
from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.room import Room, described, several
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, TEXT, YES, Field, Shape, maybe
from kexin.surfaces.api.exports import NEEDS

room = Room("views")

VIEW = described(
    Shape(
        "View",
        (
            Field("id", INTEGER, lambda row: row.pk, 14),
            Field("list", TEXT, lambda row: row.listing, "customers", "The list it is a view of."),
            Field("name", TEXT, lambda row: row.name, "大客户"),
            Field(
                "query", TEXT, lambda row: row.query, "tier=A&sort=-net", "Conditions, order and columns, as in the address of the list."
            ),
            Field("owner_id", INTEGER, lambda row: row.owner_id, 3),
            Field("is_shared", YES, lambda row: row.is_shared, True),
            Field("is_segment", YES, lambda row: row.is_segment, True, "Counted every day."),
        ),
        about="A list as somebody keeps it.",
    )
)
SEGMENT = described(
    Shape(
        "Segment",
        (
            Field("id", INTEGER, lambda row: row[0].pk, 14, "The view's."),
            Field("list", TEXT, lambda row: row[0].listing, "customers"),
            Field("name", TEXT, lambda row: row[0].name, "大客户"),
            Field("owner_id", INTEGER, lambda row: row[0].owner_id, 3, "With whose rights it is counted."),
            Field("count", maybe(INTEGER), lambda row: row[1].count, 128, "The last one; null: not counted yet."),
            Field("day", maybe(DAY), lambda row: row[1].day, "2026-11-22"),
            Field("against_7_days", maybe(INTEGER), lambda row: row[1].against[0], 4, "Null: nobody counted then."),
            Field("against_30_days", maybe(INTEGER), lambda row: row[1].against[1], -9, "Null: nobody counted then."),
            Field("trouble", maybe(TEXT), lambda row: str(kept.trouble(row[0])) or None, None, "Why it could not be counted."),
            Field("tried_at", maybe(MOMENT), lambda row: moment(row[0].counted_at), "2026-11-22T00:00:04.000Z"),
        ),
        about="A saved view that is counted every day with what its owner sees.",
    )
)
COUNT = described(
    Shape(
        "SegmentCount",
        (
            Field("day", DAY, lambda row: row.day, "2026-11-22"),
            Field("count", INTEGER, lambda row: row.count, 128),
            Field("counted_at", MOMENT, lambda row: moment(row.counted_at), "2026-11-22T00:00:04.000Z"),
        ),
        about="How many there were on a day. A day nobody counted is not there.",
    )
)


def _within(caller: Caller, views: list[SavedView]) -> list[SavedView]:
    """Of lists the token covers, by conditions it covers: how many are of tier A is something of where they stand."""
    return [view for view in views if _covered(caller, view)]


def _covered(caller: Caller, view: SavedView) -> bool:
    of, needs = kept.listing_of(view.listing, caller.user), NEEDS.get(view.listing, {})
    asked = {name.removesuffix("_min").removesuffix("_max") for name in QueryDict(view.query)}
    return of is not None and all(caller.may_see(needed) for needed in (of.permission, *(needs.get(name, "") for name in asked)))


@room.get("/views", "customer.view", gives=several(VIEW))
def views(request: HttpRequest) -> HttpResponse:
    """Views you kept, and those shared with you whose conditions are yours to use."""
    caller = caller_of(request)
    return answer({"items": [VIEW.of(view) for view in _within(caller, kept.views_visible_to(caller.user))]})


@room.get("/segments", "customer.view", gives=several(SEGMENT))
def segments(request: HttpRequest) -> HttpResponse:
    """Segments you see, with the last count and its change."""
    caller = caller_of(request)
    found = _within(caller, kept.segments_visible_to(caller.user))
    trends = kept.trends(found, today=kept.today())
    return answer({"items": [SEGMENT.of((view, trends[view.pk])) for view in found]})


@room.get(
    "/segments/{int:segment_id}/counts", "customer.view", record="segment", gives=several(COUNT),
    parameters={"since": {"type": "string", "format": "date"}, "until": {"type": "string", "format": "date"}},
)  # fmt: skip
def counts(request: HttpRequest, segment_id: int) -> HttpResponse:
    """How many a segment had, day by day, the earliest first."""
    caller = caller_of(request)
    view = kept.segment_visible_to(caller.user, segment_id) if segment_id < 1 << 63 else None
    if view is None or not _within(caller, [view]):
        raise NotFound
    found = kept.history(view)
    for name, condition in (("since", "day__gte"), ("until", "day__lte")):
        if name in request.GET:
            found = found.filter(**{condition: _day(request, name)})
    return answer({"items": [COUNT.of(row) for row in found]})


def _day(request: HttpRequest, name: str) -> Any:
    given = request.GET[name]
    try:
        return date.fromisoformat(given) if len(given) == 10 else int("")  # noqa: PLR2004 -- 2026-11-22, no other of ISO's forms
    except ValueError as error:
        raise errors.ParameterUnreadable(name=name, value=given[:40]) from error
