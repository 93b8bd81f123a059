"""Orders as a file has them: cells parsed, rows gathered to whole orders, what cannot be taken refused with its reason."""

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

from kexin.ground.imports import parsing
from kexin.ground.imports.loaders import Batch, Context, Plan
from kexin.ground.imports.parsing import Bad, Column
from kexin.ground.staff.models import Branch, Company
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.loaders.fields import CANCELLED, KINDS, STATUSES

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
ASSUMED_CURRENCY = "CNY"
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


class OrderReader:
    """Reads the batches of one file, by the company's zone, branches and the file's options."""

    def __init__(self, context: Context, company: Company) -> None:
        self.context = context
        self.zone = ZoneInfo(company.zone)
        self.mapped = set(context.columns)
        self.prefix = str(context.option("cancellation_prefix", ""))
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

    def read(self, batch: Batch, plan: Plan) -> list[Read]:
        """The orders of a batch, each with its lines; refused rows go into the plan."""
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
                values.setdefault("cancelled_on", self.day(at, values.get("branch_id")))
                values["cancelled_by_status"] = True
            elif states - {None}:
                values.setdefault("cancelled_on", None)  # said to be open: no longer called off
        if read.kind != OrderKind.SALE:
            values.pop("cancelled_on", None)

    def day(self, at: tuple[dt.datetime, dt.date], branch: int | None) -> dt.date:
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


def _number(value: Decimal) -> Number:
    text = str(value)
    if "E" not in text and text[-1:] != "0":
        return value, text, len(text.partition(".")[2])
    text = format(value.normalize(), "f") if value else "0"
    value = Decimal(text)
    return value, text, len(text.partition(".")[2])


ONE, ZERO = _number(Decimal(1)), _number(Decimal(0))


ONE, ZERO = _number(Decimal(1)), _number(Decimal(0))
