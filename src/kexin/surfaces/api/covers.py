"""Cover while away: who stands in for whom, named and called off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import ConfigDict

from kexin.ground.errors import NotFound
from kexin.ground.staff import queries as staff
from kexin.ground.staff.actions import covers as actions
from kexin.ground.staff.models import User
from kexin.surfaces.api.contract import asking, errors
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, Day, Key, Line, MaybeKey
from kexin.surfaces.api.contract.room import Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, TEXT, Field, Shape, maybe
from kexin.surfaces.api.people import NAMED, named

room = Room("covers")

COVER = described(
    Shape(
        "Cover",
        (
            Field("id", INTEGER, lambda row: row.pk, 6),
            Field("absent", NAMED, lambda row: named(row.absent), {"id": 3, "name": "李敏"}),
            Field("deputy", NAMED, lambda row: named(row.deputy), {"id": 5, "name": "周颖"}),
            Field("first_day", DAY, lambda row: row.first_day, "2026-12-01"),
            Field("last_day", DAY, lambda row: row.last_day, "2026-12-07"),
            Field("note", TEXT, lambda row: row.note, "年假"),
            Field("called_off_at", maybe(MOMENT), lambda row: moment(row.called_off_at), None),
        ),
        about="Somebody stands in for a colleague from the first day to the last. It begins and ends by itself.",
    )
)


class NewCover(Body):
    """Who stands in, and when. `absent_id` null: for yourself."""

    deputy_id: Key
    first_day: Day
    last_day: Day
    absent_id: MaybeKey = None
    note: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"deputy_id": 5, "first_day": "2036-12-01", "last_day": "2036-12-07"}})


@room.get("/covers", "cover.name", gives=page(COVER), parameters=asking.PAGED)
def covers(request: HttpRequest) -> HttpResponse:
    """Covers of and by you, the last named first; managers see those of the people they see."""
    return answer(asking.keyed(request, staff.covers_visible_to(caller_of(request).user).order_by("-pk"), COVER))


@room.post("/covers", "cover.name", gives=made(COVER, etag=False))
def name(request: HttpRequest, payload: NewCover) -> HttpResponse:
    """Name who stands in. On these days they see your customers and have your to-dos. For others only managers do."""
    caller = caller_of(request)
    cover = actions.name_cover(
        absent=_absent(caller, payload.absent_id),
        deputy=_chosen(caller, payload.deputy_id, "deputy_id"),
        first_day=payload.first_day,
        last_day=payload.last_day,
        today=timezone.localdate(),
        note=payload.note,
        by=caller.actor,
    )
    return answer(COVER.of(cover), 201, location="/api/v1/covers")


@room.post("/covers/{int:cover_id}/end", "cover.name", record="cover", gives=one(COVER, etag=False))
def end(request: HttpRequest, cover_id: int) -> HttpResponse:
    """Call a cover off before its last day, at once."""
    caller = caller_of(request)
    if not staff.covers_visible_to(caller.user).filter(pk=cover_id).exists():
        raise NotFound
    return answer(COVER.of(actions.call_off_cover(cover_id=cover_id, today=timezone.localdate(), by=caller.actor)))


def _absent(caller: Caller, pk: int | None) -> User:
    if pk is None or pk == caller.user.pk:
        return caller.user
    if not staff.may(caller.user, "cover.manage"):
        raise errors.NobodyToChoose(beside="absent_id")
    return _chosen(caller, pk, "absent_id")


def _chosen(caller: Caller, pk: int, beside: str) -> User:
    found = staff.owners_for(caller.user).filter(pk=pk).first()
    if found is None:
        raise errors.NobodyToChoose(beside=beside)
    return found
