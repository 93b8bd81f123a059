"""Customers as a file has them: cells parsed, the rows of one customer taken together, what cannot be taken refused."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kexin.ground.imports import parsing
from kexin.ground.imports.loaders import Batch, Context, Plan
from kexin.ground.imports.parsing import Bad, Column
from kexin.ground.staff.models import Branch, User
from kexin.kit import text as plain_text
from kexin.loop.customers.choices import Kind, PointKind, Topic
from kexin.loop.customers.loaders import credit, custom, places
from kexin.loop.customers.loaders.fields import CHANNELS, KINDS, SOURCES
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
    credit: dict[str, tuple[Any, int]] = field(default_factory=dict)
    own: dict[int, tuple[Any, int]] = field(default_factory=dict)  # by number of the field
    place: tuple[places.Said, int] | None = None
    people: dict[str, Person] = field(default_factory=dict)
    entries: list[tuple[str, str, int]] = field(default_factory=list)
    assets: list[tuple[str, str, str, dt.date | None, int]] = field(default_factory=list)  # plate, vin, name, acquired, row
    days: list[tuple[str, int | None, int, int, bool, int]] = field(default_factory=list)
    cleared: dict[str, int] = field(default_factory=dict)

    def take_in(self, other: Read) -> None:
        """What rows under another code of the same customer add. Its fields stay what the customer's own rows say."""
        self.rows += other.rows
        self.credit = self.credit or other.credit
        self.place = self.place or other.place
        for place, point in other.points.items():
            self.points.setdefault(place, point)
        for name, person in other.people.items():
            known = self.people.setdefault(name, person)
            known.role = known.role or person.role
            for place, reach in person.points.items():
                known.points.setdefault(place, reach)
        self.entries += [entry for entry in other.entries if entry[:2] not in [known[:2] for known in self.entries]]
        self.assets += [asset for asset in other.assets if asset[:4] not in [known[:4] for known in self.assets]]
        self.days += [day for day in other.days if day[0] not in [known[0] for known in self.days]]


class CustomerReader:
    """Reads the batches of one file. `people_only`: a contact file, whose customers must be there already."""

    def __init__(self, context: Context, *, people_only: bool) -> None:
        self.context = context
        self.people_only = people_only
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
        self.own = custom.OwnFields((), None)

    def _columns(self) -> dict[str, Column]:
        orders = self.context.date_orders
        made: dict[str, Callable[[str], Any]] = {name: _text(name, limit) for name, limit in TEXTS.items()}
        made |= {name: _points(name, kind) for name, kind in (*POINTS, *CONTACT_POINTS)}
        made |= {name: _entry(topic) for name, topic in ENTRIES.items()}
        made |= credit.parsers() | places.parsers()
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

    def read(self, batch: Batch, plan: Plan) -> list[Read]:  # noqa: C901, PLR0912 -- every row passes here: calls would cost more than they explain
        count = len(batch.numbers)
        cells: dict[str, list[Any]] = {}
        bad: dict[int, Bad] = {}
        self.own = custom.OwnFields(() if self.people_only else self.mapped, self.context.by.id)
        if self.own.missing:
            plan.warn("fields_gone", rows=count)
        own = {name: Column(parse) for name, parse in self.own.parsers(self.context.date_orders).items()}
        for name, column in {**self.columns, **own}.items():
            raw = batch.columns.get(name)
            if raw is not None:
                values = cells[name] = column.read(raw)
                for row in [place for place, value in enumerate(values) if type(value) is Bad]:
                    bad.setdefault(row, values[row])
        cells["place"] = places.paired(cells, count, bad) if "latitude" in cells or "longitude" in cells else [None] * count
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
            read.credit = credit.told(cells, rows, numbers)
            read.own = self.own.told(cells, rows, numbers)
            read.place = places.told(cells["place"], rows, numbers)
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


def kind_of(values: Mapping[str, Any], read: Read) -> str:
    """Where no column says it: who has a tax number, contacts or a firm's name is an organisation."""
    organisation = values.get("tax_number") or read.people or ORGANISATION.search(str(values["name"]))
    return Kind.ORGANISATION.value if organisation else Kind.PERSON.value
