from __future__ import annotations

from django.db import models


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

    class Meta:
        indexes = [
            models.Index(fields=["kind", "record_id", "-id"]),
            models.Index(fields=["actor_id", "-id"]),
            models.Index(fields=["kind", "action", "-id"]),
            models.Index(fields=["action", "-id"]),
        ]


class Tombstone(models.Model):
    """A row that columns must forget: which, and the change number of its removal."""

    kind = models.CharField(max_length=30)
    record_id = models.BigIntegerField()
    change = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "change"])]
