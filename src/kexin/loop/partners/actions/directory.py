"""Partners, their offices and people: added, changed, taken off; and the reminder before an agreement ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.staff import coordinates
from kexin.ground.staff import queries as staff
from kexin.kit import geo
from kexin.loop.customers.actions import checking
from kexin.loop.customers.models import Customer
from kexin.loop.partners import errors, queries
from kexin.loop.partners.choices import Role
from kexin.loop.partners.models import Office, Partner, PartnerContact
from kexin.loop.todo import actions as todo
from kexin.loop.todo.choices import Kind as ToDoKind
from kexin.loop.todo.models import ToDo

Record = TypeVar("Record", Partner, Office, PartnerContact)
PARTNER_FIELDS = (
    "code", "name", "role", "covers_regions", "covers_products", "agreed_from", "agreed_until", "remind_days", "price_agreement",
    "prices_compared_on", "note", "is_active",
)  # fmt: skip
OFFICE_FIELDS = ("name", "region", "address", "hours", "is_active")
CONTACT_FIELDS = ("name", "role", "phone", "email", "note")


@transaction.atomic
def add_partner(*, fields: Mapping[str, Any], by: Actor, customer: Customer | None = None) -> Partner:
    """A code of one's own, or the next free one: Z-0007."""
    values = _partner_values(fields, None)
    values["code"] = values.get("code") or free_code(1 + (Partner.objects.aggregate(last=Max("pk"))["last"] or 0))
    _one_customer(customer, None)
    partner = Partner.objects.create(customer=customer, **values)
    _record(partner, "add", {name: [None, checking.plain(value)] for name, value in values.items() if value not in ("", None)}, by)
    return partner


@transaction.atomic
def change_partner(
    *, partner_id: int, version: int | None, fields: Mapping[str, Any], by: Actor, customer: Customer | str | None = "as it is"
) -> Partner:
    partner = _held(Partner, partner_id, version)
    values = _partner_values(fields, partner)
    changes = checking.changes_between(partner, values)
    if not isinstance(customer, str) and customer != partner.customer:
        _one_customer(customer, partner)
        changes["customer"] = [partner.customer and partner.customer.code, customer and customer.code]
        partner.customer = customer
    if not changes:
        return partner
    for name, value in values.items():
        setattr(partner, name, value)
    partner.version += 1
    partner.save()
    _record(partner, "change", changes, by)
    return partner


@transaction.atomic
def add_office(*, partner_id: int, fields: Mapping[str, Any], by: Actor, given: str = "", system: str = geo.WGS84) -> Office:
    partner = _held(Partner, partner_id, None)
    values = _office_values(fields, given, system)
    office = Office.objects.create(partner=partner, **values)
    _record(partner, "add_office", {"office": [None, office.name]}, by)
    return office


@transaction.atomic
def change_office(
    *, office_id: int, version: int | None, fields: Mapping[str, Any], by: Actor, given: str | None = None, system: str = geo.WGS84
) -> Office:
    """`given`: None leaves the coordinates as they are, a blank text forgets them."""
    office = _held(Office, office_id, version)
    values = _office_values(fields, given, system)
    changes = checking.changes_between(office, values)
    if not changes:
        return office
    for name, value in values.items():
        setattr(office, name, value)
    office.version += 1
    office.save()
    _record(office.partner, "change_office", {f"office.{name}": change for name, change in changes.items()}, by)
    return office


@transaction.atomic
def remove_office(*, office_id: int, by: Actor) -> None:
    office = _held(Office, office_id, None)
    name, partner = office.name, office.partner
    office.delete()
    _record(partner, "remove_office", {"office": [name, None]}, by)


@transaction.atomic
def add_contact(*, partner_id: int, fields: Mapping[str, Any], by: Actor, office: Office | None = None) -> PartnerContact:
    partner = _held(Partner, partner_id, None)
    contact = PartnerContact.objects.create(partner=partner, office=_own(office, partner), **_contact_values(fields))
    _record(partner, "add_contact", {"contact": [None, "•"]}, by)
    return contact


@transaction.atomic
def change_contact(
    *, contact_id: int, version: int | None, fields: Mapping[str, Any], by: Actor, office: Office | None = None
) -> PartnerContact:
    contact = _held(PartnerContact, contact_id, version)
    for name, value in {**_contact_values(fields), "office": _own(office, contact.partner)}.items():
        setattr(contact, name, value)
    contact.version += 1
    contact.save()
    _record(contact.partner, "change_contact", {"contact": ["•", "•"]}, by)
    return contact


