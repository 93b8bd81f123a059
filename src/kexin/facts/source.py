"""Rows out of the product's database as columns: ADBC to Arrow to Parquet, without one Python object a row.

Reading happens in a process of its own. The SQLite driver of ADBC brings its own SQLite library, and two libraries in one
process break each other's file locks: POSIX locks belong to the process, so the second one takes the file for unused,
resets the shared memory of the write-ahead log and no longer sees what the first one wrote
(sqlite.org/howtocorrupt.html, "multiple copies of SQLite linked into the same application").
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kexin.facts.contracts import Contract

BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Wanted:
    """One SELECT and the Parquet file its columns go to."""

    select: str
    parameters: Sequence[int | str]
    contract: Contract
    path: str


class SourceFailed(RuntimeError):
    """The reading process ended early. The text is its last line."""


def extract(address: str, wanted: Sequence[Wanted]) -> Iterator[int]:
    """Read each into its file, whole or not at all; after each the number of its rows.

    Stopping the iteration stops the reading process. If this process dies, the other ends with the next file.
    """
    command = [sys.executable, "-m", "kexin.facts.source"]
    with subprocess.Popen(  # noqa: S603 -- this very interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        if child.stdin is None or child.stdout is None or child.stderr is None:
            raise SourceFailed("no pipes")
        try:
            # By pipe, not by argument: an address may hold a password.
            child.stdin.write(json.dumps({"address": address, "wanted": [asdict(one) for one in wanted]}))
            child.stdin.close()
            for _one in wanted:
                line = child.stdout.readline()
                if not line:
                    said = child.stderr.read().strip().splitlines()
                    raise SourceFailed(said[-1] if said else f"ended with {child.wait()}")
                yield int(line)
        finally:
            child.kill()


def main() -> None:
    """The reading process: what is wanted on stdin, one number of rows a line on stdout."""
    asked = json.load(sys.stdin)
    with connected(asked["address"]) as connection:
        for one in asked["wanted"]:
            with read(connection, one["select"], one["parameters"], contract=Contract(**one["contract"])) as stream:
                rows = keep(stream, Path(one["path"]))
            sys.stdout.write(f"{rows}\n")
            sys.stdout.flush()


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A reading connection to `sqlite:<path>` or a `postgresql://` address, closed afterwards.

    One connection is one unchanging view on PostgreSQL (repeatable read) and on SQLite while one statement runs.
    """
    if address.startswith("sqlite:"):
        from adbc_driver_sqlite import dbapi as sqlite  # noqa: PLC0415 -- only the driver that is needed

        connection: Any = sqlite.connect(address.removeprefix("sqlite:"))
    else:
        from adbc_driver_postgresql import dbapi as postgresql  # noqa: PLC0415 -- only the driver that is needed

        connection = postgresql.connect(address)
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


if __name__ == "__main__":
    main()
