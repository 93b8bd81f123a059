"""How long a page waits for a one-row write while a long import runs on SQLite.

    python benchmarks/write_wait.py [--lines 1000000]

Builds a data folder of its own, imports a file of customers with `kexin import customers`, and meanwhile writes one row at
a time, each in a transaction of its own, as a page does. Prints the waits beside the limit: less than a second at p99.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LIMIT = 1.0  # seconds, at p99
PAUSE = 0.02  # seconds between two writes: about fifty people saving at once
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def kexin(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kexin.surfaces.cli.main", *arguments]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KEXIN_", "DATABASE_URL"))}
    return {**kept, "KEXIN_HOME": str(home), "KEXIN_LANG": "en"}


def write_file(path: Path, lines: int) -> None:
    chance = random.Random(1)  # noqa: S311 -- the same file every time
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["客户编号", "客户名称", "电话"])
        for number in range(lines):
            name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
            out.writerow([f"B-{number:07d}", name, f"138{number:08d}"])


def writes(database: Path, ended: subprocess.Popen[bytes]) -> Iterator[tuple[float, float]]:
    """Seconds each one-row write took, from asking for the lock to having committed, and when it began."""
    with contextlib.closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as page:
        page.execute("PRAGMA synchronous=NORMAL")
        while ended.poll() is None:
            began = time.perf_counter()
            page.execute("BEGIN IMMEDIATE")
            page.execute("UPDATE staff_company SET name = 'x' || random() WHERE id = 1")
            page.execute("COMMIT")
            yield time.perf_counter() - began, began
            time.sleep(PAUSE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        home, source = Path(folder) / "home", Path(folder) / "customers.csv"
        home.mkdir()
        write_file(source, lines)
        subprocess.run(kexin("jobs"), env=environment(home), check=True, stdout=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(home / "kexin.sqlite3")) as database:
            database.execute("PRAGMA journal_mode=WAL")
        began = time.perf_counter()
        importing = subprocess.Popen(kexin("import", "customers", str(source), "--json"), env=environment(home), stdout=subprocess.PIPE)
        timed = list(writes(home / "kexin.sqlite3", importing))
        took = time.perf_counter() - began
        print((importing.stdout.read() if importing.stdout else b"").decode().strip())
    waits = sorted(wait for wait, _at in timed)
    longest = max(timed)
    share = statistics.quantiles(waits, n=100, method="inclusive")
    print(f"import of {lines:,} lines: {took:.1f} s, exit {importing.returncode}; one-row writes meanwhile: {len(waits):,}")
    named = {"p50": share[49], "p95": share[94], "p99": share[98], "max": waits[-1]}
    print("wait  " + "   ".join(f"{name} {seconds * 1000:8.1f} ms" for name, seconds in named.items()))
    print(f"the longest began {longest[1] - began:.1f} s after the import did")
    print(f"limit p99 {LIMIT * 1000:8.1f} ms   {'kept' if share[98] < LIMIT else 'BROKEN'}")


if __name__ == "__main__":
    main()
