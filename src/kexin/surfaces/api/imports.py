"""Imports: a file uploaded, its columns matched, tried, taken in, gone on with, taken back; what was refused and why."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.ground.errors import NotFound
from kexin.ground.files import actions as files
from kexin.ground.files import queries as stored
from kexin.ground.files.models import StoredFile
from kexin.ground.imports import actions, loaders, queries
from kexin.ground.imports.models import Run, State
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment, nothing
from kexin.surfaces.api.contract.entries import Body
from kexin.surfaces.api.contract.room import Gives, Room, described, made, once, one, page
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, Field, Shape, many, maybe, one_of

room = Room("imports")

IMPORT = described(
    Shape(
        "Import",
        (
            Field("id", INTEGER, lambda row: row.pk, 4),
            Field("kind", TEXT, lambda row: row.kind, "customers"),
            Field("file_name", TEXT, lambda row: row.file_name, "客户.csv"),
            Field("state", one_of(State), lambda row: row.state, "checked"),
            Field("columns", {"type": "object"}, lambda row: row.columns, {"name": "客户名称"}, "Which heading is which field."),
            Field("headings", many(TEXT), lambda row: row.facts.get("headings", []), ["客户名称", "电话"]),
            Field("options", {"type": "object"}, lambda row: row.options, {}),
            Field("rows_read", INTEGER, lambda row: row.rows_read, 120),
            Field("total", maybe(INTEGER), lambda row: row.total, 120),
            Field("added", INTEGER, lambda row: row.added, 100, "In a dry run: would be."),
            Field("changed", INTEGER, lambda row: row.changed, 10),
            Field("unchanged", INTEGER, lambda row: row.unchanged, 8),
            Field("refused", INTEGER, lambda row: row.refused, 2),
            Field("error", maybe(TEXT), lambda row: row.error.get("text"), None),
            Field("created_at", MOMENT, lambda row: moment(row.created_at), "2026-11-20T02:00:00.000Z"),
            Field("finished_at", maybe(MOMENT), lambda row: moment(row.finished_at), None),
        ),
        about="One file on its way in.",
    )
)
REASON = described(
    Shape(
        "Reason",
        (
            Field("code", TEXT, lambda row: row["code"], "invalid_phone"),
            Field("rows", INTEGER, lambda row: row["rows"], 2),
            Field("examples", many({"type": "object"}), lambda row: row["examples"], [{"row": 17, "text": "“12”不是电话号码"}]),
        ),
        about="Why rows were refused: how many, and examples with their row numbers.",
    )
)
REASONS = Gives(
    200,
    {
        "type": "object",
        "required": ["items", "warnings", "workbook"],
        "additionalProperties": False,
        "properties": {
            "items": many({"$ref": "#/components/schemas/Reason"}),
            "warnings": many(TEXT),
            "workbook": maybe(TEXT),
        },
    },
    {"items": [REASON.example()], "warnings": [], "workbook": "/api/v1/imports/4/refused/workbook"},
)
WORKBOOK = Gives(
    200,
    {"type": "string", "format": "binary"},
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    about="Each refused row as it stood in the file, with its number and the reason.",
)


class Matching(Body):
    """Which heading means which field, and how the file is to be read. Replaces what was matched before."""

    columns: Annotated[dict[str, Annotated[str, StringConstraints(max_length=200)]], Entry(max_length=100)]
    options: Annotated[dict[str, Annotated[str, StringConstraints(max_length=200)]], Entry(max_length=20)] = {}

    model_config = ConfigDict(
        json_schema_extra={"example": {"columns": {"name": "客户名称", "phone": "电话"}, "options": {"date_order": "ymd"}}}
    )


def run_of(caller: Caller, import_id: int) -> Run:
    found = queries.runs_visible_to(caller.user).filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


@room.get("/imports", "import.run", gives=page(IMPORT), parameters=asking.PAGED)
def imports(request: HttpRequest) -> HttpResponse:
    """Imports, the last one first: your own, or everybody's where you see everything."""
    return answer(asking.keyed(request, queries.runs_visible_to(caller_of(request).user).order_by("-pk"), IMPORT))


