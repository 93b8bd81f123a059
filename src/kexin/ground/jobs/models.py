from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """Background work 后台作业, done in slices: what it is, how far it came, who holds it until when."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)  # a name registered with jobs.kinds
    title = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)  # what a slice needs to go on after the one before it
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)  # a sentence for people, in the language of whoever asked
    error_code = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)  # the words of messages and errors
    requested_by = models.BigIntegerField(null=True)
    requested_name = models.CharField(max_length=150, blank=True)
    link = models.CharField(max_length=200, blank=True)  # page that shows what it did
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    lease_holder = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)  # slices begun since the last checkpoint was kept
    turn = models.PositiveIntegerField(default=0)  # slices ended; a queued slice of an earlier turn does nothing
    due_at = models.DateTimeField(default=timezone.now)  # not run before
    queued_at = models.DateTimeField(null=True)  # when the present turn was last handed to the queue
    # Work that repeats: "kind@period". The unique value lets one of several workers start it, once in a period.
    slot = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 -- null, not "", lets many jobs have none

    class Meta:
        indexes = [models.Index(fields=["state", "-id"]), models.Index(fields=["requested_by", "-id"])]


class Announcement(models.Model):
    """Something that happened, kept as a row of the transaction in which it happened, until every receiver heard it."""

    name = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)  # when it is delivered next
    heard_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)  # a receiver failed too often; an administrator asks for it again

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(heard_at=None, set_aside_at=None), name="jobs_unheard")]


class Hearing(models.Model):
    """One receiver's hearing of one announcement, so that a failed receiver is asked again and the others are not."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="hearings")
    receiver = models.CharField(max_length=120)
    heard_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "receiver"], name="jobs_hearing_once")]


class Worker(models.Model):
    """A worker process that says it is alive, so that `kexin check` and the jobs page can tell when none is."""

    holder = models.CharField(max_length=60, unique=True)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
