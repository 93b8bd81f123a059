"""What the file itself forgets when a person is erased, and where values of theirs may stand beside their own rows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from kexin.ground.imports.models import Change
from kexin.ground.lists import actions as lists
from kexin.loop.customers.models import (
    Asset,
    Contact,
    ContactPoint,
    Customer,
    FileEntry,
    HandOver,
    Interaction,
    Occasion,
)

ROWS: tuple[Any, ...] = (Interaction, HandOver, FileEntry, Occasion, Asset, ContactPoint, Contact)
# What an import's journal calls the tables of this room whose rows it may have kept old values of.
JOURNALLED: dict[str, Any] = {
    "contact": Contact,
    "contact_point": ContactPoint,
    "asset": Asset,
    "occasion": Occasion,
    "file_entry": FileEntry,
}
BLANK = {
    "salutation": "",
    "tax_number": "",
    "region": "",
    "address": "",
    "preferred_channel": "",
    "preferred_hours": "",
    "owner": None,
    "last_contact_at": None,
    "pooled_at": None,
}


def erase(customer: Customer) -> int:
    """Contacts, numbers, entries, talks, things and days: the rows go. Where the customer stands stays, for it is counted."""
    return sum(model.objects.filter(customer=customer).delete()[0] for model in ROWS)


def blank(customer: Customer) -> None:
    """The file's own fields. Its code stays as its name: orders that must be kept are named by it."""
    for name, value in BLANK.items():
        setattr(customer, name, value)
    customer.name = customer.code
    customer.version += 1


def values_of(customer: Customer) -> set[str]:
    """Every value that names this person: what is looked for in files, logs and the rest of the database."""
    found = {customer.name, customer.address, customer.tax_number}
    found |= set(Contact.objects.filter(customer=customer).values_list("name", flat=True))
    for value, key in ContactPoint.objects.filter(customer=customer).values_list("value", "key"):
        found |= {value, key}
    for plate, vin, name in Asset.objects.filter(customer=customer).values_list("plate", "vin", "name"):
        found |= {plate, vin} | ({name} if name in {plate, vin} else set())
    return {value for value in found if value}


def runs_of(customer: Customer) -> list[int]:
    """Imports whose journal says that they added or changed this file: its values stood in their files."""
    return runs_with({"customer": [customer.pk]})


def runs_with(rows: Mapping[str, Sequence[int]]) -> list[int]:
    """Imports that added or changed any of these rows, by what their journals call them."""
    found: set[int] = set()
    for kind, ids in rows.items():
        for pk in ids:
            near = Change.objects.filter(kind=kind, record_id__lte=pk, through_id__gte=pk)
            found |= set(near.values_list("run_id", flat=True))
    return sorted(found)


def journalled(customer: Customer) -> dict[str, list[int]]:
    """The numbers of this person's rows, by what an import's journal calls them: known only until the rows are gone."""
    found = {kind: list(model.objects.filter(customer=customer).values_list("pk", flat=True)) for kind, model in JOURNALLED.items()}
    return {"customer": [customer.pk], **found}


def forget_journal(rows: Mapping[str, Sequence[int]]) -> int:
    """Take records out of what imports kept for their undo; an undo then passes them by. And old values of rows long gone. How many."""
    gone = 0
    for kind, ids in rows.items():
        if ids:
            gone += _cut_out(kind, sorted(ids)) + lists.forget_edits_of(kind=kind, record_ids=ids)
    for kind, model in JOURNALLED.items():
        kept = Change.objects.filter(kind=kind, old__isnull=False)
        gone += kept.exclude(record_id__in=model.objects.values("pk")).delete()[0]
    return gone


def _cut_out(kind: str, ids: Sequence[int]) -> int:
    """A journal row is a range of numbers: what lies around the ids stays."""
    near = Change.objects.filter(kind=kind, record_id__lte=ids[-1], through_id__gte=ids[0])
    gone = 0
    for row in near:
        inside = [pk for pk in ids if row.record_id <= pk <= row.through_id]
        if not inside:
            continue
        edges = [row.record_id - 1, *inside, row.through_id + 1]
        rest = [(before + 1, after - 1) for before, after in itertools.pairwise(edges) if before + 1 <= after - 1]
        Change.objects.bulk_create(
            [Change(run_id=row.run_id, kind=kind, record_id=first, through_id=last, old=row.old, change=row.change) for first, last in rest]
        )
        row.delete()
        gone += len(inside)
    return gone


def files_along(customer: Customer) -> list[Customer]:
    """The file and those merged into it: one person."""
    return [customer, *Customer.objects.filter(merged_into=customer).order_by("pk")]
