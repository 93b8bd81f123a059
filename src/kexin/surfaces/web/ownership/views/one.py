"""One customer: who is in the team, given up to the pool, held."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kexin.loop.customers import actions as customers
from kexin.loop.customers import queries as files
from kexin.loop.pool import actions, errors, queries
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.customers.views import editing, found
from kexin.surfaces.web.ownership.forms import HoldForm, TeamForm, WhyForm

ANCHOR = "caring"


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=lambda *args, **kwargs: TeamForm(*args, user=person(request), **kwargs),
        save=lambda form: customers.join_team(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Into the team"),
        done=_("In the team."),
        anchor=ANCHOR,
        extra={"explanation": _("Who is in the team sees the customer and may do what the owner may, whatever branch they are of.")},
    )


@page("customer.edit", record="member")
@require_POST
def leave(request: HttpRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(files.members_visible_to(person(request)), pk=member_id)
    return editing.act(
        request,
        customer=member.customer,
        do=lambda: customers.leave_team(member_id=member.pk, by=found.by(request)),
        done=_("%(who)s has left the team.") % {"who": member.person},
        anchor=ANCHOR,
    )


@page("pool.claim", record="customer")
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Owners give up their own; who manages the pool anybody's."""
    customer = found.customer(request, customer_id)
    if request.method == "POST" and not queries.may_give_up(customer, person(request)):
        raise errors.NotYours
    return editing.edit(
        request,
        customer=customer,
        form_of=WhyForm,
        save=lambda form: actions.release(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Give up to the public pool"),
        done=_("In the public pool. The file keeps everything."),
        anchor=ANCHOR,
        extra={
            "explanation": _(
                "Colleagues of the branch can claim the customer from now on. You may claim it again only after the waiting time."
            ),
            "verb": _("Give up"),
        },
    )


@page("pool.manage", record="customer")
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=HoldForm,
        save=lambda form: actions.hold(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Keep with the owner"),
        done=_("Held."),
        anchor=ANCHOR,
        extra={"explanation": _("No rule takes the customer from its owner up to that day.")},
    )


@page("pool.manage", record="customer")
@require_POST
def lift(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.act(
        request,
        customer=customer,
        do=lambda: actions.lift_hold(customer_id=customer.pk, by=found.by(request)),
        done=_("The rules hold again."),
        anchor=ANCHOR,
    )
