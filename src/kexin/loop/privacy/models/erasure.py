"""Erasures 删除: that a person was erased, when and by whom; no value of theirs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kexin.loop.privacy.choices import Checked, Ground


class Erasure(models.Model):
    """The certificate of one erasure 删除证明. `counts` are rows by part of the file, `kept` what stays and by which rule."""

    number = models.CharField(max_length=30, unique=True)
    customer_id = models.BigIntegerField()
    contact_id = models.BigIntegerField(null=True)  # one contact of the file; empty: the customer
    public_id = models.UUIDField()  # of the file: by this a restored backup finds whom to erase again
    code = models.CharField(max_length=40)  # by which papers that must be kept still name the file
    ground = models.CharField(max_length=12, choices=Ground.choices)
    checked = models.CharField(max_length=10, choices=Checked.choices)
    counts = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    cleaned = models.JSONField(default=dict)  # stored files removed, lines overwritten …: what the clearing up found
    erased_at = models.DateTimeField()
    erased_by = models.BigIntegerField(null=True)
    erased_name = models.CharField(max_length=150)
    cleaned_at = models.DateTimeField(null=True)  # files, log and free pages of the database hold nothing any more
    replayed_at = models.DateTimeField(null=True)  # done again after a backup had brought the person back
    job_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-erased_at", "-id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer_id"], condition=Q(contact_id=None), name="privacy_erased_once"),
            models.UniqueConstraint(fields=["contact_id"], condition=Q(contact_id__isnull=False), name="privacy_contact_erased_once"),
        ]

    def __str__(self) -> str:
        return self.number
