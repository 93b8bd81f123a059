"""The file itself: create, change, close, open again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff.models import Branch, User
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.locating import locate
from kexin.loop.customers.announcements import (
    CustomerChanged,
    CustomerCreated,
    CustomerDeactivated,
    CustomerReactivated,
)
from kexin.loop.customers.choices import Kind, PointKind, Source
from kexin.loop.customers.models import CodeCounter, ContactPoint, Customer
from kexin.loop.customers.rules import identity

CHANGEABLE = frozenset(
    {"kind", "name", "code", "salutation", "tax_number", "branch", "source", "region", "address", "preferred_channel", "preferred_hours"}
)
PLACED_BY = frozenset({"region", "address", "branch"})  # what says where a customer is, and from where that is measured
MASKS = {"phone": plain_text.mask_phone, "email": plain_text.mask_email, "wecom": plain_text.mask_email}


@transaction.atomic
def create_customer(  # noqa: PLR0913 -- the fields of a file; all but the name may be left out
    *,
    name: str,
    by: Actor,
    kind: str = Kind.PERSON,
    code: str = "",
    salutation: str = "",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    wecom: Sequence[str] | str = (),
    tax_number: str = "",
    owner: User | None = None,
    branch: Branch | None = None,
    source: str = Source.DEALINGS,
    region: str = "",
    address: str = "",
    preferred_channel: str = "",
    preferred_hours: str = "",
    created_at: datetime | None = None,
) -> Customer:
    """Open a file. Without a code it gets the next free K-number; possible duplicates are the caller's question to ask first."""
    causes: dict[str, KexinError] = {}
    fields = checking.fitting(
        Customer,
        {
            "kind": kind,
            "name": name,
            "code": code,
            "salutation": salutation,
            "tax_number": tax_number,
            "source": source,
            "region": region,
            "address": address,
            "preferred_channel": preferred_channel,
            "preferred_hours": preferred_hours,
        },
        causes,
    )
    if not fields["name"]:
        causes["name"] = errors.NameMissing()
    _check_tax_number(fields, causes)
    points = [
        (point_kind.value, *checking.checked_point(point_kind.value, value, causes, point_kind.value))
        for point_kind, values in ((PointKind.PHONE, phones), (PointKind.EMAIL, emails), (PointKind.WECOM, _several(wecom)))
        for value in values
        if value.strip()
    ]
    if fields["code"] and Customer.objects.filter(code=fields["code"]).exists():
        causes["code"] = errors.CodeTaken(value=fields["code"])
    checking.refuse(causes)

    fields["code"] = fields["code"] or reserve_codes(1)[0]
    try:
        with transaction.atomic():
            customer = Customer.objects.create(**fields, owner=owner, branch=branch, created_at=created_at or timezone.now())
    except IntegrityError:
        raise errors.CodeTaken(value=fields["code"]) from None  # two people chose the same code in the same moment
    _write_points(customer, points)

    change = audit.record(
        action="customer.create",
        kind="customer",
        record_id=customer.pk,
        label=customer.name,
        by=by,
        changes={
            **{field: ["", checking.plain(value)] for field, value in fields.items() if value},
            **({"owner": [None, str(owner)]} if owner else {}),
            **({"branch": [None, str(branch)]} if branch else {}),
            **{point_kind: ["", MASKS[point_kind](value)] for point_kind, value, _ in points},
        },
    )
    Customer.objects.filter(pk=customer.pk).update(change=change)
    customer.change = change
    index_customers([customer.pk])
    if region or address:
        locate([customer.pk])

    jobs.announce(CustomerCreated(customer_id=customer.pk))
    return customer


