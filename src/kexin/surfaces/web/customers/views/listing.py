"""The list of customers as a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kexin.ground.staff import queries as staff
from kexin.loop.customers.listing import CUSTOMERS
from kexin.surfaces.frame import listing
from kexin.surfaces.frame.access import page


def _page_of(row: Any) -> str:
    return reverse("customers:customer", args=[row.pk])


def _reveal(row: Any) -> str:
    return reverse("customers:reveal_phone", args=[row.pk])


MASKED = CUSTOMERS.linked({"name": _page_of}, row_url=_page_of)
SHOWN = CUSTOMERS.linked({"name": _page_of, "phone": _reveal}, row_url=_page_of)
EMPTY = (_("No customers yet."), _("Import a file"), "imports:list")


@page("customer.view")
def customers(request: HttpRequest) -> HttpResponseBase:
    chosen = SHOWN if staff.may(request.user, "customer.reveal") else MASKED
    context = {
        "may_edit": staff.may(request.user, "customer.edit"),
        "may_import": staff.may(request.user, "import.run"),
        "may_hand_over": staff.may(request.user, "cover.manage"),
        "may_merge": staff.may(request.user, "customer.merge"),
    }
    return listing.render(request, replace(chosen, empty=EMPTY), template="customers/list.html", **context)
