"""A run at work: rows staged, then taken batch by batch, each batch one short transaction; the end; and the way back.

Every function goes on where the last one stopped, whatever stopped it: the run's own row says how far it came, and that
row moves in the same transaction as the batch it speaks of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.models import Entry
from kexin.ground.files import actions as files
from kexin.ground.files import queries as stored
from kexin.ground.files.errors import DiskFull
from kexin.ground.imports import errors, loaders, refusals
from kexin.ground.imports.announcements import BatchLoaded, ImportFinished, ImportUndone
from kexin.ground.imports.loaders import Batch, Context, Journal, Loader, Plan, PlanOvertaken, Session, Undo
from kexin.ground.imports.models import Change, Refusal, Run, State
from kexin.ground.imports.parsing import Bad, DateEvidence
from kexin.ground.imports.readers import Table, open_table
from kexin.ground.imports.staging import Staging
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.kinds import Slice

FIRST_ROWS, FEWEST_ROWS, MOST_ROWS = 1_000, 500, 20_000  # fewer would cost more in starting batches than in rows
LOCK_SECONDS = 0.06  # what a batch may hold SQLite's write lock; 0.1 is the house's limit
DRY_ROWS = 8_000
SAMPLES_KEPT = 60
EXAMPLES_KEPT = 3  # of each reason
LOCK_KEY = 0x6B657869  # "kexi": batches of two imports take turns on PostgreSQL
TRIES = 5
UNDO_ROWS = 500


class Clock:
    """Seconds spent in each stage, added up over slices."""

    def __init__(self, costs: Mapping[str, float]) -> None:
        self.costs = dict(costs)

    def add(self, stage: str, started: float) -> float:
        now = time.perf_counter()
        self.costs[stage] = round(self.costs.get(stage, 0.0) + now - started, 4)
        return now


def table_of(run: Run, loader: Loader) -> Table:
    if run.file is None:
        raise errors.RunNotReady(state=run.get_state_display())
    return open_table(stored.path_of(run.file), knows=loader.words.knows, options={**run.options, "read_as": run.facts.get("encoding")})


def staging_of(run: Run, loader: Loader) -> Staging:
    assert run.file is not None  # noqa: S101 -- table_of was asked first
    reading = {name: run.options.get(name) for name in ("sheet", "encoding", "delimiter", "header_row")}
    return Staging(run.pk, loader, run.columns, f"{run.file.sha256} {sorted(reading.items())}")


def work(run_id: int, slice_: Slice, *, dry: bool) -> bool:
    """One slice of a dry run or an import; True when nothing is left to do."""
    try:
        return _work(Run.objects.select_related("file").get(pk=run_id), slice_, dry=dry)
    except OperationalError as error:
        if "full" in str(error).lower() or "no space" in str(error).lower():
            raise DiskFull(free=0) from error
        raise
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        if "space" in str(error).lower():
            raise DiskFull(free=0) from error
        raise


def _work(run: Run, slice_: Slice, *, dry: bool) -> bool:
    loader = loaders.find(run.kind)
    clock = Clock(run.summary.get("costs", {}))
    began = time.perf_counter()
    if run.file is None:
        raise errors.RunNotReady(state=run.get_state_display())
    staging = staging_of(run, loader)
    done = False
    try:
        if not staging.is_full:
            full = staging.fill(
                table_of(run, loader), time_left=slice_.time_left, on_rows=lambda rows: slice_.progress(done=0, message=str(rows))
            )
            began = clock.add("read", began)
            if not full:
                _keep(run, summary={**run.summary, "costs": clock.costs})
                return False
        facts = staging.facts
        if run.total is None:
            if not facts["rows"]:
                raise errors.OnlyHeader(row=run.facts.get("header_row", 1))
            _keep(run, total=facts["rows"], rows_read=facts["rows"], summary={**run.summary, "blank": facts["blank"], "costs": clock.costs})
        context = Context(run.pk, run.columns, run.options, _date_orders(run, loader, facts), slice_.by, dry, staging.pairs)
        session = loader.session(context)
        if not _batches(run, slice_, staging, session, clock, dry=dry):
            return False
        if not dry and not _finish(run, slice_, session, clock):
            return False
        _write_refusals(run, slice_, loader, dry=dry)
        done = True
        return True
    finally:
        staging.close(keep=dry or not done)


def _date_orders(run: Run, loader: Loader, facts: Mapping[str, Any]) -> dict[str, str]:
    """The order of day and month in each date column: as chosen, as the whole file shows, else the file is refused."""
    orders: dict[str, str] = {}
    chosen = str(run.options.get("date_order") or "")
    for field in loader.fields:
        seen = facts["dates"].get(field.name)
        if field.name not in run.columns or seen is None:
            continue
        evidence = DateEvidence(**seen)
        if evidence.open and not evidence.day_first and not evidence.month_first and not chosen:
            raise errors.DatesAmbiguous(column=run.columns[field.name], example=evidence.open)
        orders[field.name] = chosen or evidence.order
    return orders


def _batches(run: Run, slice_: Slice, staging: Staging, session: Session, clock: Clock, *, dry: bool) -> bool:
    assert run.total is not None  # noqa: S101 -- set when the rows were staged
    if run.position >= run.total:
        return True
    reader = staging.read(run.position)
    rows = DRY_ROWS if dry else FIRST_ROWS
    looked = 0.0
    while True:
        started = time.perf_counter()
        batch = reader.take(rows)
        if batch is None:
            return True
        clock.add("sort", started)
        if time.monotonic() - looked > 1:
            files.ensure_room(0)
            looked = time.monotonic()
        held = _one(run, slice_, session, batch, clock, dry=dry)
        if not dry and connection.vendor == "sqlite":
            rows = _next_size(rows, held)  # the lock is free while the next batch is planned: a page's write gets its turn
        elif not dry:
            rows = MOST_ROWS
        if slice_.time_left() <= 0 and run.position < run.total:
            return False


def _next_size(rows: int, held: float) -> int:
    wanted = rows * LOCK_SECONDS / max(held, 0.001)
    return int(max(FEWEST_ROWS, min(MOST_ROWS, rows * 2, 0.3 * rows + 0.7 * wanted if wanted > rows else 0.9 * wanted)))


def _one(run: Run, slice_: Slice, session: Session, batch: Batch, clock: Clock, *, dry: bool) -> float:
    """One batch; seconds the write lock was held. Somebody who wrote in between makes it plan again, inside."""
    rows = len(batch.numbers)
    ready, torn = _without_torn_rows(batch)
    for attempt in range(TRIES):
        started = time.perf_counter()
        outside = dry or connection.vendor == "sqlite"
        generation = _generation() if outside and not dry else 0
        plan = session.plan(ready) if outside else None
        if outside:
            started = clock.add("validate", started)
        try:
            with transaction.atomic():
                locked = time.perf_counter()
                if connection.vendor == "postgresql" and not dry:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
                if plan is None or (not dry and generation != _generation()):
                    session.forget()
                    plan = session.plan(ready)
                    started = clock.add("validate", started)
                plan.refusals += [(row, Bad("too_many_cells")) for row in torn]
                _into_run(run, slice_, session, plan, rows, clock, dry=dry)
        except (IntegrityError, PlanOvertaken):
            # Somebody took the same code or number, or merged a file, between our look and our write: look again.
            session.forget()
            run.refresh_from_db()
            if attempt == TRIES - 1:
                raise
            continue
        except BaseException:
            session.forget()
            raise
        return time.perf_counter() - locked
    raise AssertionError("unreachable")


def _generation() -> int:
    """Grows with every write anybody records: unchanged between look and write means that what was seen still holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {Entry._meta.db_table}")  # noqa: S608, SLF001 -- a model's own table
        return int(cursor.fetchone()[0])


