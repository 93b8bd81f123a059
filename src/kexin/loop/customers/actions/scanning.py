"""Looking for files that may be one customer: all of them in a job, those that changed at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.imports import bulk
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import ACTIVE, Job, State
from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models import Customer, DuplicatePair, NameKey
from kexin.loop.customers.queries import scanning
from kexin.loop.customers.queries.duplicates import marks_of
from kexin.loop.customers.rules import duplicates, neighbours
from kexin.loop.customers.rules.duplicates import Marks
from kexin.loop.customers.rules.neighbours import Pair

JOB = "customers.duplicates"
KEYS_AT_ONCE = 1000
CHANGED_AT_ONCE = 50
FEW = 5000  # files changed since the last scan that are compared one by one; more: everybody is sorted anew
STEPS = ("keys", "again", *scanning.WALKS)
OVERLAP = 200  # numbers of the trail that may still have been on their way when the last scan began


@transaction.atomic
def start_scan(*, by: Actor, everything: bool = True, here: bool = False) -> Job:
    """Ask for a scan: of everything, or of what changed since the last. One at a time: a scan on its way is returned."""
    running = Job.objects.filter(kind=JOB, state__in=ACTIVE).order_by("-pk").first()
    if running is not None:
        return running
    job = jobs.start(kind=JOB, arguments={"everything": everything}, by=by, link="/customers/duplicates/", here=here)
    audit.record(action="duplicates.scan", kind="job", record_id=job.pk, label=job.title, by=by, changes={"everything": [None, everything]})
    return job


def go_on(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """One slice of a scan, from where the last one ended. Each page is one transaction with its checkpoint."""
    state = dict(part.checkpoint) or _begin(part)
    if "changed" in state:
        return _go_on_with_changed(part, state)
    while state["step"] < len(STEPS):
        step = STEPS[state["step"]]
        # Read and compared before the transaction, so that the write lock is held for the writing only.
        page = _page_of(step, state["after"])
        with transaction.atomic():
            state["found"] += page.write()
            state["compared"] += page.compared
            state["after"] = page.after
            state["done"] += page.rows
            if page.after is None:
                state["step"] += 1
            part.progress(done=min(state["done"], state["total"]), total=state["total"], message=_message(step, state), checkpoint=state)
        if part.time_left() <= 0:
            return kinds.Again()
    return kinds.Finished(_result(state))


@transaction.atomic
def compare_customers(*, ids: Collection[int]) -> int:
    """Compare files that changed with everybody else, by keys. Pairs that are none any more leave the list. How many were found."""
    files = list(scanning.open_files().filter(pk__in=ids))
    marks = marks_of(files)
    _put_keys(list(ids), marks)
    found = scanning.scored(scanning.pairs_of(files, marks))
    stale = DuplicatePair.objects.filter(Q(smaller__in=ids) | Q(larger__in=ids), state=PairState.OPEN, proposed_at=None)
    gone = [pk for pk, one, other in stale.values_list("pk", "smaller_id", "larger_id") if (one, other) not in found]
    gone = [pair.pk for pair in DuplicatePair.objects.filter(pk__in=gone).select_related("smaller", "larger") if _both_open(pair)]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    return keep_pairs(found)


def keep_pairs(found: Mapping[Pair, tuple[int, list[str]]]) -> int:
    """Put pairs on the list: new ones, and open ones whose score moved. What was decided stays decided. How many are new."""
    if not found:
        return 0
    known = {
        (pair.smaller_id, pair.larger_id): pair
        for pair in DuplicatePair.objects.filter(smaller__in={one for one, _other in found}, larger__in={other for _one, other in found})
    }
    moved = []
    for pair, (score, reasons) in found.items():
        row = known.get(pair)
        if row is not None and row.state == PairState.OPEN and (row.score, row.reasons) != (score, ",".join(reasons)):
            row.score, row.reasons = score, ",".join(reasons)
            moved.append(row)
    DuplicatePair.objects.bulk_update(moved, ["score", "reasons"], batch_size=200)
    fresh = [pair for pair in found if pair not in known]
    decided = scanning.decided_before(fresh) if fresh else set()
    new = [
        DuplicatePair(smaller_id=one, larger_id=other, score=found[one, other][0], reasons=",".join(found[one, other][1]))
        for one, other in sorted(fresh)
        if (one, other) not in decided
    ]
    DuplicatePair.objects.bulk_create(new, batch_size=200, ignore_conflicts=True)
    return len(new)


def _begin(part: kinds.Slice) -> dict[str, Any]:
    change = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last = Job.objects.filter(kind=JOB, state=State.DONE).order_by("-pk").first()
    since = int(last.result.get("change", 0)) if last is not None else 0
    common = {"change": change, "found": 0, "compared": 0, "done": 0}
    if not part.arguments.get("everything") and since:
        since = max(since - OVERLAP, 0)
        changed = Customer.objects.filter(change__gt=since)
        if changed.order_by()[: FEW + 1].count() <= FEW:
            return {**common, "changed": since, "after": 0, "total": changed.count()}
    files = scanning.open_files().count()
    return {**common, "step": 0, "after": 0, "total": 6 * files}


def _go_on_with_changed(part: kinds.Slice, state: dict[str, Any]) -> kinds.Again | kinds.Finished:
    while True:
        with transaction.atomic():
            rows = Customer.objects.filter(change__gt=state["changed"], pk__gt=state["after"]).order_by("pk")
            ids = list(rows.values_list("pk", flat=True)[:CHANGED_AT_ONCE])
            if not ids:
                return kinds.Finished(_result(state))
            state["found"] += compare_customers(ids=ids)
            state["after"] = ids[-1]
            state["done"] += len(ids)
            part.progress(done=state["done"], total=max(state["total"], state["done"]), checkpoint=state)
        if part.time_left() <= 0:
            return kinds.Again()


@dataclass(frozen=True)
class Page:
    """What one page of a step writes, and where the next begins. `after` None: the step is done."""

    write: Callable[[], int]  # returns how many new pairs
    after: Any
    rows: int = 0
    compared: int = 0


def _page_of(step: str, after: Any) -> Page:
    if step == "keys":
        return _keys_after(after)
    if step == "again":
        return _pairs_again(after)
    walk = scanning.WALKS[step](after)
    found = scanning.scored(walk.pairs)
    return Page(lambda: keep_pairs(found), walk.after, walk.rows, len(walk.pairs))


def _keys_after(after: int) -> Page:
    files = scanning.files_after(after, limit=KEYS_AT_ONCE)
    last = files[-1][0] if len(files) == KEYS_AT_ONCE else None
    rows = [
        (pk, key)
        for pk, name, region, kind, address in files
        for key in neighbours.keys_of(Marks(name=name, region=region, kind=kind, address=address))
    ]

    def write() -> int:
        old = NameKey.objects.filter(customer__gt=after)
        old = old if last is None else old.filter(customer__lte=last)
        old._raw_delete(old.db)  # noqa: SLF001 -- nothing hangs on a key, so none of them need be read first
        bulk.insert(NameKey, ("customer_id", "key"), rows)
        return 0

    return Page(write, last, len(files))


def _put_keys(ids: Sequence[int], marks: Mapping[int, Marks]) -> None:
    NameKey.objects.filter(customer__in=ids).delete()
    bulk.insert(NameKey, ("customer_id", "key"), [(pk, key) for pk, mark in marks.items() for key in neighbours.keys_of(mark)])


def _pairs_again(after: int) -> Page:
    """Open pairs by what the files say now: what is none any more leaves the list, unless a file of it is only closed."""
    rows = list(
        DuplicatePair.objects.filter(state=PairState.OPEN, pk__gt=after or 0)
        .select_related("smaller", "larger")
        .order_by("pk")[: scanning.AT_ONCE]
    )
    pairs = [pair for pair in rows if _both_open(pair)]
    found = scanning.scored([(pair.smaller_id, pair.larger_id) for pair in pairs])
    gone = [pair.pk for pair in pairs if pair.proposed_at is None and (pair.smaller_id, pair.larger_id) not in found]

    def write() -> int:
        DuplicatePair.objects.filter(pk__in=gone, state=PairState.OPEN).delete()
        return 0

    return Page(write, rows[-1].pk if len(rows) == scanning.AT_ONCE else None)


def _both_open(pair: DuplicatePair) -> bool:
    return all(file.is_active and file.merged_into_id is None for file in (pair.smaller, pair.larger))


def _message(step: str, state: Mapping[str, Any]) -> str:
    if step == "keys":
        return _("Sorting names")
    return _("%(compared)s compared, %(found)s new pairs") % {"compared": state["compared"], "found": state["found"]}


def _result(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"change": state["change"], "found": state["found"], "compared": state["compared"], "threshold": duplicates.LIST_FROM}
