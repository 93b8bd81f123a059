"""What is known of a customer 档案项: added, or superseded by a newer value. Nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.announcements import EntryAdded
from kexin.loop.customers.choices import Hobby, Source, Topic
from kexin.loop.customers.models import Customer, FileEntry
from kexin.loop.customers.queries.days import today_of


@transaction.atomic
def add_entry(  # noqa: PLR0913 -- what is known, and how it came to be known
    *,
    customer_id: int,
    topic: str,
    value: str,
    source: str,
    by: Actor,
    choice: str = "",
    collected_on: date | None = None,
    purpose: str = "",
    is_inference: bool = False,
    certainty: int | None = None,
    evidence: str = "",
) -> FileEntry:
    """Write one thing known of a customer. A wish or habit that was concluded, not told, is an inference with its evidence."""
    customer = checking.open_file(customer_id)
    return _write(
        customer,
        by=by,
        topic=topic,
        value=value,
        source=source,
        choice=choice,
        collected_on=collected_on,
        purpose=purpose,
        is_inference=is_inference,
        certainty=certainty,
        evidence=evidence,
    )


@transaction.atomic
def supersede_entry(  # noqa: PLR0913 -- as add_entry
    *,
    entry_id: int,
    value: str,
    source: str,
    by: Actor,
    choice: str = "",
    collected_on: date | None = None,
    purpose: str = "",
    is_inference: bool = False,
    certainty: int | None = None,
    evidence: str = "",
) -> FileEntry:
    """Write a newer value of the same thing. The older one is kept and points to it."""
    try:
        old = FileEntry.objects.get(pk=entry_id)
    except FileEntry.DoesNotExist:
        raise errors.CustomerNotFound from None
    customer = checking.open_file(old.customer_id)  # the lock two people queue at
    old.refresh_from_db()
    if old.superseded_by_id is not None:
        raise errors.EntryAlreadySuperseded
    new = _write(
        customer,
        by=by,
        topic=old.topic,
        value=value,
        source=source,
        choice=choice,
        collected_on=collected_on,
        purpose=purpose or old.purpose,
        is_inference=is_inference,
        certainty=certainty,
        evidence=evidence,
        old=old,
    )
    FileEntry.objects.filter(pk=old.pk).update(superseded_by=new)
    return new


def _write(customer: Customer, *, by: Actor, old: FileEntry | None = None, **given: Any) -> FileEntry:
    today = today_of(customer)
    causes: dict[str, KexinError] = {}
    values = checking.fitting(FileEntry, given, causes)
    values["collected_on"] = values["collected_on"] or today
    if not values["is_inference"]:
        values["certainty"], values["evidence"] = None, ""
    elif not values["evidence"] or not 1 <= (values["certainty"] or 0) <= 99:  # noqa: PLR2004 -- percent; 0 and 100 are not inferences
        causes["evidence"] = errors.EvidenceMissing()
    if values["choice"] and (values["topic"] != Topic.HOBBY or values["choice"] not in Hobby.values):
        values["choice"] = ""
    if not values["value"] and not values["choice"]:
        causes["value"] = errors.TextMissing(beside="value")
    if values["collected_on"] > today:
        causes["collected_on"] = errors.DayInFuture(beside="collected_on")
    checking.refuse(causes)

    entry = FileEntry.objects.create(
        customer=customer, collected_by_id=by.id, **{**values, "topic": Topic(values["topic"]), "source": Source(values["source"])}
    )
    customer.change = audit.record(
        action="customer.supersede_entry" if old else "customer.add_entry",
        kind="customer",
        record_id=customer.pk,
        label=customer.name,
        by=by,
        changes={f"entry.{entry.topic}": [old.value if old else None, entry.value or entry.choice]},
    )
    customer.save(update_fields=["change"])

    jobs.announce(EntryAdded(customer_id=customer.pk, entry_id=entry.pk, topic=entry.topic))
    return entry
