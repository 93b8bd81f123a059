"""What the pages of one import show, in the reader's words."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.ground.errors import Refused
from kexin.ground.imports.loaders import Field, Loader
from kexin.ground.imports.matching import CERTAIN_ENOUGH
from kexin.ground.imports.models import Run, State
from kexin.ground.jobs.models import Job
from kexin.kit import text as plain_text
from kexin.surfaces.frame import formats

TONES = {State.DONE: "good", State.CHECKED: "good", State.FAILED: "bad", State.CANCELLED: "warn", State.UNDONE: "line"}


class FieldTwice(Refused):
    code = "field_twice"
    text = gettext_lazy("Two columns are matched to the same field: %(fields)s. Choose one of them.")
    status = 422


def tone_of(run: Run) -> str:
    return TONES.get(State(run.state), "")


def upload_limit() -> int:
    return int(settings.FILES_MAX_SIZE) // (1024 * 1024)


def steps(run: Run) -> list[dict[str, str]]:
    """Choose, match, dry run, import, result: where this run stands."""
    place = {State.DRAFT: 1, State.CHECKING: 2, State.CHECKED: 2, State.RUNNING: 3, State.UNDOING: 4, State.DONE: 4, State.UNDONE: 4}.get(
        State(run.state), 3 if run.was_started else 2
    )
    tried = run.state == State.CHECKED or run.was_started
    labels = (
        (_("Choose a file"), run.file_name),
        (_("Match columns"), _("%(used)s of %(all)s are imported") % {"used": len(run.columns), "all": len(run.facts.get("headings", []))}),
        (
            _("Dry run"),
            _("nothing is changed")
            if not tried or not run.rows_read
            else _("%(rows)s rows looked at") % {"rows": formats.number(run.rows_read)},
        ),
        (_("Import"), _("you may leave the page")),
        (_("Result"), _("can be undone")),
    )
    return [
        {"label": label, "note": note, "state": "done" if at < place else "now" if at == place else "later"}
        for at, (label, note) in enumerate(labels)
    ]


def columns(run: Run, loader: Loader) -> list[dict[str, Any]]:
    """One line a column: heading, a cell of it, the field it is matched to, and on what ground."""
    by_heading = {heading: field for field, heading in run.columns.items()}
    matches = run.facts.get("matches", {})
    samples = run.facts.get("samples", [])
    lines = []
    for place, heading in enumerate(run.facts.get("headings", [])):
        field = by_heading.get(heading, "")
        known, why, confidence = matches.get(heading, ["", "none", 0.0])
        offered = ""
        if field and field != known:
            why = "chosen"
        elif not field and known and known not in run.columns and not run.was_started:
            # A guess too weak to be taken by itself is offered, and marked to be checked.
            offered, why = known, "weak"
        elif not field:
            why = "derived" if loader.is_derived(heading) else "none"
        shown = samples[place] if place < len(samples) else []
        parse = loader.field(field).parse if field else ""
        lines.append(
            {
                "place": place,
                "heading": heading,
                "sample": _masked(shown[0], parse) if shown else "",
                "field": field or offered,
                "why": why,
                "percent": round(100 * confidence),
                "sure": confidence >= CERTAIN_ENOUGH,
            }
        )
    return lines


def _masked(cell: str, parse: str) -> str:
    if parse == "phone" or (cell.isdigit() and len(cell) == 11):  # noqa: PLR2004 -- a Chinese mobile
        return plain_text.mask_phone(cell)
    return plain_text.mask_email(cell) if parse == "email" else cell


def counted(run: Run) -> dict[str, int]:
    """How many columns are imported, and how many wait to be looked at."""
    all_columns = len(run.facts.get("headings", []))
    return {"all": all_columns, "used": len(run.columns), "open": all_columns - len(run.columns)}


def groups(loader: Loader) -> list[tuple[str, list[Field]]]:
    """The fields for a select, under what they belong to."""
    found: dict[str, list[Field]] = defaultdict(list)
    for field in loader.fields:
        found[str(field.group)].append(field)
    return list(found.items())


def shares(run: Run) -> list[dict[str, Any]]:
    """Added, changed, unchanged, refused: they add up to the rows read."""
    whole = run.rows_read or 1
    return [
        {
            "label": label,
            "icon": icon,
            "count": count,
            "share": count / whole,
            "width": f"{100 * count / whole:.2f}",
            "bar": bar,
            "tone": tone,
        }
        for label, icon, count, bar, tone in (
            (_("Added"), "plus", run.added, "", ""),
            (_("Changed"), "pencil", run.changed, "l", ""),
            (_("Left alone"), "minus", run.unchanged, "m", ""),
            (_("Refused"), "x", run.refused, "x", "bad" if run.refused else ""),
        )
    ]


def samples(run: Run, loader: Loader) -> list[dict[str, str]]:
    """Old → new, a few of them, with the fields' names in the reader's language."""
    labels = {field.name: field.label for field in loader.fields}
    return [{**sample, "field": str(labels.get(sample["field"], sample["field"]))} for sample in run.summary.get("samples", [])[:12]]


def job_of(run: Run) -> Job | None:
    return Job.objects.filter(pk=run.job_id).first() if run.job_id and run.state in {State.CHECKING, State.RUNNING, State.UNDOING} else None
