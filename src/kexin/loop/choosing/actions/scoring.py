"""Scores computed and written: of one customer at once, of everybody in a nightly run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job
from kexin.ground.staff import queries as staff
from kexin.loop.choosing import errors, queries
from kexin.loop.choosing.actions.records import open_file
from kexin.loop.choosing.announcements import SuitabilityChanged
from kexin.loop.choosing.choices import RunState
from kexin.loop.choosing.models import Mark, Proposition, Run, Score
from kexin.loop.choosing.queries import Scored, segments
from kexin.loop.choosing.rules import scoring
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.days import today_of

BATCH = 200  # customers a transaction: SQLite holds its lock for less than a tenth of a second
KIND = "choosing.score"
EARLIEST = date(1990, 1, 1)  # nobody has orders from before
OPEN = Q(merged_into=None, erased_at=None, is_active=True)
FIELDS = (
    "checklist", "made_by", "score", "low", "high", "known", "verdict", "verdict_since", "missing", "ask_next", "details", "as_of",
    "computed_at", "run", "proposition_id",
)  # fmt: skip


@transaction.atomic
def score_customer(*, customer_id: int, by: Actor) -> Score | None:
    """One customer, at once: after an answer, or because somebody asked. None: no checklist applies."""
    customer = open_file(customer_id)
    today = today_of(customer)
    found = queries.scored([customer.pk], as_of=today)
    changed = _write([customer.pk], found, today=today, run=None)

    if changed:
        score = found.get(customer.pk)
        audit.record(
            action="choosing.scored",
            kind="customer",
            record_id=customer.pk,
            label=customer.name,
            by=by,
            changes={"verdict": [changed[0][1], score.result.verdict if score else None]},
        )
    return queries.score_of(customer)


@transaction.atomic
def score_everybody(*, by: Actor, as_of: date | None = None, here: bool = False) -> Job:
    """Start a run. A day before today looks back: only marks are written, nobody's score now is touched."""
    today = staff.today()
    if as_of is not None and as_of > today:
        raise errors.DayAhead(beside="as_of")
    if as_of is not None and as_of < EARLIEST:
        raise errors.DayUnreadable(value=as_of, beside="as_of")
    arguments = {"as_of": as_of.isoformat()} if as_of is not None and as_of != today else {}
    return jobs.start(kind=KIND, arguments=arguments, by=by, link="/choosing/", here=here)


