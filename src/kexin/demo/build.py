"""Builds the simulated company in an empty data folder: founded, loaded through the imports room, assessed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from django.utils import timezone

from kexin.demo import choosing, consents, details, files, founding, hooks, known, owners, partners, segments, todos
from kexin.demo.customers import chunks
from kexin.demo.truth import Book
from kexin.ground.audit.actor import Actor
from kexin.ground.imports import actions as imports
from kexin.ground.imports.models import Run, State
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import State as JobState
from kexin.loop.customers import actions as customers_actions
from kexin.loop.standing import actions as standing

SEED = 20261122
# Days before the last one on which the company was assessed, so that movers exist.
ASSESSED_BEFORE = (180, 90, 30)

Tell = Callable[[str, float | None], None]  # what is being done, and how far (0–1) where that is known


@dataclass(frozen=True)
class Built:
    customers: int
    orders: int
    lines: int
    seed: int
    last_day: str


@timezone.override(details.ZONE)  # its people live by their company's day, wherever and whenever it is built
def build(*, folder: Path, customers: int, password: str, today: date, seed: int = SEED, tell: Tell = lambda _what, _part: None) -> Built:
    """Everything in one go. The database is migrated and empty. The same seed, count and day give the same company."""
    by = Actor.system("cli")
    last_day = today - timedelta(days=1)  # orders end yesterday: nothing is dated later than now
    tell("found", None)
    _branches, staff = founding.build(password=password, today=today, by=by)

    tell("write", None)
    book = Book(folder, seed=seed, customers=customers, last_day=last_day.isoformat())
    with _working_folder(folder) as work:
        made = files.write(work, count=customers, seed=seed, last_day=last_day, book=book)
        book.close()
        _load("customers", made.customers, files.CUSTOMER_COLUMNS, by=by, tell=tell)
        _load("contacts", made.contacts, files.CONTACT_COLUMNS, by=by, tell=tell)
        _load("orders", made.orders, files.ORDER_COLUMNS, by=by, tell=tell)

    tell("details", None)
    first = next(chunks(customers, seed))
    details.write(np.random.default_rng([seed, 3]), first, staff=staff, last_day=last_day, by=by)
    known.write(np.random.default_rng([seed, 5]), first, last_day=last_day, by=by)
    for before in (*ASSESSED_BEFORE, 0):
        _assess(today - timedelta(days=before), by=by, tell=tell)
    known.conclude(today=today, by=by)
    consents.write(np.random.default_rng([seed, 11]), now=datetime.now(details.ZONE), by=by)
    todos.write(np.random.default_rng([seed, 4]), first, staff=staff, now=datetime.now(details.ZONE), by=by)
    owners.write(np.random.default_rng([seed, 6]), staff=staff, now=datetime.now(details.ZONE), by=by)
    hooks.write(by=by)
    partners.write(staff=staff, today=today, by=by)
    choosing.write(np.random.default_rng([seed, 12]), staff=staff, today=today, by=by)
    jobs.deliver_announcements(limit=10_000)
    segments.write(staff=staff, now=datetime.now(details.ZONE))
    _to_the_end(customers_actions.start_scan(by=by, here=True).pk, "duplicates", tell)
    return Built(customers=made.customer_count, orders=made.order_count, lines=made.line_count, seed=seed, last_day=last_day.isoformat())


def _load(kind: str, path: Path, columns: dict[str, str], *, by: Actor, tell: Tell) -> Run:
    """Load one file as a person would: take it in, match its columns, import."""
    run = imports.begin(kind=kind, content=path, name=path.name, columns=columns, by=by)
    job = imports.start(run_id=run.pk, by=by, here=True)
    _to_the_end(job.pk, kind, tell)
    run.refresh_from_db()
    if run.state != State.DONE or run.refused:
        raise RuntimeError(f"loading {kind} ended {run.state}, {run.refused} rows refused: {run.error or run.summary}")
    return run


def _assess(day: date, *, by: Actor, tell: Tell) -> None:
    run = standing.assess(as_of=day, by=by, here=True)
    _to_the_end(run.job_id, "assess", tell)


def _to_the_end(job_id: int | None, what: str, tell: Tell) -> None:
    if job_id is None:
        raise RuntimeError(f"{what} was never started")
    ended = jobs.run_here(job_id, on_progress=lambda now: tell(what, now.done / now.total if now.total else None))
    if ended.state != JobState.DONE:
        raise RuntimeError(f"{what} ended {ended.state}: {ended.error}")


@contextmanager
def _working_folder(folder: Path) -> Iterator[Path]:
    work = folder / "demo-files"
    work.mkdir(exist_ok=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