def _without_torn_rows(batch: Batch) -> tuple[Batch, list[int]]:
    """Rows with more cells than headings (marked by a negative number): their columns have slipped, nothing in them is sure."""
    torn = [-number for number in batch.numbers if number < 0]
    if not torn:
        return batch, torn
    keep = [place for place, number in enumerate(batch.numbers) if number >= 0]
    return Batch(
        numbers=[batch.numbers[place] for place in keep],
        keys=[batch.keys[place] for place in keep],
        columns={name: [cells[place] for place in keep] for name, cells in batch.columns.items()},
    ), torn


def _into_run(run: Run, slice_: Slice, session: Session, plan: Plan, rows: int, clock: Clock, *, dry: bool) -> None:
    refused = len(plan.refusals)
    if plan.added + plan.changed + plan.unchanged + refused != rows:
        raise AssertionError(f"{plan.added} + {plan.changed} + {plan.unchanged} + {refused} is not {rows} rows")
    began = time.perf_counter()
    if not dry and (plan.added or plan.changed):
        change = audit.record(
            action="import.batch",
            kind="import",
            record_id=run.pk,
            label=run.file_name,
            by=slice_.by,
            changes={"kind": run.kind, "rows": rows, "added": plan.added, "changed": plan.changed, "refused": refused},
        )
        journal = session.write(plan, change=change)
        began = clock.add("write", began)
        keep_journal(run.pk, journal, change)
        jobs.announce(BatchLoaded(run_id=run.pk, kind=run.kind, change=change, added=plan.added, changed=plan.changed))
    if plan.refusals:
        Refusal.objects.bulk_create(
            [Refusal(run_id=run.pk, row_number=row, code=bad.code, data=_plain(bad.data)) for row, bad in plan.refusals],
            batch_size=1000,
            ignore_conflicts=True,
        )
    summary = _summed(run.summary, plan, clock)
    moved = Run.objects.filter(pk=run.pk, position=run.position).update(
        position=run.position + rows,
        added=run.added + plan.added,
        changed=run.changed + plan.changed,
        unchanged=run.unchanged + plan.unchanged,
        refused=run.refused + refused,
        summary=summary,
    )
    if not moved:
        raise errors.RunBusy
    slice_.progress(done=run.position + rows, total=run.total, message="")
    run.position += rows
    run.added += plan.added
    run.changed += plan.changed
    run.unchanged += plan.unchanged
    run.refused += refused
    run.summary = summary
    clock.add("journal", began)


