"""Customers of a batch written: new files, known ones changed, and everything that belongs to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone

from kexin.ground.imports import bulk
from kexin.ground.imports.loaders import Journal
from kexin.loop.customers.actions import file as file_actions
from kexin.loop.customers.choices import AssetAct, AssetKind, Source
from kexin.loop.customers.loaders import creating, credit, custom, places
from kexin.loop.customers.loaders.reading import BIRTHDAY, Person, Point, Read, kind_of
from kexin.loop.customers.models import (
    Asset,
    AssetEvent,
    Contact,
    ContactPoint,
    Coordinates,
    Credit,
    Customer,
    CustomField,
    CustomPick,
    CustomValue,
    FileEntry,
    Occasion,
    OccasionBefore,
)


@dataclass
class Update:
    customer: Customer
    read: Read
    fields: dict[str, Any]
    points: list[tuple[Point, bool]]  # with whether it becomes the first of its kind
    new_people: list[Person]
    people: list[tuple[Contact, dict[str, Any], list[tuple[Point, bool]]]]
    entries: list[tuple[str, str, int | None]]  # topic, value, entry it takes the place of
    assets: list[tuple[str, str, str, dt.date | None]]
    asset_fields: list[tuple[Asset, dict[str, Any]]]
    days: list[tuple[str, int | None, int, int, bool]]
    day_fields: list[tuple[Occasion, dict[str, Any]]]
    credit: dict[str, Any] = field(default_factory=dict)
    own: list[tuple[CustomField, Any, CustomValue | None]] = field(default_factory=list)  # with what the value takes the place of
    credit_now: Credit | None = None  # what the new entry takes the place of
    place: places.Said | None = None


class Rows:
    """Rows of a batch on their way in, a list a table."""

    def __init__(self, now: dt.datetime, today: dt.date, by: int | None, *, currency: str) -> None:
        self.now, self.today, self.by, self.currency = bulk.stored_moment(now), today.isoformat(), by, currency
        self.credits: list[tuple[Any, ...]] = []
        self.places: list[tuple[Any, ...]] = []
        self.own: list[tuple[int, CustomField, Any]] = []
        self.asset_events: list[tuple[Any, ...]] = []
        self.people: list[tuple[int, Person, bool]] = []
        self.points: list[tuple[int, int | Person | None, Point, bool]] = []
        self.entries: list[tuple[int, str, str, int | None]] = []
        self.assets: list[tuple[Any, ...]] = []
        self.days: list[tuple[Any, ...]] = []
        self.days_before: list[tuple[Any, ...]] = []

    def point(self, customer: int, contact: int | Person | None, point: Point, *, first: bool) -> None:
        self.points.append((customer, contact, point, first))

    def person(self, customer: int, person: Person, *, main: bool) -> None:
        self.people.append((customer, person, main))
        firsts: set[str] = set()
        for point in person.points.values():
            self.point(customer, person, point, first=point[0] not in firsts)
            firsts.add(point[0])

    def entry(self, customer: int, topic: str, value: str, before: int | None) -> None:
        self.entries.append((customer, topic, value, before))

    def credit(self, customer: int, values: Mapping[str, Any]) -> None:
        self.credits.append(credit.row(customer, values, currency=self.currency, today=self.today, by=self.by, now=self.now))

    def place(self, customer: int, said: places.Said) -> None:
        self.places.append(places.row(customer, said, today=self.today, by=self.by, now=self.now))

    def asset(self, customer: int, plate: str, vin: str, name: str, acquired: dt.date | None) -> None:
        self.assets.append(
            (
                customer,
                AssetKind.VEHICLE.value if plate or vin else AssetKind.OTHER.value,
                name or plate or vin,
                plate,
                vin,
                acquired.isoformat() if acquired else None,
                "",
                1,
            )
        )

    def asset_changed(self, asset: Asset, fields: Mapping[str, Any]) -> None:
        """Another plate, name or VIN leaves its line, as when somebody types it."""
        said = [(AssetAct.PLATE, asset.plate, fields["plate"])] if asset.plate and fields.get("plate") else []
        if {"name", "vin"} & fields.keys():
            old, new = ((asset.name, asset.vin), (fields.get("name", asset.name), fields.get("vin", asset.vin)))
            said.append((AssetAct.DETAIL, " ".join(filter(None, old))[:120], " ".join(filter(None, new))[:120]))
        self.asset_events += [
            (asset.pk, asset.customer_id, act.value, self.today, before, after, "", self.by, self.now) for act, before, after in said
        ]

    def day(self, customer: int, calendar: str, year: int | None, month: int, day: int, *, leap: bool) -> None:
        self.days.append((customer, None, BIRTHDAY, calendar, year, month, day, int(leap), Source.IMPORT.value, 1))

    def day_changed(self, was: Occasion) -> None:
        """What was believed before the file said otherwise."""
        learnt = was.collected_on.isoformat() if was.collected_on else None
        self.days_before.append(
            (
                *(was.pk, was.label, was.calendar, was.year, was.month, was.day, int(was.is_leap_month)),
                *(was.source, was.purpose, learnt, was.collected_by_id, self.now),
            )
        )

    def insert(self, journal: Journal) -> None:
        ids = bulk.allocate(Contact, len(self.people))
        of_person = {id(person): pk for pk, (_customer, person, _main) in zip(ids, self.people, strict=True)}
        bulk.insert(
            Contact,
            ("id", "customer_id", "name", "role", "is_primary", "note", "version"),
            [
                (pk, customer, person.name, person.role, int(main), "", 1)
                for pk, (customer, person, main) in zip(ids, self.people, strict=True)
            ],
        )
        self._note(journal, "contact", ids)
        points = [
            (customer, of_person[id(owner)] if isinstance(owner, Person) else owner, *point, int(first), "", 1)
            for customer, owner, point, first in self.points
        ]
        self._add(
            journal,
            "contact_point",
            ContactPoint,
            ("customer_id", "contact_id", "kind", "value", "key", "is_primary", "note", "version"),
            points,
        )
        entries = [
            (customer, topic, "", value, Source.IMPORT.value, self.today, self.by, "", 0, None, "", None, self.now)
            for customer, topic, value, _before in self.entries
        ]
        added = self._add(
            journal,
            "file_entry",
            FileEntry,
            (
                "customer_id",
                "topic",
                "choice",
                "value",
                "source",
                "collected_on",
                "collected_by_id",
                "purpose",
                "is_inference",
                "certainty",
                "evidence",
                "superseded_by_id",
                "recorded_at",
            ),
            entries,
        )
        for pk, (_customer, _topic, _value, before) in zip(added, self.entries, strict=True):
            if before:
                FileEntry.objects.filter(pk=before).update(superseded_by_id=pk)
                journal.changed.append(("file_entry", before, {"superseded_by_id": None}))
        self._add(
            journal,
            "asset",
            Asset,
            ("customer_id", "kind", "name", "plate", "vin", "acquired_on", "note", "version", "source", "collected_on", "collected_by_id"),
            [(*asset, Source.IMPORT.value, self.today, self.by) for asset in self.assets],
        )
        self._add(
            journal,
            "occasion",
            Occasion,
            (
                *("customer_id", "contact_id", "label", "calendar", "year", "month", "day", "is_leap_month", "source", "version"),
                *("collected_on", "collected_by_id"),
            ),
            [(*day, self.today, self.by) for day in self.days],
        )

        of_days = (
            *("occasion_id", "label", "calendar", "year", "month", "day", "is_leap_month"),
            *("source", "purpose", "collected_on", "collected_by_id", "replaced_at"),
        )
        self._add(journal, "occasion_before", OccasionBefore, of_days, self.days_before)
        columns = ("asset_id", "customer_id", "act", "occurred_on", "old", "new", "note", "by_id", "occurred_at")
        self._add(journal, "asset_event", AssetEvent, columns, self.asset_events)
        values, picks = custom.rows(self.own, today=self.today, by=self.by, now=self.now)
        ids = self._add(journal, "custom_value", CustomValue, custom.COLUMNS, values)
        chosen = [(pk, choice) for pk, choices in zip(ids, picks, strict=True) for choice in choices]
        self._add(journal, "custom_pick", CustomPick, ("value_id", "choice_id"), chosen)
        self._add(journal, "credit", Credit, credit.COLUMNS, self.credits)
        if self.places:
            self._add(journal, "coordinates", Coordinates, places.COLUMNS, self.places)

    def _add(self, journal: Journal, kind: str, model: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
        ids = bulk.allocate(model, len(rows))
        bulk.insert(model, ("id", *columns), [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
        self._note(journal, kind, ids)
        return ids

    @staticmethod
    def _note(journal: Journal, kind: str, ids: list[int]) -> None:
        journal.added += [(kind, first, last) for first, last in bulk.ranges(ids)]


# Cells


def insert_new(reads: list[Read], rows: Rows, change: int) -> list[int]:
    codes = iter(file_actions.reserve_codes(sum(1 for read in reads if not read.code)) if any(not read.code for read in reads) else [])
    files = []
    for read in reads:
        values = {name: value for name, (value, _row) in read.values.items()}
        values.setdefault("kind", kind_of(values, read))
        values.setdefault("source", Source.IMPORT.value)
        files.append({**values, "code": read.code or next(codes)})
    ids = creating.insert_customers(files, change=change)
    for pk, read in zip(ids, reads, strict=True):
        firsts: set[str] = set()
        for point, _row in read.points.values():
            rows.point(pk, None, point, first=point[0] not in firsts)
            firsts.add(point[0])
        for place, person in enumerate(read.people.values()):
            rows.person(pk, person, main=place == 0)
        for topic, value, _row in read.entries:
            rows.entry(pk, topic, value, None)
        for plate, vin, name, acquired, _row in read.assets:
            rows.asset(pk, plate, vin, name, acquired)
        for calendar, year, month, day, leap, _row in read.days:
            rows.day(pk, calendar, year, month, day, leap=leap)
        if read.place:
            rows.place(pk, read.place[0])
        if read.credit:
            rows.credit(pk, {name: value for name, (value, _row) in read.credit.items()})
    return ids


def write_update(update: Update, rows: Rows, journal: Journal, change: int) -> None:  # noqa: C901, PLR0912 -- one part after the other
    customer = update.customer
    old = {name: getattr(customer, name) for name in update.fields}
    Customer.objects.filter(pk=customer.pk).update(**update.fields, change=change, version=F("version") + 1, updated_at=timezone.now())
    journal.changed.append(("customer", customer.pk, old))
    for point, first in update.points:
        rows.point(customer.pk, None, point, first=first)
    has_main = Contact.objects.filter(customer=customer, is_primary=True).exists() if update.new_people else True
    for person in update.new_people:
        rows.person(customer.pk, person, main=not has_main)
        has_main = True
    for contact, fields, points in update.people:
        if fields:
            journal.changed.append(("contact", contact.pk, {name: getattr(contact, name) for name in fields}))
            Contact.objects.filter(pk=contact.pk).update(**fields, version=F("version") + 1)
        for point, first in points:
            rows.point(customer.pk, contact.pk, point, first=first)
    for topic, value, before in update.entries:
        rows.entry(customer.pk, topic, value, before)
    for plate, vin, name, acquired in update.assets:
        rows.asset(customer.pk, plate, vin, name, acquired)
    for asset, fields in update.asset_fields:
        journal.changed.append(("asset", asset.pk, {name: _json(getattr(asset, name)) for name in fields}))
        Asset.objects.filter(pk=asset.pk).update(**fields, version=F("version") + 1)
        rows.asset_changed(asset, fields)
    for calendar, year, month, day, leap in update.days:
        rows.day(customer.pk, calendar, year, month, day, leap=leap)
    for occasion, fields in update.day_fields:
        learnt = {"source": Source.IMPORT.value, "collected_on": rows.today, "collected_by_id": rows.by}
        was = {name: _json(getattr(occasion, name)) for name in (*fields, *learnt)}
        journal.changed.append(("occasion", occasion.pk, was))
        rows.day_changed(occasion)
        Occasion.objects.filter(pk=occasion.pk).update(**fields, **learnt, version=F("version") + 1)
    if update.credit:
        if update.credit_now is not None:
            Credit.objects.filter(pk=update.credit_now.pk).update(is_current=False)  # undo settles it: undoing.undo
        rows.credit(customer.pk, update.credit)
    if update.place:
        Coordinates.objects.filter(customer=customer, is_current=True).update(is_current=False)  # undo settles it: undoing.undo
        rows.place(customer.pk, update.place)
    for own, content, now in update.own:
        if now is not None:
            CustomValue.objects.filter(pk=now.pk).update(is_current=False)  # undo settles it: undoing.undo
        rows.own.append((customer.pk, own, content))


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
