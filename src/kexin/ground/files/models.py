from __future__ import annotations

import uuid

from django.db import models


class StoredFile(models.Model):
    """A file kept under a random name in the data folder; its own name is only ever shown, never used as a path."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)  # sniffed from the bytes, not believed from the name
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120)  # below KEXIN_HOME/files
    purpose = models.CharField(max_length=30)  # import, refusals, export, attachment, snapshot
    kind = models.CharField(max_length=30, blank=True)
    record_id = models.BigIntegerField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    keep_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "record_id"]), models.Index(fields=["keep_until"])]
