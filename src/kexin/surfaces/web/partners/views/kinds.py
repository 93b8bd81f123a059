"""Kinds of practices and the company's standing answer to each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.loop.partners import actions, queries
from kexin.loop.partners.models import PracticeKind
from kexin.surfaces.frame import answers, forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.partners.forms import KindForm


@page("practice.rules")
@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    return render(request, "partners/kinds.html", {"kinds": queries.kinds()})


@page("practice.rules")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    return forming.ask(
        request,
        KindForm(request.POST) if request.method == "POST" else KindForm(initial=KindForm.about(None)),
        save=lambda form: actions.add_kind(fields=form.values, by=person(request).actor),
        title=_("New kind of practice"),
        back=reverse("partners:kinds"),
        done=_("Added."),
    )


@page("practice.rules", record="practice_kind")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, practice_kind_id: int) -> HttpResponse:
    kind = get_object_or_404(PracticeKind, pk=practice_kind_id)
    return forming.ask(
        request,
        KindForm(request.POST) if request.method == "POST" else KindForm(initial=KindForm.about(kind)),
        save=lambda form: actions.change_kind(kind_id=kind.pk, version=form.seen_version, fields=form.values, by=person(request).actor),
        title=str(kind),
        back=reverse("partners:kinds"),
        done=_("Saved. What was answered already keeps its answer."),
        remove=("partners:remove_kind", kind.pk),
    )


@page("practice.rules", record="practice_kind")
@require_POST
def remove(request: HttpRequest, practice_kind_id: int) -> HttpResponse:
    kind = get_object_or_404(PracticeKind, pk=practice_kind_id)
    actions.remove_kind(kind_id=kind.pk, by=person(request).actor)
    return answers.done(request, reverse("partners:kinds"), _("Removed."))