def keep_journal(run_id: int, journal: Journal, change: int) -> None:
    rows = [Change(run_id=run_id, kind=kind, record_id=first, through_id=last, change=change) for kind, first, last in journal.added]
    rows += [Change(run_id=run_id, kind=kind, record_id=pk, through_id=pk, old=old, change=change) for kind, pk, old in journal.changed]
    rows.sort(key=lambda row: row.kind != "company")  # taken back last, when nothing of the file is left
    Change.objects.bulk_create(rows, batch_size=2000)


def _summed(summary: Mapping[str, Any], plan: Plan, clock: Clock) -> dict[str, Any]:
    """The run's summary with this batch in it. Samples and examples are few, however long the file is."""
    new = {**summary, "costs": clock.costs}
    if plan.refusals:
        reasons = {code: {**entry, "examples": list(entry["examples"])} for code, entry in new.get("reasons", {}).items()}
        for row, bad in plan.refusals:
            name = str(bad.data.get("field", ""))
            entry = reasons.setdefault(f"{bad.code} {name}".strip(), {"code": bad.code, "rows": 0, "examples": []})
            entry["rows"] += 1
            if len(entry["examples"]) < EXAMPLES_KEPT:
                entry["examples"].append({"row": row, "data": _plain(bad.data)})
        new["reasons"] = reasons
    if plan.samples and len(new.get("samples", [])) < SAMPLES_KEPT:
        new["samples"] = [*new.get("samples", []), *(sample.plain() for sample in plan.samples)][:SAMPLES_KEPT]
    if plan.warnings:
        warnings = {code: dict(data) for code, data in new.get("warnings", {}).items()}
        for code, amounts in plan.warnings.items():
            sums = warnings.setdefault(code, {})
            for name, amount in amounts.items():
                sums[name] = sums.get(name, 0) + amount if isinstance(amount, int) else amount
        new["warnings"] = warnings
    return new


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float) else str(value) for name, value in data.items()}


def _finish(run: Run, slice_: Slice, session: Session, clock: Clock) -> bool:
    """What remains when all rows are in, such as linking cancellations; again in short transactions."""
    while True:
        began = time.perf_counter()
        at = run.summary.get("finish", {})
        if at is None:
            return True
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
            rest, journal = session.finish(at, LOCK_SECONDS)
            if journal.added or journal.changed:
                change = audit.record(
                    action="import.link",
                    kind="import",
                    record_id=run.pk,
                    label=run.file_name,
                    by=slice_.by,
                    changes={"records": len(journal.changed)},
                )
                keep_journal(run.pk, journal, change)
            clock.add("finish", began)
            run.summary = {**run.summary, "finish": rest, "costs": clock.costs}
            Run.objects.filter(pk=run.pk).update(summary=run.summary)
            slice_.progress(done=run.position)
        if rest is not None and slice_.time_left() <= 0:
            return False


