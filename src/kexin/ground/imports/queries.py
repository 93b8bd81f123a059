from __future__ import annotations

import contextlib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from kexin.ground.files import queries as stored
from kexin.ground.files.models import StoredFile
from kexin.ground.imports import errors, loaders, matching
from kexin.ground.imports.loaders import Loader
from kexin.ground.imports.matching import Match
from kexin.ground.imports.models import Mapping, Run
from kexin.ground.imports.readers import Table, open_table
from kexin.ground.imports.reasons import sentence
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User


def runs_visible_to(user: User | AnonymousUser) -> QuerySet[Run]:
    """Their own; those who see everything also everybody's."""
    if not staff.may(user, "import.run") or not isinstance(user, User):
        return Run.objects.none()
    runs = Run.objects.select_related("file", "refusals")
    return runs if user.sees == Sees.ALL else runs.filter(created_by=user.pk)


def mappings(kind: str) -> list[Mapping]:
    """Kept by people, most recently used first, then those that ship with the product."""
    kept = list(Mapping.objects.filter(kind=kind).order_by("-used_at", "name"))
    names = {item.name for item in kept}
    shipped = [
        Mapping(kind=kind, name=item.name, columns=dict(item.columns), options=dict(item.options), is_builtin=True)
        for item in loaders.find(kind).mappings
        if item.name not in names
    ]
    return kept + shipped


def mapping(kind: str, name: str) -> Mapping:
    known = mappings(kind)
    for item in known:
        if item.name == name:
            return item
    raise errors.NoSuchMapping(name=name, names=", ".join(item.name for item in known) or "-")


def fitting_mapping(kind: str, headings: Sequence[str]) -> Mapping | None:
    """The known mapping whose every column stands among the headings, and which explains most of them."""
    fits = [item for item in mappings(kind) if item.columns and all(heading in headings for heading in item.columns.values())]
    return max(fits, key=lambda item: len(item.columns), default=None)


def matches(loader: Loader, headings: Sequence[str], remembered: Mapping | None) -> dict[str, Match]:
    return matching.match(headings, loader.words, remembered=remembered.columns if remembered else None)


def table(file: StoredFile | Path, loader: Loader, options: Map[str, Any]) -> Table:
    path = stored.path_of(file) if isinstance(file, StoredFile) else file
    return open_table(path, knows=loader.words.knows, options=dict(options))


def check_columns(loader: Loader, columns: Map[str, str], headings: Sequence[str]) -> None:
    """Every field is known, every heading is in the file, and no heading means two things."""
    seen: dict[str, str] = {}
    for field, heading in columns.items():
        loader.field(field)
        if not heading:
            continue
        if heading not in headings:
            raise errors.NoSuchColumn(column=heading, columns=", ".join(headings[:40]))
        if heading in seen:
            raise errors.ColumnTwice(column=heading, fields=f"{loader.field(seen[heading]).label}, {loader.field(field).label}")
        seen[heading] = field


def check_complete(loader: Loader, columns: Map[str, str]) -> None:
    """RequiredColumnMissing unless everything a row cannot do without is matched."""
    missing = [str(field.label) for field in loader.fields if field.required and not columns.get(field.name)]
    missing += [
        " / ".join(str(loader.field(name).label) for name in names)
        for names in loader.one_of
        if not any(columns.get(name) for name in names)
    ]
    if missing:
        raise errors.RequiredColumnMissing(fields=", ".join(missing))


def reasons_of(run: Run) -> list[dict[str, Any]]:
    """Refusals by reason, most frequent first: rows, the reason in general, and an example with its row."""
    found = []
    for entry in run.summary.get("reasons", {}).values():
        examples = [{"row": item["row"], "text": reason_of(run.kind, entry["code"], item["data"])} for item in entry["examples"]]
        found.append({"code": entry["code"], "rows": entry["rows"], "examples": examples})
    return sorted(found, key=lambda item: -item["rows"])


def reason_of(kind: str, code: str, data: Map[str, Any]) -> str:
    """A reason with the field's name in the reader's language."""
    name = data.get("field")
    if name:
        with contextlib.suppress(errors.NoSuchField):
            data = {**data, "field": loaders.find(kind).field(str(name)).label}
    return sentence(code, data)


def warnings_of(run: Run) -> list[dict[str, Any]]:
    found = [{"code": code, "data": data, "text": sentence(code, data)} for code, data in run.summary.get("warnings", {}).items()]
    if run.summary.get("blank"):
        data = {"rows": run.summary["blank"]}
        found.append({"code": "blank_rows", "data": data, "text": sentence("blank_rows", data)})
    if run.facts.get("other_sheets"):
        data = {"sheet": run.facts["sheet"], "sheets": "、".join(run.facts["other_sheets"])}
        found.append({"code": "sheets_unused", "data": data, "text": sentence("sheets_unused", data)})
    unused = [heading for heading in run.facts.get("headings", []) if heading not in run.columns.values()]
    if unused:
        data = {"columns": "、".join(unused[:20])}
        found.append({"code": "columns_unused", "data": data, "text": sentence("columns_unused", data)})
    return found
