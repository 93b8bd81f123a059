"""Counting how complete and fresh files are: one thing at a time, for all branches and owners, month by month."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kexin.loop.customers.choices import PointKind, Topic
from kexin.loop.customers.models import Contact, ContactPoint, Credit, Customer, FileEntry, FileQuality, Occasion, Project
from kexin.loop.customers.rules import freshness

ITEMS = tuple(dict.fromkeys(item for items in freshness.EXPECTED.values() for item in items))
Group = tuple[int | None, int | None, str]


@transaction.atomic
def count_item(*, item: str, today: date) -> int:
    """Count one thing for the running month, in place of what was counted before. How many rows."""
    month = today.replace(day=1)
    kinds = [kind for kind, items in freshness.EXPECTED.items() if item in items]
    files = _groups(Customer.objects.filter(merged_into=None, erased_at=None, is_active=True, kind__in=kinds))
    have = _groups(Customer.objects.filter(merged_into=None, erased_at=None, is_active=True, kind__in=kinds).filter(_holding(item)))
    ageing, stale = _ageing(item, kinds, today)
    FileQuality.objects.filter(month=month, item=item).delete()
    FileQuality.objects.bulk_create(
        [
            FileQuality(
                month=month, item=item, branch_id=group[0], owner_id=group[1], kind=group[2], files=count, have=have.get(group, 0),
                ageing=ageing.get(group, 0), stale=stale.get(group, 0), counted_on=today,
            )
            for group, count in files.items()
        ],
        batch_size=500,
    )  # fmt: skip
    return len(files)


def _groups(customers: QuerySet[Customer]) -> dict[Group, int]:
    counted = customers.order_by().values_list("branch_id", "owner_id", "kind").annotate(n=Count("pk"))
    return {(branch, owner, kind): count for branch, owner, kind, count in counted}


def _holding(item: str) -> Q:  # noqa: PLR0911 -- a table of things, one line each
    """The condition "this file holds it"."""
    own = {"customer": OuterRef("pk")}
    if item == "phone":
        return Q(Exists(ContactPoint.objects.filter(**own, kind=PointKind.PHONE)))
    if item == "owner":
        return Q(owner__isnull=False)
    if item in {"region", "address", "tax_number"}:
        return ~Q(**{item: ""})
    if item == "occasion":
        return Q(Exists(Occasion.objects.filter(**own)))
    if item == "contact":
        return Q(Exists(Contact.objects.filter(**own)))
    entry = Q(Exists(FileEntry.objects.filter(**own, topic=item, superseded_by=None, rejected_on=None)))
    if item == "credit":
        return entry | Q(Exists(Credit.objects.filter(**own, is_current=True)))
    return entry | Q(Exists(Project.objects.filter(**own))) if item == "project" else entry


def _ageing(item: str, kinds: list[str], today: date) -> tuple[dict[Group, int], dict[Group, int]]:
    """Current entries of this topic that can go stale, and those that did."""
    believed_for = freshness.FRESH_FOR.get(item) if item in Topic.values else None
    if believed_for is None:
        return {}, {}
    entries = FileEntry.objects.filter(
        topic=item, superseded_by=None, rejected_on=None, customer__kind__in=kinds, customer__is_active=True, customer__merged_into=None
    )
    groups = entries.order_by().values_list("customer__branch_id", "customer__owner_id", "customer__kind")
    counted = groups.annotate(n=Count("pk"), old=Count("pk", filter=Q(collected_on__lt=today - believed_for)))
    found = list(counted)
    return {row[:3]: row[3] for row in found}, {row[:3]: row[4] for row in found}
