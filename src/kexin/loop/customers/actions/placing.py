"""Where customers stand now, written down by the domains above in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers.announcements import CustomersPlaced

AT_ONCE = 5_000  # rows handed to the driver at a time: memory stays flat whatever the iterable's length


@dataclass(frozen=True, slots=True)
class PlaceRow:
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


COLUMNS = tuple(PlaceRow.__slots__)
NAMES = ", ".join(COLUMNS)
MARKS = ", ".join(["%s"] * len(COLUMNS))
OVERWRITE = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS if column != "customer_id")

UPSERT = f"""
    INSERT INTO customers_place ({NAMES})
    VALUES ({MARKS})
    ON CONFLICT (customer_id) DO UPDATE SET {OVERWRITE}
"""  # noqa: S608 -- names of our own columns, no values

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
                    copy.write_row(tuple(getattr(row, column) for column in COLUMNS))
            cursor.execute(FROM_STAGE)
            cursor.execute("TRUNCATE customers_place_staged")
        return
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, [tuple(_for_sqlite(getattr(row, column)) for column in COLUMNS) for row in batch])


def _for_sqlite(value: Any) -> Any:
    """SQLite keeps days as text and amounts as Django writes them."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