@transaction.atomic
def remove_contact(*, contact_id: int, by: Actor) -> None:
    contact = _held(PartnerContact, contact_id, None)
    partner = contact.partner
    contact.delete()
    _record(partner, "remove_contact", {"contact": ["•", None]}, by)


@transaction.atomic
def remind_of_agreements(*, today: date) -> int:
    """One to-do for each agreement that ends soon, once for each end. How many were opened.

    It is the owner's of the customer this partner is, else of whoever keeps the directory.
    """
    opened = 0
    ending = {f"agreement:{one.pk}:{one.agreed_until}": one for one in queries.ending_agreements(today)}
    told = set(ToDo.objects.filter(cause__in=list(ending)).values_list("cause", flat=True))
    keeper = staff.nearest_with("partner.edit", None)
    for cause, partner in ending.items():
        owner = partner.customer.owner if partner.customer is not None else None
        owner = owner if owner is not None and owner.is_active else keeper
        if owner is None or cause in told:
            continue
        with override(owner.language or settings.LANGUAGE_CODE):
            title = _("The agreement with %(name)s ends on %(day)s") % {"name": partner.name, "day": partner.agreed_until}
        todo.open_todo(
            kind=ToDoKind.REVIEW,
            title=title,
            customer=partner.customer,
            owner=owner,
            due_at=timezone.now() + timedelta(days=7),
            cause=cause,
            origin_kind="partner",
            origin_id=partner.pk,
            by=Actor.system("partners"),
        )
        opened += 1
    return opened


def _held(model: type[Record], pk: int, version: int | None) -> Record:
    record = model._default_manager.select_for_update().filter(pk=pk).first()  # noqa: SLF001 -- Django's own name for a model's manager
    if record is None:
        raise errors.OfficeNotFound if issubclass(model, Office) else errors.PartnerNotFound
    if version is not None and version != record.version:
        raise errors.ChangedMeanwhile(theirs={"name": record.name}, version=record.version)
    return record


def _partner_values(fields: Mapping[str, Any], partner: Partner | None) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Partner, {name: fields[name] for name in PARTNER_FIELDS if name in fields}, causes)
    if "name" in values and not values["name"]:
        causes["name"] = errors.WordsMissing(beside="name")
    if "role" in values:
        values["role"] = Role(values["role"]).value
    if values.get("remind_days") is None:
        values.pop("remind_days", None)
    if "code" in values and not values["code"] and partner is not None:
        del values["code"]
    if values.get("code") and Partner.objects.filter(code=values["code"]).exclude(pk=partner.pk if partner else 0).exists():
        causes["code"] = errors.PartnerCodeTaken(value=values["code"])
    begins, ends = (values.get(name, getattr(partner, name, None)) for name in ("agreed_from", "agreed_until"))
    if begins is not None and ends is not None and begins > ends:
        causes["agreed_until"] = errors.EndsBeforeItBegins()
    checking.refuse(causes)
    return values


def _office_values(fields: Mapping[str, Any], given: str | None, system: str) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Office, {name: fields[name] for name in OFFICE_FIELDS if name in fields}, causes)
    if "name" in values and not values["name"]:
        causes["name"] = errors.WordsMissing(beside="name")
    if given is not None:
        try:
            point = coordinates.read(given, system)
        except KexinError as cause:
            causes[cause.field] = cause
        else:
            values |= {"latitude": point and point.latitude, "longitude": point and point.longitude, "system": system}
    checking.refuse(causes)
    return values


def _contact_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(PartnerContact, {name: fields.get(name, "") for name in CONTACT_FIELDS}, causes)
    if not values["name"]:
        causes["name"] = errors.WordsMissing(beside="name")
    checking.refuse(causes)
    return values


def _own(office: Office | None, partner: Partner) -> Office | None:
    return office if office is not None and office.partner_id == partner.pk else None


def _one_customer(customer: Customer | None, partner: Partner | None) -> None:
    other = Partner.objects.filter(customer=customer).exclude(pk=partner.pk if partner else 0).first() if customer else None
    if other is not None and customer is not None:
        raise errors.PartnerIsCustomerAlready(customer=customer.name, partner=other.name)


def free_code(number: int, taken: Collection[str] = ()) -> str:
    """Z-0007, or the next that is free: people and files bring codes of their own."""
    while (code := f"Z-{number:04d}") in taken or Partner.objects.filter(code=code).exists():
        number += 1
    return code


def _record(partner: Partner, act: str, changes: dict[str, list[Any]], by: Actor) -> None:
    """Of the partner only its change number is written: who changes an office holds the office, and the partner may be changing too."""
    partner.change = audit.record(action=f"partner.{act}", kind="partner", record_id=partner.pk, label=partner.name, by=by, changes=changes)
    partner.save(update_fields=["change"])
