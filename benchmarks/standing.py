"""Assessment of 1,000,000 customers with 10,000,000 order lines, each stage beside its own limit, in one run.

    python benchmarks/standing.py [--customers 1000000]

extraction    beside the same two SELECTs read bare by ADBC, nothing kept
aggregation   beside plain DuckDB SQL on the same Parquet columns
write-back    beside bare executemany (SQLite) or COPY (PostgreSQL) of the same rows into the same table, emptied
pages         the standing page, p50 and p95 of 30, with its number of statements
memory        the highest resident size of this process and its children

Uses a data folder of its own, removed afterwards. DATABASE_URL names an EMPTY database to measure PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

HOME = tempfile.mkdtemp(prefix="kexin-bench-")
os.environ["KEXIN_HOME"] = HOME
os.environ["DJANGO_SETTINGS_MODULE"] = "kexin.project.settings"
AS_OF = date(2025, 6, 30)
ORDERS_EACH, LINES_EACH = 3, 10  # orders and lines for each customer

import django  # noqa: E402 -- the data folder is chosen first

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from kexin.facts import engine, purchases  # noqa: E402
from kexin.ground.audit.actor import Actor  # noqa: E402
from kexin.ground.jobs import actions as jobs  # noqa: E402
from kexin.ground.staff.models import User  # noqa: E402
from kexin.ground.staff.queries import company  # noqa: E402
from kexin.loop.orders import queries as orders  # noqa: E402
from kexin.loop.standing import actions, queries  # noqa: E402
from kexin.loop.standing.actions import assessing  # noqa: E402
from kexin.loop.standing.estimates import columns  # noqa: E402

PLAIN = """
    COPY (
        SELECT o.customer_id,
               sum(l.amount) FILTER (WHERE o.kind = 0 AND l.quantity > 0)                                       AS gross,
               -sum(l.amount) FILTER (WHERE o.kind <> 0 OR l.quantity < 0)                                      AS returned,
               sum(l.amount) FILTER (WHERE o.kind = 0 AND l.quantity > 0 AND l.unit_cost IS NOT NULL)           AS gross_known,
               sum(l.amount::DECIMAL(18,0) * 10000 - l.quantity::DECIMAL(18,0) * l.unit_cost::DECIMAL(18,0))    AS margin,
               sum(l.amount) FILTER (WHERE o.day > {year})                                                      AS net_year,
               sum(l.amount::DECIMAL(18,0) * 10000 - l.quantity::DECIMAL(18,0) * l.unit_cost::DECIMAL(18,0))
                   FILTER (WHERE o.day > {year})                                                                AS margin_year,
               sum(l.amount) FILTER (WHERE o.day > {half})                                                      AS net_half,
               sum(l.amount) FILTER (WHERE o.day > {before} AND o.day <= {half})                                AS net_half_before,
               count(DISTINCT o.order_id) FILTER (WHERE o.kind = 0)                                             AS orders,
               min(o.day) AS first_day, max(o.day) AS last_day
          FROM read_parquet('{folder}/lines-*.parquet') l
          JOIN read_parquet('{folder}/orders-*.parquet') o USING (order_id)
         WHERE o.customer_id IS NOT NULL AND o.day <= {as_of} AND o.ours = 1
         GROUP BY 1
    ) TO '{folder}/plain.parquet' (FORMAT parquet)
"""


def fill(customers: int) -> None:
    """Customers, orders and lines by SQL alone."""
    sqlite = connection.vendor == "sqlite"
    n_orders, n_lines = customers * ORDERS_EACH, customers * LINES_EACH
    series = (
        "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n})"
        if sqlite
        else "WITH s AS (SELECT generate_series(1, {n}::bigint) AS i)"
    )
    uuid = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    day = "date('2022-07-01', '+' || ({0}) || ' days')" if sqlite else "(DATE '2022-07-01' + ({0})::int)"
    moment = (
        "datetime('2022-07-01', '+' || ({0}) || ' days')" if sqlite else "(TIMESTAMPTZ '2022-07-01 00:00:00+00' + ({0}) * INTERVAL '1 day')"
    )
    true = "1" if sqlite else "true"
    spread = "(i * 7919) % 1095"
    statements = [
        f"""INSERT INTO customers_customer (public_id, code, kind, name, salutation, tax_number, source, region, address, preferred_channel,
            preferred_hours, is_active, created_at, updated_at, version, change)
            {series.format(n=customers)} SELECT {uuid}, 'B' || i, 'person', '客户' || i, '', '', 'import', '', '', '', '', {true},
            {moment.format(0)}, {moment.format(0)}, 1, 0 FROM s""",
        f"""INSERT INTO orders_order (public_id, number, kind, customer_id, channel, currency, occurred_at, occurred_on, amount,
            line_count, version, change)
            {series.format(n=n_orders)} SELECT {uuid}, 'O' || i, CASE WHEN i % 20 = 0 THEN 'return' ELSE 'sale' END,
            CASE WHEN i % 50 = 0 THEN NULL ELSE 1 + ((i * 48271) % {customers}) END, '', 'CNY',
            {moment.format(spread)}, {day.format(spread)},
            0, 0, 1, 0 FROM s""",
        f"""INSERT INTO orders_orderline (order_id, key, description, quantity, unit_price, amount, unit_cost)
            {series.format(n=n_lines)} SELECT 1 + (i * 3 / 10) % {n_orders}, CAST(i AS TEXT), '', 1 + i % 7, 9.95 + i % 100,
            (1 + i % 7) * (9.95 + i % 100) * CASE WHEN ((1 + (i * 3 / 10) % {n_orders}) % 20) = 0 THEN -1 ELSE 1 END,
            CASE WHEN i % 10 = 0 THEN NULL ELSE 7.25 + i % 90 END FROM s""",
    ]
    for statement in statements:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = what()
    return time.perf_counter() - began, found


def bare_read(extent: orders.Extent) -> int:
    """The same SELECTs through ADBC in a process of its own, batches counted and thrown away."""
    script = """
