"""Every write of the imports room: a file taken in, columns matched, dry run, import, undo, mappings kept by name."""

from __future__ import annotations

from collections.abc import Mapping as Map
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.ground.imports import errors, loaders, queries, running, staging
from kexin.ground.imports.matching import CERTAIN_ENOUGH
from kexin.ground.imports.models import AT_WORK, Change, Mapping, Refusal, Run, State
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job

KEEP_DAYS = 90  # of the uploaded file; its refusals and journal stay with the run
OPTIONS = (
    "sheet", "header_row", "encoding", "delimiter", "date_order", "currency", "channel", "branch",
    "cancellation_prefix", "unknown_customers", "blank",
)  # fmt: skip


def begin(
    *,
    kind: str,
    content: BinaryIO | Path,
    name: str,
    by: Actor,
    mapping: str = "",
    columns: Map[str, str] | None = None,
    options: Map[str, Any] | None = None,
) -> Run:
    """Take a file in and match its columns. Nothing of it is in the company's data yet.

    A mapping asked for by name decides; else one whose every column stands in the file; else the fields' own words.
    """
    loaders.find(kind)
    file = keep_file(content=content, name=name, by=by)
    try:
        return begin_with(kind=kind, file=file, by=by, mapping=mapping, columns=columns or {}, options=options or {})
    except BaseException:
        files.remove(stored=file, by=by)
        raise


def keep_file(*, content: BinaryIO | Path, name: str, by: Actor) -> StoredFile:
    """The file itself, whole and on the disk, before anything is made of it."""
    return files.store(content=content, name=name, purpose="import", by=by, kind="import", keep_days=KEEP_DAYS)


def begin_with(
    *,
    kind: str,
    file: StoredFile,
    by: Actor,
    mapping: str = "",
    columns: Map[str, str] = MappingProxyType({}),
    options: Map[str, Any] = MappingProxyType({}),
) -> Run:
    """As `begin`, with a file that is kept already; it is the caller's to remove where this is refused."""
    loader = loaders.find(kind)
    chosen = {name: value for name, value in options.items() if name in OPTIONS and value not in (None, "")}
    named = queries.mapping(kind, mapping) if mapping else None
    table = queries.table(file, loader, {**(named.options if named else {}), **chosen})
    remembered = named or queries.fitting_mapping(kind, table.headings)
    matches = queries.matches(loader, table.headings, remembered)
    if named:
        queries.check_columns(loader, named.columns, table.headings)
        matches = {heading: match for heading, match in matches.items() if match.why == "remembered"}
    found = {match.field: heading for heading, match in matches.items() if match.confidence >= CERTAIN_ENOUGH}
    doubtful = {match.field: heading for heading, match in matches.items() if match.confidence < CERTAIN_ENOUGH}
    if columns:
        queries.check_columns(loader, columns, table.headings)
        found = {field: heading for field, heading in found.items() if heading not in columns.values()} | {
            f: h for f, h in columns.items() if h
        }
    facts = {
        "headings": table.headings,
        "samples": table.samples(),
        "header_row": table.header_row,
        **table.facts,
        "matches": {heading: [match.field, match.why, match.confidence] for heading, match in matches.items()},
        "doubtful": doubtful,
    }
    with transaction.atomic():
        run = Run.objects.create(
            kind=kind,
            file=file,
            file_name=file.name,
            columns=found,
            options={**(remembered.options if remembered else {}), **chosen},
            mapping_name=remembered.name if remembered else "",
            facts=facts,
            created_by=by.id,
            created_name=by.name,
        )
        files.attach(stored=file, kind="import", record_id=run.pk)
        audit.record(action="import.begin", kind="import", record_id=run.pk, label=run.file_name, by=by, changes={"kind": kind})
    return run


@transaction.atomic
def choose(*, run_id: int, columns: Map[str, str], options: Map[str, Any], by: Actor) -> Run:
    """Correct which column means which field, and the options. A dry run made before no longer counts."""
    run = _locked(run_id)
    if run.was_started or run.state in AT_WORK:
        raise errors.RunNotReady(state=run.get_state_display())
    loader = loaders.find(run.kind)
    queries.check_columns(loader, columns, run.facts["headings"])
    chosen = {**run.options, **{name: value for name, value in options.items() if name in OPTIONS}}
    chosen = {name: value for name, value in chosen.items() if value not in (None, "")}
    if run.columns != dict(columns) or run.options != chosen:
        rereads = any(run.options.get(name) != chosen.get(name) for name in ("sheet", "header_row", "encoding", "delimiter"))
        run.columns, run.options = {field: heading for field, heading in columns.items() if heading}, chosen
        run.state = State.DRAFT
        if rereads and run.file is not None:
            table = queries.table(run.file, loader, chosen)
            run.facts = {**run.facts, "headings": table.headings, "samples": table.samples(), "header_row": table.header_row, **table.facts}
            run.columns = {field: heading for field, heading in run.columns.items() if heading in table.headings}
        _empty(run)
        audit.record(
            action="import.match",
            kind="import",
            record_id=run.pk,
            label=run.file_name,
            by=by,
            changes={"columns": run.columns, "options": chosen},
        )
    return run


def check(*, run_id: int, by: Actor, here: bool = False) -> Job:
    """Start a dry run: what would be added, changed, left alone, refused."""
    return _start(run_id, kind="imports.check", state=State.CHECKING, by=by, here=here)


