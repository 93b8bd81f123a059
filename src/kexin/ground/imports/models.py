from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.files.models import StoredFile


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("import", "Draft")
    CHECKING = "checking", _("Dry run")
    CHECKED = "checked", _("Dry run done")
    RUNNING = "running", pgettext_lazy("import", "Importing")
    DONE = "done", pgettext_lazy("import", "Imported")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    UNDOING = "undoing", _("Undoing")
    UNDONE = "undone", _("Undone")


AT_WORK = (State.CHECKING, State.RUNNING, State.UNDOING)


class Mapping(models.Model):
    """Which column means which field, remembered by name."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)  # customers, contacts, orders
    columns = models.JSONField()  # {field: column heading}
    options = models.JSONField(default=dict)  # constants, cancellation prefix, date order, …
    is_builtin = models.BooleanField(default=False)
    created_by = models.BigIntegerField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="imports_mapping_once")]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One file on its way in: dry run, import, result, undo."""

    kind = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    refusals = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    columns = models.JSONField(default=dict)  # {field: column heading}
    options = models.JSONField(default=dict)
    mapping_name = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)  # of the file: headings, samples, encoding, sheet, how each column was matched
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    was_started = models.BooleanField(default=False)  # the import itself began: the counts below are its own, not the dry run's
    job_id = models.BigIntegerField(null=True)
    position = models.BigIntegerField(default=0)  # sorted rows whose batch is in: moves in the batch's own transaction
    total = models.BigIntegerField(null=True)  # sorted rows, once they are staged
    rows_read = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    summary = models.JSONField(default=dict)  # refusals by reason, samples of changes, warnings, stage costs, where the end stands
    error = models.JSONField(default=dict)
    created_by = models.BigIntegerField(null=True)
    created_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


class Change(models.Model):
    """One journal row: what a run added or changed, and the old values, so that it can be undone as one act."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    through_id = models.BigIntegerField()  # added records are noted as ranges of ids; a changed one is its own range
    old = models.JSONField(null=True)  # null: the run added the records
    change = models.BigIntegerField()  # the audit entry of the batch: a record that carries another was changed since

    class Meta:
        indexes = [models.Index(fields=["run", "-id"])]


class Refusal(models.Model):
    """A row that was not taken, until the workbook with all of them is written."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    row_number = models.BigIntegerField()
    code = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row_number"], name="imports_refusal_once")]
