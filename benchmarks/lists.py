"""How quickly lists and searches answer with a million customers, and whether they take the same number of statements as with few.

    python benchmarks/lists.py [--customers 1000000] [--home FOLDER] [--rounds 15]

Builds a company of that size in a data folder (or in DATABASE_URL) of its own with bulk SQL, then asks for each page as a signed-in
person does, for somebody who sees everything and for somebody who sees one branch of forty. Beside each stands a bare view: the
same statements sent again by hand and the same template rendered with the same context. Limit: 3 times the bare view or a p95 of
150 ms, whichever is larger; the same statements as with 1,000 customers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

LIMIT_MS, TIMES = 150.0, 3.0
BRANCHES = 40
SURNAMES = (
    "王" * 14
    + "李" * 14
    + "张" * 13
    + "刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏飞宇浩轩子涵雨欣怡佳琪梓晨博文昊天思远嘉"
TODAY = dt.date(2026, 9, 1)


def people(count: int, start: int = 1) -> Iterator[tuple[int, str, str]]:
    chance = random.Random(start)  # noqa: S311 -- the same company every time
    for number in range(start, start + count):
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
        yield number, name, f"1{chance.randrange(30, 99)}{chance.randrange(10**8):08d}"


def fill(table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction  # noqa: PLC0415 -- after the settings are chosen

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        else:
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def build(count: int) -> None:
    """Customers, their places, phones and search entries."""
    from django.core.management import call_command  # noqa: PLC0415 -- after the settings are chosen
    from django.db import connection, transaction  # noqa: PLC0415 -- the same

    from kexin.ground.search import actions as search  # noqa: PLC0415 -- the same
    from kexin.ground.staff.models import Branch, Company, User  # noqa: PLC0415 -- the same
    from kexin.loop.customers.models import Customer  # noqa: PLC0415 -- the same

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Customer.objects.exists():
        return
    Company.objects.update_or_create(pk=1, defaults={"name": "Benchmark", "currency": "CNY", "simulated": True})
    for number in range(1, BRANCHES + 1):
        Branch.objects.create(pk=number, name=f"网点{number}", code=f"B{number}", path=f"/{number}/")
    User.objects.create(pk=1, username="all", name="全见", role="manager", sees="all")
    User.objects.create(pk=2, username="one", name="一店", role="manager", sees="branch", branch_id=1)

    def public() -> Any:
        return uuid.uuid4().hex if connection.vendor == "sqlite" else uuid.uuid4()

    def moment(days: int) -> str:
        return f"{TODAY - dt.timedelta(days=days)} 02:00:00{'' if connection.vendor == 'sqlite' else '+00'}"

    chance = random.Random(7)  # noqa: S311 -- the same company every time
    fill(
        "customers_customer",
        ["id", "public_id", "code", "kind", "name", "salutation", "tax_number", "owner_id", "branch_id", "source", "region", "address",
         "preferred_channel", "preferred_hours", "is_active", "last_contact_at", "created_at", "updated_at", "version", "change"],
        (
            (n, public(), f"K-{n:07d}", "person", name, "", "", None, 1 + n % BRANCHES, "import", "", "", "", "", True,
             moment(chance.randrange(900)) if n % 5 else None, moment(1000), moment(1), 1, 0)
            for n, name, _phone in people(count)
        ),
    )  # fmt: skip
    fill(
        "customers_place",
        ["customer_id", "tier", "previous_tier", "customer_class", "behaviours", "abc", "rfm", "recency_days", "last_order_on", "orders",
         "gross_amount", "returned_amount", "net_amount", "currency", "as_of"],
        (
            (n, chance.choice("ABCDE"), "", chance.choice(("general", "suitable", "key")), "", "C", "111", n % 900,
             str(TODAY - dt.timedelta(days=n % 900)), n % 30, str(round(chance.lognormvariate(7, 1.5), 2)), "0",
             str(round(chance.lognormvariate(7, 1.5), 2)), "CNY", str(TODAY))
            for n, _name, _phone in people(count)
        ),
    )  # fmt: skip
    fill(
        "customers_contactpoint",
        ["customer_id", "kind", "value", "key", "is_primary", "note", "version"],
        ((n, "phone", phone, phone, True, "", 1) for n, _name, phone in people(count)),
    )
    began, batch = time.perf_counter(), 100_000
    for start in range(0, count, batch):
        with transaction.atomic():
            documents = [
                search.Document(id=n, words=[name], codes=[f"K-{n:07d}"], phones=[phone])
                for n, name, phone in people_between(count, start, min(batch, count - start))
            ]
            search.index("customer", documents)
    print(f"search entries: {count / (time.perf_counter() - began):,.0f} a second")
    if connection.vendor != "sqlite":  # SQLite gets no statistics in a running company either
        connection.cursor().execute("VACUUM ANALYZE")


_kept: list[tuple[int, str, str]] = []


def people_between(count: int, start: int, size: int) -> list[tuple[int, str, str]]:
    if not _kept:
        _kept.extend(people(count))
    return _kept[start : start + size]


PAGES = (
    ("first page", "/customers/"),
    ("by net sales", "/customers/?sort=-net"),
    ("by tier", "/customers/?sort=tier"),
    ("by name", "/customers/?sort=name"),
    ("tier A by net sales", "/customers/?tier=A&sort=-net"),
    ("no contact for 90 days", "/customers/?quiet=90"),
    ("find 王", "/customers/?q=王"),
    ("find 王伟", "/customers/?q=王伟"),
    ("find wangw", "/customers/?q=wangw"),
    ("find zw", "/customers/?q=zw"),
    ("find phone tail", "/customers/?q=4321"),
    ("find 王 by net sales", "/customers/?q=王&sort=-net"),
    ("global search 王", "/search/suggest/?q=王"),
    ("global search 2207", "/search/suggest/?q=2207"),
)


def measure(rounds: int) -> list[dict[str, Any]]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- after the settings are chosen
    from django.db import connection  # noqa: PLC0415 -- the same
    from django.test import Client  # noqa: PLC0415 -- the same
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- the same

    results = []
    for who, sees in ((1, "all"), (2, "one branch")):
        client = Client(HTTP_HOST="localhost")
        client.force_login(get_user_model().objects.get(pk=who), backend="kexin.surfaces.web.account.adapter.Backend")
        pages = list(PAGES)
        address = "/customers/?sort=-net"
        for _step in range(20):  # twenty pages on, as somebody gets there
            address = next_page(client.get(address).content.decode()) or address
        pages.append(("page 21 by net sales", address))
        for label, url in pages:
            client.get(url)
            before = time.process_time()
            times = timed(partial(client.get, url), rounds)
            cpu = (time.process_time() - before) * 1000 / rounds
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url)
            bare = timed(bare_view(answer, captured.captured_queries), rounds)
            results.append(
                {
                    "who": sees, "page": label, "status": answer.status_code, "statements": len(captured),
                    "p50": statistics.median(times), "cpu": cpu, "p95": p95(times), "bare": p95(bare),
                    "slowest": max((float(query["time"]) * 1000, query["sql"]) for query in captured.captured_queries),
                }
            )  # fmt: skip
    return results


def bare_view(answer: Any, captured: list[dict[str, str]]) -> Callable[[], object]:
    """The same SQL sent again, its rows fetched, and the same template rendered with the same context."""
    from django.db import connection  # noqa: PLC0415 -- after the settings are chosen

    statements = [query["sql"] for query in captured if query["sql"].lstrip().upper().startswith("SELECT")]
    templates, context = answer.templates, answer.context

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql in statements:
                try:
                    cursor.execute(sql.replace("%", "%%"), [])
                    cursor.fetchall()
                except Exception:  # noqa: BLE001, S112 -- a logged statement whose literals cannot be sent again is left out
                    continue
        if templates and context is not None:
            templates[0].render(context[0] if isinstance(context, list) else context)

    return bare


def next_page(html: str) -> str:
    from html import unescape  # noqa: PLC0415 -- beside its one use
    from re import findall  # noqa: PLC0415 -- the same

    found = findall(r'href="(\?[^"]*after=[^"]*)"', html)
    return f"/customers/{unescape(found[-1])}" if found else ""


def timed(ask: Callable[[], object], rounds: int) -> list[float]:
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return times


def p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--home", default="")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--slow", action="store_true", help="print the slowest statement of each page over its limit")
    given = parser.parse_args()
    os.environ["KEXIN_HOME"] = given.home or tempfile.mkdtemp(prefix="kexin-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    import django  # noqa: PLC0415 -- after the settings are chosen

    django.setup()
    began = time.perf_counter()
    build(given.customers)
    print(f"{given.customers:,} customers ready after {time.perf_counter() - began:,.0f} s")
    from django.test.utils import setup_test_environment  # noqa: PLC0415 -- keeps templates and context of answers

    setup_test_environment()
    print(f"{'who':<12}{'page':<26}{'status':>7}{'stmts':>7}{'cpu ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'bare p95':>10}  verdict")
    failed = 0
    for one in measure(given.rounds):
        limit = max(LIMIT_MS, TIMES * one["bare"])
        good = one["p95"] <= limit and one["status"] == 200 and one["statements"] <= 20
        failed += not good
        print(
            f"{one['who']:<12}{one['page']:<26}{one['status']:>7}{one['statements']:>7}{one['cpu']:>9.0f}{one['p50']:>9.0f}"
            f"{one['p95']:>9.0f}{one['bare']:>10.0f}  {'ok' if good else f'OVER {limit:.0f}'}"
        )
        if given.slow and one["p95"] > LIMIT_MS:
            print(f"    {one['slowest'][0]:.0f} ms: {one['slowest'][1][:1500]}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
