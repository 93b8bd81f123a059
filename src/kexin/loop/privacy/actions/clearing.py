"""What an erasure leaves to a job: stored files, kept texts, the log, and the database's own free pages."""

from __future__ import annotations

import json
import time
from collections import abc
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files import queries as stored_files
from kexin.ground.files.models import StoredFile
from kexin.ground.hooks.models import Attempt
from kexin.ground.imports import staging
from kexin.ground.imports.models import AT_WORK, Mapping, Refusal, Run
from kexin.ground.jobs.models import ACTIVE, Announcement, Hearing, Job
from kexin.ground.lists.models import BulkEdit, SavedView, Tag, Tagging
from kexin.loop.customers import own_erasure
from kexin.loop.customers.models import Customer
from kexin.loop.privacy import searching
from kexin.loop.privacy.actions.erasing import values_path
from kexin.loop.privacy.models import Erasure
from kexin.loop.privacy.searching import without

HOUR, AT_ONCE = 3600, 500
SEARCHED = ("import", "refusals", "export", "copy")  # of the purposes files are stored for: those that may hold anybody
TABLES = "customers_%", "privacy_%", "todo_%", "orders_%", "imports_%", "lists_%", "search_%", "audit_%", "jobs_%", "files_%"
Beat = Callable[[], None]
Records = Callable[[], QuerySet[Any]]