def go_on(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """The run in slices: customers by key, a batch a transaction with its checkpoint."""
    at: dict[str, Any] = dict(part.checkpoint)
    if "run" not in at:
        at = _begin(part)
    run = Run.objects.get(pk=at["run"])
    today = run.as_of
    versions = queries.published()
    files = Customer.objects.filter(OPEN)
    if not run.is_present:
        files = files.filter(Q(created_at__date__lte=today) | Q(place__first_order_on__lte=today))
    while ids := list(files.filter(pk__gt=at["last"]).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last, read_at = ids[-1], timezone.now()
        found = queries.scored(ids, as_of=today, by_versions=versions)
        with transaction.atomic():
            ids = _left(ids, since=read_at)
            found = {pk: found[pk] for pk in ids if pk in found}
            changed = _write(ids, found, today=today, run=run) if run.is_present else _look_back(found, run=run)
            verdicts = Counter(at["verdicts"]) + Counter(one.result.verdict for one in found.values())
            at |= {"last": last, "done": at["done"] + len(found), "changed": at["changed"] + len(changed), "verdicts": dict(verdicts)}
            part.progress(done=at["done"], checkpoint=dict(at))
        if part.time_left() <= 0:
            return kinds.Again()
    return kinds.Finished(result=_end(run, at, part.by))


def _begin(part: kinds.Slice) -> dict[str, Any]:
    today = staff.today()
    given = part.arguments.get("as_of")
    as_of = date.fromisoformat(given) if given else today
    with transaction.atomic():
        run = Run.objects.create(
            as_of=as_of,
            is_present=as_of == today,
            job_id=part.job_id,
            requested_by=part.by.id,
            versions=[one.pk for one in queries.published()],
        )
        at: dict[str, Any] = {"run": run.pk, "last": 0, "done": 0, "changed": 0, "verdicts": {}}
        part.progress(done=0, total=Customer.objects.filter(OPEN).count(), checkpoint=dict(at))
    return at


def _end(run: Run, at: dict[str, Any], by: Actor) -> dict[str, Any]:
    with transaction.atomic():
        run.state, run.finished_at = RunState.DONE, timezone.now()
        run.customers, run.changed, run.summary = at["done"], at["changed"], {"verdicts": at["verdicts"]}
        run.save()
        if run.is_present:  # files closed since, or no longer in any segment
            Score.objects.exclude(run=run).filter(computed_at__lt=run.started_at).delete()
        audit.record(
            action="choosing.run",
            kind="choosing_run",
            record_id=run.pk,
            label=run.as_of.isoformat(),
            by=by,
            changes={"customers": run.customers, "changed": run.changed},
        )
    return {"run": run.pk, "as_of": run.as_of.isoformat(), "customers": run.customers, "changed": run.changed, **at["verdicts"]}


def run_ended(job: Job) -> None:
    """A run whose job failed or was cancelled is none."""
    Run.objects.filter(job_id=job.pk, state=RunState.RUNNING).update(state=RunState.FAILED, finished_at=timezone.now())


def _left(ids: Collection[int], *, since: datetime) -> list[int]:
    """Of files that were read outside the transaction, now locked: those still open that nobody scored meanwhile, who knew more."""
    there = list(Customer.objects.select_for_update().filter(OPEN, pk__in=list(ids)).order_by("pk").values_list("pk", flat=True))
    newer = set(Score.objects.filter(customer__in=there, computed_at__gte=since).values_list("customer_id", flat=True))
    return [pk for pk in there if pk not in newer]


def _write(ids: Collection[int], found: dict[int, Scored], *, today: date, run: Run | None) -> list[tuple[int, str]]:
    """Scores, marks, announcements of some customers. Returns whose verdict is another, with the old one. Twice changes nothing."""
    before = {row.customer_id: row for row in Score.objects.filter(customer__in=list(ids))}
    propositions = segments.first_of(
        list(Proposition.objects.filter(is_active=True).order_by("position", "pk").values_list("pk", "segment_id")), found
    )
    rows, marks, changed, events = [], [], [], []
    for pk, one in found.items():
        was = before.get(pk)
        old = was.verdict if was is not None else ""
        result = one.result
        missing = one.missing
        moved = old != result.verdict
        rows.append(
            Score(
                customer_id=pk,
                checklist_id=one.version.checklist_id,
                made_by=one.version,
                score=result.score,
                low=result.low,
                high=result.high,
                known=result.known,
                verdict=result.verdict,
                verdict_since=today if moved or was is None else was.verdict_since,
                missing="".join(f",{name}" for name in missing)[:998] + ("," if missing else ""),
                ask_next=missing[0] if missing else "",
                details=one.details(),
                as_of=today,
                computed_at=timezone.now(),
                run=run,
                proposition_id=propositions.get(pk),
            )
        )
        band = scoring.band_of(result.score)
        if moved or was is None or scoring.band_of(was.score) != band:
            marks.append(_mark(pk, one, on=today, old=old, run=run))
        if moved:
            changed.append((pk, old))
            if was is not None:
                events.append(SuitabilityChanged(pk, old, result.verdict, result.score, one.version.pk))
    Score.objects.bulk_create(rows, update_conflicts=True, unique_fields=["customer"], update_fields=list(FIELDS))
    Score.objects.filter(customer__in=[pk for pk in ids if pk not in found]).delete()
    Mark.objects.bulk_create(marks)
    jobs.announce_all(events)
    return changed


def _look_back(found: dict[int, Scored], *, run: Run) -> list[tuple[int, str]]:
    """Marks of an earlier day, for those who have none from that day or before. Today's scores stay."""
    known = set(Mark.objects.filter(customer__in=list(found), on__lte=run.as_of).values_list("customer_id", flat=True))
    Mark.objects.bulk_create([_mark(pk, one, on=run.as_of, old="", run=run) for pk, one in found.items() if pk not in known])
    return [(pk, "") for pk in found if pk not in known]


def _mark(pk: int, one: Scored, *, on: date, old: str, run: Run | None) -> Mark:
    result = one.result
    return Mark(
        customer_id=pk,
        on=on,
        old_verdict=old,
        verdict=result.verdict,
        score=result.score,
        band=scoring.band_of(result.score),
        made_by=one.version,
        run=run,
    )
