"""Two files of one customer become one, and two again. What moves, each domain's part says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Tombstone
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers import errors, parts
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.locating import locate
from kexin.loop.customers.announcements import CustomersMerged, CustomersUnmerged, PairDecided
from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models import Customer, DuplicatePair, Merge
from kexin.loop.customers.rules import merging as rules

FILES, PAIR = "_files", "_pair"  # in Merge.moved, beside the parts: files merged earlier, and what the pair was


@transaction.atomic
def merge_customers(
    *,
    survivor_id: int,
    merged_id: int,
    by: Actor,
    theirs: Sequence[str] = (),
    versions: Mapping[int, int] | None = None,
) -> Merge:
    """Let one file go up in another. `theirs` names the fields whose value is taken from the file that goes.

    Everything every domain knows of it moves in this transaction; the old code and address keep leading to the survivor.
    `versions` are those of the files as the person saw them: EditedMeanwhile if somebody saved one since.
    """
    unknown = set(theirs) - set(rules.FIELDS)
    if unknown:
        raise TypeError(f"a merge does not choose {sorted(unknown)}")
    survivor, merged = _both(survivor_id, merged_id)
    for customer in (survivor, merged):
        _check_open(customer)
        checking.untouched(customer, kind="customer", version=(versions or {}).get(customer.pk), fields={})
    watermarks = parts.highest()

    written = _write_fields(survivor, merged, theirs)
    merge = Merge.objects.create(merged=merged, survivor=survivor, merged_by_id=by.id, fields=written)
    merge.change = survivor.change = merged.change = audit.record(
        action="customer.merge",
        kind="customer",
        record_id=survivor.pk,
        label=survivor.name,
        by=by,
        changes={
            "merged": [None, merged.code],
            **{field.removesuffix("_id"): change for field, change in written.items()},
            "version": [survivor.version - 1, survivor.version],
        },
    )
    audit.record(
        action="customer.merged_into",
        kind="customer",
        record_id=merged.pk,
        label=merged.name,
        by=by,
        changes={"merged_into": [None, survivor.code]},
    )
    merge.moved = {
        "watermarks": watermarks,
        FILES: _files_of(merged, survivor),
        PAIR: _close_pair(survivor, merged, by),
        **{part.name: part.move(merged, survivor) for part in parts.registered() if part.move is not None},
    }
    merge.save(update_fields=["change", "moved"])
    merged.merged_into, merged.version = survivor, merged.version + 1
    merged.save(update_fields=["merged_into", "version", "change", "updated_at"])
    survivor.save()
    Tombstone.objects.create(kind="customer", record_id=merged.pk, change=merge.change)
    index_customers([survivor.pk, merged.pk])
    locate([survivor.pk, merged.pk])

    jobs.announce(CustomersMerged(merge_id=merge.pk, survivor_id=survivor.pk, merged_id=merged.pk))
    return merge


@transaction.atomic
def unmerge_customers(*, merge_id: int, by: Actor, along: Mapping[str, Mapping[str, Sequence[int]]] | None = None) -> Merge:
    """Take a merge back: both files stand as they did, with what was written since where it belongs.

    Rows that came with the merged file go back, edited or not; rows written since stay with the survivor, except those
    in `along` ({part: {table: ids}}), which the person gives to the other file. A field changed since keeps its value.
    """
    known = Merge.objects.filter(pk=merge_id).first()
    if known is None:
        raise errors.MergeNotFound
    survivor, merged = _both(known.survivor_id, known.merged_id)
    merge = Merge.objects.select_related("undone_by").get(pk=merge_id)
    check_undoable(merge, survivor)

    kept = _fields_back(survivor, merge)
    survivor.version, merged.version, merged.merged_into = survivor.version + 1, merged.version + 1, None
    merge.undone_at, merge.undone_by_id = timezone.now(), by.id
    changes = {field.removesuffix("_id"): [now, before] for field, (before, now) in merge.fields.items() if field not in kept}
    survivor.change = merged.change = audit.record(
        action="customer.unmerge",
        kind="customer",
        record_id=survivor.pk,
        label=survivor.name,
        by=by,
        changes={
            "merged": [merged.code, None],
            **changes,
            **({"kept": [None, ", ".join(kept)]} if kept else {}),
            "version": [survivor.version - 1, survivor.version],
        },
    )
    audit.record(
        action="customer.unmerged",
        kind="customer",
        record_id=merged.pk,
        label=merged.name,
        by=by,
        changes={"merged_into": [survivor.code, None]},
    )
    merged.save(update_fields=["merged_into", "version", "change", "updated_at"])
    moved = with_along(merge, survivor, along or {})
    for part in reversed(parts.registered()):
        if part.move_back is not None and part.name in moved:
            part.move_back(merged, survivor, moved[part.name])
    Customer.objects.filter(pk__in=moved[FILES], merged_into=survivor).update(merged_into=merged)
    _open_pair(moved[PAIR])
    merge.save(update_fields=["undone_at", "undone_by"])
    survivor.save()
    index_customers([survivor.pk, merged.pk])
    locate([survivor.pk, merged.pk])

    jobs.announce(CustomersUnmerged(merge_id=merge.pk, survivor_id=survivor.pk, merged_id=merged.pk))
    return merge


@transaction.atomic
def decide_different(*, pair_id: int, by: Actor) -> DuplicatePair:
    """These two are not the same: kept, so that nobody is asked again. Saying so twice changes nothing."""
    return _decide(pair_id, PairState.OPEN, PairState.DIFFERENT, by)


@transaction.atomic
def reopen_pair(*, pair_id: int, by: Actor) -> DuplicatePair:
    """Take back that two files are not the same."""
    return _decide(pair_id, PairState.DIFFERENT, PairState.OPEN, by)


def check_undoable(merge: Merge, survivor: Customer) -> None:
    if merge.undone_at is not None:
        raise errors.MergeUndone(who=str(merge.undone_by or "–"))
    if merge.forgotten_at is not None:
        raise errors.MergeForgotten
    if survivor.merged_into_id is not None:
        raise errors.MergeUndoneInTurn(merged=survivor.name, survivor=str(survivor.merged_into))
    later = Merge.objects.filter(survivor=survivor, undone_at=None, pk__gt=merge.pk).select_related("merged").order_by("-pk").first()
    if later is not None:
        raise errors.MergeUndoneInTurn(merged=later.merged.name, survivor=survivor.name)


def with_along(merge: Merge, survivor: Customer, along: Mapping[str, Mapping[str, Sequence[int]]]) -> dict[str, Any]:
    """What the parts moved, and beside it the rows written since that the person gives to the other file: treated alike."""
    moved = dict(merge.moved)
    for part, tables in along.items():
        theirs = dict(moved.get(part, {}))
        for table, ids in tables.items():
            model = parts.table(part, table)
            if model is None:
                continue
            since = moved["watermarks"].get(model._meta.label, 0)  # noqa: SLF001 -- Django's documented model interface
            rows = model._default_manager.filter(customer=survivor, pk__in=list(ids), pk__gt=since)  # noqa: SLF001 -- Django's own name
            given = set(rows.values_list("pk", flat=True))
            theirs[table] = [*theirs.get(table, ()), *sorted(given - set(theirs.get(table, ())))]
        moved[part] = theirs
    return moved


def _both(survivor_id: int, merged_id: int) -> tuple[Customer, Customer]:
    """Both files, locked in the order of their numbers, so that two merges at once wait for each other and not both."""
    if survivor_id == merged_id:
        raise errors.MergeOfOne
    found = {pk: checking.locked(pk) for pk in sorted((survivor_id, merged_id))}
    return found[survivor_id], found[merged_id]


def _check_open(customer: Customer) -> None:
    if getattr(customer, "erased_at", None) is not None:
        raise errors.MergeOfErased(code=customer.code)
    if customer.merged_into is not None:
        raise errors.FileMerged(name=customer.merged_into.name, code=customer.merged_into.code)
    if not customer.is_active:
        raise errors.MergeOfClosed(name=customer.name, code=customer.code)


def _write_fields(survivor: Customer, merged: Customer, theirs: Sequence[str]) -> dict[str, list[Any]]:
    """{field: [before, after]} of what the survivor has since. On file since the earlier day, last contact the later one."""
    values = {field: getattr(merged, field) for field in rules.FIELDS if field in theirs}
    values[rules.EARLIEST] = min(survivor.created_at, merged.created_at)
    talks = [at for at in (survivor.last_contact_at, merged.last_contact_at) if at is not None]
    values[rules.LATEST] = max(talks) if talks else None
    written: dict[str, list[Any]] = {}
    for field, value in values.items():
        if getattr(survivor, field) != value:
            written[field] = [_plain(getattr(survivor, field)), _plain(value)]
            setattr(survivor, field, value)
    survivor.version += 1
    return written


def _fields_back(survivor: Customer, merge: Merge) -> list[str]:
    """Give the survivor what it had; returns the fields that were changed since and keep that."""
    kept: list[str] = []
    for field, (before, after) in merge.fields.items():
        now = _plain(getattr(survivor, field))
        if rules.kept(before, after, now):
            kept.append(field)
        else:
            setattr(survivor, field, parse_datetime(before) if before is not None and field in {rules.EARLIEST, rules.LATEST} else before)
    return kept


def _files_of(merged: Customer, survivor: Customer) -> list[int]:
    """Files that went up in the merged one before lead to the survivor at once."""
    files = list(Customer.objects.filter(merged_into=merged).order_by("pk").values_list("pk", flat=True))
    Customer.objects.filter(pk__in=files).update(merged_into=survivor)
    return files


def _close_pair(one: Customer, other: Customer, by: Actor) -> list[Any] | None:
    pair = DuplicatePair.objects.filter(smaller_id=min(one.pk, other.pk), larger_id=max(one.pk, other.pk)).first()
    if pair is None:
        return None
    was = [pair.pk, pair.state, _plain(pair.decided_at), pair.decided_by_id]
    pair.state, pair.decided_at, pair.decided_by_id = PairState.MERGED, timezone.now(), by.id
    pair.save(update_fields=["state", "decided_at", "decided_by"])
    jobs.announce(PairDecided(pair_id=pair.pk, state=pair.state))
    return was


def _open_pair(was: list[Any] | None) -> None:
    if was is not None:
        pk, state, decided_at, decided_by = was
        DuplicatePair.objects.filter(pk=pk, state=PairState.MERGED).update(
            state=state, decided_at=parse_datetime(decided_at) if decided_at else None, decided_by_id=decided_by
        )


def _decide(pair_id: int, old: PairState, new: PairState, by: Actor) -> DuplicatePair:
    pair = DuplicatePair.objects.select_for_update().filter(Q(pk=pair_id)).first()
    if pair is None or pair.state not in {old, new}:
        raise errors.PairNotFound
    if pair.state == new:
        return pair
    pair.state = new
    pair.decided_at, pair.decided_by_id = (timezone.now(), by.id) if new == PairState.DIFFERENT else (None, None)
    pair.save(update_fields=["state", "decided_at", "decided_by"])
    audit.record(action=f"pair.{new}", kind="pair", record_id=pair.pk, label=pair.codes, by=by, changes={"state": [old, new]})
    if new == PairState.DIFFERENT:
        jobs.announce(PairDecided(pair_id=pair.pk, state=new))
    return pair


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
