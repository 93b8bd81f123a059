"""Orders and products as lists: filtered, sorted, exported."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kexin.surfaces.frame import access, listing
from kexin.surfaces.web.orders.lists import ORDERS, PRODUCTS


@access.page("order.view")
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    return listing.render(request, ORDERS)


@access.page("order.view")
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    return listing.render(request, PRODUCTS)
