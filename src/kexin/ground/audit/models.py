from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from kexin.ground.audit import sealing


class SubjectKey(models.Model):
    """The key of what the trail says of one person. Erasing the person destroys it."""

    subject = models.BigIntegerField(unique=True)
    key = models.BinaryField()


class Resealed(models.Model):
    """What an entry says of a person after one name was taken out of it: under the person's present key. The entry itself never changes."""

    entry_id = models.BigIntegerField(unique=True)
    sealed = models.TextField()


class Opened(models.QuerySet["Entry"]):
    """Entries as they are read: what is sealed is opened with the persons' keys, one statement for all of them."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh:
            open_all([row for row in self._result_cache or () if isinstance(row, Entry)])


class Entry(models.Model):
    """One thing somebody did. Append-only: the database refuses updates and deletes (see the migration's triggers).

    Its id is also the change number of the rows the same transaction wrote, so that columns can be refreshed by change.
    """

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)  # plain value: staff may be removed, the trail stays
    actor_name = models.CharField(max_length=150)
    surface = models.CharField(max_length=20)  # web, cli, job, system
    action = models.CharField(max_length=60)  # verb phrase of the action, e.g. "customer.create"
    kind = models.CharField(max_length=30)
    record_id = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)  # {field: [old, new]} or counts for a batch; sensitive values masked
    # Whom it is about, and label and changes under that person's key: those two columns then stay empty in the database.
    subject = models.BigIntegerField(null=True)
    sealed = models.TextField(blank=True)

    objects = Opened.as_manager()
    is_erased: bool = False  # the key is destroyed: nobody can read any more what it said

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "record_id", "-id"]),
            models.Index(fields=["actor_id", "-id"]),
            models.Index(fields=["kind", "action", "-id"]),
            models.Index(fields=["action", "-id"]),
        ]


class Look(models.Model):
    """That somebody looked at a person's data on a day: what, what for, how often. One row for all of that day.

    The trail has each single act of a person besides; programs read too often for that (docs/decisions/0104).
    """

    day = models.DateField()
    subject = models.BigIntegerField(default=0)  # whose data; 0: a list of many
    actor_id = models.BigIntegerField(default=0)  # 0: the system
    actor_name = models.CharField(max_length=150)
    surface = models.CharField(max_length=20)
    what = models.CharField(max_length=30)  # phone, address, birthday …; for programs the kind of record
    purpose = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=120, blank=True)  # what for, as somebody wrote it
    times = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "-day"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "subject", "actor_id", "actor_name", "surface", "what", "purpose", "words"], name="audit_look_once"
            )
        ]


class Tombstone(models.Model):
    """A row that columns must forget: which, and the change number of its removal."""

    kind = models.CharField(max_length=30)
    record_id = models.BigIntegerField()
    change = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "change"])]


def open_all(entries: list[Entry]) -> None:
    """Put label and changes back where an entry is sealed and the person's key is there."""
    closed = [entry for entry in entries if entry.__dict__.get("sealed")]
    if not closed:
        return
    keys = dict(SubjectKey.objects.filter(subject__in={entry.subject for entry in closed}).values_list("subject", "key"))
    left = [entry for entry in closed if not _open(entry, entry.sealed, keys)]
    if not left:
        return
    anew = dict(
        Resealed.objects.filter(entry_id__in=[entry.pk for entry in left if entry.subject in keys]).values_list("entry_id", "sealed")
    )
    for entry in left:
        entry.is_erased = not _open(entry, anew.get(entry.pk, ""), keys)


def _open(entry: Entry, sealed: str, keys: dict[int, Any]) -> bool:
    key = keys.get(entry.subject or 0)
    opened = sealing.unseal(bytes(key), sealed) if key is not None and sealed else None
    if opened is not None:
        entry.label, entry.changes = opened
    return opened is not None
