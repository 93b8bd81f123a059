"""One web hook of the simulated company, switched off: its address leads to nobody."""

from __future__ import annotations

from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.hooks import actions, errors

HEARD = ("customers.created", "customers.handed_over", "orders.delivered", "standing.tiers_changed", "todo.opened")


def write(*, by: Actor) -> int:
    """How many there are. None where this installation's settings allow no such address."""
    try:
        actions.register_hook(name="ERP", url="https://erp.example.com/kexin", announcements=HEARD, is_on=False, by=by, now=timezone.now())
    except errors.AddressRefused:
        return 0
    return 1
