"""Taking journal steps back, the same for every domain: added rows go, changed ones get their old values again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F, QuerySet

from kexin.ground.audit.models import Entry, Tombstone
from kexin.ground.imports import bulk
from kexin.ground.imports.loaders import Undo


def changes_of(run_id: int) -> QuerySet[Entry, int]:
    """The change numbers a run has written: a record that carries another one was changed by somebody else since."""
    return Entry.objects.filter(kind="import", record_id=str(run_id)).values_list("pk", flat=True)


def ids_of(steps: Sequence[Undo], kind: str, *, added: bool) -> list[int]:
    return [pk for step in steps if step.kind == kind and (step.old is None) == added for pk in range(step.first, step.last + 1)]


def foreign_changes(model: Any, ids: Sequence[int], run_id: int) -> list[Any]:
    """Those of these records that were changed since by somebody else; a few of them."""
    return list(model.objects.filter(pk__in=list(ids)).exclude(change__in=changes_of(run_id)).order_by("pk")[:5])


def take_back(steps: Sequence[Undo], tables: Mapping[str, type[models.Model]], change: int, *, told: frozenset[str] = frozenset()) -> None:
    """In the order given (latest first). `told`: kinds whose removal columns must hear of, as tombstones."""
    for step in steps:
        model: Any = tables[step.kind]
        if step.old is None:
            if step.kind in told:
                Tombstone.objects.bulk_create(
                    [Tombstone(kind=step.kind, record_id=pk, change=change) for pk in range(step.first, step.last + 1)], batch_size=1000
                )
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {bulk.table_of(model)} WHERE id BETWEEN %s AND %s", [step.first, step.last])  # noqa: S608 -- a model's own table
            continue
        values: dict[str, Any] = dict(step.old)
        names = {field.attname for field in model._meta.concrete_fields}  # noqa: SLF001 -- Django's documented way to a model's fields
        if "version" in names:
            values["version"] = F("version") + 1
        if "change" in names:
            values["change"] = change
        model.objects.filter(pk=step.first).update(**values)
