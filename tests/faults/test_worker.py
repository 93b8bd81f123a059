"""Workers killed in the middle of what they do. Each batch leaves one trace: none may be missing, none there twice."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psutil
import pytest
from tests.faults.installation import PATIENCE, Installation, Wire, kill, until

pytestmark = pytest.mark.fault


def numbers(to: int) -> list[int]:
    return list(range(1, to + 1))


def cluster_of(worker: int) -> list[psutil.Process]:
    """Two processes that run slices, the monitor and the pusher, once all are there."""
    for sentinel in psutil.Process(worker).children():
        found = sorted(sentinel.children(), key=lambda process: process.pid)
        return found if len(found) == 4 else []
    return []


def test_the_process_of_a_slice_is_killed_and_the_job_goes_on(installation: Installation) -> None:
    (job,) = installation.start({"to": 120, "pause": 0.03, "slice": 50})
    installation.spawn("worker")

    killed: set[int] = set()
    while len(killed) < 3 and installation.job(job)["state"] != "done":
        until(lambda: installation.holder(job) not in {None, *killed} or installation.job(job)["state"] == "done", log=installation.log)
        time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 -- any moment will do
        holder = installation.holder(job)
        if holder is not None:
            kill(holder)
            killed.add(holder)

    until(lambda: installation.job(job)["state"] == "done", log=installation.log)
    assert len(killed) >= 2
    assert installation.traces("faults.effect", job) == numbers(120)


def test_the_whole_worker_is_killed_leaves_no_orphan_and_the_next_one_goes_on(installation: Installation) -> None:
    (job,) = installation.start({"to": 60, "pause": 0.03, "announce": True})
    worker = installation.spawn("worker")
    until(lambda: installation.job(job)["done"] > 5, log=installation.log)

    kill(worker.pid)
    worker.wait()
    until(lambda: installation.family() == [])
    seen = installation.traces("faults.effect", job)
    assert seen == numbers(len(seen))

    installation.spawn("worker")
    until(lambda: installation.job(job)["state"] == "done", log=installation.log)
    assert installation.traces("faults.effect", job) == numbers(60)
    until(lambda: len(installation.traces("faults.heard", job)) >= 60, log=installation.log)
    time.sleep(1)
    assert installation.traces("faults.heard", job) == numbers(60)


def test_whichever_process_of_an_idle_worker_is_killed_the_next_job_is_done(installation: Installation) -> None:
    """One that waits at a queue holds the queue's lock; killed, it must not leave the others waiting for ever."""
    worker = installation.spawn("worker")
    for victims in (slice(0, 2), slice(2, 4)):  # those that run slices; the monitor and the pusher
        idle = until(lambda: cluster_of(worker.pid), log=installation.log)
        until(lambda idle=idle: all(process.status() == psutil.STATUS_SLEEPING for process in idle), log=installation.log)
        for process in idle[victims]:
            kill(process.pid)

        (job,) = installation.start({"to": 3})
        until(lambda job=job: installation.job(job)["state"] == "done", log=installation.log)
        assert installation.traces("faults.effect", job) == numbers(3)
        until(lambda idle=idle: not any(process.is_running() for process in idle), log=installation.log)
    assert worker.poll() is None


def test_two_workers_share_the_work_and_do_nothing_twice(installation: Installation) -> None:
    jobs = installation.start(*[{"to": 20, "pause": 0.02, "slice": 5}] * 4)
    installation.spawn("worker")
    installation.spawn("worker")

    until(lambda: all(installation.job(job)["state"] == "done" for job in jobs), log=installation.log)

    assert [installation.traces("faults.effect", job) for job in jobs] == [numbers(20)] * 4


def test_a_running_job_is_cancelled_from_the_terminal(installation: Installation) -> None:
    (job,) = installation.start({"to": 2000, "pause": 0.02})
    installation.spawn("worker")
    until(lambda: installation.job(job)["done"] > 3, log=installation.log)

    said = installation.run("jobs", "cancel", str(job))

    assert (said.returncode, said.stdout) == (0, "It stops at the end of the batch it is working on: Count\n")
    until(lambda: installation.job(job)["state"] == "cancelled", log=installation.log)
    done = installation.job(job)["done"]
    assert installation.traces("faults.effect", job) == numbers(done)


def test_a_polite_end_gives_the_job_back_at_once(installation: Installation) -> None:
    (job,) = installation.start({"to": 60, "pause": 0.05, "slice": 10})
    worker = installation.spawn("worker")
    until(lambda: installation.job(job)["done"] > 5, log=installation.log)

    worker.terminate()

    assert worker.wait(PATIENCE) == 0
    until(lambda: installation.family() == [])
    assert installation.job(job)["lease_holder"] == ""


@pytest.mark.sqlite
def test_the_database_is_locked_for_ten_seconds_and_jobs_go_on(installation: Installation) -> None:
    (job,) = installation.start({"to": 120, "pause": 0.05, "announce": True})
    installation.spawn("worker")
    until(lambda: installation.job(job)["done"] > 5, log=installation.log)

    with contextlib.closing(sqlite3.connect(installation.home / "kexin.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        stood = other.execute("SELECT done FROM jobs_job WHERE id = ?", [job]).fetchone()
        time.sleep(10)
        assert other.execute("SELECT done FROM jobs_job WHERE id = ?", [job]).fetchone() == stood
        other.execute("ROLLBACK")

    until(lambda: installation.job(job)["state"] == "done", log=installation.log)
    assert installation.traces("faults.effect", job) == numbers(120)
    until(lambda: installation.traces("faults.heard", job) == numbers(120), log=installation.log)


@pytest.mark.postgresql
def test_the_database_server_is_away_for_ten_seconds_pages_say_so_and_jobs_go_on(install: Callable[..., Installation]) -> None:
    wires: list[Wire] = []

    def through_a_wire(url: str) -> str:
        parts = urlsplit(url)
        wires.append(Wire(parts.hostname or "127.0.0.1", parts.port or 5432))
        return parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{wires[0].port}").geturl()

    installation = install(through_a_wire)
    (job,) = installation.start({"to": 100, "pause": 0.05, "announce": True})
    installation.spawn("serve", "--port", str(installation.port))
    until(lambda: installation.answers() == 200, log=installation.log)
    until(lambda: installation.job(job)["done"] > 5, log=installation.log)

    with wires[0].broken():
        time.sleep(5)
        assert installation.answers() in {200, 503}, "the page is there, or says that the database is not"
        assert installation.answers("/health/nothing-here/") in {404, 302, 503}
        time.sleep(5)

    until(lambda: installation.job(job)["state"] == "done", log=installation.log)
    assert installation.traces("faults.effect", job) == numbers(100)
    until(lambda: installation.traces("faults.heard", job) == numbers(100), log=installation.log)
    assert installation.answers() == 200
