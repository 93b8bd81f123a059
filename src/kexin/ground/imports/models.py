from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kexin.ground.files.models import StoredFile


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKING = "checking", _("Dry run")
    CHECKED = "checked", _("Dry run done")
    RUNNING = "running", _("Importing")
    DONE = "done", _("Imported")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")
    UNDOING = "undoing", _("Undoing")
    UNDONE = "undone", _("Undone")


class Mapping(models.Model):
    """Which column means which field, remembered by name."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)  # customers, contacts, orders
    columns = models.JSONField()  # {field: column heading}
    options = models.JSONField(default=dict)  # constants, cancellation prefix, date order, …
    is_builtin = models.BooleanField(default=False)
    created_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="imports_mapping_once")]


class Run(models.Model):
    """One file on its way in: dry run, import, result, undo."""

    kind = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    refusals = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    job_id = models.BigIntegerField(null=True)
    rows_read = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    summary = models.JSONField(default=dict)  # refusals by reason, samples of changes, stage costs
    error = models.JSONField(default=dict)
    created_by = models.BigIntegerField(null=True)
    created_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class Change(models.Model):
    """One journal row: what a run added or changed, and the old values, so that it can be undone as one act."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    old = models.JSONField(null=True)  # null: the run added the record

    class Meta:
        indexes = [models.Index(fields=["run", "-id"]), models.Index(fields=["kind", "record_id"])]
