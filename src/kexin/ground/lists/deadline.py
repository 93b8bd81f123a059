"""A deadline for one statement: the database itself gives up, so that a count of everything never holds a worker for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from kexin.ground.lists.errors import CountTooSlow

STEPS = 20_000  # of SQLite's machine between two looks at the clock


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """CountTooSlow when what is read inside takes longer. The transaction around it goes on."""
    ends = time.monotonic() + seconds
    try:
        with _limited(seconds, ends):
            yield
    except OperationalError as error:
        if time.monotonic() < ends:
            raise
        raise CountTooSlow(seconds=round(seconds)) from error


@contextmanager
def _limited(seconds: float, ends: float) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:  # the setting is the transaction's; what fails in it is a savepoint's
            cursor.execute("SET LOCAL statement_timeout = %s", [int(seconds * 1000)])
            yield
            cursor.execute("SET LOCAL statement_timeout = 0")
        return
    # No transaction: SQLite's begins with the write lock, and a count of a minute would keep everybody from writing.
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
