"""One order: its lines, what undid it, and what may be corrected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.errors import Conflict, KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.orders import actions, queries, rules
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order
from kexin.loop.standing.queries import today as company_today
from kexin.surfaces.frame import access, answers
from kexin.surfaces.web.orders.forms import CancelForm, DeliveryForm, ReinstateForm


@access.page("order.view", record="order")
@require_GET
def page(request: HttpRequest, order_id: int) -> HttpResponse:
    order = _found(request, order_id)

    return render(request, "orders/order.html", _context(request, order))


@access.page("order.edit", record="order")
@require_POST
def delivery(request: HttpRequest, order_id: int) -> HttpResponse:
    order = _found(request, order_id)
    form = DeliveryForm(request.POST)
    if form.is_valid():
        try:
            actions.change_delivery(order_id=order.pk, today=company_today(), by=access.person(request).actor, **form.cleaned_data)
        except KexinError as error:
            return _refused(request, order, form, error, delivery=form)
        return answers.done(request, _address(order), _("Delivery is noted."))
    return render(request, "orders/order.html", _context(request, order, delivery=form), status=422)


@access.page("order.edit", record="order")
@require_POST
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    order = _found(request, order_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel_order(order_id=order.pk, today=company_today(), by=access.person(request).actor, **form.cleaned_data)
        except KexinError as error:
            return _refused(request, order, form, error, cancel=form)
        return answers.done(request, _address(order), _("The order is cancelled. It no longer counts as bought."))
    return render(request, "orders/order.html", _context(request, order, cancel=form), status=422)


@access.page("order.edit", record="order")
@require_POST
def reinstate(request: HttpRequest, order_id: int) -> HttpResponse:
    order = _found(request, order_id)
    form = ReinstateForm(request.POST)

    if not form.is_valid():
        return render(request, "orders/order.html", _context(request, order), status=422)
    actions.reinstate_order(order_id=order.pk, by=access.person(request).actor, **form.cleaned_data)

    return answers.done(request, _address(order), _("The cancellation is taken back."))


def _found(request: HttpRequest, order_id: int) -> Order:
    visible = queries.orders_visible_to(request.user).select_related("customer", "branch", "undoes")
    found: Order = get_object_or_404(visible, pk=order_id)
    return found


def _refused(request: HttpRequest, order: Order, form: forms.Form, error: KexinError, **shown: forms.Form) -> HttpResponse:
    """The page again with what was typed; after somebody else's edit their version, so that saving again decides."""
    answers.onto(form, error)
    if isinstance(error, Conflict) and error.version is not None:
        form.data = {name: form.data.get(name) for name in form.data} | {"version": str(error.version)}
        order.refresh_from_db()
    return render(request, "orders/order.html", _context(request, order, **shown), status=answers.status_of(error))


def _context(request: HttpRequest, order: Order, **forms_shown: forms.Form) -> dict[str, Any]:
    today = company_today()
    lines = list(queries.lines_of(order))
    dates = {"version": order.version, "promised_on": order.promised_on, "delivered_on": order.delivered_on}
    late = rules.late_days(promised_on=order.promised_on, delivered_on=order.delivered_on, cancelled_on=order.cancelled_on, today=today)
    is_sale = order.kind == OrderKind.SALE
    return {
        "order": order,
        "lines": lines,
        "undone_by": list(queries.undone_by(order)) if is_sale else [],
        "margin": rules.margin([(line.quantity, line.amount, line.unit_cost) for line in lines]),
        "costed": sum(line.unit_cost is not None for line in lines),
        "late": late,
        "is_sale": is_sale,
        "may_edit": staff.may(request.user, "order.edit"),
        "delivery": forms_shown.get("delivery") or DeliveryForm(initial=dates),
        "cancel": forms_shown.get("cancel") or CancelForm(initial={"version": order.version, "cancelled_on": today}),
    }


def _address(order: Order) -> str:
    return reverse("orders:order", args=[order.pk])