@transaction.atomic
def change_customer(*, customer_id: int, version: int | None, fields: Mapping[str, Any], by: Actor) -> Customer:
    """Write the given fields over. EditedMeanwhile when somebody saved this file after `version`; nothing is written then."""
    unknown = set(fields) - CHANGEABLE
    if unknown:
        raise TypeError(f"change_customer does not change {sorted(unknown)}")
    customer = checking.open_file(customer_id)
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Customer, fields, causes)
    checking.untouched(customer, kind="customer", version=version, fields=values)
    if "name" in values and not values["name"]:
        causes["name"] = errors.NameMissing()
    if "code" in values and not values["code"]:
        del values["code"]
    if "tax_number" in values:
        _check_tax_number(values, causes)
    changes = checking.changes_between(customer, values)
    if "code" in changes and Customer.objects.filter(code=values["code"]).exclude(pk=customer.pk).exists():
        causes["code"] = errors.CodeTaken(value=values["code"])
    checking.refuse(causes)
    if not changes:
        return customer

    old_version, customer.version = customer.version, customer.version + 1
    for name, value in values.items():
        setattr(customer, name, value)
    customer.change = audit.record(
        action="customer.change",
        kind="customer",
        record_id=customer.pk,
        label=customer.name,
        by=by,
        changes={**changes, "version": [old_version, customer.version]},
    )
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError:
        raise errors.CodeTaken(value=customer.code) from None
    index_customers([customer.pk])
    if PLACED_BY & changes.keys():
        locate([customer.pk])

    jobs.announce(CustomerChanged(customer_id=customer.pk, fields=sorted(changes)))
    return customer


@transaction.atomic
def deactivate_customer(*, customer_id: int, reason: str = "", version: int | None = None, by: Actor) -> Customer:
    """Take a customer off the lists. Everything is kept, nothing more can be added until it is opened again."""
    customer = checking.open_file(customer_id)
    checking.untouched(customer, kind="customer", version=version, fields={})
    _set_active([customer], active=False, reason=reason, by=by)
    return customer


@transaction.atomic
def deactivate_customers(*, customer_ids: Sequence[int], reason: str = "", by: Actor) -> int:
    if not customer_ids:
        raise errors.NothingChosen
    customers = list(
        Customer.objects.select_for_update().filter(pk__in=customer_ids, is_active=True, merged_into=None, erased_at=None).order_by("pk")
    )
    _set_active(customers, active=False, reason=reason, by=by)
    return len(customers)


@transaction.atomic
def reactivate_customer(*, customer_id: int, version: int | None = None, by: Actor) -> Customer:
    customer = checking.locked(customer_id)
    checking.untouched(customer, kind="customer", version=version, fields={})
    if customer.merged_into is not None:
        raise errors.FileMerged(name=customer.merged_into.name, code=customer.merged_into.code)
    if not customer.is_active:
        _set_active([customer], active=True, reason="", by=by)
    return customer


def reserve_codes(count: int) -> list[str]:
    """The next free K-numbers, never given twice: the counter's row is locked until the caller's transaction ends."""
    counter, _ = CodeCounter.objects.select_for_update().get_or_create(pk=1)
    found: list[str] = []
    while len(found) < count:
        first = counter.last + 1
        counter.last += count - len(found)
        codes = [identity.code_of(number) for number in range(first, counter.last + 1)]
        taken = set(Customer.objects.filter(code__in=codes).values_list("code", flat=True))  # files bring codes of their own
        found += [code for code in codes if code not in taken]
    counter.save(update_fields=["last"])
    return found


def _set_active(customers: Iterable[Customer], *, active: bool, reason: str, by: Actor) -> None:
    for customer in customers:
        customer.is_active = active
        customer.version += 1
        customer.change = audit.record(
            action="customer.reactivate" if active else "customer.deactivate",
            kind="customer",
            record_id=customer.pk,
            label=customer.name,
            by=by,
            changes={
                "is_active": [not active, active],
                "version": [customer.version - 1, customer.version],
                **({"reason": ["", plain_text.tidy(reason)[:200]]} if reason else {}),
            },
        )
        customer.save(update_fields=["is_active", "version", "change", "updated_at"])
        event = CustomerReactivated if active else CustomerDeactivated
        jobs.announce(event(customer_id=customer.pk))


def _check_tax_number(fields: dict[str, Any], causes: dict[str, KexinError]) -> None:
    written = fields.get("tax_number", "")
    if written:
        fields["tax_number"] = identity.tax_key(written)
        if not plain_text.valid_tax_number(fields["tax_number"]):
            causes["tax_number"] = errors.InvalidTaxNumber(value=written)


def _several(value: Sequence[str] | str) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _write_points(customer: Customer, points: Sequence[tuple[str, str, str]]) -> None:
    """The first of each kind is the one to use first; the same number written twice is one number."""
    seen: set[tuple[str, str]] = set()
    first: set[str] = set()
    for kind, value, key in points:
        if (kind, key) in seen:
            continue
        ContactPoint.objects.create(customer=customer, kind=kind, value=value, key=key, is_primary=kind not in first)
        seen.add((kind, key))
        first.add(kind)
