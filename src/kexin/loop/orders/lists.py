"""Orders and products as lists: what can be shown, filtered, sorted and exported of them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Column, DefaultView, Filter, Listing, register
from kexin.ground.staff.models import Branch, User
from kexin.loop.customers.models import Customer
from kexin.loop.orders import queries, rules
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order


def _orders(user: User) -> QuerySet[Order]:
    return queries.orders_visible_to(user).select_related("customer", "branch")


def _with_margins(rows: list[Any], user: User) -> None:  # noqa: ARG001 -- every decoration is called alike
    margins = queries.margins_of(rows)
    for order in rows:
        order.margin = margins[order.pk]


def _state(order: Order) -> list[str]:
    if order.cancelled_on is not None:
        return [_("Cancelled")]
    late = rules.late_days(promised_on=order.promised_on, delivered_on=order.delivered_on, cancelled_on=None, today=timezone.localdate())
    return [_("%(days)s days late") % {"days": late}] if late is not None and late > 0 else []


def _late_only(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- every filter is called alike
    never = Q(delivered_on=None, promised_on__lt=timezone.localdate())
    return records.filter(cancelled_on=None).filter(Q(delivered_on__gt=F("promised_on")) | never)


def _cancelled_only(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- the same
    return records.exclude(cancelled_on=None)


def _branches(user: User) -> list[tuple[str, str]]:  # noqa: ARG001 -- the same
    return [(str(branch.pk), branch.name) for branch in Branch.objects.order_by("path")]


def _of_customer(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- every filter is called alike
    return records.filter(customer__in=Customer.objects.filter(code=value).values("pk"))


def _named(records: QuerySet[Any], typed: str) -> QuerySet[Any]:
    return records.filter(Q(code__istartswith=typed) | Q(name__icontains=typed))


ORDERS = register(
    Listing(
        name="orders",
        title=gettext_lazy("Orders"),
        unit=gettext_lazy("orders"),
        one=pgettext_lazy("one of a list", "order"),
        records=_orders,
        columns=(
            Column("number", gettext_lazy("Number"), lambda o: o.number, "link", fixed=True),
            Column("customer", gettext_lazy("Customer"), lambda o: o.customer.name if o.customer else "", "link"),
            Column(
                "customer_code",
                gettext_lazy("Customer code"),
                lambda o: o.customer.code if o.customer else "",
                default=False,
            ),
            Column("occurred_at", gettext_lazy("Ordered"), lambda o: o.occurred_at, "datetime", order="occurred_at"),
            Column("kind", gettext_lazy("Kind"), lambda o: o.get_kind_display()),
            Column("channel", gettext_lazy("Channel"), lambda o: o.channel),
            Column("branch", gettext_lazy("Branch"), lambda o: o.branch.name if o.branch else "", default=False),
            Column("amount", gettext_lazy("Amount"), lambda o: o.amount, "money", currency=lambda o: o.currency),
            Column("currency", gettext_lazy("Currency"), lambda o: o.currency, default=False),
            Column("margin", gettext_lazy("Margin"), lambda o: o.margin, "money", currency=lambda o: o.currency),
            Column("lines", gettext_lazy("Lines"), lambda o: o.line_count, "number", default=False),
            Column("promised_on", gettext_lazy("Promised for"), lambda o: o.promised_on, "date"),
            Column("delivered_on", gettext_lazy("Delivered on"), lambda o: o.delivered_on, "date"),
            Column("cancelled_on", gettext_lazy("Cancelled on"), lambda o: o.cancelled_on, "date", default=False),
            Column("state", gettext_lazy("Remarkable"), _state, "chips"),
        ),
        filters=(
            Filter("customer", gettext_lazy("Customer code"), "text", apply=_of_customer),
            Filter("kind", gettext_lazy("Kind"), "choice", "kind", OrderKind.choices),
            Filter("occurred", gettext_lazy("Ordered"), "date", "occurred_on"),
            Filter("branch", gettext_lazy("Branch"), "choice", "branch", _branches),
            Filter("channel", gettext_lazy("Channel"), "text", "channel"),
            Filter("late", gettext_lazy("Late"), "flag", apply=_late_only),
            Filter("cancelled", gettext_lazy("Cancelled"), "flag", apply=_cancelled_only),
        ),
        default_order="-occurred_at",
        search=queries.orders_found,
        search_hint=gettext_lazy("Order number, customer"),
        views=(DefaultView(gettext_lazy("Late"), "late=1"), DefaultView(gettext_lazy("Cancelled"), "cancelled=1")),
        permission="order.view",
        decorate=_with_margins,
        empty=(gettext_lazy("No orders yet. They come from a file."), gettext_lazy("Import orders"), "imports:list"),
    )
)

PRODUCTS = register(
    Listing(
        name="products",
        title=gettext_lazy("Products"),
        unit=gettext_lazy("products"),
        one=pgettext_lazy("one of a list", "product"),
        records=lambda user: queries.products(),  # noqa: ARG005 -- products are the company's
        columns=(
            Column("code", gettext_lazy("Product code"), lambda p: p.code, "link", order="code", fixed=True),
            Column("name", gettext_lazy("Product name"), lambda p: p.name),
            Column("category", gettext_lazy("Category"), lambda p: p.category),
            Column("unit_cost", gettext_lazy("Unit cost"), lambda p: p.unit_cost, "number"),
            Column("active", gettext_lazy("On offer"), lambda p: [] if p.is_active else [_("No longer on offer")], "chips"),
        ),
        filters=(
            Filter("category", gettext_lazy("Category"), "text", "category"),
            Filter(
                "no_cost", gettext_lazy("Unit cost not known"), "flag", apply=lambda records, _value, _user: records.filter(unit_cost=None)
            ),
        ),
        default_order="code",
        search=_named,
        search_hint=gettext_lazy("Code or name"),
        permission="order.view",
        empty=(gettext_lazy("No products yet. They come with the orders."), gettext_lazy("Import orders"), "imports:list"),
    )
)


def register_lists() -> tuple[Listing, Listing]:
    """Both lists, known by name to exports from the moment the domain is ready."""
    return ORDERS, PRODUCTS
