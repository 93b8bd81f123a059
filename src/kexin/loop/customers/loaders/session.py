"""A customer or contact file at work: the rows of one customer taken together, compared with the file we keep, and written."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.imports import bulk, parsing
from kexin.ground.imports.loaders import Batch, Context, Journal, Plan, Sample
from kexin.ground.imports.parsing import Bad, Column
from kexin.ground.staff.models import Branch, Company, User
from kexin.kit import text as plain_text
from kexin.loop.customers.actions import file as file_actions
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.choices import AssetKind, Calendar, Kind, PointKind, Source, Topic
from kexin.loop.customers.loaders import creating
from kexin.loop.customers.loaders.fields import CHANNELS, KINDS, SOURCES
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, Occasion
from kexin.loop.customers.rules import identity

TEXTS = {
    "code": 40,
    "name": 120,
    "salutation": 20,
    "region": 60,
    "address": 200,
    "preferred_hours": 40,
    "contact_name": 80,
    "contact_role": 60,
    "customer_name": 120,
    "asset_name": 120,
}
SCALARS = (
    "name",
    "kind",
    "salutation",
    "tax_number",
    "owner_id",
    "branch_id",
    "source",
    "region",
    "address",
    "preferred_channel",
    "preferred_hours",
)
READ_AS = {"owner_id": "owner", "branch_id": "branch"}
ENTRIES = {
    "hobby": Topic.HOBBY,
    "credit": Topic.CREDIT,
    "occupation": Topic.OCCUPATION,
    "family": Topic.FAMILY,
    "project": Topic.PROJECT,
    "wish": Topic.WISH,
    "note": Topic.NOTE,
}
ONE_VALUE = frozenset({Topic.CREDIT, Topic.OCCUPATION, Topic.PROJECT})  # a newer one takes the place of the older
SEVERAL = frozenset({Topic.HOBBY})
POINTS = (("phone", PointKind.PHONE), ("phone2", PointKind.PHONE), ("email", PointKind.EMAIL), ("wecom", PointKind.WECOM))
CONTACT_POINTS = (("contact_phone", PointKind.PHONE), ("contact_email", PointKind.EMAIL), ("contact_wecom", PointKind.WECOM))
BAD_POINT = {PointKind.PHONE: "bad_phone", PointKind.EMAIL: "bad_email", PointKind.WECOM: "bad_wecom"}
CUT_MOBILE = re.compile(r"1[3-9](?:\d{8}|\d{10})")  # a Chinese mobile with one digit too few or too many
ORGANISATION = re.compile(
    r"(?:公司|集团|学校|大学|医院|银行|中心|酒店|协会|委员会|局|厂|店|合作社|事务所|Ltd\.?|Inc\.?|LLC|GmbH|Co\.)$", re.IGNORECASE
)
SAMPLES = 20
BIRTHDAY = "birthday"

Point = tuple[str, str, str]  # kind, value, key


@dataclass
class Person:
    name: str
    row: int
    role: str = ""
    points: dict[tuple[str, str], Point] = field(default_factory=dict)


@dataclass
class Read:
    """One customer as the file has it."""

    key: str
    rows: list[int]
    code: str
    values: dict[str, tuple[Any, int]] = field(default_factory=dict)  # field -> value, row that says so
    points: dict[tuple[str, str], tuple[Point, int]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    entries: list[tuple[str, str, int]] = field(default_factory=list)
    assets: list[tuple[str, str, str, dt.date | None, int]] = field(default_factory=list)  # plate, vin, name, acquired, row
    days: list[tuple[str, int | None, int, int, bool, int]] = field(default_factory=list)
    cleared: dict[str, int] = field(default_factory=dict)


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


@dataclass
class Work:
    new: list[Read] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)


class CustomerSession:
    """`people_only`: a contact file, whose customers must be there already."""

    def __init__(self, context: Context, *, people_only: bool = False) -> None:
        self.context = context
        self.people_only = people_only
        company = Company.objects.filter(pk=1).first() or Company()
        self.zone = ZoneInfo(company.zone)
        self.clear = context.option("blank", "keep") == "clear"
        self.mapped = set(context.columns)
        self.branches = {}
        for pk, code, name in Branch.objects.values_list("pk", "code", "name"):
            self.branches[name.casefold()] = pk
            self.branches[code.casefold()] = pk
        owners: dict[str, set[int]] = defaultdict(set)
        for pk, username, name in User.objects.filter(is_active=True).values_list("pk", "username", "name"):
            owners[username.casefold()] = {pk}
            if name:
                owners[name.casefold()].add(pk)
        self.owners = owners
        self.default_branch = self.branches.get(str(context.option("branch", "")).casefold())
        self.columns = self._columns()

    def _columns(self) -> dict[str, Column]:
        orders = self.context.date_orders
        made: dict[str, Callable[[str], Any]] = {name: _text(name, limit) for name, limit in TEXTS.items()}
        made |= {name: _points(name, kind) for name, kind in (*POINTS, *CONTACT_POINTS)}
        made |= {name: _entry(topic) for name, topic in ENTRIES.items()}
        made |= {
            "kind": _with_field("kind", lambda raw: parsing.choice(raw, words=KINDS)),
            "source": lambda raw: SOURCES.get(parsing.clean(raw).casefold()) if raw.strip() else None,
            "preferred_channel": _with_field("preferred_channel", lambda raw: parsing.choice(raw, words=CHANNELS)),
            "tax_number": _tax_number,
            "owner": self._owner,
            "branch": self._branch,
            "plate": lambda raw: identity.plate_key(raw)[:20],
            "vin": lambda raw: identity.vin_key(raw)[:30],
            "acquired_on": _with_field("acquired_on", lambda raw: parsing.day(raw, order=orders.get("acquired_on", ""))),
            "birthday": _with_field("birthday", lambda raw: parsing.birthday(raw, order=orders.get("birthday", ""))),
            "lunar_birthday": _with_field("lunar_birthday", lambda raw: parsing.birthday(raw, lunar=True)),
        }
        return {name: Column(parse) for name, parse in made.items()}

    def _owner(self, raw: str) -> int | Bad | None:
        text = parsing.clean(raw).casefold()
        if not text:
            return None
        found = self.owners.get(text, set())
        if len(found) == 1:
            return next(iter(found))
        return Bad("owner_ambiguous" if found else "owner_unknown", {"value": parsing.shown(raw)})

    def _branch(self, raw: str) -> int | Bad | None:
        text = parsing.clean(raw).casefold()
        if not text:
            return None
        return self.branches.get(text) or Bad("branch_unknown", {"value": parsing.shown(raw)})

    def forget(self) -> None:
        """Nothing of the database is remembered between batches."""

    # Reading

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        work = plan.work = Work()
        reads = self._read(batch, plan)
        known = self._known(reads, plan)
        parts = _Parts([customer.pk for customer in known.values()])
        for read in reads:
            customer = known.get(read.key)
            if customer is None:
                work.new.append(read)
                plan.added += len(read.rows)
            else:
                self._compare(customer, read, parts, plan, work)
        return plan

    def _read(self, batch: Batch, plan: Plan) -> list[Read]:  # noqa: C901, PLR0912 -- every row passes here: calls would cost more than they explain
        count = len(batch.numbers)
        cells: dict[str, list[Any]] = {}
        bad: dict[int, Bad] = {}
        for name, column in self.columns.items():
            raw = batch.columns.get(name)
            if raw is not None:
                values = cells[name] = column.read(raw)
                for row in [place for place, value in enumerate(values) if type(value) is Bad]:
                    bad.setdefault(row, values[row])
        needed = "contact_name" if self.people_only else "name"
        for row, value in enumerate(cells.get(needed, [])):
            if not value:
                # A further contact's row need not repeat the customer's name, where the code says whose it is.
                if needed == "name" and cells.get("code", [""] * count)[row] and cells.get("contact_name", [""] * count)[row]:
                    continue
                bad.setdefault(row, Bad("missing", {"field": needed}))
        if self.people_only:
            for row in range(count):
                if not any(cells[name][row] for name in ("code", "customer_name") if name in cells):
                    bad.setdefault(row, Bad("missing", {"field": "code" if "code" in cells else "customer_name"}))

        reads: list[Read] = []
        start = 0
        while start < count:
            end = start + 1
            while end < count and batch.keys[end] == batch.keys[start]:
                end += 1
            rows = [row for row in range(start, end) if row not in bad]
            if rows:
                read = self._customer(batch.keys[start], rows, cells, batch.numbers, plan)
                if read is not None:
                    reads.append(read)
            start = end
        for row, reason in bad.items():
            plan.refuse(batch.numbers[row], reason)
        return reads

    def _customer(  # noqa: C901, PLR0912 -- every row passes here: one part of a file after the other
        self, key: str, rows: list[int], cells: Mapping[str, list[Any]], numbers: list[int], plan: Plan
    ) -> Read | None:
        read = Read(key, [numbers[row] for row in rows], code=cells["code"][rows[0]] if "code" in cells else "")
        if not self.people_only:
            rows = self._one_name(read, rows, cells["name"], numbers, plan)
            if not rows:
                return None
            self._scalars(read, rows, cells, numbers)
        elif "customer_name" in cells:
            read.values["customer_name"] = (
                next((cells["customer_name"][row] for row in rows if cells["customer_name"][row]), ""),
                numbers[rows[0]],
            )
        for row in rows:
            number = numbers[row]
            person = cells["contact_name"][row] if "contact_name" in cells else ""
            own: tuple[tuple[str, PointKind], ...] = (*POINTS, *CONTACT_POINTS)
            if person:
                entry = read.people.setdefault(person, Person(person, number))
                if "contact_role" in cells and cells["contact_role"][row]:
                    entry.role = entry.role or cells["contact_role"][row]
                for name, _kind in CONTACT_POINTS:
                    for point in cells[name][row] if name in cells else ():
                        entry.points.setdefault((point[0], point[2]), point)
                own = POINTS
            for name, _kind in own:
                for point in cells[name][row] if name in cells else ():
                    read.points.setdefault((point[0], point[2]), (point, number))
            for name, topic in ENTRIES.items():
                for value in cells[name][row] if name in cells else ():
                    if (topic.value, value) not in [(known[0], known[1]) for known in read.entries]:
                        read.entries.append((topic.value, value, number))
            plate, vin, asset = (cells[name][row] if name in cells else "" for name in ("plate", "vin", "asset_name"))
            if plate or vin or asset:
                thing = (plate, vin, asset, cells["acquired_on"][row] if "acquired_on" in cells else None)
                if thing not in [known[:4] for known in read.assets]:
                    read.assets.append((*thing, number))
            for name in ("birthday", "lunar_birthday"):
                day = cells[name][row] if name in cells else None
                if day is not None and day[0] not in [known[0] for known in read.days]:
                    read.days.append((*day, number))
        return read

    @staticmethod
    def _one_name(read: Read, rows: list[int], names: list[str], numbers: list[int], plan: Plan) -> list[int]:
        """Rows of one code name one customer: the first name stands, rows that name somebody else are refused."""
        name = next((names[row] for row in rows if names[row]), "")
        for row in rows:
            if not name:
                plan.refuse(numbers[row], Bad("missing", {"field": "name"}))
            elif names[row] not in {"", name}:
                plan.refuse(numbers[row], Bad("name_differs", {"code": read.code, "name": name, "value": names[row]}))
        kept = [row for row in rows if name and names[row] in {"", name}]
        read.rows = [numbers[row] for row in kept]
        return kept

    def _scalars(self, read: Read, rows: list[int], cells: Mapping[str, list[Any]], numbers: list[int]) -> None:
        for name in SCALARS:
            column = cells.get(READ_AS.get(name, name))
            if column is None:
                continue
            for row in rows:
                if column[row] not in (None, ""):
                    read.values[name] = (column[row], numbers[row])
                    break
            else:
                if self.clear and name not in {"name", "kind", "source"}:
                    read.cleared[name] = numbers[rows[0]]
        if self.default_branch and "branch_id" not in read.values:
            read.values["branch_id"] = (self.default_branch, numbers[rows[0]])

    def _known(self, reads: list[Read], plan: Plan) -> dict[str, Customer]:
        """Which of the customers we know, by group key: by code; without one by tax number, else by name and a way to reach them."""
        found: dict[str, Customer] = {}
        coded = {read.code: read for read in reads if read.code}
        for customer in Customer.objects.filter(code__in=coded):
            found[coded[customer.code].key] = customer
        uncoded = [read for read in reads if not read.code]
        if uncoded:
            found |= self._known_without_code(uncoded, plan)
        refused = {line for line, _bad in plan.refusals}
        for read in list(reads):
            known = found.get(read.key)
            if known is not None and known.merged_into_id:
                self._refuse(read, plan, Bad("merged", {"code": known.code}))
            elif known is None and self.people_only and read.rows[0] not in refused:
                self._refuse(read, plan, Bad("customer_unknown", {"value": read.code or read.values["customer_name"][0]}))
            elif read.rows[0] not in refused:
                continue
            reads.remove(read)
        return found

    @staticmethod
    def _refuse(read: Read, plan: Plan, bad: Bad) -> None:
        for row in read.rows:
            plan.refuse(row, bad)

    def _known_without_code(self, reads: list[Read], plan: Plan) -> dict[str, Customer]:
        name_of = {read.key: read.values.get("customer_name" if self.people_only else "name", ("", 0))[0] for read in reads}
        by_name: dict[str, list[Customer]] = defaultdict(list)
        for customer in Customer.objects.filter(name__in=set(name_of.values()), merged_into=None).order_by("pk"):
            by_name[customer.name].append(customer)
        taxes = {read.values["tax_number"][0] for read in reads if "tax_number" in read.values}
        by_tax = (
            {customer.tax_number: customer for customer in Customer.objects.filter(tax_number__in=taxes, merged_into=None).order_by("-pk")}
            if taxes
            else {}
        )
        candidates = [customer.pk for several in by_name.values() for customer in several]
        keys: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for customer_id, kind, key in ContactPoint.objects.filter(customer_id__in=candidates, contact=None).values_list(
            "customer_id", "kind", "key"
        ):
            keys[customer_id].add((kind, key))
        found: dict[str, Customer] = {}
        for read in reads:
            tax = read.values.get("tax_number", ("", 0))[0]
            if tax and tax in by_tax:
                found[read.key] = by_tax[tax]
                continue
            several = by_name.get(name_of[read.key], [])
            if read.points and not self.people_only:
                several = [customer for customer in several if keys[customer.pk] & read.points.keys()]
            elif not self.people_only:
                several = [customer for customer in several if not tax or not customer.tax_number]
            if len(several) == 1:
                found[read.key] = several[0]
            elif several:
                self._refuse(read, plan, Bad("customer_ambiguous", {"value": "、".join(customer.code for customer in several[:5])}))
        return found

    def _compare(self, customer: Customer, read: Read, parts: _Parts, plan: Plan, work: Work) -> None:  # noqa: C901 -- one part after the other
        touched: set[int] = set()

        def differs(row: int, name: str, old: object, new: object) -> None:
            touched.add(row)
            if len(plan.samples) < SAMPLES:
                plan.samples.append(Sample(row, customer.name, name, _shown(name, old), _shown(name, new)))

        fields: dict[str, Any] = {}
        if not self.people_only:
            for name, (value, row) in read.values.items():
                if getattr(customer, name) != value:
                    fields[name] = value
                    differs(row, READ_AS.get(name, name), getattr(customer, name), value)
            for name, row in read.cleared.items():
                if getattr(customer, name) not in (None, ""):
                    fields[name] = None if name.endswith("_id") else ""
                    differs(row, READ_AS.get(name, name), getattr(customer, name), "")
        update = Update(customer, read, fields, [], [], [], [], [], [], [], [])
        own = parts.points[customer.pk, None]
        for place, (point, row) in read.points.items():
            if place not in own:
                update.points.append((point, not any(kind == point[0] for kind, _key in own)))
                own.add(place)
                differs(row, point[0], "", point[1])
        for person in read.people.values():
            self._compare_person(customer, person, parts, update, differs)
        self._compare_belongings(customer, read, parts, update, differs)
        changed = len(touched)
        plan.changed += changed
        plan.unchanged += len(read.rows) - changed
        if touched:
            work.updates.append(update)

    def _compare_person(
        self, customer: Customer, person: Person, parts: _Parts, update: Update, differs: Callable[[int, str, object, object], None]
    ) -> None:
        contact = parts.contacts[customer.pk].get(person.name)
        if contact is None:
            update.new_people.append(person)
            differs(person.row, "contact_name", "", person.name)
            return
        fields: dict[str, Any] = {}
        if person.role and contact.role != person.role:
            fields["role"] = person.role
            differs(person.row, "contact_role", contact.role, person.role)
        points: list[tuple[Point, bool]] = []
        known = parts.points[customer.pk, contact.pk]
        for place, point in person.points.items():
            if place not in known:
                points.append((point, not any(kind == point[0] for kind, _key in known)))
                known.add(place)
                differs(person.row, f"contact_{point[0]}", "", point[1])
        if fields or points:
            update.people.append((contact, fields, points))

    def _compare_belongings(
        self, customer: Customer, read: Read, parts: _Parts, update: Update, differs: Callable[[int, str, object, object], None]
    ) -> None:
        current = parts.entries[customer.pk]
        for topic, value, row in read.entries:
            if (topic, value) in current:
                continue
            before = next(((text, pk) for (kind, text), pk in current.items() if kind == topic), None) if topic in ONE_VALUE else None
            update.entries.append((topic, value, before[1] if before else None))
            current[topic, value] = 0
            differs(row, topic, before[0] if before else "", value)
        for plate, vin, name, acquired, row in read.assets:
            asset = parts.asset(customer.pk, plate, vin, name)
            if asset is None:
                update.assets.append((plate, vin, name, acquired))
                differs(row, "plate" if plate else "vin" if vin else "asset_name", "", plate or vin or name)
                continue
            values: dict[str, Any] = {"plate": plate, "vin": vin, "name": name, "acquired_on": acquired}
            fields = {key: value for key, value in values.items() if value and getattr(asset, key) != value}
            for key, value in fields.items():
                differs(row, {"name": "asset_name"}.get(key, key), getattr(asset, key), value)
            if fields:
                update.asset_fields.append((asset, fields))
        for calendar, year, month, day, leap, row in read.days:
            occasion = parts.days[customer.pk].get(calendar)
            if occasion is None:
                update.days.append((calendar, year, month, day, leap))
                differs(row, "lunar_birthday" if calendar == Calendar.LUNAR else "birthday", "", f"{month}-{day}")
                continue
            values = {"year": year or occasion.year, "month": month, "day": day, "is_leap_month": leap}
            fields = {key: value for key, value in values.items() if getattr(occasion, key) != value}
            if fields:
                update.day_fields.append((occasion, fields))
                differs(row, "birthday", f"{occasion.month}-{occasion.day}", f"{month}-{day}")

    # Writing

    def write(self, plan: Plan, *, change: int) -> Journal:
        work: Work = plan.work
        journal = Journal()
        rows = _Rows(timezone.now(), timezone.now().astimezone(self.zone).date(), self.context.by.id)
        ids = self._write_new(work.new, rows, change)
        journal.added += [("customer", first, last) for first, last in bulk.ranges(ids)]
        for update in work.updates:
            self._write_update(update, rows, journal, change)
        rows.insert(journal)
        index_customers([*ids, *(update.customer.pk for update in work.updates)])
        return journal

    def _write_new(self, reads: list[Read], rows: _Rows, change: int) -> list[int]:
        codes = iter(file_actions.reserve_codes(sum(1 for read in reads if not read.code)) if any(not read.code for read in reads) else [])
        files = []
        for read in reads:
            values = {name: value for name, (value, _row) in read.values.items()}
            values.setdefault("kind", _kind_of(values, read))
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
        return ids

    def _write_update(self, update: Update, rows: _Rows, journal: Journal, change: int) -> None:  # noqa: C901 -- one part after the other
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
        for calendar, year, month, day, leap in update.days:
            rows.day(customer.pk, calendar, year, month, day, leap=leap)
        for occasion, fields in update.day_fields:
            journal.changed.append(("occasion", occasion.pk, {name: getattr(occasion, name) for name in fields}))
            Occasion.objects.filter(pk=occasion.pk).update(**fields, version=F("version") + 1)

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        del start, seconds
        return None, Journal()


class _Parts:
    """What belongs to the customers of a batch: one statement a kind."""

    def __init__(self, customers: Sequence[int]) -> None:
        self.points: dict[tuple[int, int | None], set[tuple[str, str]]] = defaultdict(set)
        self.contacts: dict[int, dict[str, Contact]] = defaultdict(dict)
        self.entries: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
        self.assets: dict[int, list[Asset]] = defaultdict(list)
        self.days: dict[int, dict[str, Occasion]] = defaultdict(dict)
        if not customers:
            return
        for customer, contact, kind, key in ContactPoint.objects.filter(customer_id__in=customers).values_list(
            "customer_id", "contact_id", "kind", "key"
        ):
            self.points[customer, contact].add((kind, key))
        for person in Contact.objects.filter(customer_id__in=customers).order_by("-pk"):
            self.contacts[person.customer_id][person.name] = person
        for pk, customer, topic, value in (
            FileEntry.objects.filter(customer_id__in=customers, superseded_by=None)
            .order_by("pk")
            .values_list("pk", "customer_id", "topic", "value")
        ):
            self.entries[customer][topic, value] = pk
        for asset in Asset.objects.filter(customer_id__in=customers).order_by("pk"):
            self.assets[asset.customer_id].append(asset)
        for day in Occasion.objects.filter(customer_id__in=customers, contact=None, label=BIRTHDAY).order_by("-pk"):
            self.days[day.customer_id][day.calendar] = day

    def asset(self, customer: int, plate: str, vin: str, name: str) -> Asset | None:
        for asset in self.assets[customer]:
            if (vin and asset.vin == vin) or (plate and asset.plate == plate and not (vin and asset.vin)):
                return asset
            if not vin and not plate and asset.name == name:
                return asset
        return None


class _Rows:
    """Rows of a batch on their way in, a list a table."""

    def __init__(self, now: dt.datetime, today: dt.date, by: int | None) -> None:
        self.now, self.today, self.by = bulk.stored_moment(now), today.isoformat(), by
        self.people: list[tuple[int, Person, bool]] = []
        self.points: list[tuple[int, int | Person | None, Point, bool]] = []
        self.entries: list[tuple[int, str, str, int | None]] = []
        self.assets: list[tuple[Any, ...]] = []
        self.days: list[tuple[Any, ...]] = []

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

    def day(self, customer: int, calendar: str, year: int | None, month: int, day: int, *, leap: bool) -> None:
        self.days.append((customer, None, BIRTHDAY, calendar, year, month, day, int(leap), Source.IMPORT.value, 1))

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
        self._add(journal, "asset", Asset, ("customer_id", "kind", "name", "plate", "vin", "acquired_on", "note", "version"), self.assets)
        self._add(
            journal,
            "occasion",
            Occasion,
            ("customer_id", "contact_id", "label", "calendar", "year", "month", "day", "is_leap_month", "source", "version"),
            self.days,
        )

    def _add(self, journal: Journal, kind: str, model: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
        ids = bulk.allocate(model, len(rows))
        bulk.insert(model, ("id", *columns), [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
        self._note(journal, kind, ids)
        return ids

    @staticmethod
    def _note(journal: Journal, kind: str, ids: list[int]) -> None:
        journal.added += [(kind, first, last) for first, last in bulk.ranges(ids)]


# Cells


def _with_field(name: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(raw: str) -> Any:
        value = parse(raw)
        return Bad(value.code, {**value.data, "field": name}) if isinstance(value, Bad) else value

    return read


def _text(name: str, limit: int) -> Callable[[str], Any]:
    def read(raw: str) -> Any:
        text = parsing.clean(raw)
        return text if len(text) <= limit else Bad("text_too_long", {"field": name, "limit": limit})

    return read


def _points(name: str, kind: str) -> Callable[[str], Any]:
    def read(raw: str) -> Any:
        found: list[Point] = []
        for text in parsing.several(raw):
            if not identity.IS_POINT[kind](text) or (kind == PointKind.PHONE and CUT_MOBILE.fullmatch(identity.phone_key(text))):
                return Bad(
                    BAD_POINT[PointKind(kind)],
                    {"field": name, "value": plain_text.mask_phone(text) if kind == PointKind.PHONE else parsing.shown(text)},
                )
            point = (str(PointKind(kind).value), text, identity.point_key(kind, text))
            if point[2] not in [known[2] for known in found]:
                found.append(point)
        return found

    return read


def _entry(topic: str) -> Callable[[str], Any]:
    def read(raw: str) -> list[str]:
        values = parsing.several(raw) if topic in SEVERAL else [parsing.clean(raw)]
        return [value[:300] for value in values if value]

    return read


def _tax_number(raw: str) -> Any:
    text = identity.tax_key(parsing.clean(raw))
    if text and not plain_text.valid_tax_number(text):
        return Bad("bad_tax_number", {"field": "tax_number", "value": parsing.shown(raw)})
    return text


def _kind_of(values: Mapping[str, Any], read: Read) -> str:
    """Where no column says it: who has a tax number, contacts or a firm's name is an organisation."""
    organisation = values.get("tax_number") or read.people or ORGANISATION.search(str(values["name"]))
    return Kind.ORGANISATION.value if organisation else Kind.PERSON.value


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _shown(name: str, value: object) -> str:
    if value in (None, ""):
        return ""
    if "phone" in name:
        return plain_text.mask_phone(str(value))
    if "email" in name or "wecom" in name:
        return plain_text.mask_email(str(value))
    if "birthday" in name:
        return _("(masked)")
    return str(value)
