"""The pool: its list, one customer in it, claiming and assigning, and its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.lists.listing import Column
from kexin.ground.staff import queries as staff
from kexin.loop.customers import queries as customers
from kexin.loop.customers.choices import Tier
from kexin.loop.pool import actions, queries
from kexin.loop.pool.listing import POOL
from kexin.loop.pool.models import Stay
from kexin.surfaces.frame import answers, forming, listing
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.ownership.forms import AssignForm

EMPTY = (gettext_lazy("Nobody is in the pool."), pgettext_lazy("pool", "To the rules"), "ownership:rules")
NOBODY = (gettext_lazy("Nobody is in the pool."), "", "")


def _page_of(row: Any) -> str:
    return reverse("ownership:stay", args=[row.pk])


def _claim_of(row: Any) -> str:
    return reverse("ownership:claim", args=[row.pk])


LINKED = POOL.linked({"name": _page_of}, row_url=_page_of)
CLAIM = Column("claim", pgettext_lazy("verb", "Claim"), lambda row: row.customer.name, format="act", url=_claim_of, fixed=True)
CLAIMED = replace(LINKED, columns=(*LINKED.columns, CLAIM))


def _stay(request: HttpRequest, stay_id: int) -> Stay:
    stays = queries.stays_visible_to(request.user).select_related(
        "customer__place", "customer__owner", "branch", "previous_owner", "taken_by"
    )
    return get_object_or_404(stays, pk=stay_id)


@page("pool.view")
def pool(request: HttpRequest) -> HttpResponseBase:
    user = person(request)
    may_rule = staff.may(user, "pool.rules")
    context = {"may_manage": staff.may(user, "pool.manage"), "may_claim": staff.may(user, "pool.claim"), "places": queries.places_of(user)}
    shown = CLAIMED if context["may_claim"] else LINKED
    return listing.render(request, replace(shown, empty=EMPTY if may_rule else NOBODY), template="ownership/pool.html", **context)


@page("pool.view", record="stay")
@require_GET
def show(request: HttpRequest, stay_id: int) -> HttpResponse:
    """What is known of a customer in the pool, without contact data, and who looked after them before."""
    stay, user = _stay(request, stay_id), person(request)
    context = {
        "stay": stay,
        "customer": stay.customer,
        "place": getattr(stay.customer, "place", None),
        "there": stay.ended_at is None and queries.in_pool(stay.customer),
        "hand_overs": customers.hand_overs_of(stay.customer),
        "places": queries.places_of(user),
        "may_claim": staff.may(user, "pool.claim"),
        "may_manage": staff.may(user, "pool.manage"),
        "may_open": customers.customers_visible_to(user).filter(pk=stay.customer_id).exists(),
    }
    return render(request, "ownership/stay.html", context)


@page("pool.claim", record="stay")
@require_POST
def claim(request: HttpRequest, stay_id: int) -> HttpResponse:
    """From the list the answer stands in the row; from the customer's page it leads to the file."""
    stay = _stay(request, stay_id)
    if answers.by_htmx(request):
        return _claim_in_row(request, stay)

    stay = actions.claim(stay_id=stay.pk, person=person(request))

    return answers.done(
        request, reverse("customers:customer", args=[stay.customer_id]), _("%(name)s is yours now.") % {"name": stay.customer.name}
    )


def _claim_in_row(request: HttpRequest, stay: Stay) -> HttpResponse:
    user, refused = person(request), ""
    try:
        actions.claim(stay_id=stay.pk, person=user)
    except KexinError as error:
        refused = error.sentence()
    context = {"customer": stay.customer, "refused": refused, "places": queries.places_of(user), "may_claim": True}
    return render(request, "ownership/claimed.html", context)


@page("pool.manage", record="stay")
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, stay_id: int) -> HttpResponse:
    stay, user = _stay(request, stay_id), person(request)
    return forming.ask(
        request,
        AssignForm(request.POST or None, user=user),
        save=lambda form: actions.assign(stay_id=stay.pk, by=user.actor, **form.values),
        title=_("Assign %(name)s") % {"name": stay.customer.name},
        back=reverse("ownership:pool"),
        done=_("Assigned."),
    )


@page("pool.manage")
@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    user = person(request)
    letters = [*Tier.values, ""]
    sizes = queries.sizes(user)
    context = {
        "letters": letters,
        "sizes": [(size, [size.tiers.get(letter, 0) for letter in letters]) for size in sizes],
        "total": sum(size.all for size in sizes),
        "keeping": queries.keeping(user),
        "loads": queries.loads(user),
    }
    return render(request, "ownership/numbers.html", context)
