"""Everybody's present place as a list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Column, DefaultView, Filter, Listing, register
from kexin.ground.staff.models import User
from kexin.loop.customers.choices import Behaviour, CustomerClass, Tier
from kexin.loop.customers.models import Place
from kexin.loop.standing import queries


def _places(user: User) -> QuerySet[Place]:
    return queries.places_visible_to(user).filter(customer__erased_at=None).exclude(tier="")


def _behaviours(place: Place) -> list[str]:
    return [str(Behaviour(name).label) for name in place.behaviours.split(",") if name]


def _behaves(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- every filter is called alike
    for name in value if isinstance(value, list) else [value]:
        records = records.filter(behaviours__contains=name)
    return records


def _in_cell(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- the same
    return records.filter(rfm__startswith=value)


def _money(name: str, label: Any, value: Any, *, order: str = "", default: bool = True) -> Column:
    return Column(name, label, value, "money", order=order, tie="customer", default=default, currency=lambda p: p.currency)


STANDING = register(
    Listing(
        name="standing",
        title=gettext_lazy("Where everybody stands"),
        unit=gettext_lazy("customers"),
        one=pgettext_lazy("one of a list", "customer"),
        records=_places,
        columns=(
            Column("customer_code", gettext_lazy("Customer code"), lambda p: p.customer.code, default=False),
            Column("customer", gettext_lazy("Customer"), lambda p: p.customer.name, "link", fixed=True),
            Column(
                "tier",
                gettext_lazy("Tier"),
                lambda p: p.tier,
                "tier",
                order="tier",
                tie="customer",
                note=lambda p: p.previous_tier,
            ),
            Column("previous_tier", gettext_lazy("Tier before"), lambda p: p.previous_tier, default=False),
            Column(
                "customer_class",
                gettext_lazy("Class"),
                lambda p: p.get_customer_class_display(),
            ),
            Column("behaviours", gettext_lazy("Behaviour"), _behaviours, "chips"),
            Column("recency_days", gettext_lazy("Days since last order"), lambda p: p.recency_days, "number"),
            Column("orders", gettext_lazy("Number of orders"), lambda p: p.orders, "number"),
            _money("gross_amount", gettext_lazy("Bought"), lambda p: p.gross_amount, default=False),
            _money("returned_amount", gettext_lazy("Returned"), lambda p: p.returned_amount, default=False),
            _money("net_amount", gettext_lazy("Net"), lambda p: p.net_amount, order="net_amount"),
            _money("margin_amount", gettext_lazy("Margin"), lambda p: p.margin_amount),
            Column("rfm", gettext_lazy("RFM"), lambda p: p.rfm),
            Column("abc", gettext_lazy("ABC"), lambda p: p.abc, default=False),
            Column(
                "last_order_on",
                gettext_lazy("Last order"),
                lambda p: p.last_order_on,
                "date",
                order="last_order_on",
                tie="customer",
                default=False,
            ),
            Column("currency", gettext_lazy("Currency"), lambda p: p.currency, default=False),
            Column("as_of", gettext_lazy("As of"), lambda p: p.as_of, "date", default=False),
        ),
        filters=(
            Filter("tier", gettext_lazy("Tier"), "choice", "tier", Tier.choices),
            Filter("class", gettext_lazy("Class"), "choice", "customer_class", CustomerClass.choices),
            Filter("behaviour", gettext_lazy("Behaviour"), "choice", choices=Behaviour.choices, apply=_behaves),
            Filter("abc", gettext_lazy("ABC"), "choice", "abc", [("A", "A"), ("B", "B"), ("C", "C")]),
            Filter("rfm", gettext_lazy("RFM begins with"), "text", apply=_in_cell),
            Filter("recency", gettext_lazy("Days since last order"), "number", "recency_days"),
            Filter("net", gettext_lazy("Net"), "number", "net_amount"),
        ),
        default_order="-net_amount",
        views=(
            DefaultView(gettext_lazy("Key customers"), "class=key"),
            DefaultView(gettext_lazy("Growth candidates"), "behaviour=growth"),
        ),
        permission="standing.view",
        empty=(gettext_lazy("Nobody has been assessed yet."), gettext_lazy("To the assessment"), "standing:page"),
    )
)
