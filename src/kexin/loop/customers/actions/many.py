"""One field of many files at once: each batch one transaction, one entry of the trail, and what single changes announce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff.models import Branch
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.custom_values import give, options_of
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.locating import locate
from kexin.loop.customers.announcements import CustomerChanged
from kexin.loop.customers.choices import Kind, PointKind, Source
from kexin.loop.customers.models import Customer, CustomField
from kexin.loop.customers.queries.days import today_of

ALLOWED = {"kind": Kind.values, "source": Source.values, "preferred_channel": [*PointKind.values, ""]}
GIVEN = frozenset({"branch", "region", *ALLOWED})


@transaction.atomic
def change_many(*, field: str, values: Mapping[int, Any], by: Actor) -> dict[int, int]:
    """Give many files a value of one field of their own: `{customer: value}`, a branch by its number. {customer: version afterwards}."""
    if field not in GIVEN:
        raise TypeError(f"change_many does not change {field}")
    column = "branch_id" if field == "branch" else field
    _check(field, values)
    customers = list(Customer.objects.select_for_update().filter(pk__in=list(values)).order_by("pk"))
    entry = audit.record(action="customer.change_many", kind="customer", by=by, changes={"field": field, "customers": len(customers)})

    # One statement for each value, not a case for each row: the lock is held ten times shorter.
    for value in dict.fromkeys(values[customer.pk] for customer in customers):
        given = [customer.pk for customer in customers if values[customer.pk] == value]
        Customer.objects.filter(pk__in=given).update(**{column: value}, version=F("version") + 1, change=entry, updated_at=timezone.now())
    if field in {"branch", "region"}:
        locate([customer.pk for customer in customers])

    jobs.announce_all(CustomerChanged(customer_id=customer.pk, fields=[field]) for customer in customers)
    return {customer.pk: customer.version + 1 for customer in customers}


@transaction.atomic
def give_fields(*, field_id: int, values: Mapping[int, Any], by: Actor) -> dict[int, int]:
    """Write a field an administrator added on many files; None takes the value away. Older values are kept. As `change_many`."""
    field = CustomField.objects.filter(pk=field_id).first()
    if field is None:
        raise errors.FieldGone
    options = options_of([field]).get(field.pk, {})
    customers = list(Customer.objects.select_for_update(of=("self",)).filter(pk__in=list(values)).select_related("branch").order_by("pk"))
    entry = audit.record(action="customer.change_many", kind="customer", by=by, changes={"field": field.name, "customers": len(customers)})

    for customer in customers:
        common = {"collected_on": today_of(customer), "purpose": ""}
        give(customer, field, values[customer.pk], options=options, by=by, source=Source.DEALINGS, common=common)
    Customer.objects.filter(pk__in=[customer.pk for customer in customers]).update(change=entry, updated_at=timezone.now())
    if field.is_searchable:
        index_customers([customer.pk for customer in customers])

    told = f"field.{field.label_zh}"
    jobs.announce_all(CustomerChanged(customer_id=customer.pk, fields=[told]) for customer in customers)
    return {customer.pk: customer.version for customer in customers}


def _check(field: str, values: Mapping[int, Any]) -> None:
    given = set(values.values())
    if field == "branch" and Branch.objects.filter(pk__in=given - {None}).count() != len(given - {None}):
        raise errors.ValueNotThere
    if field in ALLOWED and not given <= set(ALLOWED[field]):
        raise errors.ValueNotThere
    if field == "region":
        causes: dict[str, Any] = {}
        for value in given:
            checking.fitting(Customer, {"region": value}, causes)
        checking.refuse(causes)
