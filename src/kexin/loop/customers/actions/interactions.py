"""What was said and done with a customer: calls, visits, messages, notes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.announcements import InteractionNoted
from kexin.loop.customers.choices import InteractionKind
from kexin.loop.customers.models import Interaction

LONGEST_TEXT = 4000
CLOCKS_DIFFER = timedelta(minutes=5)  # between the browser that says "now" and this machine


@transaction.atomic
def note_interaction(*, customer_id: int, kind: str, text: str, occurred_at: datetime | None = None, by: Actor) -> Interaction:
    """Write one call, visit, message or note on the timeline. All but a note are contact with the customer."""
    customer = checking.open_file(customer_id)
    moment = occurred_at or timezone.now()
    causes: dict[str, KexinError] = {}
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if kind == InteractionKind.NOTE and not said:
        causes["text"] = errors.TextMissing()
    if len(said) > LONGEST_TEXT:
        causes["text"] = errors.TextTooLong(beside="text", limit=LONGEST_TEXT)
    if moment > timezone.now() + CLOCKS_DIFFER:
        causes["occurred_at"] = errors.DayInFuture(beside="occurred_at")
    checking.refuse(causes)

    interaction = Interaction.objects.create(customer=customer, kind=InteractionKind(kind), occurred_at=moment, text=said, by_id=by.id)
    customer.change = audit.record(
        action="customer.note_interaction",
        kind="customer",
        record_id=customer.pk,
        label=customer.name,
        by=by,
        changes={"interaction": [None, interaction.pk], "kind": [None, kind]},
    )
    if kind != InteractionKind.NOTE and (customer.last_contact_at is None or customer.last_contact_at < moment):
        customer.last_contact_at = moment
    customer.save(update_fields=["last_contact_at", "change"])

    jobs.announce(InteractionNoted(customer_id=customer.pk, interaction_id=interaction.pk, kind=interaction.kind))
    return interaction
