"""How quickly the API lists a hundred customers, beside a bare Django JSON view of the same rows, in one run.

    python benchmarks/api.py [--customers 2000 100000] [--rounds 60]

Builds a company of each size in a data folder (or in DATABASE_URL) of its own. The API is asked with a token: who that is, how often it
asks, what the person may see, the list's conditions, order and paging, the fields, one JSON text. The bare view stands in the same
project behind the same middleware and does nothing of that: it fetches the same hundred customers with their owner, branch, place and
first number, and answers the same fields by JsonResponse. Limit: 3 times the bare view; at most 10 statements at any size.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT, STATEMENTS, ROWS = 3.0, 10, 100
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def build(count: int) -> None:
    """As many customers as asked, each with a place and a phone number."""
    from django.utils import timezone  # noqa: PLC0415 -- after the settings are chosen

    from kexin.ground.staff.models import Branch, Company, User  # noqa: PLC0415 -- after the settings are chosen
    from kexin.loop.customers.models import ContactPoint, Customer, Place  # noqa: PLC0415 -- after the settings are chosen

    if not Company.objects.exists():
        Company.objects.create(pk=1, name="Benchmark", currency="CNY", simulated=True)
    if not Branch.objects.exists():
        for number in range(1, 11):
            Branch.objects.create(pk=number, name=f"网点{number}", code=f"B{number}", path=f"/{number}/")
        User.objects.create(pk=1, username="all", name="全见", role="manager", sees="all", branch_id=1)
    have = Customer.objects.count()
    for start in range(have, count, 5000):
        made = Customer.objects.bulk_create(
            [
                Customer(
                    code=f"K-{number:07d}", kind="person", name=SURNAMES[number % 20] + GIVEN[number % 19] + GIVEN[number % 17],
                    owner_id=1, branch_id=1 + number % 10, source="import", region="浙江 杭州", last_contact_at=timezone.now(),
                )
                for number in range(start, min(start + 5000, count))
            ]
        )  # fmt: skip
        Place.objects.bulk_create(
            [Place(customer=one, tier="ABCDE"[one.pk % 5], customer_class="key", net_amount=one.pk % 9999, currency="CNY") for one in made]
        )
        ContactPoint.objects.bulk_create(
            [
                ContactPoint(customer=one, kind="phone", value=f"138{one.pk:08d}", key=f"138{one.pk:08d}", is_primary=True)
                for one in made
            ]
        )  # fmt: skip


def bare(request: Any) -> Any:  # noqa: ARG001 -- Django's signature
    """What one would write in ten minutes: the same rows and fields, for whoever asks."""
    from django.http import JsonResponse  # noqa: PLC0415 -- after the settings are chosen

    from kexin.loop.customers.models import ContactPoint, Customer  # noqa: PLC0415 -- after the settings are chosen

    rows = list(
        Customer.objects.filter(is_active=True, merged_into=None)
        .select_related("owner", "branch", "place")
        .order_by("-last_contact_at", "-pk")[:ROWS]
    )
    phones = dict(
        ContactPoint.objects.filter(customer__in=[row.pk for row in rows], kind="phone", is_primary=True).values_list(
            "customer_id", "value"
        )
    )
    items = [
        {
            "id": row.pk, "code": row.code, "kind": row.kind, "name": row.name, "salutation": row.salutation, "tax_number": row.tax_number,
            "phone": phones.get(row.pk, "")[:3] + " •••• " + phones.get(row.pk, "")[-4:],
            "owner": {"id": row.owner.pk, "name": str(row.owner)} if row.owner else None,
            "branch": {"id": row.branch.pk, "name": str(row.branch)} if row.branch else None,
            "source": row.source, "region": row.region, "address": row.address, "preferred_channel": row.preferred_channel,
            "preferred_hours": row.preferred_hours, "is_active": row.is_active, "last_contact_at": row.last_contact_at,
            "created_at": row.created_at, "updated_at": row.updated_at, "version": row.version, "tier": row.place.tier,
            "previous_tier": row.place.previous_tier, "customer_class": row.place.customer_class,
            "behaviours": [one for one in row.place.behaviours.split(",") if one], "net_amount": row.place.net_amount,
            "currency": row.place.currency, "last_order_on": row.place.last_order_on,
        }
        for row in rows
    ]  # fmt: skip
    return JsonResponse({"items": items, "next": str(rows[-1].pk) if rows else None})


def measured(asked: list[tuple[str, Callable[[], Any]]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each, taken in turns so that whatever else the machine does falls on both."""
    times: dict[str, list[float]] = {name: [] for name, _ask in asked}
    for turn in range(rounds + 5):
        for name, ask in asked:
            began = time.perf_counter()
            answer = ask()
            spent = (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, answer.content[:300]
            if turn >= 5:  # the first ones compile and fill caches
                times[name].append(spent)
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, nargs="+", default=[2_000, 100_000])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--profile", action="store_true", help="print where the time of one API request goes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kexin-api-") as folder:
        os.environ["KEXIN_HOME"] = folder
        os.environ["KEXIN_API_BURST"] = "1000000"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        return run(asked)


