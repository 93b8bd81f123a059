"""A customer or contact file at work: the rows of one customer taken together, compared with the file we keep, and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.imports import bulk
from kexin.ground.imports.loaders import Batch, Context, Journal, Plan, Sample
from kexin.ground.imports.parsing import Bad
from kexin.ground.staff.models import Company
from kexin.kit import text as plain_text
from kexin.loop.customers import queries
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.locating import locate
from kexin.loop.customers.choices import Calendar
from kexin.loop.customers.loaders import credit, custom, places
from kexin.loop.customers.loaders.belongings import Belongings
from kexin.loop.customers.loaders.holding import hold
from kexin.loop.customers.loaders.reading import ONE_VALUE, READ_AS, CustomerReader, Person, Point, Read
from kexin.loop.customers.loaders.writing import Rows, Update, insert_new, write_update
from kexin.loop.customers.models import ContactPoint, Customer, CustomField
from kexin.loop.customers.rules import custom_fields as custom_rules

SAMPLES = 20
MASKS: dict[str, Callable[[str], str]] = {
    "phone": plain_text.mask_phone,
    "email": plain_text.mask_email,
    "wecom": plain_text.mask_email,
    "address": plain_text.mask_address,
    **dict.fromkeys(("tax_number", "plate", "vin"), plain_text.mask_id),
}
PLACED_BY = frozenset({"region", "address", "branch_id"})  # columns that say where a customer is, and from where that is measured


@dataclass
class Work:
    new: list[Read] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    fields: dict[int, CustomField] = field(default_factory=dict)


class CustomerSession:
    """`people_only`: a contact file, whose customers must be there already."""

    def __init__(self, context: Context, *, people_only: bool = False) -> None:
        self.context = context
        self.people_only = people_only
        company = Company.objects.filter(pk=1).first() or Company()
        self.zone = ZoneInfo(company.zone)
        self.currency = company.currency or "CNY"
        self.reader = CustomerReader(context, people_only=people_only)
        self.clear = self.reader.clear

    def forget(self) -> None:
        """Nothing of the database is remembered between batches."""

    # Reading

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        work = plan.work = Work()
        reads = self.reader.read(batch, plan)
        known = self._known(reads, plan)
        parts = Belongings([customer.pk for customer in known.values()])
        work.fields = {field.pk: field for field in self.reader.own.fields.values()}
        parts.own = custom.known([customer.pk for customer in known.values()], work.fields.values())
        if "latitude" in self.reader.mapped:
            parts.coordinates = places.known([customer.pk for customer in known.values()])
        for read in reads:
            customer = known.get(read.key)
            if customer is None:
                work.new.append(read)
                plan.added += len(read.rows)
            else:
                self._compare(customer, read, parts, plan, work)
        return plan

    def _known(self, reads: list[Read], plan: Plan) -> dict[str, Customer]:
        """Which of the customers we know, by group key: by code; without one by tax number, else by name and a way to reach them."""
        found: dict[str, Customer] = {}
        coded = {read.code: read for read in reads if read.code}
        for customer in Customer.objects.filter(code__in=coded).select_related("merged_into"):
            found[coded[customer.code].key] = customer
        self._to_survivors(reads, found)
        uncoded = [read for read in reads if not read.code]
        if uncoded:
            found |= self._known_without_code(uncoded, plan)
        refused = {line for line, _bad in plan.refusals}
        for read in list(reads):
            known = found.get(read.key)
            if known is not None and known.erased_at is not None:
                self._refuse(read, plan, Bad("erased", {"code": known.code}))
            elif known is None and self.people_only and read.rows[0] not in refused:
                self._refuse(read, plan, Bad("customer_unknown", {"value": read.code or read.values["customer_name"][0]}))
            elif read.rows[0] not in refused:
                continue
            reads.remove(read)
        return found

    @staticmethod
    def _to_survivors(reads: list[Read], found: dict[str, Customer]) -> None:
        """Rows under the code of a merged file land on the file it went up in: what they add, not what they call it."""
        under_own_code = {customer.pk: read for read in reads if (customer := found.get(read.key)) is not None}
        for read in list(reads):
            known = found.get(read.key)
            if known is None or known.merged_into is None:
                continue
            survivor = found[read.key] = known.merged_into
            read.values, read.cleared, read.own = {}, {}, {}
            first = under_own_code.setdefault(survivor.pk, read)
            if first is not read:
                first.take_in(read)
                reads.remove(read)

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

    def _compare(self, customer: Customer, read: Read, parts: Belongings, plan: Plan, work: Work) -> None:  # noqa: C901 -- one part after the other
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
        update.credit_now = parts.credits.get(customer.pk)
        update.credit = credit.changed(update.credit_now, read.credit, differs)
        self._compare_own(customer, read, parts, update, work, differs)
        if read.place is not None and places.differs(parts.coordinates.get(customer.pk), read.place[0]):
            update.place = read.place[0]
            differs(read.place[1], "latitude", "", "%.4f, %.4f" % read.place[0][:2])  # noqa: UP031 -- two numbers of a tuple
        changed = len(touched)
        plan.changed += changed
        plan.unchanged += len(read.rows) - changed
        if touched:
            work.updates.append(update)

    @staticmethod
    def _compare_own(
        customer: Customer, read: Read, parts: Belongings, update: Update, work: Work, differs: Callable[[int, str, object, object], None]
    ) -> None:
        for field_id, (content, row) in read.own.items():
            known, now = work.fields[field_id], parts.own[customer.pk].get(field_id)
            if now is None or not custom_rules.same(now.content, content):
                update.own.append((known, content, now))
                differs(row, known.name, queries.words_of(known, now) or "", content)

    def _compare_person(
        self, customer: Customer, person: Person, parts: Belongings, update: Update, differs: Callable[[int, str, object, object], None]
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
        self, customer: Customer, read: Read, parts: Belongings, update: Update, differs: Callable[[int, str, object, object], None]
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
        hold(update.customer.pk for update in work.updates)
        rows = Rows(timezone.now(), timezone.now().astimezone(self.zone).date(), self.context.by.id, currency=self.currency)
        ids = insert_new(work.new, rows, change)
        journal.added += [("customer", first, last) for first, last in bulk.ranges(ids)]
        for update in work.updates:
            write_update(update, rows, journal, change)
        for pk, read in zip(ids, work.new, strict=True):
            rows.own += [(pk, work.fields[number], content) for number, (content, _row) in read.own.items()]
        rows.insert(journal)
        index_customers([*ids, *(update.customer.pk for update in work.updates)])
        locate(
            [pk for pk, read in zip(ids, work.new, strict=True) if read.place or PLACED_BY & read.values.keys()]
            + [update.customer.pk for update in work.updates if update.place or PLACED_BY & update.fields.keys()]
        )
        return journal

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        del start, seconds
        return None, Journal()


def _shown(name: str, value: object) -> str:
    if value in (None, ""):
        return ""
    if "birthday" in name:
        return _("(masked)")
    return MASKS.get(name.removeprefix("contact_"), str)(str(value))
