"""Rows of one file, set aside on disk and sorted so that what belongs together lies together.

A file's order may lie apart in it, and a file may be longer than memory. So its matched columns are copied once, as text, into
a DuckDB file beside the database, sorted there by group and row with a fixed memory limit, and read back in batches. It holds
nothing that cannot be made again: when it is damaged or missing, it is made anew.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings

from kexin.ground.files import actions as files
from kexin.ground.imports.loaders import Batch, Loader
from kexin.ground.imports.parsing import DateEvidence
from kexin.ground.imports.readers import Table

CHUNK_ROWS = 20_000
READ_ROWS = 8_192
SKIP_ROWS = 500_000
NEW_ROWS_SECONDS = 10.0
MEMORY_LIMIT = "128MB"
FORMAT = 2  # raise when the layout below changes


def folder() -> Path:
    place = Path(settings.HOME) / "tmp"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


class Staging:
    """One run's rows. Open it, `fill` until it says it is full, then read `batches`."""

    def __init__(self, run_id: int, loader: Loader, columns: Mapping[str, str], fingerprint: str) -> None:
        self.loader = loader
        self.columns = dict(sorted(columns.items()))
        self.names = [f"c{place}" for place in range(len(self.columns))]
        self.path = folder() / f"import-{run_id}.duckdb"
        self.fingerprint = hashlib.sha256(json.dumps([FORMAT, loader.kind, self.columns, fingerprint], sort_keys=True).encode()).hexdigest()
        self.db = self._open()

    def _open(self) -> duckdb.DuckDBPyConnection:
        db = None
        try:
            if self.path.exists():
                db = self._connect()
                if self._meta(db, "fingerprint") == self.fingerprint:
                    return db
        except duckdb.Error:
            pass  # damaged, or of another version: made anew
        if db is not None:
            db.close()
        discard(self.path)
        db = self._connect()
        texts = "".join(f", {name} VARCHAR" for name in self.names)
        db.execute("CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR)")
        db.execute(f"CREATE TABLE staged (group_key VARCHAR, row_number BIGINT{texts})")
        self._set(db, "fingerprint", self.fingerprint)
        return db

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(
            str(self.path),
            config={
                "memory_limit": MEMORY_LIMIT,
                "threads": "2",
                "temp_directory": str(self.path.with_suffix(".spill")),
                "preserve_insertion_order": "true",
            },
        )

    @staticmethod
    def _meta(db: duckdb.DuckDBPyConnection, name: str) -> Any:
        found = db.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return None if found is None else json.loads(found[0])

    @staticmethod
    def _set(db: duckdb.DuckDBPyConnection, name: str, value: Any) -> None:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [name, json.dumps(value)])

    @property
    def facts(self) -> dict[str, Any]:
        """rows, blank, and for each date column what was seen: {field: {day_first, month_first, open}}."""
        found: dict[str, Any] = self._meta(self.db, "facts") or {}
        return found

    @property
    def is_full(self) -> bool:
        return bool(self._meta(self.db, "full"))

    def fill(self, table: Table, *, time_left: Callable[[], float], on_rows: Callable[[int], None]) -> bool:
        """Copy rows until none is left or the time is up; True when all are in and sorted. Goes on where it stopped."""
        if self.is_full:
            return True
        facts = self.facts or {"passed": 0, "rows": 0, "blank": 0, "dates": {}}
        dates = {
            field.name: DateEvidence(**facts["dates"].get(field.name, {}))
            for field in self.loader.fields
            if field.parse in {"date", "datetime", "birthday"}
        }
        places = [table.headings.index(heading) for heading in self.columns.values()]
        width = len(table.headings)
        fields = list(self.columns)
        rows = iter(table.rows())
        for start in range(0, facts["passed"], SKIP_ROWS):
            deque(itertools.islice(rows, min(SKIP_ROWS, facts["passed"] - start)), maxlen=0)
            on_rows(facts["rows"])  # keeps the lease
        began = time.monotonic()
        done = False
        while not done:
            chunk = list(itertools.islice(rows, CHUNK_ROWS))
            done = len(chunk) < CHUNK_ROWS
            facts["passed"] += len(chunk)
            numbers, kept = _even(chunk, width)
            facts["blank"] += len(chunk) - len(kept)
            if kept:
                turned = list(zip(*kept, strict=True))
                columns = {name: turned[place] for name, place in zip(fields, places, strict=True)}
                for name, evidence in dates.items():
                    if name in columns:
                        evidence.look(set(columns[name]))
                keys = self.loader.group_keys(columns, len(kept))
                facts["rows"] += len(kept)
                facts["dates"] = {name: vars(evidence) for name, evidence in dates.items()}
                self._append(keys, numbers, columns, facts)
                on_rows(facts["rows"])
            # Passing what is in takes longer from slice to slice in a long file: new rows get their time nevertheless.
            if not done and time_left() <= 0 and time.monotonic() - began >= NEW_ROWS_SECONDS:
                return False
        files.ensure_room(2 * self.path.stat().st_size)
        self.db.begin()  # killed anywhere in here, the rows are still staged and are sorted again
        self.db.execute("CREATE TABLE sorted AS SELECT * FROM staged ORDER BY group_key, row_number")
        self.db.execute("DROP TABLE staged")
        self._set(self.db, "facts", facts)
        self._set(self.db, "full", value=True)
        self.db.commit()
        return True

    def _append(self, keys: Sequence[str], numbers: Sequence[int], columns: Mapping[str, Sequence[str]], facts: Mapping[str, Any]) -> None:
        arrays = [
            pa.array(keys, pa.string()),
            pa.array(numbers, pa.int64()),
            *(pa.array(column, pa.string()) for column in columns.values()),
        ]
        chunk = pa.table(arrays, names=["group_key", "row_number", *self.names])
        self.db.begin()
        self.db.register("chunk", chunk)
        self.db.execute("INSERT INTO staged SELECT * FROM chunk")
        self.db.unregister("chunk")
        self._set(self.db, "facts", facts)
        self.db.commit()

    def read(self, position: int) -> Reader:
        """Batches from that position on, in the sorted order."""
        texts = "".join(f", {name}" for name in self.names)
        query = f"SELECT group_key, row_number{texts} FROM sorted WHERE rowid >= {int(position)}"  # noqa: S608 -- names made above
        stream = self.db.cursor().sql(query).to_arrow_reader(READ_ROWS)
        return Reader(list(self.columns), stream)

    def pairs(self, field: str, after: str, limit: int) -> list[tuple[str, str]]:
        """(group, cell) of rows whose cell in that field is not blank, after a group, in the order of groups."""
        name = self.names[list(self.columns).index(field)]
        self.db.execute(
            f"CREATE TABLE IF NOT EXISTS pairs_{name} AS SELECT group_key, MIN({name}) AS cell FROM sorted"  # noqa: S608 -- names made above
            f" WHERE TRIM({name}) <> '' GROUP BY group_key ORDER BY group_key"
        )
        query = f"SELECT group_key, cell FROM pairs_{name} WHERE group_key > ? ORDER BY group_key LIMIT {int(limit)}"  # noqa: S608 -- the same
        return [(str(key), str(cell).strip()) for key, cell in self.db.execute(query, [after]).fetchall()]

    def close(self, *, keep: bool) -> None:
        self.db.close()
        if not keep:
            discard(self.path)


