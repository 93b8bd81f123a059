"""Orders out of the database, and per-customer purchases out of orders. Each step leaves a file, so a stopped run goes on."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from kexin.facts import engine, purchases, source
from kexin.loop.orders import queries as orders
from kexin.loop.standing import queries

ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Part:
    """A stretch of ids of one table."""

    table: str
    after: int
    upto: int

    @property
    def file(self) -> str:
        return f"{self.table}-{self.upto:015d}.parquet"


def parts(extent: orders.Extent) -> list[Part]:
    """The stretches to read, orders first. Ids without rows cost nothing."""
    return [
        Part(table, after, min(after + ROWS_AT_ONCE, last))
        for table, last in (("orders", extent.last_order), ("lines", extent.last_line))
        for after in range(0, max(last, 1), ROWS_AT_ONCE)
    ]


def keep_customers(folder: Path) -> int:
    """Write the ids of everybody who is assessed."""
    import pyarrow as pa  # noqa: PLC0415 -- a second to import, and pages never need it

    schema = pa.schema([("customer_id", pa.int64())])

    def batches() -> Iterator[pa.RecordBatch]:
        waiting: list[int] = []
        for pk in queries.known_customer_ids().iterator(chunk_size=50_000):
            waiting.append(pk)
            if len(waiting) == 200_000:  # noqa: PLR2004 -- a few megabytes
                yield pa.record_batch([pa.array(waiting, pa.int64())], schema=schema)
                waiting = []
        yield pa.record_batch([pa.array(waiting, pa.int64())], schema=schema)

    return source.keep(pa.RecordBatchReader.from_batches(schema, batches()), folder / "customers.parquet")


def read_parts(stretches: list[Part], *, currency: str, folder: Path) -> Generator[Part, None, None]:
    """Read stretches into their files, those that are not there already; each is given back when its file is whole."""
    missing = [part for part in stretches if not (folder / part.file).exists()]
    for part, _rows in zip(
        missing,
        source.extract(queries.database_address(), [_wanted(part, currency, folder) for part in missing]),
        strict=True,
    ):
        yield part


def _wanted(part: Part, currency: str, folder: Path) -> source.Wanted:
    path = str(folder / part.file)
    if part.table == "orders":
        return source.Wanted(orders.ORDERS_AS_COLUMNS[connection.vendor], (currency, part.after, part.upto), purchases.ORDERS, path)
    return source.Wanted(orders.LINES_AS_COLUMNS[connection.vendor], (part.after, part.upto), purchases.LINES, path)


@dataclass(frozen=True)
class Read:
    """What was read, in sum."""

    orders: int
    lines: int
    unknown_orders: int  # without a customer
    unknown_lines: int
    future_orders: int  # after the day of assessment
    set_aside: int  # customers with orders who are not assessed: their file is closed
    fingerprint: str


SUMS = """
    SELECT count(*)                                                            AS orders,
           count(*) FILTER (WHERE day <= {day} AND customer_id IS NULL)        AS unknown_orders,
           count(*) FILTER (WHERE day > {day})                                 AS future_orders,
           bit_xor(hash(order_id, customer_id, day, kind, cancelled_day, ours)) AS mark
      FROM orders
"""
LINE_SUMS = "SELECT count(*) AS lines, bit_xor(hash(order_id, quantity, amount, unit_cost)), sum(amount), sum(quantity) FROM lines"
UNKNOWN_LINES = """
    SELECT count(*) FROM lines JOIN orders USING (order_id) WHERE orders.customer_id IS NULL AND orders.day <= {day}
"""
SET_ASIDE = "SELECT count(*) FROM purchases ANTI JOIN customers USING (customer_id)"


def aggregate(*, as_of: dt.date, folder: Path) -> Read:
    """Purchases of every customer into purchases.parquet, and sums of what was read."""
    when = purchases.windows(as_of)
    inputs = {"orders": str(folder / "orders-*.parquet"), "lines": str(folder / "lines-*.parquet")}
    with engine.opened(folder / "spill") as duck:
        engine.materialise(
            duck, purchases.of_customers(when), inputs=inputs, contract=purchases.PURCHASES, into=folder / "purchases.parquet"
        )
        for name in ("customers", "purchases"):
            engine.view(duck, name, folder / f"{name}.parquet")
        order_count, unknown, future, order_mark = duck.execute(SUMS.format(day=when.as_of)).fetchone()
        line_count, *line_marks = duck.execute(LINE_SUMS).fetchone()
        (unknown_lines,) = duck.execute(UNKNOWN_LINES.format(day=when.as_of)).fetchone()
        (set_aside,) = duck.execute(SET_ASIDE).fetchone()
        (customer_mark,) = duck.execute("SELECT bit_xor(hash(customer_id)) FROM customers").fetchone()
    marks = [as_of, order_count, order_mark, line_count, *line_marks, customer_mark]
    return Read(
        orders=order_count,
        lines=line_count,
        unknown_orders=unknown,
        unknown_lines=unknown_lines,
        future_orders=future,
        set_aside=set_aside,
        fingerprint=hashlib.sha256(repr([str(mark) for mark in marks]).encode()).hexdigest(),
    )