import json, sys
from kexin.facts import source, purchases
asked = json.load(sys.stdin); rows = 0
with source.connected(asked["address"]) as connection:
    for select, parameters, contract in asked["reads"]:
        with source.read(connection, select, parameters, contract=getattr(purchases, contract)) as stream:
            rows += sum(batch.num_rows for batch in stream)
print(rows)
"""
    reads = [
        (orders.ORDERS_AS_COLUMNS[connection.vendor], ["CNY", 0, extent.last_order], "ORDERS"),
        (orders.LINES_AS_COLUMNS[connection.vendor], [0, extent.last_line], "LINES"),
    ]
    asked = json.dumps({"address": queries.database_address(), "reads": reads})
    return int(subprocess.run([sys.executable, "-c", script], input=asked, capture_output=True, text=True, check=True).stdout)


def bare_write(rows: list[Any]) -> None:
    """The same rows into the same table, emptied before: its own indexes are part of the limit."""
    names = ", ".join(rows[0]._fields)
    picked = [tuple(cell if cell is None or isinstance(cell, int | float | str) else str(cell) for cell in row) for row in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_place")
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY customers_place ({names}) FROM STDIN") as copy:
                for row in picked:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO customers_place ({names}) VALUES ({', '.join(['%s'] * len(picked[0]))})", picked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    customers = parser.parse_args().customers
    call_command("migrate", verbosity=0)
    one = company()
    one.currency = "CNY"
    one.save()
    seconds, _ = timed(lambda: fill(customers))
    print(
        f"{connection.vendor}: {customers:,} customers, {customers * ORDERS_EACH:,} orders, {customers * LINES_EACH:,} lines,"
        f" filled in {seconds:.0f} s"
    )

    extent = orders.extent()
    bare, rows = timed(lambda: bare_read(extent))
    folder = queries.working_folder(0)
    ours, _ = timed(lambda: list(columns.read_parts(columns.parts(extent), currency="CNY", folder=folder)))
    print(f"extraction     {ours:8.1f} s   bare ADBC read {bare:8.1f} s   {ours / bare:5.2f} ×   {rows:,} rows")

    when = purchases.windows(AS_OF)
    plain = PLAIN.format(folder=folder, as_of=when.as_of, year=when.year_after, half=when.half_after, before=when.half_before_after)
    expression = purchases.of_customers(when)
    engine.compiled(expression)  # Ibis is imported once a process: not part of either side
    with engine.opened(folder / "spill") as duck:
        limit, _ = timed(lambda: duck.execute(plain).fetchone())
        inputs = {"orders": str(folder / "orders-*.parquet"), "lines": str(folder / "lines-*.parquet")}
        ours, _ = timed(
            lambda: engine.materialise(duck, expression, inputs=inputs, contract=purchases.PURCHASES, into=folder / "purchases.parquet")
        )
    print(f"aggregation    {ours:8.1f} s   plain DuckDB   {limit:8.1f} s   {ours / limit:5.2f} ×")
    shutil.rmtree(folder)

    stages: dict[str, float] = {}
    kept: list[Any] = []
    for name in ("_begin", "_extract", "_aggregate", "_classify", "_place", "_finish"):
        setattr(assessing, name, _watched(name, getattr(assessing, name), stages))
    written = assessing.customers.place

    def place(*, rows: list[Any], by: Actor) -> int:
        kept.extend(rows)
        return written(rows=rows, by=by)

    assessing.customers.place = place  # what was written, to write it bare afterwards
    run = actions.assess(as_of=AS_OF, by=Actor.system("cli"), here=True)
    whole, job = timed(lambda: jobs.run_here(run.job_id))
    print(
        f"assessment     {whole:8.1f} s   {job.state}   " + "  ".join(f"{name.strip('_')} {spent:.1f} s" for name, spent in stages.items())
    )
    bare, _ = timed(lambda: bare_write(kept))
    limit_name = "executemany" if connection.vendor == "sqlite" else "COPY"
    print(
        f"write-back     {stages['_place']:8.1f} s   bare {limit_name:11}{bare:8.1f} s   {stages['_place'] / bare:5.2f} ×"
        f"   {len(kept):,} rows"
    )
    kept.clear()
    pages()
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e6
    print(f"memory         {peak:8.2f} GB  at most, one process (with the benchmark's own copy of the rows)")


def _watched(name: str, stage: Callable[..., Any], stages: dict[str, float]) -> Callable[..., Any]:
    def watched(*given: Any) -> Any:
        spent, found = timed(lambda: stage(*given))
        stages[name] = stages.get(name, 0) + spent
        return found

    return watched


def pages() -> None:
    settings.ALLOWED_HOSTS.append("testserver")
    person = User.objects.create(username="bench", name="bench", role="manager", sees="all")
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    for address in ("/standing/", "/standing/customers/", "/standing/movers/", "/orders/"):
        client.get(address)
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as asked:
            status = client.get(address).status_code
        statements = len(asked)  # now: the next request forgets them
        spent = sorted(1000 * timed(lambda address=address: client.get(address))[0] for _ in range(30))
        print(f"{address:24} {status}  p50 {statistics.median(spent):6.1f} ms   p95 {spent[28]:6.1f} ms   {statements} statements")


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        shutil.rmtree(Path(HOME), ignore_errors=True)
