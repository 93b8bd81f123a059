"""Credit and finances: what is known now, what was known before, and a new entry."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions, queries
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms_known import CreditForm
from kexin.surfaces.web.customers.views import editing, found

SHOWN = 200


@page("customer.credit", change="customer.credit_edit", record="customer")
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    past = {"credits": queries.credit_history(customer)[:SHOWN]}
    if request.method == "GET" and not (staff.may(found.person(request), "customer.credit_edit") and customer.is_active):
        return render(request, "customers/credit_page.html", {"customer": customer, "back": editing.back_to(customer, "credit"), **past})
    return editing.edit(
        request,
        customer=customer,
        form_of=CreditForm,
        initial=CreditForm.about(queries.credit_of(customer)),
        save=lambda form: actions.add_credit(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Credit and finances"),
        done=_("Added to the file; the older value is kept."),
        anchor="credit",
        extra=past,
    )
