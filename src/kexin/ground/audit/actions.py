from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from kexin.ground.audit import sealing, subjects
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry, SubjectKey


def record(
    *,
    action: str,
    kind: str,
    record_id: object = "",
    label: str = "",
    by: Actor,
    changes: Mapping[str, Any] | None = None,
    subject: int | None = None,
) -> int:
    """Write one entry of the trail and return its id, the change number of this transaction's rows.

    Called inside the transaction of the write it describes: both are kept or neither. Phone numbers, identity
    numbers and full birthdays arrive masked. What is about a person is sealed under that person's key: `subject`, or
    else whom `subjects` finds for the kind.
    """
    about = subject if subject is not None else subjects.find(kind, record_id)
    said: dict[str, Any] = {"label": label[:200], "changes": dict(changes or {})}
    if about is not None:
        said = {"subject": about, "sealed": sealing.seal(_key_of(about), said["label"], said["changes"])}
    entry = Entry.objects.create(
        at=timezone.now(),
        actor_id=by.id,
        actor_name=by.name,
        surface=by.surface,
        action=action,
        kind=kind,
        record_id=str(record_id),
        **said,
    )
    return entry.pk


def destroy_keys(subjects_: Iterable[int]) -> int:
    """Make everything the trail says of these persons unreadable, for ever. Returns how many keys there were."""
    return SubjectKey.objects.filter(subject__in=list(subjects_)).delete()[0]


def _key_of(subject: int) -> bytes:
    known = SubjectKey.objects.filter(subject=subject).values_list("key", flat=True).first()
    if known is None:
        known = SubjectKey.objects.get_or_create(subject=subject, defaults={"key": sealing.fresh_key()})[0].key
    return bytes(known)
