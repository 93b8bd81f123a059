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

JOBS, NUMBERS = 4, 40  # numbers: for each kill
CUSTOMERS = 4_000  # of one file; when it is in, the next one is imported, so that there is always an import to kill


def soak(installation: Installation, *, kills: int, seed: int) -> Counter[str]:
    """Hurt the installation so many times, let it finish, and compare with what must be there. Gives what was killed."""
    chance = random.Random(seed)  # noqa: S311 -- the same moments again with the same seed
    killed: Counter[str] = Counter()
    numbers = NUMBERS * kills
    files = [_write_customers(installation.home, 0)]
    jobs = installation.start(*[{"to": numbers, "pause": 0.02, "slice": 150, "announce": True}] * JOBS)
    serve = installation.spawn("serve", "--port", str(installation.port))
    importing = installation.spawn("import", "customers", str(files[-1]))

    def goes_on(before: int, *, more: bool = True) -> bool:
        """Whether work went on since, or is all done; whatever was killed of what we started is started again."""
        nonlocal serve, importing
        if serve.poll() is not None:
            serve = installation.spawn("serve", "--port", str(installation.port))
        if importing.poll() is not None:
            if importing.returncode == 0 and more:
                files.append(_write_customers(installation.home, len(files)))
            if importing.returncode != 0 or more:
                importing = installation.spawn("import", "customers", str(files[-1]))
        return _work_done(installation) > before or _open_jobs(installation) == 0

    while sum(killed.values()) < kills:
        if chance.random() < 0.7:  # else while it starts: there, too, it may be killed
            before = _work_done(installation)
            until(lambda before=before: goes_on(before), log=installation.log)
        time.sleep(chance.uniform(0.05, 1.5))
        what = chance.choice(["any", "any", "pages", "worker", "import", "import", "serve"])
        victim = _victim(installation, what, chance, serve, importing)
        if victim is None:
            continue
        kill(victim)
        killed[what] += 1

    time.sleep(1)
    goes_on(0, more=False)  # what the last one killed
    until(lambda: installation.answers() == 200, log=installation.log)
    until(lambda: all(installation.job(job)["state"] == "done" for job in jobs), within=900, every=1, log=installation.log)
    with contextlib.suppress(subprocess.TimeoutExpired):
        importing.wait(900)
    until(lambda: _open_jobs(installation) == 0, every=1, log=installation.log)
    _compare(installation, jobs, numbers, files)

    serve.send_signal(signal.SIGKILL)
    serve.wait()
    until(lambda: installation.family() == [])
    return killed


def _compare(installation: Installation, jobs: list[int], numbers: int, files: list[Path]) -> None:
    """Every batch once, every announcement heard, every customer once, and every file in."""
    expected = list(range(1, numbers + 1))
    for job in jobs:
        assert installation.traces("faults.effect", job) == expected, f"job {job} lost or doubled a batch"
    for job in jobs:
        until(lambda job=job: len(installation.traces("faults.heard", job)) >= len(expected), every=1, log=installation.log)
        assert sorted(installation.traces("faults.heard", job)) == expected, f"announcements of job {job} were lost or heard twice"

    customers = CUSTOMERS * len(files)
    again = installation.run("import", "customers", str(files[-1]), "--json")
    assert again.returncode == 0, again.stderr
    assert installation.rows("SELECT count(*), count(DISTINCT code) FROM customers_customer") == [(customers, customers)]
    for file in files:
        third = installation.run("import", "customers", str(file), "--json")
        assert f'"unchanged": {CUSTOMERS}' in third.stdout, third.stdout


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


def _write_customers(folder: Path, part: int) -> Path:
    path = folder / f"customers-{part}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["客户编号", "客户名称", "电话"])
        numbers = range(CUSTOMERS * part, CUSTOMERS * (part + 1))
        out.writerows([f"S-{number:06d}", f"客户{number}", f"139{number:08d}"] for number in numbers)
    return path


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
