"""A dated assessment: asked for, gone on with in slices, ended.

What a run compares with: the last finished run of an earlier day. A second run of the same day replaces the first one: it
compares with the same earlier day and announces only what the first had not. A run of a day before the newest assessed
one looks back: it keeps its sums and numbers, and touches neither the customers' places nor their timelines.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import ACTIVE, Job
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer
from kexin.loop.orders import queries as orders
from kexin.loop.standing import queries
from kexin.loop.standing.actions.ruling import rules_in_force
from kexin.loop.standing.announcements import CustomersAssessed, TierChanged
from kexin.loop.standing.errors import AsOfInFuture, AssessmentRunning
from kexin.loop.standing.estimates import columns, sums
from kexin.loop.standing.estimates.numbers import UNKNOWN, Numbers, Whole, as_day, metrics_of, read_numbers, read_snapshot, write_snapshot
from kexin.loop.standing.estimates.places import ABC_LETTERS, KEY, Before, behaviours_named, reasons, state_of
from kexin.loop.standing.models import Run, RunState, Transition
from kexin.loop.standing.rules import CLASSES, TIERS, Definition

KIND = "standing.assess"
METHOD, METHOD_VERSION = "standing", "1"
BATCH = 2_500  # customers a transaction: well under a tenth of a second of SQLite's write lock
STALE_AFTER = 30  # days between the newest order and the day of assessment
KEEP_MONTHLY = 1_100  # days: the first numbers of each month stay three years,
KEEP_OTHERS = 62  # all others two months
UNITS = Decimal(10_000)
EXACT = 10**15


@transaction.atomic
def assess(*, as_of: dt.date | None = None, by: Actor, here: bool = False) -> Run:
    """Ask for an assessment; by default as of today where the company is. One at a time."""
    today = queries.today()
    day = as_of or today
    if day > today:
        raise AsOfInFuture(day=day)
    under_way = queries.run_under_way()
    if under_way is not None:
        if under_way.job_id is not None and Job.objects.filter(pk=under_way.job_id, state__in=ACTIVE).exists():
            raise AssessmentRunning
        _fail(under_way)

    newest = queries.latest_run()
    run = Run.objects.create(
        as_of=day,
        method=METHOD,
        method_version=METHOD_VERSION,
        rules=rules_in_force(by=by),
        previous=queries.run_before(day),
        currency=staff.company().currency,
        seed=int(day.strftime("%Y%m%d")),
        is_present=newest is None or day >= newest.as_of,
        requested_by=by.id,
    )
    title = _("Assessment as of %(day)s") % {"day": day}
    job = jobs.start(kind=KIND, arguments={"run": run.pk}, title=title, by=by, link=f"/standing/runs/{run.pk}/", here=here)
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    audit.record(
        action="standing.assess", kind="standing_run", record_id=run.pk, label=str(day), by=by, changes={"rules": run.rules.number}
    )
    return run


def go_on(run_id: int, part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """One slice of an assessment. Every stage leaves what the next one needs in the working folder or the database."""
    run = Run.objects.select_related("rules", "previous").get(pk=run_id)
    if run.state == RunState.DONE:  # it died between its last write and saying so
        return kinds.Finished(result=_result(run))
    stages: dict[str, Callable[[Run, kinds.Slice, dict[str, Any]], dict[str, Any] | None]] = {
        "begin": _begin,
        "extract": _extract,
        "aggregate": _aggregate,
        "classify": _classify,
        "place": _place,
        "finish": _finish,
    }
    at: dict[str, Any] = dict(part.checkpoint) or {"stage": "begin"}
    while True:
        following = stages[at["stage"]](run, part, at)
        if following is None:
            return kinds.Finished(result=_result(run))
        at = following
        if part.time_left() <= 0:
            return kinds.Again(checkpoint=at)
        part.progress(checkpoint=at)


@transaction.atomic
def close_run(*, run_id: int) -> None:
    """Its job ended without finishing it: cancelled, or failed for good."""
    run = Run.objects.select_for_update().filter(pk=run_id, state=RunState.RUNNING).first()
    if run is not None:
        _fail(run)


def _fail(run: Run) -> None:
    run.state = RunState.FAILED
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "finished_at"])
    folder = queries.working_folder(run.pk)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True), robust=True)


def _begin(run: Run, part: kinds.Slice, at: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 -- every stage is called alike
    folder = queries.working_folder(run.pk)
    files.ensure_room(0)
    part.progress(message=_("Reading customers"))
    known = columns.keep_customers(folder)
    extent = orders.extent()
    total = len(columns.parts(extent)) + 3
    part.progress(done=1, total=total)
    return {
        "stage": "extract",
        "customers": known,
        "total": total,
        "extent": [extent.last_order, extent.last_line, extent.last_change],
    }


def _extract(run: Run, part: kinds.Slice, at: dict[str, Any]) -> dict[str, Any]:
    """Read what is not read yet. Every finished file counts; a slice that is over stops the reading process."""
    stretches = columns.parts(orders.Extent(*at["extent"]))
    folder = queries.working_folder(run.pk)
    part.progress(done=1, total=at["total"], message=_("Reading orders"))
    reading = columns.read_parts(stretches, currency=run.currency, folder=folder)
    with contextlib.closing(reading):
        for _one in reading:
            part.progress(done=1 + sum((folder / stretch.file).exists() for stretch in stretches), total=at["total"])
            if part.time_left() <= 0:
                break
    done = all((folder / stretch.file).exists() for stretch in stretches)
    return {**at, "stage": "aggregate"} if done else at


def _aggregate(run: Run, part: kinds.Slice, at: dict[str, Any]) -> dict[str, Any]:
    part.progress(done=at["total"] - 2, message=_("Adding up purchases"))
    folder = queries.working_folder(run.pk)
    read = columns.aggregate(as_of=run.as_of, folder=folder)
    now = orders.extent()
    warnings = _warnings(run, read, changed=[now.last_order, now.last_line, now.last_change] != at["extent"])
    Run.objects.filter(pk=run.pk).update(
        fingerprint=read.fingerprint, orders=read.orders, lines=read.lines, customers=at["customers"], warnings=warnings
    )
    return {**at, "stage": "classify"}


def _classify(run: Run, part: kinds.Slice, at: dict[str, Any]) -> dict[str, Any]:
    part.progress(done=at["total"] - 1, message=_("Grading and classifying"))
    folder = queries.working_folder(run.pk)
    numbers = read_numbers(folder, as_of=run.as_of)
    found = _numbers_before(run)
    before = Before.nobody(numbers.n) if found is None else Before.at(found[0].customer_id, found[1], numbers.customer_id)
    state = state_of(numbers, before, Definition.from_json(run.rules.definition))
    write_snapshot(folder / "places.parquet", numbers, state)
    said = sums.distributions(numbers, state, seed=run.seed)
    moved = int(np.count_nonzero((state["before_tier"] >= 0) & (state["tier"] != state["before_tier"])))
    warnings = list(Run.objects.values_list("warnings", flat=True).get(pk=run.pk))
    known = said["totals"]["cost_known"]
    if known is not None and 0 < known < 0.95:  # noqa: PLR2004 -- the profit curve speaks of the rest only
        warnings.append({"code": "cost_partly_known", "data": {"share": known}})
    if found is None and run.previous is not None:
        warnings.append({"code": "numbers_before_gone", "data": {"as_of": run.previous.as_of.isoformat()}})
    Run.objects.filter(pk=run.pk).update(distributions=said, moved=moved, warnings=warnings)
    part.progress(done=0, total=numbers.n, message=_("Writing places down"))
    return {"stage": "place" if run.is_present else "finish", "row": 0}


def _place(run: Run, part: kinds.Slice, at: dict[str, Any]) -> dict[str, Any]:
    """Places, transitions and their announcements, a batch a transaction with the checkpoint that says it is done."""
    numbers, state = read_snapshot(queries.working_folder(run.pk) / "places.parquet", as_of=run.as_of, spill=queries.working_folder(run.pk))
    writer = _Writer(run, numbers, state, part.by)
    row = at["row"]
    while row < numbers.n and part.time_left() > 0:
        upto = min(row + BATCH, numbers.n)
        with transaction.atomic():
            writer.write(row, upto)
            part.progress(done=upto, total=numbers.n, checkpoint={"stage": "place", "row": upto})
        row = upto
    return {"stage": "place", "row": row} if row < numbers.n else {"stage": "finish"}


def _finish(run: Run, part: kinds.Slice, at: dict[str, Any]) -> None:  # noqa: ARG001 -- every stage is called alike
    folder = queries.working_folder(run.pk)
    first_of_month = not Run.objects.filter(
        state=RunState.DONE, as_of__year=run.as_of.year, as_of__month=run.as_of.month, as_of__lt=run.as_of
    ).exists()
    stored = files.store(
        content=folder / "places.parquet",
        name=f"standing-{run.as_of}.parquet",
        purpose="snapshot",
        by=part.by,
        kind="standing_run",
        record_id=run.pk,
        keep_days=KEEP_MONTHLY if first_of_month else KEEP_OTHERS,
    )
    with transaction.atomic():
        part.progress()
        Run.objects.filter(state=RunState.DONE, as_of=run.as_of).update(state=RunState.REPLACED)
        run.refresh_from_db()
        run.state = RunState.DONE
        run.finished_at = timezone.now()
        run.snapshot_id = stored.pk
        run.save(update_fields=["state", "finished_at", "snapshot_id"])
        audit.record(
            action="standing.assessed",
            kind="standing_run",
            record_id=run.pk,
            label=str(run.as_of),
            by=part.by,
            changes={"customers": run.customers, "moved": run.moved, "rules": run.rules.number},
        )
        if run.is_present:
            jobs.announce(CustomersAssessed(run_id=run.pk, as_of=run.as_of.isoformat(), moved=run.moved))
    shutil.rmtree(folder, ignore_errors=True)


def _result(run: Run) -> dict[str, Any]:
    return {"run": run.pk, "as_of": run.as_of.isoformat(), "customers": run.customers, "moved": run.moved}


def _numbers_before(run: Run) -> tuple[Numbers, dict[str, Whole]] | None:
    path = queries.snapshot_of(run.previous) if run.previous is not None else None
    if path is None or run.previous is None:
        return None
    return read_snapshot(path, as_of=run.previous.as_of, spill=queries.working_folder(run.pk))


def _warnings(run: Run, read: columns.Read, *, changed: bool) -> list[dict[str, Any]]:
    """What a reader must know before believing the numbers."""
    found: list[dict[str, Any]] = []
    newest = orders.newest_order_day()
    if newest is None:
        found.append({"code": "no_orders", "data": {}})
    elif (run.as_of - newest).days > STALE_AFTER:
        found.append({"code": "stale", "data": {"newest": newest.isoformat(), "days": (run.as_of - newest).days}})
    others = {code: count for code, count in orders.orders_by_currency(run.as_of).items() if code != run.currency}
    if others:
        found.append({"code": "other_currencies", "data": {"currency": run.currency, "orders": others}})
    if read.unknown_orders:
        found.append({"code": "unknown_customers", "data": {"orders": read.unknown_orders, "lines": read.unknown_lines}})
    if read.future_orders:
        found.append({"code": "future_orders", "data": {"orders": read.future_orders}})
    if read.set_aside:
        found.append({"code": "closed_files", "data": {"customers": read.set_aside}})
    if changed:
        found.append({"code": "changed_while_reading", "data": {}})
    return found


def _amount(units: int) -> Decimal | float:
    """Ten-thousandths as an amount: floating point where its 15 digits are exact, which drivers take much faster."""
    return units / 10_000 if abs(units) < EXACT else units / UNITS


class _Writer:
    """Writes rows of one run to the customers' files. Writing the same rows again changes nothing."""

    def __init__(self, run: Run, numbers: Numbers, state: dict[str, Whole], by: Actor) -> None:
        self.run, self.numbers, self.state, self.by = run, numbers, state, by
        self.definition = Definition.from_json(run.rules.definition)
        self.now = metrics_of(numbers)
        self.was = self._metrics_before()
        self.replaces = queries.run_of(run.as_of)
        self.known_share = np.divide(numbers["gross_known"], numbers["gross"], out=np.full(numbers.n, np.nan), where=numbers["gross"] != 0)

    def _metrics_before(self) -> dict[str, Any] | None:
        found = _numbers_before(self.run)
        if found is None:
            return None
        before, _state = found
        position = np.searchsorted(before.customer_id, self.numbers.customer_id)
        position[position == before.n] = 0
        there = before.customer_id[position] == self.numbers.customer_id if before.n else np.zeros(self.numbers.n, bool)
        return {
            name: np.where(there, column[position], np.nan) if before.n else np.full(self.numbers.n, np.nan)
            for name, column in metrics_of(before).items()
        }

    def write(self, first: int, upto: int) -> None:
        ids = self.numbers.customer_id[first:upto]
        there = set(
            Customer.objects.filter(pk__gte=int(ids[0]), pk__lte=int(ids[-1]), merged_into=None).order_by().values_list("pk", flat=True)
        )
        customers.place(rows=self._rows(first, upto, there), by=self.by)
        written = self._transitions(first, upto, there)
        if written:
            jobs.announce(TierChanged(run_id=self.run.pk, transition_ids=written))

    def _rows(self, first: int, upto: int, there: set[int]) -> list[customers.PlaceRow]:
        part = slice(first, upto)
        taken = [
            column[part].tolist()
            for column in (
                self.numbers.customer_id,
                *(self.state[name] for name in ("tier", "before_tier", "tier_since", "klass", "behaviours", "abc", "rfm")),
                *(self.numbers[name] for name in ("first_day", "last_day", "orders", "gross", "returned", "margin")),
                self.known_share,
            )
        ]
        run, today = self.run, self.run.as_of
        rows = []
        for pk, tier, before, since, klass, bits, abc, cell, first_day, last_day, count, gross, returned, margin, known in zip(
            *taken, strict=True
        ):
            if pk not in there:  # merged into another file meanwhile
                continue
            last = as_day(last_day)
            rows.append(
                customers.PlaceRow(
                    customer_id=pk,
                    tier=TIERS[tier],
                    previous_tier=TIERS[before] if before >= 0 else "",
                    tier_since=as_day(since),
                    customer_class=CLASSES[klass],
                    behaviours=behaviours_named(bits),
                    abc=ABC_LETTERS[abc],
                    rfm=str(cell) if cell else "",
                    recency_days=(today - last).days if last else None,
                    first_order_on=as_day(first_day),
                    last_order_on=last,
                    orders=count,
                    gross_amount=_amount(gross),
                    returned_amount=_amount(returned),
                    net_amount=_amount(gross - returned),
                    margin_amount=None if margin == UNKNOWN else _amount(margin),
                    margin_known=None if known != known else known,  # noqa: PLR0124 -- NaN: nothing was bought
                    currency=run.currency,
                    as_of=today,
                    run_id=run.pk,
                )
            )
        return rows

    def _transitions(self, first: int, upto: int, there: set[int]) -> list[int]:
        """Write the changes of these rows. Ids of those to announce: not announced by this run nor by the one it replaces."""
        new: list[Transition] = []
        for field, names, column, before_column in (
            ("tier", TIERS, "tier", "before_tier"),
            ("class", CLASSES, "klass", "before_class"),
        ):
            old_place, new_place = self.state[before_column], self.state[column]
            moved = np.flatnonzero((old_place[first:upto] >= 0) & (old_place[first:upto] != new_place[first:upto])) + first
            for row, reason in zip(
                moved.tolist(), reasons(field, moved, old_place, new_place, self.now, self.was, self.definition), strict=True
            ):
                pk = int(self.numbers.customer_id[row])
                if pk in there:
                    new.append(
                        Transition(
                            run=self.run,
                            customer_id=pk,
                            field=field,
                            old=names[old_place[row]],
                            new=names[new_place[row]],
                            on=self.run.as_of,
                            reason=reason,
                            impact=self._impact(row),
                            was_key=bool(self.state["before_class"][row] == KEY),
                        )
                    )
        if not new:
            return []
        pks = [one.customer_id for one in new]
        kept = set(Transition.objects.filter(run=self.run, customer__in=pks).values_list("customer_id", "field"))
        told = (
            set(Transition.objects.filter(run=self.replaces, customer__in=pks).values_list("customer_id", "field", "old", "new"))
            if self.replaces is not None
            else set()
        )
        written = Transition.objects.bulk_create([one for one in new if (one.customer_id, one.field) not in kept])
        return [one.pk for one in written if (one.customer_id, one.field, one.old, one.new) not in told]

    def _impact(self, row: int) -> Decimal | None:
        """Change of twelve months' margin, else of sales, since the run before."""
        if self.was is None:
            return None
        for name in ("margin_year", "net_year"):
            now, was = float(self.now[name][row]), float(self.was[name][row])
            if not (np.isnan(now) and np.isnan(was)):  # nothing bought within one of the two years is nothing earned
                return Decimal(repr(round(float(np.nan_to_num(now) - np.nan_to_num(was)), 4)))
        return None
