"""One order file at work: whole orders of a batch compared with what stands, and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F

from kexin.ground.audit import actions as audit
from kexin.ground.imports import bulk
from kexin.ground.imports.loaders import Batch, Context, Journal, Plan, Sample
from kexin.ground.imports.parsing import Bad
from kexin.ground.staff.models import Company
from kexin.loop.customers.loaders import creating
from kexin.loop.customers.loaders.holding import hold
from kexin.loop.customers.models import Customer
from kexin.loop.orders.loaders import linking, writing
from kexin.loop.orders.loaders.fields import FIELDS
from kexin.loop.orders.loaders.reading import Line, OrderReader, Read
from kexin.loop.orders.models import Order, OrderLine, Product

LABELS = {item.name: item.label for item in FIELDS}
SAMPLES = 20  # of one batch
KNOWN_LIMIT = 50_000
PRODUCT_COLUMNS = ("id", "code", "name", "category", "unit_cost", "is_active", "version", "change")
HEADER = ("branch_id", "channel", "currency", "kind", "promised_on", "delivered_on", "cancelled_on")


@dataclass
class Work:
    new: list[Read] = field(default_factory=list)
    changes: list[tuple[Any, dict[str, Any], list[Line], list[tuple[int, dict[str, Any], dict[str, Any]]]]] = field(default_factory=list)
    products: dict[str, tuple[str, str, str | None]] = field(default_factory=dict)  # new: code -> name, category, cost
    fills: dict[int, dict[str, Any]] = field(default_factory=dict)  # product id -> what was blank
    customers: dict[str, tuple[str, str]] = field(default_factory=dict)  # new: code -> name, region
    currency: str = ""


class OrderSession:
    def __init__(self, context: Context) -> None:
        self.context = context
        company = Company.objects.filter(pk=1).first() or Company()
        self.company_currency = company.currency
        self.reader = OrderReader(context, company)
        self.mapped, self.clear = self.reader.mapped, self.reader.clear
        self.create = context.option("unknown_customers", "create") != "refuse"
        self.currency_assumed = not context.option("currency") and not company.currency and "currency" not in self.mapped
        self.counted_new: set[str] = set()
        self.linking = linking.Linking(context)
        self.forget()

    def forget(self) -> None:
        self.customers: dict[str, int] = {}
        self.products: dict[str, int] = {}
        self.incomplete: set[str] = set()  # codes of known products of which the file may fill in what is blank

    # Reading

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        work = plan.work = Work()
        reads = self.reader.read(batch, plan)
        self._look_up(reads, plan, work)
        existing = {order.number: order for order in Order.objects.filter(number__in=[read.number for read in reads])}
        lines = self._lines_of([order.pk for order in existing.values()])
        for read in reads:
            order = existing.get(read.number)
            if order is None:
                work.new.append(read)
                plan.added += len(read.lines)
            else:
                self._compare(order, read, lines.get(order.pk, {}), plan, work)
        if self.currency_assumed and reads:
            plan.warnings["currency_assumed"] = {"currency": self.reader.default_currency}
        if reads and not self.company_currency:
            work.currency = reads[0].currency
        other = self.company_currency or work.currency
        foreign = sum(1 for read in reads if read.currency != other)
        if foreign:
            plan.warn("currency_other", orders=foreign)
            plan.warnings["currency_other"]["currency"] = other
        return plan

    def _look_up(self, reads: list[Read], plan: Plan, work: Work) -> None:  # noqa: C901 -- every order passes here
        if len(self.customers) > KNOWN_LIMIT:
            self.customers = {}
        if len(self.products) > KNOWN_LIMIT:
            self.products, self.incomplete = {}, set()
        codes = {read.customer for read in reads if read.customer} - self.customers.keys()
        if codes:
            for pk, code, merged in Customer.objects.filter(code__in=codes).values_list("pk", "code", "merged_into_id"):
                self.customers[code] = merged or pk
        kept: list[Read] = []
        for read in reads:
            if not read.customer:
                plan.warn("without_customer", rows=len(read.lines))
            elif read.customer not in self.customers:
                if not self.create:
                    for line in read.lines:
                        plan.refuse(line[7], Bad("customer_unknown", {"value": read.customer}))
                    continue
                name, region = work.customers.get(read.customer, ("", ""))
                work.customers[read.customer] = (
                    name or read.values.get("customer_name", ""),
                    region or read.values.get("customer_region", ""),
                )
            kept.append(read)
        reads[:] = kept
        new = work.customers.keys() - self.counted_new
        if new:
            plan.warn("customers_created", count=len(new))
            if self.context.dry:
                self.counted_new |= new
        self._look_up_products(reads, work)

    def _look_up_products(self, reads: list[Read], work: Work) -> None:  # noqa: C901, PLR0912 -- every line passes here
        wanted = {line[1] for read in reads for line in read.lines} - {""}
        blanks: dict[str, Any] = {}
        unknown = wanted - self.products.keys()
        incomplete = wanted & self.incomplete
        if not unknown and not incomplete:
            return
        for pk, code, name, category, cost in Product.objects.filter(code__in=unknown | incomplete).values_list(
            "pk", "code", "name", "category", "unit_cost"
        ):
            self.products[code] = pk
            if self._is_full(name, category, cost):
                self.incomplete.discard(code)
            else:
                self.incomplete.add(code)
                blanks[code] = (pk, name, category, cost)
        for read in reads:
            categories = read.values.get("categories", {})
            for line in read.lines:
                code = line[1]
                if not code:
                    continue
                known = self.products.get(code)
                if known is None:
                    new = work.products.get(code, ("", "", None))
                    work.products[code] = (
                        new[0] or line[2],
                        new[1] or categories.get(code, ""),
                        new[2] if new[2] is not None else line[6],
                    )
                elif code in blanks:
                    pk, name, category, cost = blanks[code]
                    fill = work.fills.setdefault(pk, {})
                    if not name and line[2]:
                        fill.setdefault("name", line[2])
                    if not category and categories.get(code):
                        fill.setdefault("category", categories[code])
                    if cost is None and line[6] is not None:
                        fill.setdefault("unit_cost", line[6])
                    if not fill:
                        del work.fills[pk]

    def _is_full(self, name: Any, category: Any, cost: Any) -> bool:
        """Nothing about a product is blank that this file could say."""
        return bool(name) and bool(category or "category" not in self.mapped) and (cost is not None or "unit_cost" not in self.mapped)

    def _lines_of(self, orders: list[int]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for line in OrderLine.objects.filter(order_id__in=orders).values_list(
            "pk", "order_id", "key", "product__code", "description", "quantity", "unit_price", "amount", "unit_cost"
        ):
            found.setdefault(line[1], {})[line[2]] = line
        return found

    def _compare(self, order: Any, read: Read, known: dict[str, Any], plan: Plan, work: Work) -> None:
        fresh: list[Line] = []
        altered: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
        changed_rows: set[int] = set()
        for line in read.lines:
            old = known.get(line[0])
            if old is None:
                fresh.append(line)
                continue
            was = {
                "product": old[3] or "",
                "description": old[4],
                "quantity": old[5],
                "unit_price": old[6],
                "amount": old[7],
                "unit_cost": old[8],
            }
            now = {
                "product": line[1],
                "description": line[2],
                "quantity": Decimal(line[3]),
                "unit_price": Decimal(line[4]),
                "amount": line[5],
                "unit_cost": None if line[6] is None else Decimal(line[6]),
            }
            differs = {
                name: value
                for name, value in now.items()
                if was[name] != value and (value not in ("", None) or (self.clear and name == "unit_cost" and "unit_cost" in self.mapped))
            }
            if differs:
                altered.append((old[0], {name: was[name] for name in differs}, differs))
                changed_rows.add(line[7])
                for name, value in differs.items():
                    self._sample(plan, line[7], order.number, {"product": "product_code"}.get(name, name), was[name], value)
        fields = self._header_changes(order, read, whole=known.keys() <= {line[0] for line in read.lines})
        first = read.lines[0][7]
        shown = {name: value for name, value in fields.items() if name not in {"occurred_on", "customer_new"}}
        for name, value in shown.items():
            self._sample(plan, first, order.number, _FIELD_OF.get(name, name), getattr(order, name, ""), value)
        rows = len(read.lines)
        unchanged = rows - len(fresh) - len(changed_rows)
        if fields and not fresh and not changed_rows:
            unchanged -= 1
            changed_rows.add(first)
        plan.added += len(fresh)
        plan.changed += len(changed_rows)
        plan.unchanged += unchanged
        if fields or fresh or altered:
            work.changes.append((order, fields, fresh, altered))

    def _header_changes(self, order: Any, read: Read, *, whole: bool) -> dict[str, Any]:  # noqa: C901 -- one field after the other
        fields: dict[str, Any] = {}
        for name in HEADER:
            if name in read.values and getattr(order, name) != read.values[name]:
                fields[name] = read.values[name]
        if fields.get("cancelled_on") and order.cancelled_on is not None and read.values.get("cancelled_by_status"):
            del fields["cancelled_on"]  # the file only says that it is called off; the day we know is better
        if read.kind_given and order.kind != read.kind:
            fields["kind"] = read.kind
        if read.currency_given and order.currency != read.currency:
            fields["currency"] = read.currency
        at = read.at if whole else min(order.occurred_at, read.at)
        if at != order.occurred_at:
            fields["occurred_at"] = at
        branch = fields.get("branch_id", order.branch_id)
        day = self.reader.day((at, at.astimezone(self.reader.zone).date()), branch)
        if day != order.occurred_on:
            fields["occurred_on"] = day
        if read.customer:
            known = self.customers.get(read.customer)
            if known is None:
                fields["customer_new"] = read.customer
            elif known != order.customer_id:
                fields["customer_id"] = known
        return fields

    def _sample(self, plan: Plan, row: int, record: str, name: str, old: Any, new: Any) -> None:
        if len(plan.samples) < SAMPLES:
            plan.samples.append(Sample(row, record, name, _shown(old), _shown(new)))

    # Writing

    def write(self, plan: Plan, *, change: int) -> Journal:
        work: Work = plan.work
        journal = Journal()
        if work.currency:
            self._set_currency(work.currency, journal)
        customers = dict(self.customers)
        hold(pk for pk in (customers.get(read.customer) for read in work.new) if pk is not None)
        hold(fields["customer_id"] for _order, fields, *_lines in work.changes if "customer_id" in fields)
        if work.customers:
            made = creating.create_from_codes(work.customers, change=change, by=self.context.by)
            journal.added += [("customer", first, last) for first, last in bulk.ranges(made.values())]
            customers |= made
        products = self._write_products(work, journal, change)
        writing.insert_orders(work.new, (customers, products), self.reader.day, journal, change)
        for order, fields, fresh, altered in work.changes:
            writing.change_order(order, fields, fresh, altered, (customers, products), journal, change)
        self.customers = customers
        return journal

    def _set_currency(self, currency: str, journal: Journal) -> None:
        """The first orders decide in which currency the company counts."""
        Company.objects.get_or_create(pk=1)
        if Company.objects.filter(pk=1, currency="").update(currency=currency):
            audit.record(action="company.currency", kind="company", record_id=1, by=self.context.by, changes={"currency": ["", currency]})
            journal.changed.append(("company", 1, {"currency": ""}))
        self.company_currency = currency

    def _write_products(self, work: Work, journal: Journal, change: int) -> dict[str, int]:
        ids = bulk.allocate(Product, len(work.products))
        rows = [
            (pk, code, name, category, cost, 1, 1, change)
            for pk, (code, (name, category, cost)) in zip(ids, work.products.items(), strict=True)
        ]
        bulk.insert(Product, PRODUCT_COLUMNS, rows)
        journal.added += [("product", first, last) for first, last in bulk.ranges(ids)]
        for pk, fill in work.fills.items():
            old = {name: None if name == "unit_cost" else "" for name in fill}
            Product.objects.filter(pk=pk).update(**fill, change=change, version=F("version") + 1)
            journal.changed.append(("product", pk, old))
        for row in rows:
            self.products[row[1]] = row[0]
            if not self._is_full(*row[2:5]):
                self.incomplete.add(row[1])
        return self.products

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        return self.linking.go_on(start, seconds)


_FIELD_OF = {"branch_id": "branch", "customer_id": "customer_code", "occurred_at": "ordered_at"}


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes")
    return "" if value is None else str(value)
