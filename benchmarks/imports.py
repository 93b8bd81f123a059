"""How fast an import is beside the bare insert of the same rows into the same tables, and how much memory it takes.

    python benchmarks/imports.py [lines, default 200000]

One run prints: the bare rate (executemany on SQLite, COPY on PostgreSQL), the import's rate with reading, sorting, validation,
journal and search entries, the stage costs, their ratio beside the limit (1/4 and 1/8), and the memory of the whole process.
Run it with 100000 and 1000000 to see that memory stays flat. DATABASE_URL chooses the database; the data folder is a new one.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="kexin-bench-")
os.environ["KEXIN_HOME"] = HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")

import django  # noqa: E402 -- the data folder first

django.setup()

from django.core.management import call_command  # noqa: E402 -- settings first
from django.db import connection, transaction  # noqa: E402 -- the same

from kexin.ground.audit.actor import Actor  # noqa: E402 -- the same
from kexin.ground.imports import actions, bulk  # noqa: E402 -- the same
from kexin.ground.jobs import kinds  # noqa: E402 -- the same
from kexin.loop.customers.loaders.creating import COLUMNS as CUSTOMER_COLUMNS  # noqa: E402 -- the same
from kexin.loop.customers.models import Customer  # noqa: E402 -- the same
from kexin.loop.orders.loaders.session import PRODUCT_COLUMNS  # noqa: E402 -- the same
from kexin.loop.orders.loaders.writing import LINE_COLUMNS, ORDER_COLUMNS  # noqa: E402 -- the same
from kexin.loop.orders.models import Order, OrderLine, Product  # noqa: E402 -- the same

TABLES = ((Customer, CUSTOMER_COLUMNS), (Product, PRODUCT_COLUMNS), (Order, ORDER_COLUMNS), (OrderLine, LINE_COLUMNS))


def write_file(path: Path, lines: int) -> None:
    rng = random.Random(11)  # noqa: S311 -- a file of made-up orders
    orders, customers = lines // 5, max(lines // 50, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write("订单号,下单时间,客户编号,类型,商品编码,商品名称,数量,单价\n")
        for line in range(lines):
            order = (line * 7919) % orders  # lines of one order lie apart
            kind, sign = ("退货", "-") if order % 33 == 0 else ("销售", "")  # what undoes earlier orders is linked at the end
            file.write(
                f"D{order:08d},2024-{1 + order % 12:02d}-{1 + order % 28:02d} 10:{line % 60:02d},K{order % customers:07d},{kind},"
                f"P{rng.randrange(300)},商品{rng.randrange(300)},{sign}{rng.randrange(1, 9)},{rng.randrange(1, 99_999) / 100}\n"
            )


def empty() -> None:
    with connection.cursor() as cursor:
        for model, _columns in reversed(TABLES):
            cursor.execute(f"DELETE FROM {bulk.table_of(model)}")


def bare(lines: int) -> tuple[float, float]:
    """The very rows the import wrote, taken out and put back in batches of 20,000."""
    kept = []
    with connection.cursor() as cursor:
        for model, columns in TABLES:
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f"SELECT {names} FROM {bulk.table_of(model)} ORDER BY id")
            kept.append([tuple(row) for row in cursor.fetchall()])
    empty()
    started, cpu = time.perf_counter(), time.process_time()
    for (model, columns), rows in zip(TABLES, kept, strict=True):
        for start in range(0, len(rows), 20_000):
            with transaction.atomic():
                bulk.insert(model, columns, rows[start : start + 20_000])
    return lines / (time.perf_counter() - started), lines / (time.process_time() - cpu)


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    call_command("migrate", verbosity=0)
    path = Path(HOME) / "orders.csv"
    write_file(path, lines)
    kinds.find("imports.run")  # loads the product's modules once, as a worker has them
    before = memory()
    started = time.perf_counter()
    cpu = time.process_time()
    run = actions.load(kind="orders", path=path, by=Actor.system("bench"))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert (run.state, run.added) == ("done", lines), (run.state, run.error)
    peak = memory()
    print(f"database          {connection.vendor}")
    print(f"import            {lines / seconds:10,.0f} lines/s   {seconds:.1f} s, {cpu:.1f} s of processor")
    for stage, cost in run.summary["costs"].items():
        print(f"  {stage:<15} {cost:10.1f} s")
    print(f"memory            {before} MB before, {peak} MB at most")
    if lines <= 300_000:
        rate, cpu_rate = bare(lines)
        limit = 4 if connection.vendor == "sqlite" else 8
        print(f"bare insert       {rate:10,.0f} lines/s")
        print(f"by processor time {lines / cpu / cpu_rate:10.2f}         steadier on a busy machine")
        print(f"ratio             {lines / seconds / rate:10.2f}         limit 1/{limit} = {1 / limit:.3f}")


if __name__ == "__main__":
    main()
