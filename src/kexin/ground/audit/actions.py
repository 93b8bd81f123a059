from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry


def record(*, action: str, kind: str, record_id: object = "", label: str = "", by: Actor, changes: Mapping[str, Any] | None = None) -> int:
    """Write one entry of the trail and return its id, the change number of this transaction's rows.

    Called inside the transaction of the write it describes: both are kept or neither. Phone numbers, identity
    numbers and full birthdays arrive masked.
    """
    entry = Entry.objects.create(
        at=timezone.now(),
        actor_id=by.id,
        actor_name=by.name,
        surface=by.surface,
        action=action,
        kind=kind,
        record_id=str(record_id),
        label=label[:200],
        changes=dict(changes or {}),
    )
    return entry.pk
