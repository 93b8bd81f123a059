"""What a customer has of ours, and the days that matter to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers import errors
from kexin.loop.customers.actions import asset_history, checking
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.announcements import CustomerChanged
from kexin.loop.customers.choices import AssetKind, Calendar, Source
from kexin.loop.customers.models import Asset, Contact, Customer, Occasion
from kexin.loop.customers.queries.days import today_of
from kexin.loop.customers.rules import identity, occasions

Belonging = TypeVar("Belonging", Asset, Occasion)
ASSET_FIELDS = frozenset({"kind", "name", "plate", "vin", "acquired_on", "note"})
DAY = ("label", "calendar", "year", "month", "day", "is_leap_month")
OCCASION_FIELDS = frozenset({*DAY, "source", "purpose"})


@transaction.atomic
def add_asset(  # noqa: PLR0913 -- what it is, and how it is known
    *,
    customer_id: int,
    name: str,
    by: Actor,
    kind: str = AssetKind.VEHICLE,
    plate: str = "",
    vin: str = "",
    acquired_on: date | None = None,
    note: str = "",
    source: str = Source.DEALINGS,
) -> Asset:
    customer = checking.open_file(customer_id)
    values = _asset_values({"kind": kind, "name": name, "plate": plate, "vin": vin, "acquired_on": acquired_on, "note": note})
    asset = Asset.objects.create(customer=customer, source=Source(source), collected_on=today_of(customer), collected_by_id=by.id, **values)
    _told(customer, "add_asset", {"asset": [None, asset.name or asset.plate]}, by)
    return asset


@transaction.atomic
def change_asset(*, asset_id: int, version: int | None, fields: Mapping[str, Any], by: Actor) -> Asset:
    asset = _found(Asset, asset_id)
    customer = checking.open_file(asset.customer_id)
    _still_there(asset)
    values = _asset_values({name: fields.get(name, getattr(asset, name)) for name in ASSET_FIELDS})
    checking.untouched(asset, kind="asset", version=version, fields=values)
    before = {name: getattr(asset, name) for name in ("plate", "name", "vin")}
    _changed(asset, values, kind="asset", by=by)
    asset_history.note_change(asset, before, by)
    _told(customer, "change_asset", {"asset": [None, asset.name]}, by)
    return asset


@transaction.atomic
def remove_asset(*, asset_id: int, version: int | None = None, by: Actor) -> None:
    asset = _found(Asset, asset_id)
    customer = checking.open_file(asset.customer_id)
    _still_there(asset)
    checking.untouched(asset, kind="asset", version=version, fields={})
    asset.delete()
    _told(customer, "remove_asset", {"asset": [" ".join(filter(None, (asset.name, asset.plate, asset.vin))), None]}, by)


@transaction.atomic
def add_occasion(  # noqa: PLR0913 -- a day in one of two calendars
    *,
    customer_id: int,
    label: str,
    month: int,
    day: int,
    by: Actor,
    calendar: str = Calendar.SOLAR,
    year: int | None = None,
    is_leap_month: bool = False,
    source: str = Source.CUSTOMER,
    purpose: str = "",
    contact_id: int | None = None,
) -> Occasion:
    """A day to remember. The year may stay unknown; lunar days are kept as lunar days and dated anew every year."""
    customer = checking.open_file(customer_id)
    values = _occasion_values(
        {
            "label": label,
            "calendar": calendar,
            "year": year,
            "month": month,
            "day": day,
            "is_leap_month": is_leap_month,
            "source": source,
            "purpose": purpose,
        }
    )
    contact = Contact.objects.filter(pk=contact_id, customer=customer).first() if contact_id else None
    occasion = Occasion.objects.create(customer=customer, contact=contact, collected_on=today_of(customer), collected_by_id=by.id, **values)
    _told(customer, "add_occasion", {"occasion": [None, _masked_day(occasion)]}, by)
    return occasion


@transaction.atomic
def change_occasion(*, occasion_id: int, version: int | None, fields: Mapping[str, Any], by: Actor) -> Occasion:
    """Another day takes the place of this one, learnt today; what was believed before stays beneath it."""
    occasion = _found(Occasion, occasion_id)
    customer = checking.open_file(occasion.customer_id)
    _still_there(occasion)
    values = _occasion_values({name: fields.get(name, getattr(occasion, name)) for name in OCCASION_FIELDS})
    checking.untouched(occasion, kind="occasion", version=version, fields=values)
    old = _masked_day(occasion)
    if any(values[name] != getattr(occasion, name) for name in DAY):
        occasion.before.create(collected_on=occasion.collected_on, collected_by_id=occasion.collected_by_id, **_as_it_is(occasion))
        occasion.collected_on, occasion.collected_by_id = today_of(customer), by.id
    _changed(occasion, values, kind="occasion", by=by, private={"year"})
    _told(customer, "change_occasion", {"occasion": [old, _masked_day(occasion)]}, by)
    return occasion


@transaction.atomic
def remove_occasion(*, occasion_id: int, version: int | None = None, by: Actor) -> None:
    occasion = _found(Occasion, occasion_id)
    customer = checking.open_file(occasion.customer_id)
    _still_there(occasion)
    checking.untouched(occasion, kind="occasion", version=version, fields={})
    occasion.delete()
    _told(customer, "remove_occasion", {"occasion": [_masked_day(occasion), None]}, by)


def _asset_values(given: Mapping[str, Any]) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Asset, given, causes)
    values["plate"], values["vin"] = identity.plate_key(values["plate"]), identity.vin_key(values["vin"])
    values["kind"] = AssetKind(values["kind"])
    if not (values["name"] or values["plate"] or values["vin"]):
        causes["name"] = errors.NameMissing(beside="name")
    checking.refuse(causes)
    return values


def _occasion_values(given: Mapping[str, Any]) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Occasion, given, causes)
    values["calendar"], values["source"] = Calendar(values["calendar"]), Source(values["source"])
    if not values["label"]:
        causes["label"] = errors.NameMissing(beside="label")
    if values["calendar"] == Calendar.SOLAR:
        values["is_leap_month"] = False
    if not occasions.exists(values["calendar"], values["year"], values["month"], values["day"], leap=values["is_leap_month"]):
        causes["day"] = errors.InvalidDay()
    checking.refuse(causes)
    return values


def _as_it_is(occasion: Occasion) -> dict[str, Any]:
    return {name: getattr(occasion, name) for name in (*DAY, "source", "purpose")}


def _found(model: type[Belonging], pk: int) -> Belonging:
    record = model.objects.filter(pk=pk).first()
    if record is None:
        raise errors.CustomerNotFound
    return record


def _still_there(record: Belonging) -> None:
    """Read again, now that the file is locked: somebody may have changed it, or taken it off, in between."""
    try:
        record.refresh_from_db()
    except (Asset.DoesNotExist, Occasion.DoesNotExist):
        raise errors.CustomerNotFound from None


def _changed(record: Belonging, values: Mapping[str, Any], *, kind: str, by: Actor, private: set[str] | None = None) -> None:
    changes = checking.changes_between(record, values)
    if not changes:
        return
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
    shown = {name: ["•", "•"] if name in (private or ()) else change for name, change in changes.items()}
    audit.record(
        action=f"{kind}.change",
        kind=kind,
        record_id=record.pk,
        label=str(getattr(record, "name", "") or getattr(record, "label", "")),
        by=by,
        changes={**shown, "version": [record.version - 1, record.version]},
    )
    record.save()


def _masked_day(occasion: Occasion) -> str:
    """Month and day without the year: a full birthday identifies a person."""
    leap = "+" if occasion.is_leap_month else ""
    return f"{occasion.label} {occasion.calendar} {occasion.month}{leap}-{occasion.day}"


def _told(customer: Customer, act: str, changes: dict[str, list[Any]], by: Actor) -> None:
    customer.change = audit.record(
        action=f"customer.{act}", kind="customer", record_id=customer.pk, label=customer.name, by=by, changes=changes
    )
    customer.save(update_fields=["change", "updated_at"])
    index_customers([customer.pk])
    jobs.announce(CustomerChanged(customer_id=customer.pk, fields=sorted(changes)))
