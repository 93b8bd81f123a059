"""Checklists: named, drafted, tried before they hold, published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.jobs.models import Job, State
from kexin.ground.staff import queries as staff
from kexin.loop.choosing import actions, queries, wording
from kexin.loop.choosing.actions.checklists import draft_fingerprint
from kexin.loop.choosing.choices import VersionState
from kexin.loop.choosing.models import Checklist, Version
from kexin.loop.choosing.queries import segments
from kexin.loop.choosing.rules.checklists import DefinitionError
from kexin.loop.customers import queries as customers
from kexin.surfaces.frame import answers, forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.choosing import editing, reading
from kexin.surfaces.web.choosing.forms import ChecklistForm


@page("choosing.rules")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    made: list[Checklist] = []
    answer = forming.ask(
        request,
        ChecklistForm(request.POST or None, offered=segments.offered(user), initial={"position": 10, "segment_id": 0}),
        save=lambda form: made.append(actions.save_checklist(fields=form.values, by=user.actor)),
        title=_("A new checklist"),
        back=reverse("choosing:rules"),
        back_words=_("Rules"),
        done=_("Made. Its draft waits to be edited, tried and published."),
    )
    if not made:
        return answer
    return answers.done(request, reverse("choosing:version", args=[queries.versions_of(made[0])[0].pk]))


@page("choosing.rules")
@require_http_methods(["GET", "POST"])
def checklist(request: HttpRequest, checklist_id: int) -> HttpResponse:
    """Name, for whom, and all its versions."""
    found, user = get_object_or_404(Checklist, pk=checklist_id), person(request)
    offered = segments.offered(user)
    if found.segment_id not in {one.id for one in offered}:
        offered.append(segments.named([found.segment_id])[found.segment_id])
    initial = {name: getattr(found, name) for name in ChecklistForm.base_fields}
    form = ChecklistForm(request.POST or None, offered=offered, initial=initial)
    return forming.ask(
        request,
        form,
        save=lambda form: actions.save_checklist(checklist_id=found.pk, version=form.seen_version, fields=form.values, by=user.actor),
        title=str(found),
        back=reverse("choosing:rules"),
        back_words=_("Rules"),
        done=_("Saved. It counts from the next scoring on."),
        template="choosing/form.html",
        versions=(versions := list(queries.versions_of(found))),
        draft=any(one.state == VersionState.DRAFT for one in versions),
        checklist=found,
    )


@page("choosing.rules")
@require_POST
def draft(request: HttpRequest, checklist_id: int) -> HttpResponse:
    found = get_object_or_404(Checklist, pk=checklist_id)

    made = actions.new_draft(checklist_id=found.pk, by=person(request).actor)

    return answers.done(request, reverse("choosing:version", args=[made.pk]))


@page("choosing.view", change="choosing.rules")
@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: read, or edited where it is a draft and the person may."""
    found = get_object_or_404(Version.objects.select_related("checklist"), pk=version_id)
    if request.method != "POST":
        return render(request, "choosing/version.html", _context(request, found, found.definition))
    typed = editing.checklist_typed(request.POST)
    try:
        actions.edit(
            version_id=found.pk,
            definition=typed,
            note=request.POST.get("note", ""),
            version=_whole(request.POST.get("version", "")),
            by=person(request).actor,
        )
        if "try" in request.POST:
            actions.try_draft(version_id=found.pk, by=person(request).actor)
    except KexinError as error:
        context = _context(request, found, typed) | {"error": error, "note": request.POST.get("note", "")}
        return render(request, "choosing/version.html", context, status=answers.status_of(error))
    return answers.done(request, reverse("choosing:version", args=[found.pk]) + "#trial", _("The draft is saved."))


@page("choosing.rules")
@require_POST
def try_it(request: HttpRequest, version_id: int) -> HttpResponse:
    actions.try_draft(version_id=version_id, by=person(request).actor)

    return answers.done(request, reverse("choosing:version", args=[version_id]) + "#trial")


@page("choosing.rules")
@require_POST
def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    found = actions.publish(version_id=version_id, version=_whole(request.POST.get("version", "")), by=person(request).actor)

    told = _("Version %(number)s is published. Everybody is scored by it now.") % {"number": found.number}
    return answers.done(request, reverse("choosing:page"), told)


@page("choosing.rules")
@require_POST
def discard(request: HttpRequest, version_id: int) -> HttpResponse:
    actions.discard(version_id=version_id, by=person(request).actor)

    return answers.done(request, reverse("choosing:rules"), _("The draft is dropped."))


def _context(request: HttpRequest, found: Version, plain: Any) -> dict[str, Any]:
    user = person(request)
    rows = editing.checklist_rows(plain)
    weights = [editing.number(row.weight) for row in rows]
    whole = sum(one for one in weights if isinstance(one, float))
    is_draft = found.state == VersionState.DRAFT
    may_edit = is_draft and staff.may(user, "choosing.rules")
    job = Job.objects.filter(pk=found.trial_job_id, state__in=(State.WAITING, State.RUNNING)).first() if found.trial_job_id else None
    try:
        current = is_draft and bool(found.trial) and found.tried_fingerprint == draft_fingerprint(found)
    except DefinitionError:
        current = False
    known = plain.get("min_known", "")
    return {
        "record": found,
        "checklist": found.checklist,
        "segment": segments.named([found.checklist.segment_id])[found.checklist.segment_id],
        "rows": [
            (row, 100 * weight / whole if whole and isinstance(weight, float) else None) for row, weight in zip(rows, weights, strict=True)
        ],
        "new_rows": editing.new_names(len(rows)) if may_edit else [],
        "sources": wording.offered() if may_edit else [],
        "suitable_from": editing.shown(plain.get("suitable_from", "")),
        "min_known": editing.shown(100 * known) if isinstance(known, int | float) else known,
        "note": found.note,
        "may_edit": may_edit,
        "job": job,
        "current": current,
        **_trial(found, user),
    }


def _trial(found: Version, user: Any) -> dict[str, Any]:
    """What trying came to: how many, and those of them this person sees by name."""
    if not found.trial:
        return {"trial": None}
    changes = [
        (_chip(pair.partition(">")[0]), _chip(pair.partition(">")[2]), count)
        for pair, count in sorted(found.trial.get("changes", {}).items(), key=lambda one: -one[1])
    ]
    who = found.trial.get("who", [])
    names = dict(customers.customers_visible_to(user).filter(pk__in=[row[0] for row in who]).values_list("pk", "name"))
    moved = [(row[0], names[row[0]], _chip(row[1]), _chip(row[2]), row[3], row[4]) for row in who if row[0] in names]
    return {"trial": found.trial, "changes": changes, "moved": moved}


def _chip(verdict: str) -> tuple[str, str, str]:
    return reading.verdict_chip(verdict) if verdict else (_("not scored"), "", "minus")


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 -- fits the column
