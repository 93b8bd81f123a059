"""DuckDB as the engine of column expressions: within a memory limit, spilling to the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kexin.facts.contracts import Contract

MEMORY = os.environ.get("KEXIN_COLUMN_MEMORY", "1GB")  # the whole assessment stays under 2 GB


@contextmanager
def opened(spill: Path) -> Iterator[Any]:
    import duckdb  # noqa: PLC0415 -- pages never need it

    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
        }
    )
    try:
        yield connection
    finally:
        connection.close()


def compiled(expression: Any) -> str:
    """The expression as DuckDB's SQL."""
    import ibis  # noqa: PLC0415 -- a second to import, and pages never need it

    return str(ibis.to_sql(expression, dialect="duckdb"))


def materialise(connection: Any, expression: Any, *, inputs: Mapping[str, str], contract: Contract, into: Path) -> int:
    """Compute an expression over Parquet files (`inputs`: table name to file pattern) into one Parquet file. How many rows."""
    for name, pattern in inputs.items():
        view(connection, name, pattern)
    # DuckDB sums whole numbers as 128 bits, which Parquet would keep as floating point.
    columns = ", ".join(f"CAST({name} AS BIGINT) AS {name}" for name in contract.columns)
    part = into.with_suffix(".part")
    query = f"SELECT {columns} FROM ({compiled(expression)}) ORDER BY {next(iter(contract.columns))}"  # noqa: S608 -- our own names
    row = connection.execute(f"COPY ({query}) TO '{_quoted(str(part))}' (FORMAT parquet, COMPRESSION zstd)").fetchone()
    part.replace(into)
    return int(row[0])


def view(connection: Any, name: str, files: Path | str) -> None:
    """Give Parquet files a table name for the expressions that follow."""
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(str(files))}')")  # noqa: S608 -- our own names


def _quoted(text: str) -> str:
    return text.replace("'", "''")
