from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list as somebody likes to see it: filters, order and columns, as they stand in the address."""

    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    owner_id = models.BigIntegerField()
    is_shared = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    # A segment: counted every day with what its owner may see.
    is_segment = models.BooleanField(default=False)
    trouble = models.CharField(max_length=60, blank=True)  # the code of what keeps it from being counted; empty: it was
    trouble_data = models.JSONField(default=dict)  # what that sentence names
    counted_at = models.DateTimeField(null=True)  # last tried

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "owner_id", "name"], name="lists_view_once")]

    def __str__(self) -> str:
        return self.name


class SegmentCount(models.Model):
    """How many records a segment had on a day. A day it could not be counted has no row: nothing is made up."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="counts")
    day = models.DateField()
    count = models.BigIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "day"], name="lists_segment_day")]


class SegmentMembers(models.Model):
    """Which records a segment had on a day, packed; only the last two days of a segment that is not too large are kept."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    packed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "day"], name="lists_members_day")]


class EditState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped half-way")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class BulkEdit(models.Model):
    """One value given to many records 批量修改: whom, what, how far it came, what it left alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    slot = models.CharField(max_length=120)  # what is overwritten: two edits of one slot and record stand in each other's way
    value = models.JSONField(null=True)
    words = models.CharField(max_length=200, blank=True)  # the value as people read it
    query = models.TextField(blank=True)
    chosen = models.JSONField(default=list)  # the rows ticked; empty: everything the address finds, up to `top`
    top = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    user_id = models.BigIntegerField()  # whose rights it has
    by_name = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=EditState.choices, default=EditState.WAITING)
    after = models.BigIntegerField(default=0)  # the last record dealt with
    changed = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0)
    left_out = models.JSONField(default=dict)  # {reason: how many}
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True)
    restored = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)  # not put back: changed later, or not there any more
    job_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user_id", "-id"])]


class EditedRow(models.Model):
    """What one record held before a bulk edit and after it; what became of it when the edit was undone."""

    RESTORED, LATER, GONE = "restored", "later", "gone"

    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="rows")
    record_id = models.BigIntegerField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=0)  # of the record afterwards
    at = models.DateTimeField(default=timezone.now)
    undo = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "record_id"], name="lists_edited_once")]
        indexes = [models.Index(fields=["record_id", "edit"]), models.Index(fields=["edit", "undo", "record_id"])]


class Tag(models.Model):
    """A word people stick on records."""

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="lists_tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "record_id"], name="lists_tagging_once")]
        indexes = [models.Index(fields=["record_id"])]
