"""One product: its words and what it costs us."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kexin.ground.errors import Conflict, KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.orders import actions, queries
from kexin.loop.orders.models import Product
from kexin.surfaces.frame import access, answers
from kexin.surfaces.web.orders.forms import ProductForm

LIST = "/orders/products/"


@access.page("product.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("code", "name", "category", "unit_cost")}
        try:
            actions.create_product(**typed, by=access.person(request).actor)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, LIST, _("The product is on the list."))

    return render(request, "orders/product.html", {"form": form, "may_edit": True}, status=422 if form.is_bound else 200)


@access.page("order.view", change="product.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, product_id: int) -> HttpResponse:
    """Read by everybody who sees orders, changed by who may."""
    product: Product = get_object_or_404(queries.products(), pk=product_id)
    stands = {name: getattr(product, name) for name in ("version", "code", "name", "category", "unit_cost", "is_active")}
    form = ProductForm(request.POST if request.method == "POST" else None, initial=stands)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            fields = dict(form.cleaned_data)
            version = fields.pop("version") or 0
            try:
                actions.change_product(product_id=product.pk, version=version, fields=fields, by=access.person(request).actor)
            except KexinError as error:
                answers.onto(form, error)
                status = answers.status_of(error)
                if isinstance(error, Conflict):
                    form.data = {name: form.data.get(name) for name in form.data} | {"version": str(error.version)}
            else:
                return answers.done(request, LIST, _("The product is saved."))

    context = {"form": form, "product": product, "may_edit": staff.may(request.user, "product.edit")}
    return render(request, "orders/product.html", context, status=status)
