"""Many rows at once: executemany on SQLite, COPY on PostgreSQL, inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, models

VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}  # of a UUID


def table_of(model: type[models.Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 -- Django's documented way to a table's name


def allocate(model: type[models.Model], count: int) -> list[int]:
    """So many ids that nobody else will get. On SQLite the caller holds the write lock already."""
    if count <= 0:
        return []
    table = table_of(model)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT MAX(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0), COALESCE((SELECT MAX(id) FROM {table}), 0))",  # noqa: S608 -- a model's own table
                [table],
            )
            first = int(cursor.fetchone()[0]) + 1
            return list(range(first, first + count))
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return sorted(int(row[0]) for row in cursor.fetchall())


def public_ids(count: int) -> list[str]:
    """So many random UUIDs (version 4) as hexadecimal digits: one call to the system for all of them."""
    digits = os.urandom(16 * count).hex()
    return [
        f"{digits[at : at + 12]}4{digits[at + 13 : at + 16]}{VARIANTS[digits[at + 16]]}{digits[at + 17 : at + 32]}"
        for at in range(0, 32 * count, 32)
    ]


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values are already in the database's own form (see `stored`)."""
    if not rows:
        return
    table, names = table_of(model), ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                write = copy.write_row
                for row in rows:
                    write(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 -- a model's own table and columns


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set columns of rows given as (…, id)."""
    given = list(rows)
    if not given:
        return
    sets = ", ".join(f'"{name}" = %s' for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table_of(model)} SET {sets} WHERE id = %s", given)  # noqa: S608 -- a model's own table and columns


def stored_moment(at: dt.datetime) -> str | dt.datetime:
    """An instant in UTC, as the database keeps it."""
    return at if connection.vendor == "postgresql" else at.replace(tzinfo=None).isoformat(" ")


def stored_day(day: dt.date | None) -> str | dt.date | None:
    return day if day is None or connection.vendor == "postgresql" else day.isoformat()


def stored_number(value: Decimal | None) -> str | Decimal | None:
    return value if value is None or connection.vendor == "postgresql" else format(value, "f")


def stored_uuid(value: Any) -> Any:
    return value if connection.vendor == "postgresql" else value.hex


def ranges(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive ids as (first, last)."""
    found: list[tuple[int, int]] = []
    for number in sorted(ids):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
