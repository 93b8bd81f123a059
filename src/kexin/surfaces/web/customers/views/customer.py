"""The customer page: who they are, where they stand, what we owe them, everything that happened."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import Behaviour, PointKind
from kexin.loop.customers.models import Customer, Place
from kexin.loop.customers.parts import Cursor
from kexin.loop.orders import queries as orders
from kexin.loop.partners import queries as partners
from kexin.loop.privacy import queries as privacy
from kexin.surfaces.frame import answers, asking
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.choosing.reading import choosing_for
from kexin.surfaces.web.customers.forms import NoteForm
from kexin.surfaces.web.customers.views import editing, found, merging
from kexin.surfaces.web.customers.views.caring import caring_for
from kexin.surfaces.web.customers.views.owed import owed_to, tags_of
from kexin.surfaces.web.customers.views.whereabouts import where_of

PAGE = 20


@page("customer.view", record="customer")
@require_GET
def show(request: HttpRequest, customer_id: int) -> HttpResponse:
    try:
        customer = found.customer(request, customer_id)
    except Http404:
        went = merging.elsewhere(request, customer_id)
        if went is None:
            raise
        return went
    try:  # without JavaScript "Show earlier" is a page of its own
        before = Cursor.decode(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        before = None
    return _shown(request, customer, NoteForm(initial={"kind": "call"}), before=before)


@page("customer.view", record="customer")
@require_GET
def earlier(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The next lines of the timeline, asked for by htmx."""
    customer = found.customer(request, customer_id)
    try:
        before = Cursor.decode(request.GET.get("before", ""))
    except ValueError:
        return HttpResponseBadRequest(_("This place in the timeline cannot be read. Reload the page."))
    kinds = _kinds(request)
    older = queries.timeline(customer, request.user, before=before, limit=PAGE, kinds=kinds)
    return render(request, "customers/lines.html", {"customer": customer, "timeline": older, "kind": request.GET.get("kind", "")})


@page("customer.edit", record="customer")
@require_POST
def note(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Note something: a call, a visit, a message, a thought."""
    customer = found.customer(request, customer_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            actions.note_interaction(customer_id=customer.pk, by=found.by(request), **form.cleaned_data)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, editing.back_to(customer, "timeline"), _("Noted."))
    return _shown(request, customer, form, status=422)


def _shown(request: HttpRequest, customer: Customer, form: NoteForm, *, before: Cursor | None = None, status: int = 200) -> HttpResponse:
    user: Any = request.user
    known = queries.customer_page(customer, user)
    kind = request.GET.get("kind", "")
    timeline = queries.timeline(customer, user, before=before, limit=PAGE, kinds=_kinds(request))
    counts = queries.timeline_counts(customer, user)
    context = {
        "customer": customer,
        "known": known,
        "place": known.place,
        "behaviours": behaviour_words(known.place),
        "margin_share": margin_share(known.place),
        "missing": [asking.words(name) for name in known.completeness.missing],
        "asks": [
            {"item": ask.item, "is_stale": ask.is_stale, "words": asking.words(ask.item), "question": asking.question(ask.item)}
            for ask in known.asks
        ],
        "caring": caring_for(customer, user),
        "choosing": choosing_for(customer, user),
        "owed": owed_to(customer, user),
        "orders": orders.summary_of(customer, user) if staff.may(user, "order.view") else None,
        "tags": tags_of(customer),
        **where_of(customer),
        "practices": partners.incidents_of(customer, user),
        "may_report": staff.may(user, "practice.report") and customer.is_active,
        "may_consent": staff.may(user, "privacy.consent"),
        "consents": privacy.standing_of(customer) if staff.may(user, "privacy.consent") else [],
        "may_privacy": staff.may(user, "privacy.manage"),
        "timeline": timeline,
        "counts": counts,
        "count_of_all": sum(count for _kind, _words, count in counts),
        "kind": kind,
        "note_form": form,
        "may_edit": staff.may(user, "customer.edit") and customer.is_active,
        "may_reveal": staff.may(user, "customer.reveal"),
        "may_merge": staff.may(user, "customer.merge"),
        "may_see_credit": staff.may(user, "customer.credit"),
        "may_edit_credit": staff.may(user, "customer.credit_edit") and customer.is_active,
        "phone_kind": PointKind.PHONE,
    }
    return render(request, "customers/customer.html", context, status=status)


def behaviour_words(place: Place | None) -> list[str]:
    """Heavy buyer, long-standing …: in words, as the place keeps them by name."""
    if place is None or not place.behaviours:
        return []
    known = dict(Behaviour.choices)
    return [str(known.get(name, name)) for name in place.behaviours.split(",")]


def margin_share(place: Place | None) -> float | None:
    """Margin as a share of net sales, where any cost is known."""
    if place is None or place.margin_amount is None or place.net_amount <= 0:
        return None
    return float(place.margin_amount / place.net_amount)


def _kinds(request: HttpRequest) -> list[str] | None:
    kind = request.GET.get("kind", "")
    return [kind] if kind else None
