from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from kexin.ground.hooks.choices import Fault, Off, State


class Hook(models.Model):
    """An address that is told what happens. Its secret is encrypted; whoever made it saw it once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    announcements = models.JSONField(default=list)  # names of what it hears
    secret = models.TextField()
    old_secret = models.TextField(blank=True)  # signs too until `old_until`
    old_until = models.DateTimeField(null=True)
    is_on = models.BooleanField(default=True)
    on_since = models.DateTimeField(default=timezone.now)
    off_cause = models.CharField(max_length=10, choices=Off.choices, blank=True)
    off_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row, of whatever deliveries
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    last_delivered_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name

    def health(self) -> str:
        """off, failing, well or new, for lists."""
        if not self.is_on:
            return "off"
        if self.failures:
            return "failing"
        return "well" if self.last_delivered_at else "new"


class Delivery(models.Model):
    """One event for one hook, until it was delivered or given up. The same body and id however often it is sent."""

    public_id = models.CharField(max_length=40, unique=True)  # webhook-id
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="+")
    announcement_id = models.BigIntegerField(null=True)  # plain value: those rows go after a month; null: somebody's test
    kind = models.CharField(max_length=60)
    body = models.TextField()
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)  # ever begun; also tells a slow attempt that another has begun since
    tries = models.PositiveIntegerField(default=0)  # failed since it was last asked for
    asked_at = models.DateTimeField(default=timezone.now)  # made, or asked for again by somebody
    next_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)  # somebody is sending it
    ended_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hook", "announcement_id"], name="hooks_delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["hook", "next_at"], condition=models.Q(state="waiting"), name="hooks_delivery_due"),
            models.Index(fields=["hook", "state", "-id"]),
            models.Index(fields=["created_at"]),
        ]

    def __str__(self) -> str:
        return self.public_id


class Attempt(models.Model):
    """One try to send a delivery: when, how long it took, what was answered; of the answer only the first signs."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    milliseconds = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    address = models.CharField(max_length=45, blank=True)  # where the connection went
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delivery", "-id"])]
