"""Relation files: who is whose parent company, referrer, household member or partner, by customer code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.imports import bulk, parsing, undoing
from kexin.ground.imports.loaders import Batch, Context, Field, Journal, Loader, Plan, Sample, Text, Undo
from kexin.ground.imports.parsing import Bad, clean
from kexin.ground.staff.models import Company
from kexin.loop.customers import errors
from kexin.loop.customers.actions.relations import fits
from kexin.loop.customers.choices import RelationKind, Source
from kexin.loop.customers.loaders.fields import CODE, _words
from kexin.loop.customers.loaders.holding import hold
from kexin.loop.customers.models import Customer, Relation
from kexin.loop.customers.rules.relations import BOTH_WAYS

KINDS = _words({
    RelationKind.PARENT.value: ("上级单位", "母公司", "总公司", "集团", "parent company"),
    RelationKind.REFERRER.value: ("介绍人", "推荐人", "转介绍", "referred by"),
    RelationKind.HOUSEHOLD.value: ("同一家庭", "家庭", "家人", "family"),
    RelationKind.PARTNER.value: ("合作伙伴", "伙伴", "合作方", "合作"),
})  # fmt: skip
FIELDS = (
    Field("code", _("Customer code"), CODE, required=True),
    Field("kind", _("Relation"), ("关系", "关系类型", "relation", "relation kind", "kind"), parse="choice", required=True),
    Field(
        "other",
        _("Code of the other customer"),
        ("对方编号", "关联客户编号", "关联编号", "上级编号", "介绍人编号", "other code", "other customer", "related code"),
        required=True,
    ),
    Field("since", _("Since"), ("起始日期", "开始日期", "since", "start date"), parse="date"),
    Field("note", _("Note"), ("备注", "说明", "note", "remark")),
)  # fmt: skip
LONGEST_NOTE, SAMPLES = 120, 20
COLUMNS = ("customer_id", "other_id", "kind", "since", "note", "source", "collected_on", "collected_by_id", "recorded_at", "ended_on")
REASONS: dict[type[Exception], str] = {
    errors.RelationToItself: "relation_to_itself",
    errors.RelationAboveThere: "relation_above_there",
    errors.RelationCircle: "relation_circle",
}


@dataclass
class New:
    row: int
    customer: Customer
    other: Customer
    kind: str
    since: dt.date | None
    note: str


class RelationSession:
    def __init__(self, context: Context) -> None:
        self.context = context
        company = Company.objects.filter(pk=1).first() or Company()
        self.zone = ZoneInfo(company.zone)

    def forget(self) -> None:
        """Nothing of the database is remembered between batches."""

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        plan.work = []
        codes = {clean(cell) for name in ("code", "other") for cell in batch.column(name)}
        files = {customer.code: customer for customer in Customer.objects.filter(code__in=codes)}
        taken: dict[tuple[str, int], New] = {}
        pairs: set[tuple[str, int, int]] = set()
        for number, *cells in zip(batch.numbers, *(batch.column(field.name) for field in FIELDS), strict=True):
            read = self._read(number, cells, files)
            if isinstance(read, Bad):
                plan.refuse(number, read)
                continue
            ends = (read.customer.pk, read.other.pk)
            key = (read.kind, *(sorted(ends) if read.kind in BOTH_WAYS else ends))
            refusal = None if key in pairs else fits(read.kind, *ends)
            if key in pairs or isinstance(refusal, errors.RelationThere):
                plan.unchanged += 1
                continue
            before = taken.get((read.kind, read.customer.pk)) if read.kind not in BOTH_WAYS else None
            if refusal is not None or before is not None:
                reason = REASONS[type(refusal)] if refusal is not None else "relation_above_there"
                plan.refuse(number, Bad(reason, {"value": read.other.code}))
                continue
            if read.kind not in BOTH_WAYS and self._circle(read, taken):
                plan.refuse(number, Bad("relation_circle", {"value": read.other.code}))
                continue
            pairs.add(key)
            taken[read.kind, read.customer.pk] = read
            plan.work.append(read)
            plan.added += 1
            if len(plan.samples) < SAMPLES:
                plan.samples.append(Sample(number, read.customer.name, "kind", "", f"{RelationKind(read.kind).label} {read.other.name}"))
        return plan

    def _read(self, number: int, cells: Sequence[str], files: Mapping[str, Customer]) -> New | Bad:  # noqa: PLR0911 -- one cell after the other
        code, kind_raw, other, since_raw, note = cells
        for name, raw in (("code", code), ("kind", kind_raw), ("other", other)):
            if not raw.strip():
                return Bad("missing", {"field": name})
        kind = parsing.choice(kind_raw, words=KINDS)
        if isinstance(kind, Bad):
            return Bad(kind.code, {**kind.data, "field": "kind"})
        since = parsing.day(since_raw, order=self.context.date_orders.get("since", ""))
        if isinstance(since, Bad):
            return Bad(since.code, {**since.data, "field": "since"})
        for raw in (code, other):
            file = files.get(clean(raw))
            if file is None:
                return Bad("customer_unknown", {"value": parsing.shown(raw)})
            if file.erased_at is not None:
                return Bad("erased", {"code": file.code})
            if file.merged_into_id is not None:
                return Bad("merged", {"code": file.code})
        return New(number, files[clean(code)], files[clean(other)], str(kind), since, clean(note)[:LONGEST_NOTE])

    @staticmethod
    def _circle(read: New, taken: Mapping[tuple[str, int], New]) -> bool:
        """Whether this row closes a circle with rows of the same file that are not written yet."""
        above: New | None = taken.get((read.kind, read.other.pk))
        seen: set[int] = set()
        last = read.other.pk
        while above is not None and above.customer.pk not in seen:
            seen.add(above.customer.pk)
            last = above.other.pk
            above = taken.get((read.kind, last))
        return last == read.customer.pk or isinstance(fits(read.kind, read.customer.pk, last), errors.RelationCircle)

    def write(self, plan: Plan, *, change: int) -> Journal:
        new: list[New] = plan.work
        hold(end.pk for one in new for end in (one.customer, one.other))
        ids = bulk.allocate(Relation, len(new))
        now = timezone.now()
        today, moment = bulk.stored_day(now.astimezone(self.zone).date()), bulk.stored_moment(now)
        by = self.context.by.id
        rows = [
            (
                pk,
                one.customer.pk,
                one.other.pk,
                one.kind,
                bulk.stored_day(one.since),
                one.note,
                Source.IMPORT.value,
                today,
                by,
                moment,
                None,
            )
            for pk, one in zip(ids, new, strict=True)
        ]
        bulk.insert(Relation, ("id", *COLUMNS), rows)
        Customer.objects.filter(pk__in={end.pk for one in new for end in (one.customer, one.other)}).update(change=change)
        return Journal(added=[("relation", first, last) for first, last in bulk.ranges(ids)])

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        del start, seconds
        return None, Journal()


def keys(columns: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    return [clean(code) for code in columns.get("code") or [""] * rows]


def blockers(steps: Sequence[Undo], run_id: int) -> list[Text]:
    """Nothing stands in the way: a relation that ended since goes as well."""
    del steps, run_id
    return []


def undo(steps: Sequence[Undo], change: int) -> None:
    undoing.take_back(steps, {"relation": Relation}, change)


LOADER = Loader(
    kind="relations", label=_("Relations"), fields=FIELDS, group_keys=keys, session=RelationSession, blockers=blockers, undo=undo, order=3
)
