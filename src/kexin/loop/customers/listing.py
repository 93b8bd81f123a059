"""The list of customers: its columns, conditions, views and what can be done to several at once. Addresses are the surface's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.lists.listing import BulkAction, Column, DefaultView, Done, Filter, Listing, register
from kexin.ground.search import queries as found
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Branch, User
from kexin.kit import text as plain_text
from kexin.loop.customers import actions, custom_listing, distance_listing, edits, queries
from kexin.loop.customers.choices import Behaviour, CustomerClass, Kind, PointKind, Source, Tier
from kexin.loop.customers.edits import branch_choices, owner_choices
from kexin.loop.customers.models import ContactPoint, Credit, Customer, Place
from kexin.loop.customers.rules.custom_fields import PREFIX

SLIPPED, RISEN = "slipped", "risen"
BEHAVIOUR_WORDS = dict(Behaviour.choices)


def records(user: User) -> QuerySet[Customer]:
    return queries.customers_visible_to(user).select_related("owner", "branch", "place")


def search(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    return found.matching(customers, "customer", text)


def decorate(rows: list[Any], user: User) -> None:  # noqa: ARG001 -- who sees a row sees its masked number
    """The number to use first: the customer's own before a contact's. One statement."""
    first: dict[int, ContactPoint] = {}
    points = ContactPoint.objects.filter(customer__in=[row.pk for row in rows], kind=PointKind.PHONE)
    for point in points.order_by(F("contact_id").asc(nulls_first=True), "-is_primary", "pk"):
        first.setdefault(point.customer_id, point)
    for row in rows:
        row.first_phone = first[row.pk].value if row.pk in first else ""


def place_of(row: Customer) -> Place | None:
    return getattr(row, "place", None)


def _placed(name: str) -> Any:
    """A value of the place, None where the customer was never assessed."""

    def value(row: Customer) -> Any:
        place = place_of(row)
        return None if place is None or (place.as_of is None and not place.tier) else getattr(place, name)

    return value


def class_words(row: Customer) -> str:
    place = place_of(row)
    return str(place.get_customer_class_display()) if place is not None and place.customer_class else ""


def behaviour_words(row: Customer) -> list[str]:
    place = place_of(row)
    if place is None or not place.behaviours:
        return []
    return [str(BEHAVIOUR_WORDS.get(name, name)) for name in place.behaviours.split(",")]


def currency_of(row: Customer) -> str:
    place = place_of(row)
    return place.currency if place is not None else ""


COLUMNS = (
    Column(
        "name",
        gettext_lazy("Customer"),
        lambda row: row.name,
        format="link",
        order="name",
        fixed=True,
        note=lambda row: row.salutation,
    ),
    Column("tier", gettext_lazy("Tier"), _placed("tier"), format="tier", order="place__tier", tie="place__pk",
           note=_placed("previous_tier")),
    Column("class", gettext_lazy("Class"), class_words, order="place__customer_class", tie="place__pk"),
    Column("behaviours", gettext_lazy("Behaviour"), behaviour_words, format="chips", default=False),
    Column("net", gettext_lazy("Net sales"), _placed("net_amount"), format="money", order="place__net_amount", tie="place__pk",
           currency=currency_of),
    Column("margin", gettext_lazy("Margin"), _placed("margin_amount"), format="money", default=False, currency=currency_of),
    Column("orders", gettext_lazy("Orders"), _placed("orders"), format="number"),
    Column("last_order", gettext_lazy("Last order"), _placed("last_order_on"), format="date", order="place__last_order_on",
           tie="place__pk"),
    Column("recency", gettext_lazy("Days since the last order"), _placed("recency_days"), format="number", default=False),
    Column("last_contact", gettext_lazy("Last contact"), lambda row: row.last_contact_at, format="datetime", order="last_contact_at"),
    Column("owner", gettext_lazy("Owner"), lambda row: str(row.owner) if row.owner else "", order="owner_id"),
    Column("branch", gettext_lazy("Branch"), lambda row: str(row.branch) if row.branch else "", order="branch_id"),
    Column("phone", gettext_lazy("Phone"), lambda row: plain_text.mask_phone(row.first_phone), format="phone"),
    Column("code", gettext_lazy("Code"), lambda row: row.code, order="code", default=False),
    Column("kind", pgettext_lazy("customer", "Kind"), lambda row: str(row.get_kind_display()), default=False),
    Column("region", gettext_lazy("Region"), lambda row: row.region, default=False),
    Column("source", gettext_lazy("How we met"), lambda row: str(row.get_source_display()), default=False),
    Column("tags", gettext_lazy("Tags"), lambda _row: "", format="tags", default=False),
    Column("created", gettext_lazy("On file since"), lambda row: row.created_at, format="date", order="created_at", default=False),
)  # fmt: skip


def _credit(name: str) -> Any:
    """A value of the credit known now, None where nobody wrote one down."""
    return lambda row: getattr(row.credit_now, name) if row.credit_now is not None else None


def credit_currency(row: Any) -> str:
    return row.credit_now.currency if row.credit_now is not None else ""


CREDIT_COLUMNS = tuple(
    Column(name, label, _credit(field), format=form, default=False, currency=credit_currency, permission="customer.credit",
           fetch=queries.credit_of_rows)
    for name, label, field, form in (
        ("credit_limit", gettext_lazy("Credit limit"), "limit", "money"),
        ("payment_days", gettext_lazy("Days to pay"), "payment_days", "number"),
        ("credit_rating", gettext_lazy("Credit rating"), "rating", "text"),
        ("overdue", gettext_lazy("Overdue amount"), "overdue_amount", "money"),
        ("overdue_days", gettext_lazy("Days overdue"), "overdue_days", "number"),
    )
)  # fmt: skip


def _owing(field: str) -> Any:
    """Customers whose credit known now lies between two bounds."""

    def apply(customers: QuerySet[Customer], value: Any, user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- records are theirs already
        low, high = value
        bounds = {f"{field}__{end}": bound for end, bound in (("gte", low), ("lte", high)) if bound is not None}
        return customers.filter(pk__in=Credit.objects.filter(is_current=True, **bounds).values("customer"))

    return apply


CREDIT_FILTERS = (
    Filter("credit_limit", gettext_lazy("Credit limit"), "number", apply=_owing("limit"), permission="customer.credit"),
    Filter("overdue", gettext_lazy("Overdue amount"), "number", apply=_owing("overdue_amount"), permission="customer.credit"),
    Filter("overdue_days", gettext_lazy("Days overdue"), "number", apply=_owing("overdue_days"), permission="customer.credit"),
)


def _mine(customers: QuerySet[Customer], value: Any, user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- a flag
    return customers.filter(staff.whose(user))


def _unowned(customers: QuerySet[Customer], value: Any, user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- a flag
    return customers.filter(owner=None)


def _in_branches(customers: QuerySet[Customer], value: list[str], user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- records are theirs already
    """A branch and all below it."""
    chosen = Branch.objects.filter(pk__in=[pk for pk in value if pk.isascii() and pk.isdigit() and len(pk) < 19])  # noqa: PLR2004 -- what a key holds
    below = Q(pk__in=[])
    for path in chosen.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return customers.filter(branch__in=list(Branch.objects.filter(below).values_list("pk", flat=True)))


def _moved(customers: QuerySet[Customer], value: list[str], user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- as above
    """Whose tier is another than before: A is the highest letter. The words of each condition are those of its index."""
    slipped = Q(place__tier__gt=F("place__previous_tier"), place__previous_tier__gt="")
    risen = Q(place__tier__lt=F("place__previous_tier"), place__tier__gt="")
    if SLIPPED in value and RISEN in value:
        return customers.filter(slipped | risen)
    return customers.filter(slipped if SLIPPED in value else risen)


def _behaving(customers: QuerySet[Customer], value: list[str], user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- as above
    behaving = Q(pk__in=[])
    for name in value:
        if name in Behaviour.values:
            behaving |= Q(place__behaviours__contains=name)
    return customers.filter(behaving)


FILTERS = (
    Filter("mine", gettext_lazy("Mine"), "flag", apply=_mine),
    Filter("owner", gettext_lazy("Owner"), "choice", path="owner", choices=owner_choices),
    Filter("branch", gettext_lazy("Branch and below"), "choice", choices=branch_choices, apply=_in_branches),
    Filter("tier", gettext_lazy("Tier"), "choice", path="place__tier", choices=Tier.choices),
    Filter(
        "moved",
        gettext_lazy("Tier moved"),
        "choice",
        choices=((SLIPPED, gettext_lazy("slipped")), (RISEN, gettext_lazy("risen"))),
        apply=_moved,
    ),
    Filter("class", gettext_lazy("Class"), "choice", path="place__customer_class", choices=CustomerClass.choices),
    Filter("behaviour", gettext_lazy("Behaviour"), "choice", choices=Behaviour.choices, apply=_behaving),
    Filter("net", gettext_lazy("Net sales"), "number", path="place__net_amount"),
    Filter("last_order", gettext_lazy("Last order"), "date", path="place__last_order_on"),
    Filter("quiet", gettext_lazy("No contact for"), "days", path="last_contact_at", unit=gettext_lazy("days")),
    Filter("kind", pgettext_lazy("customer", "Kind"), "choice", path="kind", choices=Kind.choices),
    Filter("source", gettext_lazy("How we met"), "choice", path="source", choices=Source.choices),
    Filter("region", gettext_lazy("Region"), "text", path="region"),
    Filter("tag", gettext_lazy("Tag"), "tag"),
    Filter("created", gettext_lazy("On file since"), "date", path="created_at"),
    Filter("fresh", gettext_lazy("New on file"), "within", path="created_at"),
    Filter("unowned", gettext_lazy("Without owner"), "flag", apply=_unowned),
)

VIEWS = (
    DefaultView(gettext_lazy("All customers"), ""),
    DefaultView(pgettext_lazy("customers", "Mine"), "mine=1"),
    DefaultView(gettext_lazy("Mine, no contact for 30 days"), "mine=1&quiet=30&sort=last_contact"),
    DefaultView(gettext_lazy("No contact for 30 days"), "quiet=30&sort=-net"),
    DefaultView(gettext_lazy("New this week"), "fresh=7&sort=-created"),
    DefaultView(gettext_lazy("Without owner"), "unowned=1&sort=-net"),
    DefaultView(gettext_lazy("Tier slipped"), "moved=slipped&sort=-net"),
    DefaultView(gettext_lazy("Key customers"), "class=key&sort=-net"),
)


def _left_out(ids: Iterable[int], user: User) -> dict[str, int]:
    """Chosen customers this person may not see, or who were deactivated since the page was read."""
    chosen = list(dict.fromkeys(ids))
    gone = len(chosen) - len(queries.seen_only(user, chosen))
    return {_("no longer on the list"): gone} if gone else {}


def _deactivate(ids: list[int], value: str, actor: Actor, user: User) -> Done:
    seen = queries.seen_only(user, ids)
    done = actions.deactivate_customers(customer_ids=seen, reason=value, by=actor) if seen else 0
    gone = len(set(ids)) - len(seen)
    return Done(done, {_("no longer on the list"): gone} if gone else {})


BULK = (BulkAction("deactivate", gettext_lazy("Deactivate"), _deactivate, icon="ban", permission="customer.bulk", check=_left_out),)

CUSTOMERS = register(
    Listing(
        name="customers",
        title=gettext_lazy("Customers"),
        records=records,
        columns=COLUMNS + distance_listing.COLUMNS + CREDIT_COLUMNS,
        filters=FILTERS + distance_listing.FILTERS + CREDIT_FILTERS,
        default_order="-last_contact",
        search=search,
        search_hint=gettext_lazy("Name, pinyin, end of a phone number, plate, code"),
        views=VIEWS + distance_listing.VIEWS,
        bulk=BULK,
        edits=edits.edits,
        edit_kind="customer",
        edit_permission="customer.bulk",
        tag_kind="customer",
        permission="customer.view",
        decorate=decorate,
        added=custom_listing.added,
        added_prefix=PREFIX,
        unit=gettext_lazy("customers"),
        one=pgettext_lazy("one of a list", "customer"),
    )
)
