"""Who speaks for a customer and how to reach them: contacts, phones, mails, WeCom ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.announcements import CustomerChanged
from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Contact, ContactPoint, Customer

CONTACT_FIELDS = frozenset({"name", "role", "note", "is_primary"})


def masked(kind: str, value: str) -> str:
    """A way to reach somebody as lists and the trail show it."""
    return plain_text.mask_phone(value) if kind == PointKind.PHONE else plain_text.mask_email(value)


@transaction.atomic
def add_contact(  # noqa: PLR0913 -- a person with ways to reach them
    *,
    customer_id: int,
    name: str,
    by: Actor,
    role: str = "",
    note: str = "",
    is_primary: bool = False,
    phone: str = "",
    email: str = "",
    wecom: str = "",
) -> Contact:
    customer = checking.open_file(customer_id)
    causes: dict[str, KexinError] = {}
    values = _contact_values({"name": name, "role": role, "note": note, "is_primary": is_primary}, causes)
    points = [
        (kind.value, *checking.checked_point(kind.value, value, causes, kind.value))
        for kind, value in ((PointKind.PHONE, phone), (PointKind.EMAIL, email), (PointKind.WECOM, wecom))
        if value.strip()
    ]
    checking.refuse(causes)

    if is_primary:
        customer.contacts.filter(is_primary=True).update(is_primary=False)
    contact = Contact.objects.create(customer=customer, **values)
    for kind, value, key in points:
        ContactPoint.objects.create(customer=customer, contact=contact, kind=kind, value=value, key=key, is_primary=True)
    _told(
        customer,
        "add_contact",
        {"contact": [None, contact.name], **{f"contact.{kind}": [None, masked(kind, value)] for kind, value, _ in points}},
        by,
    )
    return contact


@transaction.atomic
def change_contact(*, contact_id: int, version: int | None, fields: Mapping[str, Any], by: Actor) -> Contact:
    contact = _contact(contact_id)
    customer = checking.open_file(contact.customer_id)
    _still_there(contact)
    causes: dict[str, KexinError] = {}
    values = _contact_values({name: value for name, value in fields.items() if name in CONTACT_FIELDS}, causes)
    checking.untouched(contact, kind="contact", version=version, fields=values)
    checking.refuse(causes)
    changes = checking.changes_between(contact, values)
    if not changes:
        return contact

    if values.get("is_primary"):
        customer.contacts.filter(is_primary=True).exclude(pk=contact.pk).update(is_primary=False)
    for name, value in values.items():
        setattr(contact, name, value)
    contact.version += 1
    audit.record(
        action="contact.change",
        kind="contact",
        record_id=contact.pk,
        label=contact.name,
        by=by,
        changes={**changes, "version": [contact.version - 1, contact.version]},
    )
    contact.save()
    _told(customer, "change_contact", {f"contact.{name}": change for name, change in changes.items()}, by)
    return contact


@transaction.atomic
def remove_contact(*, contact_id: int, version: int | None = None, by: Actor) -> None:
    """Take a person off the file, with their ways to reach them."""
    contact = _contact(contact_id)
    customer = checking.open_file(contact.customer_id)
    _still_there(contact)
    checking.untouched(contact, kind="contact", version=version, fields={})
    name = contact.name
    contact.delete()
    _told(customer, "remove_contact", {"contact": [name, None]}, by)


@transaction.atomic
def add_point(
    *, customer_id: int, kind: str, value: str, by: Actor, contact_id: int | None = None, is_primary: bool = False, note: str = ""
) -> ContactPoint:
    """Another way to reach a customer, or one of its contacts. The first of its kind becomes the one to use first."""
    customer = checking.open_file(customer_id)
    contact = _contact_of(customer, contact_id)
    causes: dict[str, KexinError] = {}
    written, key = checking.checked_point(PointKind(kind).value, value, causes, "value")
    note = checking.fitting(ContactPoint, {"note": note}, causes)["note"]
    checking.refuse(causes)
    siblings = ContactPoint.objects.filter(customer=customer, contact=contact, kind=kind)
    if siblings.filter(key=key).exists():
        raise errors.PointAlreadyThere(value=written)

    first = is_primary or not siblings.filter(is_primary=True).exists()
    if first:
        siblings.filter(is_primary=True).update(is_primary=False)
    point = ContactPoint.objects.create(customer=customer, contact=contact, kind=kind, value=written, key=key, is_primary=first, note=note)
    _told(customer, "add_point", {kind: [None, masked(kind, written)]}, by)
    return point


@transaction.atomic
def change_point(*, point_id: int, version: int | None, value: str, note: str | None = None, by: Actor) -> ContactPoint:
    point = _point(point_id)
    customer = checking.open_file(point.customer_id)
    _still_there(point)
    causes: dict[str, KexinError] = {}
    written, key = checking.checked_point(point.kind, value, causes, "value")
    if version is not None and version != point.version:
        raise errors.EditedMeanwhile(theirs={"value": point.value}, yours={"value": written}, version=point.version)
    if note is not None:
        point.note = checking.fitting(ContactPoint, {"note": note}, causes)["note"]
    checking.refuse(causes)
    old = point.value
    point.value, point.key, point.version = written, key, point.version + 1
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        raise errors.PointAlreadyThere(value=written) from None
    _told(customer, "change_point", {point.kind: [masked(point.kind, old), masked(point.kind, written)]}, by)
    return point


@transaction.atomic
def remove_point(*, point_id: int, version: int | None = None, by: Actor) -> None:
    """Take a number off the file. If it was the one to use first, the oldest of the others is now."""
    point = _point(point_id)
    customer = checking.open_file(point.customer_id)
    _still_there(point)
    checking.untouched(point, kind="point", version=version, fields={})
    kind, value, was_first, contact_id = point.kind, point.value, point.is_primary, point.contact_id
    point.delete()
    if was_first:
        heir = ContactPoint.objects.filter(customer=customer, contact_id=contact_id, kind=kind).order_by("pk").first()  # type: ignore[misc]  # None asks for the customer's own points
        if heir is not None:
            ContactPoint.objects.filter(pk=heir.pk).update(is_primary=True)
    _told(customer, "remove_point", {kind: [masked(kind, value), None]}, by)


@transaction.atomic
def make_point_primary(*, point_id: int, version: int | None = None, by: Actor) -> ContactPoint:
    """Use this number first from now on."""
    point = _point(point_id)
    customer = checking.open_file(point.customer_id)
    _still_there(point)
    checking.untouched(point, kind="point", version=version, fields={})
    ContactPoint.objects.filter(customer=customer, contact_id=point.contact_id, kind=point.kind, is_primary=True).update(is_primary=False)  # type: ignore[misc]  # as above
    point.is_primary = True
    point.save(update_fields=["is_primary"])
    _told(customer, "make_point_primary", {point.kind: [None, masked(point.kind, point.value)]}, by)
    return point


def _contact_values(given: Mapping[str, Any], causes: dict[str, KexinError]) -> dict[str, Any]:
    values = checking.fitting(Contact, given, causes)
    if "name" in values and not values["name"]:
        causes["name"] = errors.NameMissing()
    return values


def _contact(pk: int) -> Contact:
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise errors.CustomerNotFound
    return contact


def _still_there(record: Contact | ContactPoint) -> None:
    """Read again, now that the file is locked: somebody may have changed it, or taken it off, in between."""
    try:
        record.refresh_from_db()
    except (Contact.DoesNotExist, ContactPoint.DoesNotExist):
        raise errors.CustomerNotFound from None


def _contact_of(customer: Customer, pk: int | None) -> Contact | None:
    if pk is None:
        return None
    contact = _contact(pk)
    if contact.customer_id != customer.pk:
        raise errors.CustomerNotFound
    return contact


def _point(pk: int) -> ContactPoint:
    point = ContactPoint.objects.filter(pk=pk).first()
    if point is None:
        raise errors.CustomerNotFound
    return point


def _told(customer: Customer, act: str, changes: dict[str, list[Any]], by: Actor) -> None:
    customer.change = audit.record(
        action=f"customer.{act}", kind="customer", record_id=customer.pk, label=customer.name, by=by, changes=changes
    )
    customer.save(update_fields=["change", "updated_at"])
    index_customers([customer.pk])
    jobs.announce(CustomerChanged(customer_id=customer.pk, fields=sorted(changes)))