def clear_up(
    *, erasure_id: int, runs: Sequence[int], journal: abc.Mapping[str, Sequence[int]], by: Actor, beat: Beat = lambda: None
) -> Erasure:
    """Do all of it; what was done before is found done. The values to look for are forgotten last."""
    erasure = Erasure.objects.get(pk=erasure_id)
    path = values_path(erasure_id)
    values = searching.distinctive(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []
    looked_for = searching.needles(values)
    cleaned = dict(erasure.cleaned)
    steps: dict[str, Callable[[], int]] = {
        "announcements": lambda: 0 if erasure.contact_id else _announcements(erasure.customer_id),
        "journal": lambda: own_erasure.forget_journal(journal),
        "files": lambda: _files(runs, looked_for, by, beat),
        "samples": lambda: _samples(runs),
        "texts": lambda: _texts(values),
        "log": lambda: _log(looked_for),
    }
    for name, step in steps.items():
        cleaned[name] = cleaned.get(name, 0) + step()
        beat()
    Erasure.objects.filter(pk=erasure_id).update(cleaned=cleaned)
    compact(beat)
    path.unlink(missing_ok=True)
    forget_left_values()
    Erasure.objects.filter(pk=erasure_id).update(cleaned_at=timezone.now())
    erasure.refresh_from_db()
    return erasure


def forget_left_values() -> int:
    """Lists of values whose erasure was never kept: the act was rolled back after its list was written."""
    waiting = {values_path(pk) for pk in Erasure.objects.filter(cleaned_at=None).values_list("pk", flat=True)}
    left = [
        path for path in values_path(0).parent.glob("erasure-*.json") if path not in waiting and time.time() - path.stat().st_mtime > HOUR
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _announcements(customer_id: int) -> int:
    """What was told of this person and is heard: nobody needs it any more. What is not heard yet only loses the words."""
    files = [customer_id, *Customer.objects.filter(merged_into=customer_id).values_list("pk", flat=True)]
    return Announcement.objects.filter(heard_at__isnull=False, payload__customer_id__in=files).delete()[0]


def _files(runs: Sequence[int], looked_for: Sequence[bytes], by: Actor, beat: Beat) -> int:
    """Files an import read the person from, and every workbook, export or copy that mentions them. Whole: a file is not edited."""
    theirs = set(Run.objects.filter(pk__in=list(runs)).exclude(state__in=AT_WORK).values_list("file_id", flat=True))
    theirs |= set(Run.objects.filter(pk__in=list(runs)).values_list("refusals_id", flat=True))
    removed = 0
    for stored in StoredFile.objects.filter(purpose__in=SEARCHED).order_by("pk"):
        path = stored_files.path_of(stored)
        if stored.pk in theirs or (path.exists() and searching.mentions(path, looked_for, beat)):
            files.remove(stored=stored, by=by)
            removed += 1
        beat()
    for run in Run.objects.exclude(state__in=AT_WORK).filter(file=None).values_list("pk", flat=True):
        staging.discard_run(run)
    # Bytes no row speaks of: left by an upload that broke off, or by a process that died. Within an hour somebody may still be sending.
    left = [*(Path(settings.HOME) / "uploads").glob("*"), *files.orphans(older_than=timedelta(hours=1))]
    for path in left:
        if path.is_file() and time.time() - path.stat().st_mtime > HOUR and searching.mentions(path, looked_for, beat):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _samples(runs: Sequence[int]) -> int:
    """Cells that pages of these imports showed: of the person, too, where they name nobody by themselves."""
    found = 0
    for run in Run.objects.filter(pk__in=list(runs)).exclude(state__in=AT_WORK):
        reasons = {name: {**entry, "examples": []} for name, entry in run.summary.get("reasons", {}).items()}
        summary = {**run.summary, **({"samples": []} if "samples" in run.summary else {}), **({"reasons": reasons} if reasons else {})}
        found += _saved(run, {"facts": {**run.facts, "samples": []}, "summary": summary})
    return found


def _texts(values: Sequence[str]) -> int:
    """Everything people or programs wrote that may mention anybody (kexin.project.text_columns says which columns: `Cleared`)."""
    if not values:
        return 0
    changed = sum(_blanked(records, names, values) for records, names in TEXTS)
    for records, names in REMOVED_WHOLE:
        for row in records():
            if any(_mentions(getattr(row, name), values) for name in names):
                row.delete()
                changed += 1
    return changed


def _blanked(records: Records, names: Sequence[str], values: Sequence[str]) -> int:
    changed = 0
    for row in records().iterator(chunk_size=AT_ONCE):
        changed += _saved(row, {name: without(getattr(row, name), values) for name in names})
    return changed


def _mentions(told: Any, values: Sequence[str]) -> bool:
    return bool(without(told, values) != told)


def _unused_tags() -> QuerySet[Tag]:
    return Tag.objects.filter(~Exists(Tagging.objects.filter(tag=OuterRef("pk"))))


# Rows whose words are blanked one by one, and the columns.
TEXTS: tuple[tuple[Records, tuple[str, ...]], ...] = (
    (lambda: Run.objects.exclude(state__in=AT_WORK), ("columns", "summary", "facts", "error", "file_name", "options", "mapping_name")),
    (
        lambda: Job.objects.exclude(state__in=ACTIVE),
        ("title", "arguments", "checkpoint", "result", "message", "error", "link"),
    ),
    (Refusal.objects.all, ("data",)),
    (StoredFile.objects.all, ("name",)),
    (lambda: Attempt.objects.exclude(answer=""), ("answer",)),
    (BulkEdit.objects.all, ("value", "words", "query", "left_out")),
    (lambda: Announcement.objects.filter(heard_at=None), ("payload",)),
    (lambda: Hearing.objects.exclude(error=""), ("error",)),
)
# Rows that say nothing any more without those words. A word stuck on other files too stays with them.
REMOVED_WHOLE: tuple[tuple[Records, tuple[str, ...]], ...] = (
    (SavedView.objects.all, ("query", "name")),
    (lambda: Mapping.objects.filter(is_builtin=False), ("name", "columns", "options")),
    (_unused_tags, ("name",)),
)


def _saved(record: Any, fresh: abc.Mapping[str, Any]) -> int:
    changed = [name for name, value in fresh.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, fresh[name])
    if changed:
        record.save(update_fields=changed)
    return len(changed)


def _log(looked_for: Sequence[bytes]) -> int:
    return sum(
        searching.overwrite(path, looked_for) for path in sorted((Path(settings.HOME) / "logs").glob("*")) if path.is_file() and looked_for
    )


def compact(beat: Beat = lambda: None) -> None:
    """Write the database anew without what was deleted. On SQLite writers wait meanwhile, about a second for 100 MB.

    The search index keeps deleted words until its pieces are merged; the write-ahead log keeps them until it is emptied.
    """
    if connection.in_atomic_block:
        return  # a test's transaction: nothing can be written anew inside it
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_text (search_text) VALUES ('optimize')")
            cursor.execute("VACUUM")
            beat()
            for _attempt in range(100):
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if cursor.fetchone()[0] == 0:
                    return
                time.sleep(0.1)  # somebody is reading an older state
            raise OperationalError("the write-ahead log is still being read")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE ANY(%s)", [list(TABLES)])
        for (table,) in cursor.fetchall():
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
            beat()
