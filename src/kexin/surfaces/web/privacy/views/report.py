"""The privacy officer's report: what is kept, why, since when, who looked; and the rules of how long."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.audit import looks as shown
from kexin.ground.lists.writing import write_rows
from kexin.loop.privacy import actions, queries, retention
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.audit.words import ACTIONS
from kexin.surfaces.web.privacy import looking
from kexin.surfaces.web.privacy.forms import KeepForm

LOOKED_BACK = timedelta(days=90)
SHOWN = 50


@page("privacy.manage")
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/report.html", _report())


@page("privacy.manage")
@require_GET
def export(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- every view is called alike
    """The same as a workbook."""
    told = _report()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "privacy.xlsx"
        write_rows(path, [_("What"), _("Detail"), _("Figure"), _("Figure 2"), _("Since"), _("Why")], _lines(told))
        content = path.read_bytes()
    return HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="privacy-{timezone.localdate():%Y%m%d}.xlsx"', "Cache-Control": "no-store"},
    )


@page("privacy.manage")
@require_POST
def keep(request: HttpRequest, kept: str) -> HttpResponse:
    form = KeepForm(request.POST)
    if not form.is_valid():
        return answers.told(request, 422, status=422, sentence=_("Days are a whole number from 1 to 36,500, or empty for ever."))
    actions.keep_for(name=kept, days=form.cleaned_data["days"], version=form.cleaned_data["version"], by=person(request).actor)
    return answers.done(request, reverse("privacy:report") + "#retention", _("Saved."))


def _report() -> dict[str, Any]:
    since = timezone.now() - LOOKED_BACK
    looks = [(look, str(ACTIONS.get(look.action, look.action))) for look in queries.looks(since)]
    seen = [(row, looking.what_in_words(row.what), looking.purpose_in_words(row.purpose, row.words)) for row in shown.summed(since)]
    return {
        "kinds": queries.kept_kinds(),
        "looks": looks,
        "seen": seen,
        "consents": queries.consents_by_purpose(),
        "erasures": list(queries.erasures()[:SHOWN]),
        "erasure_count": queries.erasures().count(),
        "rules": [
            (row, KeepForm(initial={"days": row.days, "version": row.version}, auto_id=f"{row.kept.name}-%s"))
            for row in queries.rule_rows()
        ],
        "removals": [(row, _named(row.name)) for row in queries.removals()[:20]],
    }


def _named(name: str) -> str:
    known = retention.named(name)
    return str(known.label) if known is not None else name


def _lines(told: dict[str, Any]) -> Iterator[list[Any]]:
    for kind in told["kinds"]:
        yield [_("Kept"), kind.label, kind.rows, kind.persons, kind.since, f"{kind.purpose} · {kind.ground}"]
    for purpose, given, withdrawn in told["consents"]:
        yield [_("Consent"), str(purpose), given, withdrawn, None, purpose.ground]
    for row, what, purpose in told["seen"]:
        yield [_("Looked"), f"{row.who} · {what}", row.times, row.persons, row.last, purpose]
    for look, action in told["looks"]:
        yield [_("Looked"), look.who, look.times, None, look.last, action]
    for erasure in told["erasures"]:
        yield [_("Erasure"), erasure.number, None, None, erasure.erased_at, erasure.get_ground_display()]
    for row, _form in told["rules"]:
        yield [_("Kept for days"), str(row.kept.label), row.days, row.over, None, str(row.kept.why)]
