"""The register: its list, one incident, a report of a new one, and how many there were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kexin.ground.staff import queries as staff
from kexin.loop.partners import actions, queries
from kexin.loop.partners.choices import Step
from kexin.loop.partners.models import Incident
from kexin.loop.partners.practices_listing import PRACTICES
from kexin.surfaces.frame import forming, listing
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.customers.views import found
from kexin.surfaces.web.partners.forms import AnswerForm, EvidenceForm, HearForm, JudgeForm, ReportForm

EMPTY = (gettext_lazy("No irregular practice is on file."), "", "")


def _page_of(row: Any) -> str:
    return reverse("partners:incident", args=[row.pk])


LINKED = replace(PRACTICES.linked({"number": _page_of}, row_url=_page_of), empty=EMPTY)


def incident_of(request: HttpRequest, incident_id: int) -> Incident:
    rows = queries.incidents_visible_to(request.user)
    return get_object_or_404(rows.select_related("customer", "kind", "branch", "reported_by", "examined_by", "answered_by"), pk=incident_id)


@page("customer.view")
@require_GET
def practices(request: HttpRequest) -> HttpResponseBase:
    user = person(request)
    context = {"may_examine": staff.may(user, "practice.examine"), "may_rule": staff.may(user, "practice.rules")}
    return listing.render(request, LINKED, template="partners/practices.html", **context)


@page("customer.view", record="incident")
@require_GET
def show(request: HttpRequest, incident_id: int) -> HttpResponse:
    return shown(request, incident_of(request, incident_id))


def shown(request: HttpRequest, incident: Incident, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of an incident, with the form that was not accepted as it was filled in."""
    user = person(request)
    examines = staff.may(user, "practice.examine") and incident.customer.is_active
    version = {"version": incident.version}
    context = {
        "incident": incident,
        "customer": incident.customer,
        "steps": steps_of(incident),
        "examines": examines,
        "evidence": queries.evidence_of(incident) if examines else [],
        "counts_today": bool(incident.counts_until and incident.counts_until >= timezone.localdate()),
        "hear": HearForm(initial={**version, "statement": incident.statement, "is_silent": incident.is_silent}),
        "judge": JudgeForm(initial={**version, "finding": incident.finding}),
        "answer": AnswerForm(initial=AnswerForm.about(incident)),
        "file": EvidenceForm(),
        **forms,
    }
    return render(request, "partners/incident.html", context, status=status)


def steps_of(incident: Incident) -> list[dict[str, Any]]:
    """Where it stands among the steps it takes. What was not confirmed goes from there to its end."""
    way = [Step.REPORTED, Step.EXAMINED]
    way += [Step.REJECTED, Step.CLOSED] if _was_rejected(incident) else [Step.CONFIRMED, Step.ANSWERED, Step.CLOSED]
    now = way.index(Step(incident.step))
    return [{"label": step.label, "state": "done" if place < now else "now" if place == now else ""} for place, step in enumerate(way)]


def _was_rejected(incident: Incident) -> bool:
    return incident.step == Step.REJECTED or (incident.step == Step.CLOSED and incident.confirmed_on is None)


@page("practice.report", record="customer")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)

    def save(form: ReportForm) -> object:
        values = form.values
        kind = values.pop("kind")
        return actions.report_practice(customer_id=customer.pk, kind_id=kind.pk, by=person(request).actor, **values)

    return forming.ask(
        request,
        ReportForm(request.POST or None),
        save=save,
        title=_("Report an irregular practice of %(name)s") % {"name": customer.name},
        back=reverse("customers:customer", args=[customer.pk]),
        done=_("Passed on to whoever examines it. Nothing is held against the customer until it is confirmed."),
        explanation=_("Only those who examine reports read this. The customer is heard before anything is confirmed."),
        verb=_("Report"),
    )


@page("practice.examine")
@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """By kind and branch, of what happened in a year or in days of one's choice."""
    today = timezone.localdate()
    since = parse_day(request.GET.get("since")) or date(today.year, 1, 1)
    until = parse_day(request.GET.get("until")) or today
    lines = queries.by_kind_and_branch(person(request), since, until)
    names = {kind.pk: str(kind) for kind in queries.kinds()}
    context = {
        "since": since,
        "until": until,
        "lines": [(line, names.get(line.kind_id, "–")) for line in lines],
        "reported": sum(line.reported for line in lines),
        "confirmed": sum(line.confirmed for line in lines),
    }
    return render(request, "partners/numbers.html", context)


def parse_day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:  # 2026-02-30
        return None
