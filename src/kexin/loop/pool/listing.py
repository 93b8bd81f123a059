"""The pool as a list: what is known of its customers, contact data masked, and claiming several at once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.lists.listing import BulkAction, Column, DefaultView, Done, Filter, Listing, register
from kexin.ground.search import queries as found
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.kit import text as plain_text
from kexin.loop.customers.choices import CustomerClass, PointKind, Tier
from kexin.loop.customers.edits import branch_choices, owner_choices
from kexin.loop.customers.models import ContactPoint, Customer, Place
from kexin.loop.pool import actions, queries
from kexin.loop.pool.choices import Cause
from kexin.loop.pool.models import Stay
from kexin.loop.pool.queries.staying import THERE


def records(user: User) -> QuerySet[Stay]:
    return queries.stays_visible_to(user).filter(THERE).select_related("customer__place", "branch", "previous_owner")


def search(stays: QuerySet[Stay], text: str) -> QuerySet[Stay]:
    return stays.filter(customer__in=found.matching(Customer.objects.filter(pooled_at__isnull=False), "customer", text).values("pk"))


def decorate(rows: list[Any], user: User) -> None:  # noqa: ARG001 -- masked for everybody until it is claimed
    first: dict[int, str] = {}
    points = ContactPoint.objects.filter(customer__in=[row.customer_id for row in rows], kind=PointKind.PHONE, contact=None)
    for point in points.order_by("-is_primary", "pk"):
        first.setdefault(point.customer_id, point.value)
    for row in rows:
        row.first_phone = first.get(row.customer_id, "")


def place_of(row: Stay) -> Place | None:
    return getattr(row.customer, "place", None)


def _placed(name: str) -> Any:
    def value(row: Stay) -> Any:
        place = place_of(row)
        return None if place is None or place.as_of is None else getattr(place, name)

    return value


def _class_words(row: Stay) -> str:
    place = place_of(row)
    return str(place.get_customer_class_display()) if place is not None and place.customer_class else ""


def _currency(row: Stay) -> str:
    place = place_of(row)
    return place.currency if place is not None else ""


def _days(row: Stay) -> int:
    return (timezone.now() - row.began_at).days


COLUMNS = (
    Column("name", gettext_lazy("Customer"), lambda row: row.customer.name, format="link", fixed=True),
    Column("tier", gettext_lazy("Tier"), _placed("tier"), format="tier", order="customer__place__tier"),
    Column("class", gettext_lazy("Class"), _class_words, default=False),
    Column("net", gettext_lazy("Net sales"), _placed("net_amount"), format="money", order="customer__place__net_amount",
           currency=_currency),
    Column("last_order", gettext_lazy("Last order"), _placed("last_order_on"), format="date", order="customer__place__last_order_on"),
    Column("last_contact", gettext_lazy("Last contact"), lambda row: row.customer.last_contact_at, format="datetime"),
    Column("cause", gettext_lazy("Why it came"), lambda row: str(row.get_cause_display()), note=lambda row: row.reason),
    Column("since", gettext_lazy("In the pool since"), lambda row: row.began_at, format="datetime", order="began_at"),
    Column("days", gettext_lazy("Days in the pool"), _days, format="number", default=False),
    Column("previous", gettext_lazy("Owner before"), lambda row: str(row.previous_owner) if row.previous_owner else ""),
    Column("region", gettext_lazy("Region"), lambda row: row.customer.region, default=False),
    Column("branch", gettext_lazy("Branch"), lambda row: str(row.branch) if row.branch else "", default=False),
    Column("phone", gettext_lazy("Phone"), lambda row: plain_text.mask_phone(row.first_phone)),
    Column("code", gettext_lazy("Code"), lambda row: row.customer.code, default=False),
)  # fmt: skip


def _was_mine(stays: QuerySet[Stay], value: Any, user: User) -> QuerySet[Stay]:  # noqa: ARG001 -- a flag
    return stays.filter(previous_owner=user)


FILTERS = (
    Filter("tier", gettext_lazy("Tier"), "choice", path="customer__place__tier", choices=Tier.choices),
    Filter("class", gettext_lazy("Class"), "choice", path="customer__place__customer_class", choices=CustomerClass.choices),
    Filter("cause", gettext_lazy("Why it came"), "choice", path="cause", choices=Cause.choices),
    Filter("branch", gettext_lazy("Branch"), "choice", path="branch", choices=branch_choices),
    Filter("previous", gettext_lazy("Owner before"), "choice", path="previous_owner", choices=owner_choices),
    Filter("mine", gettext_lazy("Was mine"), "flag", apply=_was_mine),
    Filter("since", gettext_lazy("In the pool since"), "days", path="began_at"),
    Filter("region", gettext_lazy("Region"), "text", path="customer__region"),
)


def _each(ids: list[int], do: Any) -> Done:
    """One after the other, each by itself: what cannot be done is told with its reason, and stops nothing else."""
    done, left_out = 0, Counter[str]()
    for pk in ids:
        try:
            do(pk)
        except KexinError as error:
            left_out[error.sentence()] += 1
        else:
            done += 1
    return Done(done, left_out)


def _claim(ids: list[int], value: str, actor: Actor, user: User) -> Done:  # noqa: ARG001 -- every bulk action is called alike
    return _each(ids, lambda pk: actions.claim(stay_id=pk, person=user))


def _assign(ids: list[int], value: str, actor: Actor, user: User) -> Done:
    owner = staff.owners_for(user).get(pk=int(value))
    return _each(ids, lambda pk: actions.assign(stay_id=pk, owner=owner, by=actor))


def _too_many(ids: list[int], user: User) -> dict[str, int]:
    left = queries.places_of(user).left
    over = len(ids) - left if left is not None else 0
    return {_("more than you may claim now"): over} if over > 0 else {}


BULK = (
    BulkAction("claim", pgettext_lazy("verb", "Claim"), _claim, icon="check", permission="pool.claim", check=_too_many),
    BulkAction("assign", pgettext_lazy("verb", "Assign"), _assign, icon="users", permission="pool.manage", choices=owner_choices),
)

POOL = register(
    Listing(
        name="pool",
        title=gettext_lazy("Public pool"),
        records=records,
        columns=COLUMNS,
        filters=FILTERS,
        default_order="-since",
        search=search,
        search_hint=gettext_lazy("Name, pinyin, end of a phone number, plate, code"),
        views=(
            DefaultView(pgettext_lazy("pool", "All"), ""),
            DefaultView(gettext_lazy("Tiers A to C"), "tier=A&tier=B&tier=C&sort=-net"),
            DefaultView(gettext_lazy("Were mine"), "mine=1"),
        ),
        bulk=BULK,
        permission="pool.view",
        decorate=decorate,
        unit=gettext_lazy("customers"),
        one=pgettext_lazy("one of a list", "customer"),
    )
)