def _even(chunk: list[tuple[int, list[str]]], width: int) -> tuple[Sequence[int], Sequence[list[str]]]:
    """The rows that say anything, each as wide as the headings. A row with more gets a negative number: its cells have slipped."""
    if all(len(cells) == width and cells[0] and not cells[0].isspace() for _number, cells in chunk):  # nearly every file
        return [number for number, _cells in chunk], [cells for _number, cells in chunk]
    numbers: list[int] = []
    kept: list[list[str]] = []
    for number, cells in chunk:
        if not "".join(cells).strip():
            continue
        slipped = len(cells) > width and any(cell.strip() for cell in cells[width:])
        numbers.append(-number if slipped else number)
        kept.append((cells + [""] * (width - len(cells)))[:width])
    return numbers, kept


class Reader:
    """Sorted rows, handed out in batches of whole groups."""

    def __init__(self, fields: list[str], stream: Any) -> None:
        self.fields = fields
        self.stream = iter(stream)
        self.buffer: list[list[Any]] = [[] for _ in range(len(fields) + 2)]
        self.ended = False

    def take(self, rows: int) -> Batch | None:
        """About so many rows: the group that the last of them belongs to is taken whole. None at the end."""
        end = None
        while end is None:
            keys = self.buffer[0]
            while len(keys) <= rows and self._more():
                pass
            end = self._end(rows)
            if end is None:
                rows = len(keys)  # one group, longer than the buffer
        if end == 0:
            return None
        taken = [column[:end] for column in self.buffer]
        self.buffer = [column[end:] for column in self.buffer]
        return Batch(numbers=taken[1], keys=taken[0], columns=dict(zip(self.fields, taken[2:], strict=True)))

    def _end(self, rows: int) -> int | None:
        keys = self.buffer[0]
        if len(keys) <= rows:
            return len(keys) if self.ended else None
        end = rows
        while end < len(keys) and keys[end] == keys[end - 1]:
            end += 1
        return end if end < len(keys) or self.ended else None

    def _more(self) -> bool:
        chunk = next(self.stream, None)
        if chunk is None:
            self.ended = True
            return False
        for place in range(len(self.buffer)):
            self.buffer[place] += chunk.column(place).to_pylist()
        return True


def discard(path: Path) -> None:
    """Remove a staging file and what DuckDB put beside it."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    shutil.rmtree(path.with_suffix(".spill"), ignore_errors=True)


def discard_run(run_id: int) -> None:
    discard(folder() / f"import-{run_id}.duckdb")


def leftovers() -> Iterator[Path]:
    yield from folder().glob("import-*.duckdb")
