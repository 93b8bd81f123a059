"""One way to hold a file that is written on, and to save an editable record: versions compared, changes told."""

from __future__ import annotations

from typing import Any, TypeVar

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.loop.choosing import errors
from kexin.loop.customers.models import Customer

Record = TypeVar("Record", bound=Any)


def open_file(customer_id: int) -> Customer:
    """The customer with their branch, locked until the transaction ends. Nothing is written on a closed file."""
    files = Customer.objects.select_for_update(of=("self",)).select_related("branch")
    customer = files.filter(pk=customer_id, merged_into=None, erased_at=None).first()
    if customer is None:
        raise errors.NotThere
    if not customer.is_active:
        raise errors.FileClosed
    return customer


def save(record: Record, values: dict[str, Any], *, version: int | None, action: str, kind: str, by: Actor) -> Record:
    """Written where something differs; EditedMeanwhile where the reader saw an older version."""
    is_new = record.pk is None
    if not is_new and version is not None and version != record.version:
        theirs = {name: getattr(record, name) for name, value in values.items() if getattr(record, name) != value}
        raise errors.EditedMeanwhile(theirs=theirs, version=record.version)
    changes = {name: [None if is_new else getattr(record, name), value] for name, value in values.items() if getattr(record, name) != value}
    for name, value in values.items():
        setattr(record, name, value)
    if not is_new and not changes:
        return record
    if not is_new:
        record.version += 1
    record.save()
    audit.record(action=action, kind=kind, record_id=record.pk, label=str(record)[:100], by=by, changes=changes)
    return record
