"""The manager keeps a customer with its owner until a day, and says why."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.kit.text import tidy
from kexin.loop.customers.models import Customer
from kexin.loop.pool import errors
from kexin.loop.pool.models import Hold

LONGEST = timedelta(days=366)


@transaction.atomic
def hold(*, customer_id: int, until: date, reason: str, by: Actor) -> Hold:
    """Nothing releases the customer up to and with that day. A newer hold takes the place of the one before."""
    today = timezone.localdate()
    if not tidy(reason):
        raise errors.ReasonNeeded
    if not today < until <= today + LONGEST:
        raise errors.HoldDay
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if customer.owner_id is None:
        raise errors.WithoutOwner
    Hold.objects.filter(customer=customer, lifted_at=None).update(lifted_at=timezone.now())
    held = Hold.objects.create(customer=customer, until=until, reason=tidy(reason)[:200], by_id=by.id)

    _told(customer, "hold", {"held_until": [None, until.isoformat()], "reason": [None, held.reason]}, by)
    return held


@transaction.atomic
def lift_hold(*, customer_id: int, by: Actor) -> None:
    """The rules hold again from tonight on."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    held = Hold.objects.filter(customer=customer, lifted_at=None).first()
    if held is None:
        raise errors.NotHeld
    held.lifted_at = timezone.now()
    held.save(update_fields=["lifted_at"])

    _told(customer, "lift_hold", {"held_until": [held.until.isoformat(), None]}, by)


def _told(customer: Customer, act: str, changes: dict[str, list[str | None]], by: Actor) -> None:
    audit.record(action=f"pool.{act}", kind="customer", record_id=customer.pk, label=customer.name, by=by, changes=changes)