def run(asked: argparse.Namespace) -> int:
    import django  # noqa: PLC0415 -- after the settings are chosen

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- after the settings are chosen
    from django.db import connection  # noqa: PLC0415 -- after the settings are chosen
    from django.test import Client  # noqa: PLC0415 -- after the settings are chosen
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- after the settings are chosen
    from django.urls import path  # noqa: PLC0415 -- after the settings are chosen
    from django.utils import timezone  # noqa: PLC0415 -- after the settings are chosen

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after the settings are chosen
    from kexin.ground.staff.models import User  # noqa: PLC0415 -- after the settings are chosen
    from kexin.ground.tokens import actions as tokens  # noqa: PLC0415 -- after the settings are chosen
    from kexin.project import urls  # noqa: PLC0415 -- after the settings are chosen

    urls.urlpatterns.insert(0, path("bare/customers", bare))
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    failed = 0
    token = ""
    for count in asked.customers:
        build(count)
        if not token:
            token = str(tokens.issue(owner=User.objects.get(pk=1), name="b", scopes=["customers:read", "standing:read"],
                                     now=timezone.now(), by=Actor.system("cli"))[1])  # fmt: skip
        client = Client(headers={"Authorization": f"Bearer {token}", "Host": "127.0.0.1"})
        pair = [
            ("bare", lambda client=client: client.get("/bare/customers")),
            ("api", lambda client=client: client.get(f"/api/v1/customers?limit={ROWS}")),
        ]
        for _name, ask in pair:
            assert len(ask().json()["items"]) == min(ROWS, count)
        statements = {}
        for name, ask in pair:
            with CaptureQueriesContext(connection) as seen:
                ask()
            statements[name] = len(seen)
        times = measured(pair, asked.rounds)
        middle = {name: statistics.median(found) for name, found in times.items()}
        ratio = middle["api"] / middle["bare"]
        well = ratio <= LIMIT and statements["api"] <= STATEMENTS
        failed += not well
        print(
            f"{connection.vendor} {count:>7,} customers: "
            f"api {middle['api']:.1f} ms ({1000 / middle['api']:.0f}/s, {statements['api']} statements), "
            f"bare view {middle['bare']:.1f} ms ({1000 / middle['bare']:.0f}/s, {statements['bare']} statements): {ratio:.2f} times, "
            f"limit {LIMIT:.0f}{'' if well else '  MISSED'}"
        )
        if asked.profile:
            import cProfile  # noqa: PLC0415 -- after the settings are chosen
            import pstats  # noqa: PLC0415 -- after the settings are chosen

            profile = cProfile.Profile()
            profile.enable()
            for _turn in range(20):
                pair[1][1]()
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
