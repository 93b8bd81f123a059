"""Where customers stand now, written down by the domains above in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers.announcements import CustomersPlaced

AT_ONCE = 5_000  # rows handed to the driver at a time: memory stays flat whatever the iterable's length


class PlaceRow(NamedTuple):
    """One customer's latest standing, in the order of the table's columns."""

    customer_id: int
    tier: str = ""
    previous_tier: str = ""
    tier_since: date | None = None
    customer_class: str = ""
    behaviours: str = ""
    abc: str = ""
    rfm: str = ""
    recency_days: int | None = None
    first_order_on: date | None = None
    last_order_on: date | None = None
    orders: int = 0
    gross_amount: Decimal | float = 0
    returned_amount: Decimal | float = 0
    net_amount: Decimal | float = 0
    margin_amount: Decimal | float | None = None
    margin_known: float | None = None
    currency: str = ""
    as_of: date | None = None
    run_id: int | None = None


COLUMNS = PlaceRow._fields
NAMES = ", ".join(COLUMNS)
MARKS = ", ".join(["%s"] * len(COLUMNS))
OVERWRITE = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS if column != "customer_id")

UPSERT = f"""
    INSERT INTO customers_place ({NAMES})
    VALUES ({MARKS})
    ON CONFLICT (customer_id) DO UPDATE SET {OVERWRITE}
"""  # noqa: S608 -- names of our own columns, no values

# Four columns are indexed. SQLite writes an index anew whenever one of its columns is set, changed or not, so that rows whose four
# are as they were, most of them from one day to the next, set only the others.
INDEXED = ("tier", "customer_class", "net_amount", "last_order_on")
IS_INDEXED = tuple(COLUMNS.index(column) for column in INDEXED)
STANDS = f"""
    SELECT customer_id, {", ".join(f"+{column}" for column in INDEXED)} FROM customers_place
    WHERE customer_id IN (SELECT value FROM json_each(%s))
"""  # noqa: S608 -- names of our own columns, no values; + gives a value as it is kept

OTHERS = tuple(column for column in COLUMNS if column not in {*INDEXED, "customer_id"})
OTHER_AT = tuple(COLUMNS.index(column) for column in (*OTHERS, "customer_id"))
UPDATE_OTHERS = f"UPDATE customers_place SET {', '.join(f'{column} = %s' for column in OTHERS)} WHERE customer_id = %s"  # noqa: S608 -- see above

STAGE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS customers_place_staged ON COMMIT DELETE ROWS AS
    SELECT {NAMES} FROM customers_place WITH NO DATA
"""  # noqa: S608 -- names of our own columns, no values

COPY = f"COPY customers_place_staged ({NAMES}) FROM STDIN"

FROM_STAGE = f"""
    INSERT INTO customers_place ({NAMES})
    SELECT {NAMES} FROM customers_place_staged
    ON CONFLICT (customer_id) DO UPDATE SET {OVERWRITE}
"""  # noqa: S608 -- names of our own columns, no values


@transaction.atomic
def place(*, rows: Iterable[PlaceRow], by: Actor) -> int:
    """Write the latest place of many customers, over what was there. How many were written.

    One call is one batch: its caller decides how long the write lock is held. Only Place is touched, so that an
    open edit of a customer meets no conflict.
    """
    written, run_id = 0, None
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        _upsert(batch)
        written += len(batch)
        run_id = batch[-1].run_id
    if written:
        audit.record(action="customer.place", kind="customer", by=by, changes={"rows": [0, written], "run": [None, run_id]})
        jobs.announce(CustomersPlaced(rows=written, run_id=run_id))
    return written


def _upsert(batch: list[PlaceRow]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(STAGE)
            with cursor.copy(COPY) as copy:
                for row in batch:
                    copy.write_row(row)
            cursor.execute(FROM_STAGE)
            cursor.execute("TRUNCATE customers_place_staged")
        return
    _upsert_on_sqlite(list(map(_for_sqlite, batch)))


def _upsert_on_sqlite(batch: list[tuple[Any, ...]]) -> None:
    tier, klass, net, last = IS_INDEXED
    with connection.cursor() as cursor:
        cursor.execute(STANDS, [json.dumps([row[0] for row in batch])])
        stands = {pk: indexed for pk, *indexed in cursor.fetchall()}
        moved, stayed = [], []
        for row in batch:
            there = stands.get(row[0])
            if there is not None and there == [row[tier], row[klass], row[net], row[last]]:
                stayed.append(tuple([row[position] for position in OTHER_AT]))
            else:
                moved.append(row)
        if moved:
            cursor.executemany(UPSERT, moved)
        if stayed:
            cursor.executemany(UPDATE_OTHERS, stayed)


def _for_sqlite(row: PlaceRow) -> tuple[Any, ...]:
    """A row as SQLite keeps it: days as text, exact amounts as Django writes them."""
    return (
        *row[:3],
        _day(row.tier_since),
        *row[4:9],
        _day(row.first_order_on),
        _day(row.last_order_on),
        row.orders,
        _amount(row.gross_amount),
        _amount(row.returned_amount),
        _amount(row.net_amount),
        _amount(row.margin_amount),
        row.margin_known,
        row.currency,
        _day(row.as_of),
        row.run_id,
    )


@lru_cache(maxsize=20_000)
def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _amount(amount: Decimal | float | None) -> str | float | None:
    return str(amount) if isinstance(amount, Decimal) else amount