def start(*, run_id: int, by: Actor, here: bool = False) -> Job:
    """Start the import itself; or go on with one that failed or was cancelled, from where it stopped."""
    return _start(run_id, kind="imports.run", state=State.RUNNING, by=by, here=here)


@transaction.atomic
def _start(run_id: int, *, kind: str, state: State, by: Actor, here: bool) -> Job:
    run = _locked(run_id)
    if run.state in AT_WORK:
        raise errors.RunBusy
    if run.state in {State.DONE, State.UNDONE} or (run.was_started and state == State.CHECKING):
        raise errors.RunNotReady(state=run.get_state_display())
    loader = loaders.find(run.kind)
    queries.check_complete(loader, run.columns)
    if not run.was_started:
        _empty(run)
    run.was_started = state == State.RUNNING
    run.state = state
    run.error = {}
    title = _("Import %(name)s") if state == State.RUNNING else _("Dry run %(name)s")
    job = jobs.start(
        kind=kind, arguments={"run": run.pk}, title=title % {"name": run.file_name}, by=by, link=f"/imports/{run.pk}/", here=here
    )
    run.job_id = job.pk
    run.save()
    if state == State.RUNNING:
        audit.record(
            action="import.start",
            kind="import",
            record_id=run.pk,
            label=run.file_name,
            by=by,
            changes={"kind": run.kind, "columns": run.columns, "options": run.options},
        )
    return job


def undo(*, run_id: int, by: Actor, here: bool = False) -> Job:
    """Take back everything a run brought, as one act; UndoBlocked when something was built on it."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state in AT_WORK:
            raise errors.RunBusy
        if not run.was_started or run.state == State.UNDONE:
            raise errors.RunNotReady(state=run.get_state_display())
    stands = running.blockers(run)
    if stands:
        raise errors.UndoBlocked(reasons="; ".join(stands))
    with transaction.atomic():
        run = _locked(run_id)
        if run.state in AT_WORK:
            raise errors.RunBusy
        job = jobs.start(
            kind="imports.undo",
            arguments={"run": run.pk},
            title=_("Undo %(name)s") % {"name": run.file_name},
            by=by,
            link=f"/imports/{run.pk}/",
            here=here,
        )
        Run.objects.filter(pk=run.pk).update(state=State.UNDOING, job_id=job.pk, error={})
        audit.record(action="import.undo_asked", kind="import", record_id=run.pk, label=run.file_name, by=by)
    return job


@transaction.atomic
def discard(*, run_id: int, by: Actor) -> None:
    """Throw a file away that was never imported."""
    run = _locked(run_id)
    if run.was_started or run.state in AT_WORK:
        raise errors.RunNotReady(state=run.get_state_display())
    audit.record(action="import.discard", kind="import", record_id=run.pk, label=run.file_name, by=by)
    for file in (run.file, run.refusals):
        if file is not None:
            files.remove(stored=file, by=by)
    pk = run.pk
    run.delete()
    transaction.on_commit(lambda: staging.discard_run(pk), robust=True)


@transaction.atomic
def remember(*, run_id: int, name: str, by: Actor) -> Mapping:
    """Keep how this run's columns were matched, by name; a mapping of that name is written over."""
    run = _locked(run_id)
    kept, _created = Mapping.objects.update_or_create(
        kind=run.kind,
        name=name.strip()[:60],
        defaults={"columns": run.columns, "options": run.options, "created_by": by.id, "used_at": timezone.now()},
    )
    run.mapping_name = kept.name
    run.save(update_fields=["mapping_name"])
    audit.record(action="import.remember", kind="mapping", record_id=kept.pk, label=kept.name, by=by, changes={"columns": kept.columns})
    return kept


@transaction.atomic
def forget_mapping(*, kind: str, name: str, by: Actor) -> None:
    kept = Mapping.objects.filter(kind=kind, name=name).first()
    if kept is None:
        raise errors.NoSuchMapping(name=name, names=", ".join(item.name for item in queries.mappings(kind)))
    audit.record(action="import.forget_mapping", kind="mapping", record_id=kept.pk, label=kept.name, by=by)
    kept.delete()


def load(
    *,
    kind: str,
    path: Path,
    by: Actor,
    mapping: str = "",
    columns: Map[str, str] | None = None,
    options: Map[str, Any] | None = None,
    dry: bool = False,
    on_progress: Any = None,
) -> Run:
    """A file, from beginning to end, in this process: what commands, the demo company and tests call."""
    run = begin(kind=kind, content=path, name=path.name, by=by, mapping=mapping, columns=columns, options=options)
    job = (check if dry else start)(run_id=run.pk, by=by, here=True)
    jobs.run_here(job.pk, on_progress=on_progress)
    run.refresh_from_db()
    return run


def _locked(run_id: int) -> Run:
    return Run.objects.select_for_update(of=("self",)).select_related("file", "refusals").get(pk=run_id)


def _empty(run: Run) -> None:
    """Forget what a dry run said."""
    Refusal.objects.filter(run=run).delete()
    assert not Change.objects.filter(run=run).exists()  # noqa: S101 -- only an import journals, and it is never emptied
    run.position = run.rows_read = run.added = run.changed = run.unchanged = run.refused = 0
    run.total = None
    run.summary = {}
    run.refusals = None
    run.save()
