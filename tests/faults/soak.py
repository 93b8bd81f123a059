"""Kills pages, worker, supervisor and imports at random moments, and looks for anything lost or doubled.

python -m tests.faults.soak [--kills 100] [--seed 1]
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from tests.faults.installation import Installation, kill, until

JOBS, NUMBERS, CUSTOMERS = 4, 40, 1_000  # numbers and customers: for each kill
MOST_CUSTOMERS = 20_000


def soak(installation: Installation, *, kills: int, seed: int) -> Counter[str]:
    """Hurt the installation so many times, let it finish, and compare with what must be there. Gives what was killed."""
    chance = random.Random(seed)  # noqa: S311 -- the same moments again with the same seed
    killed: Counter[str] = Counter()
    source = installation.home / "customers.csv"
    numbers, customers = NUMBERS * kills, min(CUSTOMERS * kills, MOST_CUSTOMERS)
    _write_customers(source, customers)
    jobs = installation.start(*[{"to": numbers, "pause": 0.02, "slice": 150, "announce": True}] * JOBS)
    serve = installation.spawn("serve", "--port", str(installation.port))
    importing = installation.spawn("import", "customers", str(source))

    def goes_on(before: int) -> bool:
        """Whether work went on since, or is all done; whatever was killed of what we started is started again."""
        nonlocal serve, importing
        if serve.poll() is not None:
            serve = installation.spawn("serve", "--port", str(installation.port))
        if importing.poll() not in {None, 0}:
            importing = installation.spawn("import", "customers", str(source))
        return _work_done(installation) > before or _open_jobs(installation) == 0

    while sum(killed.values()) < kills:
        if chance.random() < 0.7:  # else while it starts: there, too, it may be killed
            before = _work_done(installation)
            until(lambda before=before: goes_on(before), log=installation.log)
        time.sleep(chance.uniform(0.05, 1.5))
        what = chance.choice(["any", "any", "any", "pages", "worker", "import", "serve"])
        victim = _victim(installation, what, chance, serve, importing)
        if victim is None:
            continue
        kill(victim)
        killed[what] += 1

    time.sleep(1)
    goes_on(0)  # what the last one killed
    until(lambda: installation.answers() == 200, log=installation.log)
    until(lambda: all(installation.job(job)["state"] == "done" for job in jobs), within=900, every=1, log=installation.log)
    with contextlib.suppress(subprocess.TimeoutExpired):
        importing.wait(900)
    until(lambda: _open_jobs(installation) == 0, every=1, log=installation.log)

    expected = list(range(1, numbers + 1))
    for job in jobs:
        assert installation.traces("faults.effect", job) == expected, f"job {job} lost or doubled a batch"
    for job in jobs:
        until(lambda job=job: len(installation.traces("faults.heard", job)) >= len(expected), every=1, log=installation.log)
        assert sorted(installation.traces("faults.heard", job)) == expected, f"announcements of job {job} were lost or heard twice"

    again = installation.run("import", "customers", str(source), "--json")
    assert again.returncode == 0, again.stderr
    assert installation.rows("SELECT count(*), count(DISTINCT code) FROM customers_customer") == [(customers, customers)]
    third = installation.run("import", "customers", str(source), "--json")
    assert f'"unchanged": {customers}' in third.stdout, third.stdout

    serve.send_signal(signal.SIGKILL)
    serve.wait()
    until(lambda: installation.family() == [])
    return killed


def _victim(
    installation: Installation, what: str, chance: random.Random, serve: subprocess.Popen[bytes], importing: subprocess.Popen[bytes]
) -> int | None:
    if what == "serve":
        return serve.pid if serve.poll() is None else None
    if what == "import":
        return importing.pid if importing.poll() is None else None
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(serve.pid).children(recursive=True)
        if what == "any":
            return chance.choice(children).pid if children else None
        return next((child.pid for child in children if what in child.cmdline() and child.ppid() == serve.pid), None)
    return None


def _work_done(installation: Installation) -> int:
    return int(installation.rows("SELECT coalesce(sum(done), 0) FROM jobs_job")[0][0])


def _open_jobs(installation: Installation) -> int:
    return int(installation.rows("SELECT count(*) FROM jobs_job WHERE state IN ('waiting', 'running')")[0][0])


def _write_customers(path: Path, customers: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["客户编号", "客户名称", "电话"])
        out.writerows([f"S-{number:06d}", f"客户{number}", f"139{number:08d}"] for number in range(customers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}")  # noqa: T201 -- a program for the terminal
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "home")
        try:
            assert installation.run("jobs").returncode == 0
            began = time.monotonic()
            killed = soak(installation, kills=options.kills, seed=options.seed)
        finally:
            installation.close()
    print(f"{sum(killed.values())} killed ({dict(killed)}), {time.monotonic() - began:.0f} s: nothing lost, nothing doubled, nothing left")  # noqa: T201 -- the same


if __name__ == "__main__":
    main()
