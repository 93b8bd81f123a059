"""Open a file, change it, hand it over, close it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.kit.text import key_number
from kexin.loop.customers import actions, queries
from kexin.loop.customers.actions.looking import REVEALED
from kexin.loop.customers.choices import Kind, LookPurpose
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms import EditCustomerForm, HandOverForm, NewCustomerForm, ReasonForm
from kexin.surfaces.web.customers.views import editing, found

ASK_FROM = 50  # percent: a likely duplicate must be answered before a new file is opened


@page("customer.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    user = found.person(request)
    initial = {"branch": user.branch_id, "owner": user.pk, "name": request.GET.get("name", "")[:120]}
    form = NewCustomerForm(request.POST or None, initial=initial, user=user)
    twins: list[queries.Duplicate] = []
    if request.method == "POST" and form.is_valid():
        typed = form.values
        twins = _twins(request, typed)
        if typed.pop("confirmed") or not any(twin.score >= ASK_FROM for twin in twins):
            try:
                customer = actions.create_customer(**_points(typed), by=found.by(request))
            except KexinError as error:
                answers.onto(form, error)
            else:
                return answers.done(request, editing.back_to(customer), _("The file of %(name)s is open.") % {"name": customer.name})
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/new.html", {"form": form, "twins": twins}, status=status)


@page("customer.edit")
@require_POST
def twins(request: HttpRequest) -> HttpResponse:
    """Possible duplicates of what has been typed so far; asked while typing, so nothing in it need be valid yet."""
    typed = {name: request.POST.get(name, "")[:120] for name in ("name", "phone", "email", "wecom", "tax_number", "region")}
    branch = key_number(request.POST.get("branch"))
    return render(request, "customers/twins.html", {"twins": _twins(request, {**typed, "branch_id": branch})})


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The form shows a person's address and number whole, so opening it leaves the same trace as looking."""
    customer = found.customer(request, customer_id)
    masked = REVEALED if customer.kind == Kind.PERSON else frozenset()
    if request.method == "GET" and not customer.is_pooled:
        for field in sorted(name for name in masked if getattr(customer, name)):
            actions.reveal_field(customer_id=customer.pk, field=field, purpose=LookPurpose.CORRECT, by=found.by(request))
    return editing.edit(
        request,
        customer=customer,
        form_of=lambda *args, **kwargs: EditCustomerForm(*args, user=found.person(request), customer=customer, **kwargs),
        initial=EditCustomerForm.about(customer),
        save=lambda form: actions.change_customer(
            customer_id=customer.pk, version=form.seen_version, fields=form.values, by=found.by(request)
        ),
        title=_("Change the file"),
        done=_("Saved."),
    )


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=lambda *args, **kwargs: HandOverForm(*args, user=found.person(request), **kwargs),
        initial={"owner": customer.owner_id},
        save=lambda form: actions.hand_over(
            customer_id=customer.pk,
            owner=form.values["owner"],
            reason=form.values["reason"],
            note=form.values["note"],
            by=found.by(request),
        ),
        title=_("Hand over"),
        done=_("Handed over."),
    )


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=ReasonForm,
        save=lambda form: actions.deactivate_customer(customer_id=customer.pk, reason=form.values["reason"], by=found.by(request)),
        title=_("Deactivate"),
        done=_("Deactivated. Everything is kept; it can be reactivated any time."),
        extra={"explanation": _("The customer leaves all lists and samples. Nothing is deleted."), "verb": _("Deactivate")},
    )


@page("customer.edit", record="customer")
@require_POST
def reactivate(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.act(
        request,
        customer=customer,
        do=lambda: actions.reactivate_customer(customer_id=customer.pk, by=found.by(request)),
        done=_("Reactivated."),
    )


def _twins(request: HttpRequest, typed: dict[str, Any]) -> list[queries.Duplicate]:
    def several(name: str) -> list[str]:
        value = str(typed.get(name) or "")
        return [value] if value else []

    branch = typed.get("branch")
    return queries.possible_duplicates(
        str(typed.get("name") or ""),
        several("phone"),
        several("email"),
        several("wecom"),
        str(typed.get("tax_number") or ""),
        request.user,
        region=str(typed.get("region") or ""),
        branch_id=getattr(branch, "pk", None) or typed.get("branch_id"),
    )


def _points(typed: dict[str, Any]) -> dict[str, Any]:
    """The form has one phone, mail and WeCom id; a file may have several of each."""
    given = dict(typed)
    given["phones"], given["emails"], given["wecom"] = [given.pop("phone")], [given.pop("email")], [given.pop("wecom")]
    return given
