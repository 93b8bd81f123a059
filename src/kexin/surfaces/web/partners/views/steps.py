"""The steps of an incident, each a post of those who examine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kexin.ground.errors import KexinError
from kexin.loop.partners import actions
from kexin.loop.partners.models import Incident
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.partners.forms import AnswerForm, EvidenceForm, HearForm, JudgeForm, RemoveEvidenceForm
from kexin.surfaces.web.partners.views.practices import incident_of, shown


def _save(request: HttpRequest, incident: Incident, name: str, form: Any, do: Callable[[], object], done: str) -> HttpResponse:
    if form.is_valid():
        try:
            do()
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("partners:incident", args=[incident.pk]), done)
    return shown(request, incident, status=422, **{name: form})


@page("practice.examine", record="incident")
@require_POST
def examine(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = incident_of(request, incident_id)
    actions.examine(incident_id=incident.pk, by=person(request).actor)
    return answers.done(request, reverse("partners:incident", args=[incident.pk]), _("You are examining it. Hear the customer next."))


@page("practice.examine", record="incident")
@require_POST
def hear(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident, form = incident_of(request, incident_id), HearForm(request.POST)

    def do() -> object:
        return actions.hear(incident_id=incident.pk, version=form.seen_version, by=person(request).actor, **form.values)

    return _save(request, incident, "hear", form, do, _("Kept in their words."))


@page("practice.examine", record="incident")
@require_POST
def judge(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Confirmed, or not: which of the two the button says."""
    incident, form = incident_of(request, incident_id), JudgeForm(request.POST)
    confirmed = request.POST.get("verdict") == "confirmed"
    act = actions.confirm if confirmed else actions.reject

    def do() -> object:
        return act(incident_id=incident.pk, version=form.seen_version, by=person(request).actor, **form.values)

    return _save(
        request, incident, "judge", form, do, _("Confirmed. Decide the answer.") if confirmed else _("Not confirmed. It counts nowhere.")
    )


@page("practice.examine", record="incident")
@require_POST
def answer(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident, form = incident_of(request, incident_id), AnswerForm(request.POST)

    def do() -> object:
        return actions.answer(incident_id=incident.pk, version=form.seen_version, by=person(request).actor, **form.values)

    return _save(request, incident, "answer", form, do, _("Decided. A to-do sees that it is kept."))


@page("practice.examine", record="incident")
@require_POST
def close(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = incident_of(request, incident_id)
    actions.close(incident_id=incident.pk, by=person(request).actor)
    return answers.done(request, reverse("partners:incident", args=[incident.pk]), _("Closed."))


@page("practice.examine", record="incident")
@require_POST
def add_evidence(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident, form = incident_of(request, incident_id), EvidenceForm(request.POST, request.FILES)

    def do() -> object:
        document = form.cleaned_data["document"]
        return actions.add_evidence(
            incident_id=incident.pk, content=document.file, name=document.name, size=document.size, by=person(request).actor
        )

    return _save(request, incident, "file", form, do, _("Kept with the incident."))


@page("practice.examine", record="incident")
@require_POST
def remove_evidence(request: HttpRequest, incident_id: int) -> HttpResponse:
    """A file that was added by mistake, or shows more than it should."""
    incident, form = incident_of(request, incident_id), RemoveEvidenceForm(request.POST)

    def do() -> object:
        return actions.remove_evidence(file_id=form.cleaned_data["stored"], incident_id=incident.pk, by=person(request).actor)

    return _save(request, incident, "removed", form, do, _("Removed."))
