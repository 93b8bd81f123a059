"""Exports: a list written to a file in the background, and its download. Only what the caller sees, masked as the pages mask."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.ground.errors import NotFound
from kexin.ground.files.models import StoredFile
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import queries
from kexin.ground.jobs.models import Job, State
from kexin.ground.lists import asking as lists
from kexin.ground.lists import listing as known
from kexin.ground.lists import reading
from kexin.surfaces.api.contract import asking, errors
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, OneOf
from kexin.surfaces.api.contract.room import Gives, Room, described
from kexin.surfaces.api.contract.room import one as giving
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, Field, Shape, maybe, one_of
from kexin.surfaces.api.imports import download

room = Room("exports")


class Lists:
    values = ("customers", "orders", "products", "standing", "todos")


class Formats:
    values = ("csv", "xlsx")


# Columns and conditions of a list that need a permission, and so a scope, beside the list's own.
NEEDS: dict[str, dict[str, str]] = {
    "customers": dict.fromkeys(
        ("tier", "class", "moved", "behaviour", "behaviours", "net", "margin", "orders", "last_order", "recency"), "standing.view"
    )
}

EXPORT = described(
    Shape(
        "Export",
        (
            Field("id", TEXT, lambda job: str(job.public_id), "6e0f9a54-58a1-4a0f-9a0e-6a4b3f0d2c11"),
            Field("list", TEXT, lambda job: job.arguments["listing"], "customers"),
            Field("format", one_of(Formats), lambda job: job.arguments["ending"], "csv"),
            Field("state", one_of(State), lambda job: job.state, "done"),
            Field("rows", INTEGER, lambda job: job.result.get("rows", job.done), 300),
            Field("error", maybe(TEXT), lambda job: job.error or None, None),
            Field("created_at", MOMENT, lambda job: moment(job.created_at), "2026-11-20T02:00:00.000Z"),
            Field("finished_at", maybe(MOMENT), lambda job: moment(job.finished_at), "2026-11-20T02:00:03.000Z"),
            Field("file", maybe(TEXT), lambda job: f"/api/v1/exports/{job.public_id}/file" if job.result.get("file") else None,
                  "/api/v1/exports/6e0f9a54-58a1-4a0f-9a0e-6a4b3f0d2c11/file", "Where to download it; kept for seven days."),
        ),
        about="A list on its way into a file.",
    )
)  # fmt: skip
FILE = Gives(200, {"type": "string", "format": "binary"}, media_type="application/octet-stream", about="The file.")
Text = Annotated[str, StringConstraints(max_length=200)]


class NewExport(Body):
    """Which list, chosen by which conditions (as in the address of its page; several choices as A|B), with which columns."""

    list: Annotated[str, OneOf(Lists)]
    format: Annotated[str, OneOf(Formats)] = "csv"
    conditions: Annotated[dict[Text, Text], Entry(max_length=40)] = {}
    columns: Annotated[list[Text], Entry(max_length=100)] = []  # type: ignore[valid-type]  # the field above shadows the type for mypy only

    model_config = ConfigDict(json_schema_extra={"example": {"list": "customers", "format": "csv", "conditions": {"kind": "person"}}})


def job_of(caller: Caller, export_id: Any) -> Job:
    found = queries.jobs_visible_to(caller.user).filter(kind="lists.export", public_id=export_id).first()
    if found is None or found.arguments.get("listing") not in Lists.values:
        raise NotFound
    return found


@room.post("/exports", "export.run", gives=giving(EXPORT, etag=False, status=202))
def start(request: HttpRequest, payload: NewExport) -> HttpResponse:
    """Write a list to a file, in the background."""
    caller = caller_of(request)
    found = known.find(payload.list)
    if found is None:
        raise NotFound
    if not caller.may_see(found.permission):
        raise errors.FieldNotYours(name=payload.list, needs=caller.lacks(found.permission))
    seen = found.seen_by(caller.user)
    needs = NEEDS.get(payload.list, {})
    columns: list[str] = list(payload.columns) or [
        column.name for column in seen.columns if (column.default or column.fixed) and caller.may_see(needs.get(column.name, ""))
    ]
    for name in columns:
        if not caller.may_see(needs.get(name, "")):
            raise errors.FieldNotYours(name=name, needs=caller.lacks(needs[name]))
    query = QueryDict(mutable=True)
    several = {one.name for one in seen.filters if one.kind in {"choice", "tag"}}
    for name, value in payload.conditions.items():
        query.setlist(name, value.split("|") if name in several else [value])
    asking.check_conditions(query, seen, caller, needs=needs)
    query["cols"] = ",".join(columns)
    # What cannot be read is told now, not by the job.
    reading.matching(seen, lists.read(seen, query), caller.user)

    title = _("Export: %(list)s") % {"list": found.title}
    arguments = {"listing": found.name, "query": query.urlencode(), "ending": payload.format, "user": caller.user.pk}
    job = jobs.start(kind="lists.export", arguments=arguments, title=title, by=caller.actor)
    return answer(EXPORT.of(job), 202, location=f"/api/v1/exports/{job.public_id}")


@room.get("/exports/{uuid:export_id}", "export.run", record="export", gives=giving(EXPORT, etag=False))
def export(request: HttpRequest, export_id: str) -> HttpResponse:
    """How far an export is, and where its file is."""
    return answer(EXPORT.of(job_of(caller_of(request), export_id)))


@room.get("/exports/{uuid:export_id}/file", "export.run", record="export", gives=FILE)
def file(request: HttpRequest, export_id: str) -> HttpResponseBase:
    """The file. 404 until it is written, and after the seven days it is kept."""
    caller = caller_of(request)
    job = job_of(caller, export_id)
    stored = StoredFile.objects.filter(public_id=job.result.get("file") or "00000000-0000-0000-0000-000000000000").first()
    if stored is None:
        raise NotFound
    return download(caller, stored)
