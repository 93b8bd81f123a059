"""One order file at work: whole orders of a batch compared with what stands, and written."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from kexin.ground.audit import actions as audit
from kexin.ground.imports import bulk, parsing
from kexin.ground.imports.loaders import Batch, Context, Journal, Plan, Sample
from kexin.ground.imports.parsing import Bad, Column
from kexin.ground.staff.models import Branch, Company
from kexin.loop.customers.loaders import creating
from kexin.loop.customers.models import Customer
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.loaders import linking
from kexin.loop.orders.loaders.fields import CANCELLED, FIELDS, KINDS, STATUSES
from kexin.loop.orders.models import Order, OrderLine, Product

LABELS = {item.name: item.label for item in FIELDS}
LENGTHS = {
    "order_number": 60,
    "line_number": 36,
    "customer_code": 40,
    "customer_name": 120,
    "customer_region": 60,
    "product_code": 60,
    "description": 200,
    "category": 80,
    "channel": 40,
    "undoes": 60,
}
TEXTS = tuple(LENGTHS)
ASSUMED_CURRENCY = "CNY"
SAMPLES = 20  # of one batch
KNOWN_LIMIT = 50_000
ORDER_COLUMNS = (
    "id",
    "public_id",
    "number",
    "kind",
    "customer_id",
    "branch_id",
    "channel",
    "currency",
    "occurred_at",
    "occurred_on",
    "promised_on",
    "delivered_on",
    "cancelled_on",
    "undoes_id",
    "amount",
    "line_count",
    "version",
    "change",
)
LINE_COLUMNS = ("id", "order_id", "key", "product_id", "description", "quantity", "unit_price", "amount", "unit_cost", "undoes_id")
PRODUCT_COLUMNS = ("id", "code", "name", "category", "unit_cost", "is_active", "version", "change")
HEADER = ("branch_id", "channel", "currency", "kind", "promised_on", "delivered_on", "cancelled_on")

OWN_KEY = re.compile(r"#.+|[0-9a-f]{30}-[0-9]+")  # how our own exports name a line

Number = tuple[Decimal, str, int]  # value, as written to the database, decimal places
# key, product code, description, quantity, price, amount, cost, row
Line = tuple[str, str, str, str, str, Decimal, str | None, int]


@dataclass
class Read:
    """An order as the file has it."""

    number: str
    rows: list[int]
    lines: list[Line]
    customer: str
    kind: str
    currency: str
    at: dt.datetime
    on: dt.date  # the company's day of it
    values: dict[str, Any] = field(default_factory=dict)  # header fields the file gives: branch_id, channel, …
    kind_given: bool = False
    currency_given: bool = False


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
        self.zone = ZoneInfo(company.zone)
        self.company_currency = company.currency
        self.mapped = set(context.columns)
        self.prefix = str(context.option("cancellation_prefix", ""))
        self.create = context.option("unknown_customers", "create") != "refuse"
        self.clear = context.option("blank", "keep") == "clear"
        branches = list(Branch.objects.values_list("pk", "code", "name", "zone"))
        self.branches = {name.casefold(): pk for pk, _code, name, _zone in branches} | {
            code.casefold(): pk for pk, code, _name, _zone in branches
        }
        self.zones = {pk: ZoneInfo(zone) for pk, _code, _name, zone in branches}
        self.default_currency = str(context.option("currency", company.currency or ASSUMED_CURRENCY)).upper()
        self.currency_assumed = not context.option("currency") and not company.currency and "currency" not in self.mapped
        self.default_branch = self.branches.get(str(context.option("branch", "")).casefold())
        self.default_channel = str(context.option("channel", ""))[:40]
        self.columns = self._columns()
        self.counted_new: set[str] = set()
        self.linking = linking.Linking(context)
        self.forget()

    def _columns(self) -> dict[str, Column]:
        orders = self.context.date_orders
        made: dict[str, Callable[[str], Any]] = {name: self._text(name, limit) for name, limit in LENGTHS.items()}
        made |= {name: self._number(name) for name in ("quantity", "unit_price", "amount", "unit_cost")}
        made |= {
            name: self._with_field(name, functools.partial(parsing.day, order=orders.get(name, "")))
            for name in ("promised_on", "delivered_on", "cancelled_on")
        }
        made["ordered_at"] = self._with_field("ordered_at", self._instant)
        made["currency"] = self._with_field("currency", parsing.currency)
        made["kind"] = self._with_field("kind", lambda raw: parsing.choice(raw, words=KINDS))
        made["status"] = self._with_field("status", lambda raw: parsing.choice(raw, words=STATUSES))
        made["branch"] = self._branch
        return {name: Column(parse) for name, parse in made.items()}

    @staticmethod
    def _with_field(name: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
        def read(raw: str) -> Any:
            value = parse(raw)
            return Bad(value.code, {**value.data, "field": name}) if isinstance(value, Bad) else value

        return read

    @staticmethod
    def _text(name: str, limit: int) -> Callable[[str], Any]:
        cuts = name in {"description", "customer_name", "customer_region", "category", "channel"}

        def read(raw: str) -> Any:
            text = parsing.clean(raw)
            if len(text) > limit:
                return text[:limit] if cuts else Bad("text_too_long", {"field": name, "limit": limit})
            return text

        return read

    @staticmethod
    def _number(name: str) -> Callable[[str], Any]:
        def read(raw: str) -> Number | Bad | None:
            value = parsing.number(raw)
            if value is None:
                return None
            if isinstance(value, Bad):
                return Bad(value.code, {**value.data, "field": name})
            if name == "unit_cost" and value < 0:
                return Bad("negative", {"value": parsing.shown(raw), "field": name})
            return _number(value)

        return read

    def _instant(self, raw: str) -> tuple[dt.datetime, dt.date] | Bad | None:
        at = parsing.moment(raw, order=self.context.date_orders.get("ordered_at", ""))
        if at is None or isinstance(at, Bad):
            return at
        instant = parsing.in_zone(at, self.zone)
        return instant, instant.astimezone(self.zone).date()

    def _branch(self, raw: str) -> int | Bad | None:
        text = parsing.clean(raw).casefold()
        if not text:
            return None
        return self.branches.get(text) or Bad("branch_unknown", {"value": parsing.shown(raw)})

    def forget(self) -> None:
        self.customers: dict[str, int] = {}
        self.products: dict[str, int] = {}
        self.incomplete: set[str] = set()  # codes of known products of which the file may fill in what is blank

    # Reading

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        work = plan.work = Work()
        reads = self._read(batch, plan)
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
            plan.warnings["currency_assumed"] = {"currency": self.default_currency}
        if reads and not self.company_currency:
            work.currency = reads[0].currency
        other = self.company_currency or work.currency
        foreign = sum(1 for read in reads if read.currency != other)
        if foreign:
            plan.warn("currency_other", orders=foreign)
            plan.warnings["currency_other"]["currency"] = other
        return plan

    def _read(self, batch: Batch, plan: Plan) -> list[Read]:
        count = len(batch.numbers)
        cells: dict[str, list[Any]] = {}
        bad: dict[int, Bad] = {}
        for name, column in self.columns.items():
            raw = batch.columns.get(name)
            if raw is None:
                continue
            values = cells[name] = column.read(raw)
            for row in [place for place, value in enumerate(values) if type(value) is Bad]:
                bad.setdefault(row, values[row])
        self._require(cells, bad, count)

        reads: list[Read] = []
        keys, numbers = batch.keys, batch.numbers
        start = 0
        while start < count:
            end = start + 1
            while end < count and keys[end] == keys[start]:
                end += 1
            rows = list(range(start, end)) if not bad else [row for row in range(start, end) if row not in bad]
            if rows:
                read = self._order(rows, cells, numbers, plan)
                if read is not None and read.lines:
                    reads.append(read)
            start = end
        for row, reason in bad.items():
            plan.refuse(numbers[row], reason)
        return reads

    def _require(self, cells: Mapping[str, list[Any]], bad: dict[int, Bad], count: int) -> None:
        for name in ("order_number", "ordered_at", "quantity"):
            values = cells.get(name)
            if values is not None and (None in values or "" in values):
                for row, value in enumerate(values):
                    if value is None or value == "":
                        bad.setdefault(row, Bad("missing", {"field": name}))
        prices, amounts = cells.get("unit_price"), cells.get("amount")
        name = "unit_price" if prices is not None else "amount"
        if (prices is None or None in prices) and (amounts is None or None in amounts):
            for row in range(count):
                if (prices is None or prices[row] is None) and (amounts is None or amounts[row] is None):
                    bad.setdefault(row, Bad("missing", {"field": name}))

    def _order(self, rows: list[int], cells: dict[str, list[Any]], numbers: list[int], plan: Plan) -> Read | None:
        number = cells["order_number"][rows[0]]
        conflict, found = None, {}
        for name, code in (("customer_code", "customer_conflict"), ("currency", "currency_conflict"), ("kind", "kind_conflict")):
            values = cells.get(name)
            if values is None:
                continue
            said = {values[row] for row in rows} - {None, ""}
            if len(said) > 1:
                conflict = conflict or Bad(code, {"number": number, "value": " / ".join(sorted(map(str, said)))})
            found[name] = next(iter(said), None)
        if conflict is not None:
            for row in rows:
                plan.refuse(numbers[row], conflict)
            return None

        moments = cells["ordered_at"]
        at = min(moments[row] for row in rows)
        kind, given = OrderKind.SALE.value, False
        if found.get("kind"):
            kind, given = str(found["kind"]), True
        elif self.prefix:
            given, kind = True, OrderKind.CANCELLATION.value if number.startswith(self.prefix) else kind
        read = Read(
            number=number,
            rows=[],
            lines=[],
            customer=found.get("customer_code") or "",
            kind=kind,
            currency=found.get("currency") or self.default_currency,
            at=at[0],
            on=at[1],
            kind_given=given,
            currency_given=bool(found.get("currency") or self.context.option("currency")),
        )
        self._header(read, rows, cells, at)
        self._lines(read, rows, cells, numbers, plan)
        for name in ("customer_name", "customer_region"):
            if name in cells:
                read.values[name] = next((cells[name][row] for row in rows if cells[name][row]), "")
        return read

    def _header(self, read: Read, rows: list[int], cells: Mapping[str, list[Any]], at: tuple[dt.datetime, dt.date]) -> None:
        values = read.values
        for name, target, default in (
            ("branch", "branch_id", self.default_branch), ("channel", "channel", self.default_channel or None),
            ("promised_on", "promised_on", None), ("delivered_on", "delivered_on", None), ("cancelled_on", "cancelled_on", None),
        ):  # fmt: skip
            column = cells.get(name)
            value = default
            if column is not None:
                value = next((column[row] for row in rows if column[row] not in (None, "")), default)
                if value is None and self.clear:
                    values[target] = "" if name == "channel" else None
            if value is not None:
                values[target] = value
        if "status" in cells and read.kind == OrderKind.SALE:
            states = {cells["status"][row] for row in rows}
            if CANCELLED in states:
                values.setdefault("cancelled_on", self._day(at, values.get("branch_id")))
                values["cancelled_by_status"] = True
            elif states - {None}:
                values.setdefault("cancelled_on", None)  # said to be open: no longer called off
        if read.kind != OrderKind.SALE:
            values.pop("cancelled_on", None)

    def _day(self, at: tuple[dt.datetime, dt.date], branch: int | None) -> dt.date:
        zone = self.zones.get(branch) if branch else None
        return at[1] if zone is None or zone.key == self.zone.key else at[0].astimezone(zone).date()

    def _lines(self, read: Read, rows: list[int], cells: dict[str, list[Any]], numbers: list[int], plan: Plan) -> None:
        products, descriptions = cells.get("product_code"), cells.get("description")
        quantities, prices, amounts, costs, marks = (
            cells.get(name) for name in ("quantity", "unit_price", "amount", "unit_cost", "line_number")
        )
        seen: dict[str, int] = {}
        taken: set[str] = set()
        largest, places, digest = parsing.LARGEST, parsing.PLACES, hashlib.blake2b
        for row in rows:
            product = products[row] if products else ""
            description = descriptions[row] if descriptions else ""
            quantity = quantities[row] if quantities else ONE
            price = prices[row] if prices else None
            if price is None:
                whole = amounts[row]  # type: ignore[index]  # _require saw to it
                price = ZERO if not quantity[0] else _number((whole[0] / quantity[0]).quantize(places))
                amount = whole[0]
            else:
                amount = quantity[0] * price[0]
                if quantity[2] + price[2] > 4:  # noqa: PLR2004 -- decimals kept
                    amount = amount.quantize(places)
            if not -largest < amount < largest:
                plan.refuse(numbers[row], Bad("number_too_large", {"field": "amount", "value": str(amount)}))
                continue
            cost = costs[row] if costs else None
            if marks and marks[row]:
                key = marks[row] if OWN_KEY.fullmatch(marks[row]) else f"#{marks[row]}"
                if key in taken:
                    plan.refuse(numbers[row], Bad("line_twice", {"number": read.number, "line": marks[row]}))
                    continue
                taken.add(key)
            else:
                content = f"{product}\x1f{description}\x1f{quantity[1]}\x1f{price[1]}"
                ordinal = seen[content] = seen.get(content, 0) + 1
                key = f"{digest(content.encode(), digest_size=15).hexdigest()}-{ordinal}"
            read.rows.append(row)
            read.lines.append((key, product, description, quantity[1], price[1], amount, cost[1] if cost else None, numbers[row]))
        if "category" in cells:
            read.values["categories"] = {products[row]: cells["category"][row] for row in rows if products and cells["category"][row]}

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
        day = self._day((at, at.astimezone(self.zone).date()), branch)
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
        if work.customers:
            made = creating.create_from_codes(work.customers, change=change, by=self.context.by)
            journal.added += [("customer", first, last) for first, last in bulk.ranges(made.values())]
            customers |= made
        products = self._write_products(work, journal, change)
        self._write_new(work, customers, products, journal, change)
        for order, fields, fresh, altered in work.changes:
            self._write_change(order, fields, fresh, altered, (customers, products), journal, change)
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

    def _write_new(self, work: Work, customers: Mapping[str, int], products: Mapping[str, int], journal: Journal, change: int) -> None:
        ids = bulk.allocate(Order, len(work.new))
        all_lines = bulk.allocate(OrderLine, sum(len(read.lines) for read in work.new))
        line_ids = iter(all_lines)
        orders: list[tuple[Any, ...]] = []
        lines: list[tuple[Any, ...]] = []
        suffix = "+00:00" if connection.vendor == "postgresql" else ""
        for pk, public, read in zip(ids, bulk.public_ids(len(ids)), work.new, strict=True):
            values = read.values
            lines += [
                (next(line_ids), pk, key, products[product] if product else None, description, quantity, price, str(amount), cost, None)
                for key, product, description, quantity, price, amount, cost, _row in read.lines
            ]
            day = self._day((read.at, read.on), values.get("branch_id"))
            orders.append(
                (
                    pk,
                    public,
                    read.number,
                    read.kind,
                    customers[read.customer] if read.customer else None,
                    values.get("branch_id"),
                    values.get("channel", ""),
                    read.currency,
                    read.at.replace(tzinfo=None).isoformat(" ", "seconds") + suffix,
                    day.isoformat(),
                    _iso(values.get("promised_on")),
                    _iso(values.get("delivered_on")),
                    _iso(values.get("cancelled_on")),
                    None,
                    str(sum((line[5] for line in read.lines), ZERO[0])),
                    len(read.lines),
                    1,
                    change,
                )
            )
        bulk.insert(Order, ORDER_COLUMNS, orders)
        bulk.insert(OrderLine, LINE_COLUMNS, lines)
        journal.added += [("order", first, last) for first, last in bulk.ranges(ids)]
        journal.added += [("order_line", first, last) for first, last in bulk.ranges(all_lines)]

    def _write_change(
        self,
        order: Any,
        fields: dict[str, Any],
        fresh: list[Line],
        altered: list[Any],
        known: tuple[Mapping[str, int], Mapping[str, int]],
        journal: Journal,
        change: int,
    ) -> None:
        customers, products = known
        values = dict(fields)
        if "customer_new" in values:
            values["customer_id"] = customers[values.pop("customer_new")]
        ids = bulk.allocate(OrderLine, len(fresh))
        rows = [
            (pk, order.pk, key, products[product] if product else None, description, quantity, price, str(amount), cost, None)
            for pk, (key, product, description, quantity, price, amount, cost, _row) in zip(ids, fresh, strict=True)
        ]
        amount = order.amount + sum((line[5] for line in fresh), Decimal(0))
        for pk, was, now in altered:
            amount += now.get("amount", Decimal(0)) - was.get("amount", Decimal(0))
            new = {
                ("product_id" if name == "product" else name): (products[value] if name == "product" else value)
                for name, value in now.items()
            }
            old = {
                ("product_id" if name == "product" else name): (self._product_id(value) if name == "product" else _json(value))
                for name, value in was.items()
            }
            OrderLine.objects.filter(pk=pk).update(**new)
            journal.changed.append(("order_line", pk, old))
        old = {name: _json(getattr(order, name)) for name in values}
        values |= {"amount": amount, "line_count": order.line_count + len(fresh)}
        old |= {"amount": str(order.amount), "line_count": order.line_count}
        Order.objects.filter(pk=order.pk).update(**values, change=change, version=F("version") + 1)
        bulk.insert(OrderLine, LINE_COLUMNS, rows)
        journal.changed.append(("order", order.pk, old))
        journal.added += [("order_line", first, last) for first, last in bulk.ranges(ids)]

    def _product_id(self, code: str) -> int | None:
        return Product.objects.filter(code=code).values_list("pk", flat=True).first() if code else None

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        return self.linking.go_on(start, seconds)


_FIELD_OF = {"branch_id": "branch", "customer_id": "customer_code", "occurred_at": "ordered_at"}


def _number(value: Decimal) -> Number:
    text = str(value)
    if "E" not in text and text[-1:] != "0":
        return value, text, len(text.partition(".")[2])
    text = format(value.normalize(), "f") if value else "0"
    value = Decimal(text)
    return value, text, len(text.partition(".")[2])


ONE, ZERO = _number(Decimal(1)), _number(Decimal(0))


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes")
    return "" if value is None else str(value)
