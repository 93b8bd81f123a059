"""What the search box looks through: one entry a kind, each at most three statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kexin.ground.search import queries as search
from kexin.ground.staff.models import User
from kexin.kit.text import normalise
from kexin.loop.customers import queries as customers
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.found import why_found
from kexin.loop.orders import queries as orders
from kexin.loop.orders.models import Order
from kexin.surfaces.frame import formats

LAST = "\U0010ffff"  # sorts behind everything that begins the same


@dataclass(frozen=True)
class Hit:
    """One record as the search box shows it."""

    title: str
    note: str
    url: str
    tier: str = ""
    why: str = ""


@dataclass(frozen=True)
class Source:
    """One kind of record that the box finds. `find` returns a queryset; the view takes as many of its rows as it shows."""

    name: str
    label: str | Promise
    icon: str
    permission: str
    find: Callable[[User, str], QuerySet[Any]]
    hit: Callable[[Any], Hit]
    all_url: str = ""  # name of the list that takes the same words as ?q=
    # Of the rows shown, what they were found by where their title does not say it.
    why: Callable[[Iterable[Any], str], Mapping[int, str]] | None = None

    def hits(self, rows: Sequence[Any], text: str) -> list[Hit]:
        why = self.why(rows, text) if self.why is not None else {}
        return [replace(self.hit(row), why=why.get(row.pk, "")) for row in rows]


def _customers(user: User, text: str) -> QuerySet[Any]:
    return search.matching(customers.customers_visible_to(user), "customer", text).select_related("branch", "place")


def _customer(customer: Customer) -> Hit:
    place = getattr(customer, "place", None)
    note = " · ".join(part for part in (customer.code, str(customer.branch or ""), customer.region) if part)
    return Hit(customer.name, note, reverse("customers:customer", args=[customer.pk]), tier=place.tier if place is not None else "")


def begins(path: str, text: str) -> Q:
    """Begins with a text, so that the unique index of the field serves: SQLite's LIKE would read the whole table."""
    if connection.vendor == "sqlite":
        return Q(**{f"{path}__gte": text, f"{path}__lt": text + LAST})
    return Q(**{f"{path}__startswith": text})


def _orders(user: User, text: str) -> QuerySet[Any]:
    number = normalise(text)
    asked = begins("number", number) if number == number.upper() else begins("number", number) | begins("number", number.upper())
    return orders.orders_visible_to(user).filter(asked).select_related("customer").order_by("number")


def _order(order: Order) -> Hit:
    parts = (order.get_kind_display(), order.customer.name if order.customer is not None else "", formats.date(order.occurred_on))
    return Hit(order.number, " · ".join(str(part) for part in parts if part), reverse("orders:order", args=[order.pk]))


def _products(_user: User, text: str) -> QuerySet[Any]:
    code = normalise(text)
    asked = begins("code", code) | begins("code", code.upper())
    return orders.products().filter(asked).order_by("code")


def _product(product: Any) -> Hit:
    return Hit(
        str(product), " · ".join(part for part in (product.code, product.category) if part), reverse("orders:product", args=[product.pk])
    )


SOURCES = (
    Source("customer", _("Customers"), "users", "customer.view", _customers, _customer, "customers:list", why_found),
    Source("order", _("Orders"), "receipt", "order.view", _orders, _order),
    Source("product", _("Products"), "package", "order.view", _products, _product),
)
