"""What every dated entry asks of what it was given, and which of several is current."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers import errors
from kexin.loop.customers.announcements import CustomerChanged
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.days import today_of


def settle(rows: QuerySet[Any]) -> None:
    """Mark the newest of these dated entries as current, and no other. What was learnt first does not matter, only of which day it is."""
    newest = rows.order_by("-collected_on", "-pk").values_list("pk", flat=True).first()
    rows.filter(is_current=True).exclude(pk=newest).update(is_current=False)
    rows.filter(pk=newest, is_current=False).update(is_current=True)


def date_it(customer: Customer, values: dict[str, Any], causes: dict[str, KexinError]) -> None:
    """The day a thing was learnt: today where nobody said, never later."""
    today = today_of(customer)
    values["collected_on"] = values.get("collected_on") or today
    if values["collected_on"] > today:
        causes["collected_on"] = errors.DayInFuture(beside="collected_on")


def tell(customer: Customer, act: str, changes: Mapping[str, list[Any]], by: Actor) -> int:
    """Write an act on a file into the trail, give the file its change number, announce it."""
    customer.change = audit.record(
        action=f"customer.{act}", kind="customer", record_id=customer.pk, label=customer.name, by=by, changes=changes
    )
    customer.save(update_fields=["change", "updated_at"])
    jobs.announce(CustomerChanged(customer_id=customer.pk, fields=sorted(changes)))
    return customer.change
