"""What rules conclude about customers, and what people say to it: it is so, or it is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, entries, learnt
from kexin.loop.customers.choices import Source, Topic
from kexin.loop.customers.models import FileEntry
from kexin.loop.customers.queries.days import today_of


class Conclusion(NamedTuple):
    """One wish a rule concluded. The same rule and subject again writes a newer value, or nothing when nothing changed."""

    customer_id: int
    rule: str
    subject: str
    value: str
    certainty: int
    evidence: str
    collected_on: date


@transaction.atomic
def conclude(*, rows: Sequence[Conclusion], by: Actor) -> int:
    """Write down what a rule concluded of many customers at once; how many are new. What somebody rejected is not said again."""
    there = {
        (entry.customer_id, entry.rule, entry.subject): entry
        for entry in FileEntry.objects.filter(customer__in={row.customer_id for row in rows}, superseded_by=None).exclude(rule="")
    }
    new: list[tuple[Conclusion, FileEntry | None]] = []
    for row in rows:
        known = there.get((row.customer_id, row.rule, row.subject))
        if known is None or (known.rejected_on is None and known.is_inference and known.value != row.value[:300]):
            new.append((row, known))
    if not new:
        return 0
    for _row, known in new:
        if known is not None:  # only one conclusion of a rule about a subject stands: it makes room first
            FileEntry.objects.filter(pk=known.pk).update(rule="")
    made = FileEntry.objects.bulk_create(
        [
            FileEntry(
                customer_id=row.customer_id, topic=Topic.WISH, value=row.value[:300], source=Source.DEALINGS, collected_on=row.collected_on,
                is_inference=True, certainty=row.certainty, evidence=row.evidence[:300], rule=row.rule, subject=row.subject[:60],
            )
            for row, _known in new
        ]
    )  # fmt: skip
    for (_row, known), entry in zip(new, made, strict=True):
        if known is not None:
            FileEntry.objects.filter(pk=known.pk).update(superseded_by=entry)
    audit.record(action="customer.conclude", kind="customer", label=new[0][0].rule, by=by, changes={"wishes": [0, len(made)]})
    return len(made)


@transaction.atomic
def confirm_inference(*, entry_id: int, by: Actor) -> FileEntry:
    """The customer said so: the conclusion becomes an entry of its own right, and is kept behind it."""
    entry = _standing(entry_id)
    return entries.supersede_entry(
        entry_id=entry.pk, value=entry.value, source=Source.CUSTOMER, choice=entry.choice, by=by, purpose=entry.purpose
    )


@transaction.atomic
def reject_inference(*, entry_id: int, by: Actor) -> FileEntry:
    """It is not so: hidden from the file, kept in the history, and not concluded again by that rule."""
    entry = _standing(entry_id)
    customer = checking.open_file(entry.customer_id)
    entry.rejected_on = today_of(customer)
    entry.save(update_fields=["rejected_on"])
    learnt.tell(customer, "reject_inference", {f"entry.{entry.topic}": [entry.value, None]}, by)
    return entry


def _standing(entry_id: int) -> FileEntry:
    entry = FileEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise errors.CustomerNotFound
    checking.open_file(entry.customer_id)
    entry.refresh_from_db()
    if entry.superseded_by_id is not None or not entry.is_inference or entry.rejected_on is not None:
        raise errors.EntryAlreadySuperseded
    return entry