@room.get("/imports/{int:import_id}", "import.run", record="import", gives=one(IMPORT, etag=False))
def import_(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: where it stands and what came of it."""
    return answer(IMPORT.of(run_of(caller_of(request), import_id)))


@room.post("/imports", "import.run", gives=made(IMPORT, etag=False), atomic=False)
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    kind: Form[str],
    mapping: Form[str] = "",
) -> HttpResponse:
    """Upload a file. Its columns are matched; nothing of it is in the company's data before `start`.

    `kind` is customers, contacts or orders; `mapping` the name of a mapping that was kept.
    """
    caller = caller_of(request)
    loaders.find(kind)
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    # The bytes are on the disk before the transaction begins: writing a gigabyte must not hold the database's write lock.
    kept = actions.keep_file(content=cast("BinaryIO", file.file), name=file.name or "file", by=caller.actor)

    def begin() -> HttpResponse:
        run = actions.begin_with(kind=kind, file=kept, mapping=mapping, by=caller.actor)
        return answer(IMPORT.of(run), 201, location=f"/api/v1/imports/{run.pk}")

    try:
        response = once(request, begin, content=f"{digest.hexdigest()} {kind} {mapping} {file.name}")
    except BaseException:
        files.remove(stored=kept, by=caller.actor)
        raise
    if response.has_header("Idempotency-Replayed"):
        files.remove(stored=kept, by=caller.actor)
    return response


@room.put("/imports/{int:import_id}/matching", "import.run", record="import", gives=one(IMPORT, etag=False))
def match(request: HttpRequest, import_id: int, payload: Matching) -> HttpResponse:
    """Say which heading means which field. A dry run made before no longer counts."""
    caller = caller_of(request)
    run_of(caller, import_id)
    return answer(IMPORT.of(actions.choose(run_id=import_id, columns=payload.columns, options=payload.options, by=caller.actor)))


@room.post("/imports/{int:import_id}/check", "import.run", record="import", gives=one(IMPORT, etag=False, status=202))
def check(request: HttpRequest, import_id: int) -> HttpResponse:
    """Start a dry run: what would be added, changed, left alone, refused."""
    return _done(request, import_id, actions.check)


@room.post("/imports/{int:import_id}/start", "import.run", record="import", gives=one(IMPORT, etag=False, status=202))
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    """Start the import; or go on with one that failed or was cancelled, from where it stopped."""
    return _done(request, import_id, actions.start)


@room.post("/imports/{int:import_id}/undo", "import.run", record="import", gives=one(IMPORT, etag=False, status=202))
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take back everything an import brought, as one act. Refused where something was built on it."""
    return _done(request, import_id, actions.undo)


@room.delete("/imports/{int:import_id}", "import.run", record="import", versioned=False)
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    """Throw a file away that was never imported."""
    caller = caller_of(request)
    run_of(caller, import_id)
    actions.discard(run_id=import_id, by=caller.actor)
    return nothing()


@room.get("/imports/{int:import_id}/refused", "import.run", record="import", gives=REASONS)
def refused(request: HttpRequest, import_id: int) -> HttpResponse:
    """What was refused and why, with examples; and where the workbook with every refused row is."""
    run = run_of(caller_of(request), import_id)
    return answer(
        {
            "items": [REASON.of(row) for row in queries.reasons_of(run)],
            "warnings": [str(row["text"]) for row in queries.warnings_of(run)],
            "workbook": f"/api/v1/imports/{run.pk}/refused/workbook" if run.refusals_id else None,
        }
    )


@room.get("/imports/{int:import_id}/refused/workbook", "import.run", record="import", gives=WORKBOOK)
def workbook(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The refused rows as a workbook: correct them there and upload it again."""
    caller = caller_of(request)
    run = run_of(caller, import_id)
    if run.refusals is None:
        raise NotFound
    return download(caller, run.refusals)


def download(caller: Caller, file: StoredFile) -> FileResponse:
    """A stored file, noted in the trail."""
    content = stored.open_stored(file)
    files.note_download(stored=file, by=caller.actor)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _done(request: HttpRequest, import_id: int, act: Any) -> HttpResponse:
    caller = caller_of(request)
    run_of(caller, import_id)
    act(run_id=import_id, by=caller.actor)
    return answer(IMPORT.of(run_of(caller, import_id)), 202, location=f"/api/v1/imports/{import_id}")
