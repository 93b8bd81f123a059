"""Which files a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import errors
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, Occasion, TeamMember

Belonging = TypeVar("Belonging", Asset, Contact, ContactPoint, FileEntry, Occasion)


def customers_visible_to(user: Any, *, closed: bool = False) -> QuerySet[Customer]:
    """Customers of this person's own, of their branch and below, or all; whose team they are in, and whose owner they stand in for.

    `closed` adds the deactivated; merged and erased files never show.
    """
    records = Customer.objects.filter(merged_into=None, erased_at=None)
    if not closed:
        records = records.filter(is_active=True)
    return seen_by(records, user)


def seen_by(records: QuerySet[Customer], user: Any) -> QuerySet[Customer]:
    """Of these files the ones this person reaches; no statement of its own beside their branches."""
    if not isinstance(user, User):
        return records.none()
    if user.sees == Sees.ALL:
        return records
    reached = staff.whose(user) | Q(pk__in=TeamMember.objects.filter(person=user, left_at=None).values("customer"))
    if user.sees == Sees.BRANCH:
        reached |= Q(branch__in=staff.branch_ids_of(user))
    return records.filter(reached)


def tell_if_erased(customer_id: int, user: Any) -> None:
    """FileErased where this person would have seen the file, had its person not been erased; nothing where they would not."""
    gone = seen_by(Customer.objects.filter(merged_into=None, erased_at__isnull=False), user).filter(pk=customer_id).first()
    if gone is not None:
        raise errors.FileErased(code=gone.code)


def seen_only(user: Any, ids: Iterable[int]) -> list[int]:
    """Of these customers, the ones this person may see and act on: what a bulk action really reaches."""
    return list(customers_visible_to(user).filter(pk__in=list(ids)).order_by("pk").values_list("pk", flat=True))


def belongings_visible_to(user: Any, model: type[Belonging]) -> QuerySet[Belonging]:
    """Contacts, points, entries, assets or days of the customers this person may see, with the customer joined."""
    customers = customers_visible_to(user, closed=True).values("pk")
    return model.objects.filter(customer__in=customers).select_related("customer__branch")
