"""Individual terms for a customer: asked for, decided, ended, looked at again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.staff import queries as staff
from kexin.loop.choosing import actions, errors
from kexin.loop.choosing.choices import Eligibility, GrantState
from kexin.loop.choosing.models import Grant, TermSet
from kexin.loop.choosing.queries import terms as queries
from kexin.surfaces.frame import answers, forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.choosing import reading
from kexin.surfaces.web.choosing.forms import DecideForm, EndForm, GiveForm
from kexin.surfaces.web.customers.views import found


def _grant(request: HttpRequest, grant_id: int) -> Grant:
    grants = queries.grants_visible_to(person(request))
    return get_object_or_404(grants.select_related("customer__branch", "terms", "asked_by", "approved_by"), pk=grant_id)


@page("terms.ask", record="customer")
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, customer_id: int, terms_id: int) -> HttpResponse:
    """Asked for by the front line, given at once by whoever may decide."""
    customer, user = found.customer(request, customer_id), person(request)
    terms = get_object_or_404(TermSet, pk=terms_id, is_active=True)
    decides = staff.may(user, "terms.grant")
    judged = queries.judged([customer.pk], terms, as_of=timezone.localdate())[customer.pk]
    against = decides and judged.verdict != Eligibility.ELIGIBLE
    form = GiveForm(request.POST or None, terms=terms, against=against, today=timezone.localdate())

    def save(form: Any) -> object:
        act = actions.grant if decides else actions.ask
        return act(customer_id=customer.pk, terms_id=terms.pk, by=user.actor, **form.values)

    return forming.ask(
        request,
        form,
        save=save,
        title=str(terms),
        back=reverse("choosing:customer", args=[customer.pk]) + "#terms",
        back_words=customer.name,
        done=_("Granted.") if decides else _("Asked for. A manager decides."),
        verb=_("Grant") if decides else _("Ask for these terms"),
        explanation=terms.says,
        template="choosing/form.html",
        checks=reading.condition_rows(judged, customer, user),
        verdict=reading.verdict_chip(judged.verdict),
    )


@page("choosing.view", record="grant")
@require_GET
def show(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Who has which terms from when until when, and how the conditions stand now."""
    return _shown(request, _grant(request, grant_id))


def _shown(request: HttpRequest, grant: Grant, *, decide: DecideForm | None = None, status: int = 200) -> HttpResponse:
    user = person(request)
    judged = queries.judged([grant.customer_id], grant.terms, as_of=timezone.localdate())[grant.customer_id]
    decides = staff.may(user, "terms.grant")
    context = {
        "grant": grant,
        "customer": grant.customer,
        "checks": reading.condition_rows(judged, grant.customer, user),
        "verdict": reading.verdict_chip(judged.verdict),
        "verdict_then": reading.verdict_chip(grant.eligibility),
        "may_decide": decides and grant.state == GrantState.ASKED,
        "may_end": decides and grant.state == GrantState.GRANTED,
        "decide": decide or DecideForm(against=judged.verdict != Eligibility.ELIGIBLE, initial={"version": grant.version}),
    }
    return render(request, "choosing/grant.html", context, status=status)


@page("terms.grant", record="grant")
@require_POST
def approve(request: HttpRequest, grant_id: int) -> HttpResponse:
    grant = _grant(request, grant_id)
    form, status = DecideForm(request.POST, against=True), 422
    if form.is_valid():
        try:
            actions.approve(grant_id=grant.pk, by=person(request).actor, version=form.seen_version, **form.values)
        except (errors.NotEligible, errors.MayBeEligible, errors.WhyNeeded) as refused:
            answers.onto(form, refused)
            status = answers.status_of(refused)
        else:
            return answers.done(request, reverse("choosing:grant", args=[grant.pk]), _("Granted."))
    return _shown(request, grant, decide=form, status=status)


@page("terms.grant", record="grant")
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, grant_id: int) -> HttpResponse:
    grant = _grant(request, grant_id)
    return forming.ask(
        request,
        EndForm(request.POST or None),
        save=lambda form: actions.refuse(grant_id=grant.pk, by=person(request).actor, **form.values),
        title=_("Refuse: %(terms)s") % {"terms": grant.terms},
        back=reverse("choosing:grant", args=[grant.pk]),
        back_words=grant.customer.name,
        done=_("Refused."),
        verb=_("Refuse"),
    )


@page("terms.grant", record="grant")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    grant = _grant(request, grant_id)
    return forming.ask(
        request,
        EndForm(request.POST or None),
        save=lambda form: actions.end(grant_id=grant.pk, by=person(request).actor, **form.values),
        title=_("End: %(terms)s") % {"terms": grant.terms},
        back=reverse("choosing:grant", args=[grant.pk]),
        back_words=grant.customer.name,
        done=_("Ended. The terms hold no longer."),
        verb=_("End"),
    )


@page("terms.grant", record="grant")
@require_POST
def recheck(request: HttpRequest, grant_id: int) -> HttpResponse:
    grant = _grant(request, grant_id)

    actions.recheck(grant_id=grant.pk, by=person(request).actor)

    return answers.done(request, reverse("choosing:grant", args=[grant.pk]), _("Looked at again; what is known now is kept."))
