from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import timezone

from kexin.ground.audit import sealing, subjects
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry, Resealed, SubjectKey


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


def forget_words(subject: int, forget: Callable[[Any], Any]) -> int:
    """Take words out of everything the trail says of a person, for one name among several. Returns how many entries there are.

    The entries stay as they were written; what they say is sealed anew, without those words, and the key they were sealed
    under is destroyed. `forget` gets a label or changes and returns them without the words.
    """
    entries = list(Entry.objects.filter(subject=subject).order_by("pk"))
    fresh = sealing.fresh_key()
    kept = [
        Resealed(entry_id=entry.pk, sealed=sealing.seal(fresh, forget(entry.label), forget(entry.changes)))
        for entry in entries
        if not entry.is_erased
    ]
    Resealed.objects.filter(entry_id__in=[entry.pk for entry in entries]).delete()
    Resealed.objects.bulk_create(kept, batch_size=500)
    SubjectKey.objects.filter(subject=subject).update(key=fresh)
    return len(kept)


def _key_of(subject: int) -> bytes:
    known = SubjectKey.objects.filter(subject=subject).values_list("key", flat=True).first()
    if known is None:
        known = SubjectKey.objects.get_or_create(subject=subject, defaults={"key": sealing.fresh_key()})[0].key
    return bytes(known)
