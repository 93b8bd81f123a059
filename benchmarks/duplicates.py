"""How long a scan for duplicates takes, how much memory, and what it finds of what was planted.

    python benchmarks/duplicates.py [--customers 1000000] [--home FOLDER] [--seed 7]

Builds the files of a simulated company (kexin.demo, without orders) in a data folder (or in DATABASE_URL) of its own, then runs
the scan's job in a fresh process, slice by slice as the worker does. Three in a hundred files are second files of the same
customer, made in eight ways; two in a hundred persons share a telephone and an address with somebody else of the family, and
people and firms of one name in one town are many. Limits for 1,000,000 customers: 5 minutes, 2 GB; recall 0.95, precision 0.98
with 20,000 customers, the size of the demo. (With a million, the generator's few firm names stand in each town many times.)
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

FILE = (
    *("id", "public_id", "code", "kind", "name", "salutation", "tax_number", "source", "region", "address"),
    *("preferred_channel", "preferred_hours", "is_active", "created_at", "updated_at", "version", "change"),
)


def build(count: int, seed: int, home: Path) -> None:
    import django  # noqa: PLC0415 -- after the data folder is chosen

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- the same
    from django.db import connection, transaction  # noqa: PLC0415 -- the same

    from kexin.demo.customers import Sort, chunks  # noqa: PLC0415 -- the same
    from kexin.ground.imports import bulk  # noqa: PLC0415 -- the same
    from kexin.loop.customers.models import Contact, ContactPoint, Customer  # noqa: PLC0415 -- the same
    from kexin.loop.customers.rules import identity  # noqa: PLC0415 -- the same

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    now: Any = "2026-09-01 08:00:00"
    truth: list[tuple[int, int, str]] = []
    first = 1
    point = contact = 0
    for chunk in chunks(count, seed):
        files, points, people = [], [], []
        for n in range(len(chunk)):
            pk = first + n
            kind = "person" if chunk.sort[n] == Sort.PERSON else "organisation"
            public: Any = uuid.uuid4().hex if connection.vendor == "sqlite" else uuid.uuid4()
            files.append(
                (
                    *(pk, public, chunk.code[n], kind, chunk.name[n], chunk.salutation[n], chunk.tax_number[n], "import"),
                    *(chunk.region[n], chunk.address[n], "", "", True, now, now, 1, 1),
                )
            )
            own = {identity.phone_key(chunk.phone[n]): None} if chunk.phone[n] else {}
            rows = [("phone", key, None) for key in own]
            rows += [("email", chunk.email[n].lower(), None)] if chunk.email[n] else []
            if chunk.contact[n]:
                contact += 1
                people.append((contact, pk, chunk.contact[n], chunk.contact_role[n], True, "", 1))
                rows += [("phone", chunk.contact_phone[n], contact)] if chunk.contact_phone[n] else []
            for which, key, whose in rows:
                point += 1
                points.append((point, pk, whose, which, key, key, True, "", 1))
            if chunk.duplicate_of[n] >= 0:
                truth.append((first + int(chunk.duplicate_of[n]), pk, chunk.duplicate_way[n]))
        with transaction.atomic():
            bulk.insert(
                Customer,
                FILE,
                files,
            )
            bulk.insert(Contact, ("id", "customer_id", "name", "role", "is_primary", "note", "version"), people)
            bulk.insert(ContactPoint, ("id", "customer_id", "contact_id", "kind", "value", "key", "is_primary", "note", "version"), points)
        first += len(chunk)
    (home / "truth.json").write_text(json.dumps(truth))


def scan(home: Path) -> None:
    import django  # noqa: PLC0415 -- after the data folder is chosen

    django.setup()
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same
    from kexin.loop.customers import actions  # noqa: PLC0415 -- the same

    began = last = time.monotonic()
    working = time.process_time()
    longest = 0.0

    def tell(_job: Any) -> None:
        nonlocal last, longest
        now = time.monotonic()
        longest, last = max(longest, now - last), now

    job = jobs.run_here(actions.start_scan(by=Actor.system("cli"), here=True).pk, on_progress=tell)
    seconds, cpu = time.monotonic() - began, time.process_time() - working
    if job.state != "done":
        raise SystemExit(job.error)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (home / "scan.json").write_text(json.dumps({"seconds": seconds, "peak": peak, "result": job.result, "longest": longest, "cpu": cpu}))


def tell(home: Path, count: int) -> None:
    import django  # noqa: PLC0415 -- after the data folder is chosen

    django.setup()
    from kexin.loop.customers.models import DuplicatePair  # noqa: PLC0415 -- the same
    from kexin.loop.customers.rules import duplicates  # noqa: PLC0415 -- the same

    said = json.loads((home / "scan.json").read_text())
    truth = {(one, other): way for one, other, way in json.loads((home / "truth.json").read_text())}
    listed = {(one, other): reasons for one, other, reasons in DuplicatePair.objects.values_list("smaller_id", "larger_id", "reasons")}
    right = truth.keys() & listed.keys()
    print(f"{count:,} customers, {len(truth):,} second files planted")
    print(f"scan {said['seconds']:.1f} s, of these {said['cpu']:.1f} s of processor; {count / said['seconds']:,.0f} customers a second")
    print(f"peak memory {said['peak']:,.0f} MB")
    print(f"longest page {1000 * said['longest']:.0f} ms; {said['result']['compared']:,} pairs compared, {len(listed):,} listed")
    print(f"precision {len(right) / len(listed):.4f}   recall {len(right) / len(truth):.4f}")
    for way, planted in sorted(Counter(truth.values()).items()):
        found = sum(1 for pair in right if truth[pair] == way)
        print(f"  {way:16} {found:>7,} of {planted:>7,}  {found / planted:.3f}")
    wrong = Counter(reasons for pair, reasons in listed.items() if pair not in truth)
    print("listed, though not planted, by reasons:", dict(wrong.most_common(6)) or "none")
    print("weights:", ", ".join(f"{name} {weight}" for name, weight in duplicates.WEIGHTS.items()))
    print("doubts:", ", ".join(f"{name} × {left}" for name, left in duplicates.DOUBTS.items()), f"; listed from {duplicates.LIST_FROM}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--part", choices=("build", "scan", "tell"))
    asked = parser.parse_args()
    home = asked.home or Path(tempfile.mkdtemp(prefix="kexin-duplicates-"))
    home.mkdir(parents=True, exist_ok=True)
    os.environ["KEXIN_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    if asked.part:
        {
            "build": lambda: build(asked.customers, asked.seed, home),
            "scan": lambda: scan(home),
            "tell": lambda: tell(home, asked.customers),
        }[asked.part]()
        return
    for part in ("build", "scan", "tell"):
        if part == "build" and (home / "truth.json").exists():
            continue
        more = ["--customers", str(asked.customers), "--home", str(home), "--seed", str(asked.seed), "--part", part]
        subprocess.run([sys.executable, __file__, *more], check=True)


if __name__ == "__main__":
    main()
