"""How long the nightly round of the public pool takes with a million customers, what it holds up, and how quickly its list answers.

    python benchmarks/pool.py [--customers 1000000] [--home FOLDER] [--rounds 15]

Builds a company of that size in a data folder (or in DATABASE_URL) of its own with bulk SQL: 2,000 owners, one order a customer,
50,000 customers in the pool. The rule of tier E is on. Nights: the first one, when owners are warned; a quiet one, which finds
the same customers and does nothing; the night their warning runs out. Limits: 15 minutes a night, 100 ms of write lock at the
95th percentile of batches, and for pages as in benchmarks/lists.py.
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
from functools import partial
from typing import Any

from lists import BRANCHES, LIMIT_MS, TIMES, bare_view, fill, p95, people, timed

OWNERS, IN_POOL = 2000, 0.05
NIGHT_MINUTES, LOCK_MS = 15, 100
PAGES = (
    ("first page", "/ownership/"),
    ("tiers A to C by net sales", "/ownership/?tier=A&tier=B&tier=C&sort=-net"),
    ("by last order", "/ownership/?sort=last_order"),
    ("was mine", "/ownership/?mine=1"),
    ("who goes next", "/ownership/preview/"),
    ("numbers", "/ownership/numbers/"),
)


def build(count: int, today: dt.date) -> None:
    """Customers with owners, their places, orders and stays in the pool."""
    from django.core.management import call_command  # noqa: PLC0415 -- after the settings are chosen
    from django.db import connection  # noqa: PLC0415 -- the same

    from kexin.ground.staff.models import Branch, Company, User  # noqa: PLC0415 -- the same
    from kexin.loop.customers.models import Customer  # noqa: PLC0415 -- the same

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Customer.objects.exists():
        return
    Company.objects.update_or_create(pk=1, defaults={"name": "Benchmark", "currency": "CNY", "simulated": True})
    Branch.objects.bulk_create([Branch(pk=n, name=f"网点{n}", code=f"B{n}", path=f"/{n}/") for n in range(1, BRANCHES + 1)])
    User.objects.create(pk=1, username="all", name="全见", role="manager", sees="all")
    User.objects.create(pk=2, username="one", name="一店", role="manager", sees="branch", branch_id=1)
    User.objects.bulk_create(
        [
            User(pk=n, username=f"o{n}", name=f"顾问{n}", role="front_line", sees="own", branch_id=1 + n % BRANCHES)
            for n in range(3, OWNERS + 3)
        ]
    )
    chance, sqlite = random.Random(7), connection.vendor == "sqlite"  # noqa: S311 -- the same company every time

    def moment(days: int) -> str:
        return f"{today - dt.timedelta(days=days)} 02:00:00{'' if sqlite else '+00'}"

    def pooled(n: int) -> bool:
        return n % round(1 / IN_POOL) == 0

    fill(
        "customers_customer",
        ["id", "public_id", "code", "kind", "name", "salutation", "tax_number", "owner_id", "branch_id", "source", "region", "address",
         "preferred_channel", "preferred_hours", "is_active", "pooled_at", "last_contact_at", "created_at", "updated_at", "version",
         "change"],
        (
            (n, uuid.uuid4().hex if sqlite else uuid.uuid4(), f"K-{n:07d}", "person", name, "", "", None if pooled(n) else 3 + n % OWNERS,
             1 + n % BRANCHES, "import", "", "", "", "", True, moment(n % 100) if pooled(n) else None,
             moment(chance.randrange(400)) if n % 100 else None, moment(1000), moment(1), 1, 0)
            for n, name, _phone in people(count)
        ),
    )  # fmt: skip
    fill(
        "customers_place",
        ["customer_id", "tier", "previous_tier", "customer_class", "behaviours", "abc", "rfm", "recency_days", "last_order_on", "orders",
         "gross_amount", "returned_amount", "net_amount", "currency", "as_of"],
        (
            (n, chance.choice("ABCDE"), "", chance.choice(("general", "suitable", "key")), "", "C", "111", n % 900,
             str(today - dt.timedelta(days=n % 900)), 1, "100", "0", str(round(chance.lognormvariate(7, 1.5), 2)), "CNY", str(today))
            for n in range(1, count + 1)
        ),
    )  # fmt: skip
    fill(
        "orders_order",
        ["id", "public_id", "number", "kind", "customer_id", "branch_id", "channel", "currency", "occurred_at", "occurred_on", "amount",
         "line_count", "version", "change"],
        (
            (n, uuid.uuid4().hex if sqlite else uuid.uuid4(), f"D{n}", "sale", n, 1 + n % BRANCHES, "", "CNY", moment(n % 900),
             str(today - dt.timedelta(days=n % 900)), "100", 1, 1, 0)
            for n in range(1, count + 1)
        ),
    )  # fmt: skip
    fill(
        "pool_stay",
        ["customer_id", "branch_id", "tier", "cause", "reason", "began_at", "previous_owner_id", "ending"],
        (
            (n, 1 + n % BRANCHES, "", chance.choice(("no_contact", "no_order", "by_hand")), "", moment(n % 100), 3 + n % OWNERS, "")
            for n in range(1, count + 1)
            if pooled(n)
        ),
    )
    if not sqlite:  # SQLite gets no statistics in a running company either
        connection.cursor().execute("VACUUM ANALYZE")


def rule() -> None:
    from kexin.loop.pool.models import Policy, TierRule  # noqa: PLC0415 -- after the settings are chosen

    Policy.objects.update_or_create(pk=1, defaults={"warn_days": 7})
    TierRule.objects.update_or_create(tier="E", defaults={"no_contact_days": 380, "no_order_days": None, "is_on": True})


class Night:
    """What a job's slice is to the round, without an end, and with a clock on each transaction."""

    def __init__(self) -> None:
        from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after the settings are chosen

        self.checkpoint: dict[str, Any] = {}
        self.by = Actor.system("job")
        self.locks: list[float] = []
        self.began = 0.0

    def time_left(self) -> float:
        return 1.0

    def progress(self, **_told: Any) -> None:
        from django.db import transaction  # noqa: PLC0415 -- after the settings are chosen

        if transaction.get_connection().in_atomic_block:
            transaction.on_commit(lambda: self.locks.append((time.perf_counter() - self.began) * 1000))

    def clock(self, execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if sql.startswith("BEGIN"):
            self.began = time.perf_counter()
        return execute(sql, params, many, context)


def night(label: str) -> bool:
    """One whole round, batch by batch as the job does it."""
    from django.db import connection, reset_queries  # noqa: PLC0415 -- after the settings are chosen

    from kexin.loop.pool.actions import go_on  # noqa: PLC0415 -- the same

    reset_queries()
    part: Any = Night()
    began = time.perf_counter()
    with connection.execute_wrapper(part.clock):
        ended: Any = go_on(part)
    minutes = (time.perf_counter() - began) / 60
    lock = p95(part.locks) if part.locks else 0.0
    good = minutes <= NIGHT_MINUTES and lock <= LOCK_MS
    print(f"{label:<34}{minutes:>8.2f} min{lock:>8.0f} ms lock p95  {ended.result}  {'ok' if good else 'OVER'}", flush=True)
    return good


def a_week_passes() -> None:
    from datetime import timedelta  # noqa: PLC0415 -- beside its one use

    from django.db.models import F  # noqa: PLC0415 -- after the settings are chosen

    from kexin.loop.pool.models import Warned  # noqa: PLC0415 -- the same

    Warned.objects.update(on=F("on") - timedelta(days=7), goes_on=F("goes_on") - timedelta(days=7))


def pages(rounds: int) -> int:
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- after the settings are chosen
    from django.db import connection  # noqa: PLC0415 -- the same
    from django.test import Client  # noqa: PLC0415 -- the same
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- the same

    failed = 0
    for who, sees in ((1, "all"), (2, "one branch")):
        client = Client(HTTP_HOST="localhost")
        client.force_login(get_user_model().objects.get(pk=who), backend="kexin.surfaces.web.account.adapter.Backend")
        for label, url in PAGES:
            client.get(url)
            times = timed(partial(client.get, url), rounds)
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url)
            bare = p95(timed(bare_view(answer, captured.captured_queries), rounds))
            limit = max(LIMIT_MS, TIMES * bare)
            good = p95(times) <= limit and answer.status_code == 200
            failed += not good
            print(
                f"{sees:<12}{label:<28}{len(captured):>5} stmts{statistics.median(times):>8.0f} ms p50{p95(times):>8.0f} ms p95"
                f"{bare:>8.0f} ms bare  {'ok' if good else f'OVER {limit:.0f}'}"
            )
            if not good:
                slowest = max(captured.captured_queries, key=lambda query: float(query["time"]))
                print(f"    {slowest['time']} s: {slowest['sql'][:900]}")
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--home", default="")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    os.environ["KEXIN_HOME"] = given.home or tempfile.mkdtemp(prefix="kexin-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    import django  # noqa: PLC0415 -- after the settings are chosen

    django.setup()
    from django.test.utils import setup_test_environment  # noqa: PLC0415 -- keeps templates and context of answers
    from django.utils import timezone  # noqa: PLC0415 -- the same

    setup_test_environment()
    began, today = time.perf_counter(), timezone.localdate()
    build(given.customers, today)
    rule()
    print(f"{given.customers:,} customers ready after {time.perf_counter() - began:,.0f} s")
    failed = pages(given.rounds)
    failed += not night("the first night")
    failed += not night("a quiet night")
    a_week_passes()
    failed += not night("the night the warnings run out")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
