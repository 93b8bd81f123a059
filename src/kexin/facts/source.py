"""Rows out of the product's database as columns: ADBC to Arrow to Parquet, without one Python object a row."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kexin.facts.contracts import Contract

BATCH_ROWS = 65_536


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A reading connection to `sqlite:<path>` or a `postgresql://` address, closed afterwards.

    One connection is one unchanging view on PostgreSQL (repeatable read) and on SQLite while one statement runs.
    """
    if address.startswith("sqlite:"):
        from adbc_driver_sqlite import dbapi  # noqa: PLC0415 -- only the driver that is needed

        connection = dbapi.connect(address.removeprefix("sqlite:"))
    else:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415 -- only the driver that is needed

        connection = dbapi.connect(address)
    try:
        yield connection
    finally:
        connection.rollback()
        connection.close()


@contextmanager
def read(connection: Any, select: str, parameters: Sequence[int | str] = (), *, contract: Contract) -> Iterator[Any]:
    """Run a SELECT; an Arrow stream of its columns, checked against the contract. Nothing is held in memory but a batch."""
    with connection.cursor() as cursor:
        if connection.adbc_get_info()["vendor_name"] == "SQLite":
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
        cursor.execute(select, tuple(parameters) or None)
        stream = cursor.fetch_record_batch()
        contract.check(stream.schema)
        yield stream


def keep(stream: Any, path: Path) -> int:
    """Write a stream to a Parquet file, whole or not at all. How many rows it had."""
    import pyarrow.parquet as pq  # noqa: PLC0415 -- a second to import, and pages never need it

    part, rows = path.with_suffix(".part"), 0
    with pq.ParquetWriter(part, stream.schema, compression="zstd", compression_level=1) as writer:
        for batch in stream:
            writer.write_batch(batch)
            rows += batch.num_rows
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    return rows