def _write_refusals(run: Run, slice_: Slice, loader: Loader, *, dry: bool) -> None:
    """The workbook of refused rows, then the end of the run: both in one go, so that a killed process does it again."""
    file = None
    if run.refused and run.file is not None:
        path = refusals.write_workbook(run, table_of(run, loader), on_row=slice_.progress)
        try:
            file = files.store(content=path, name=refusals.name_of(run), purpose="refusals", by=slice_.by, kind="import", record_id=run.pk)
        finally:
            path.unlink(missing_ok=True)
    with transaction.atomic():
        slice_.progress(done=run.position, total=run.total)
        Run.objects.filter(pk=run.pk).update(
            state=State.CHECKED if dry else State.DONE,
            refusals=file,
            finished_at=None if dry else timezone.now(),
            error={},
        )
        Refusal.objects.filter(run_id=run.pk).delete()
        if not dry:
            audit.record(
                action="import.finish",
                kind="import",
                record_id=run.pk,
                label=run.file_name,
                by=slice_.by,
                changes={"added": run.added, "changed": run.changed, "unchanged": run.unchanged, "refused": run.refused},
            )
            jobs.announce(ImportFinished(run_id=run.pk, kind=run.kind, added=run.added, changed=run.changed))


def _keep(run: Run, **values: Any) -> None:
    Run.objects.filter(pk=run.pk).update(**values)
    for name, value in values.items():
        setattr(run, name, value)


# The way back


def blockers(run: Run, on_row: Callable[[], None] = lambda: None) -> list[str]:
    """What was built on a run, in words; empty: it can be undone."""
    loader = loaders.find(run.kind)
    found: list[str] = []
    last = None
    while True:
        changes = Change.objects.filter(run=run).order_by("-id")
        if last is not None:
            changes = changes.filter(id__lt=last)
        chunk = list(changes[:1000])
        if not chunk:
            return list(dict.fromkeys(found))[:10]
        last = chunk[-1].pk
        found += [str(text) for text in loader.blockers([_undo_of(row) for row in chunk], run.pk)]
        on_row()


def undo(run_id: int, slice_: Slice) -> bool:
    """One slice of taking a run back; True when it is gone. Each transaction removes journal rows with what they speak of."""
    run = Run.objects.get(pk=run_id)
    loader = loaders.find(run.kind)
    total = run.added + run.changed
    while True:
        with transaction.atomic():
            chunk = list(Change.objects.filter(run=run).order_by("-id")[:UNDO_ROWS])
            if not chunk:
                Run.objects.filter(pk=run.pk).update(state=State.UNDONE, undone_at=timezone.now())
                audit.record(action="import.undo", kind="import", record_id=run.pk, label=run.file_name, by=slice_.by)
                jobs.announce(ImportUndone(run_id=run.pk, kind=run.kind))
                return True
            steps, gone = _some(chunk)
            stands = loader.blockers(steps, run.pk)
            if stands:
                raise errors.UndoBlocked(reasons="; ".join(str(text) for text in stands[:5]))
            change = audit.record(
                action="import.undo_batch",
                kind="import",
                record_id=run.pk,
                label=run.file_name,
                by=slice_.by,
                changes={"records": sum(step.last - step.first + 1 for step in steps)},
            )
            loader.undo(steps, change)
            Change.objects.filter(pk__in=gone).delete()
            slice_.progress(total=total)
        if slice_.time_left() <= 0:
            return False


def _some(chunk: list[Change]) -> tuple[list[Undo], list[int]]:
    """As many steps as one short transaction takes. A long range of added ids is taken back from its end, piece by piece."""
    steps: list[Undo] = []
    gone: list[int] = []
    room = UNDO_ROWS
    for row in chunk:
        length = row.through_id - row.record_id + 1
        if length > room:
            if steps:
                break
            first = row.through_id - room + 1
            steps.append(Undo(row.kind, first, row.through_id, row.old, row.change))
            Change.objects.filter(pk=row.pk).update(through_id=first - 1)
            break
        steps.append(_undo_of(row))
        gone.append(row.pk)
        room -= length
        if room <= 0:
            break
    return steps, gone


def _undo_of(row: Change) -> Undo:
    return Undo(row.kind, row.record_id, row.through_id, row.old, row.change)
