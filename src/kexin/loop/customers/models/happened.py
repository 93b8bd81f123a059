"""What happened between us: talks, and who looked after the customer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from kexin.loop.customers.choices import InteractionKind
from kexin.loop.customers.models.file import Customer


class Interaction(models.Model):
    """A call, visit or note on the timeline 往来."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=InteractionKind.choices)
    occurred_at = models.DateTimeField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-occurred_at", "-id"])]


class HandOver(models.Model):
    """The customer got another owner 换负责人: kept, so that the file says who looked after them when."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    old_owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    new_owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    occurred_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=1000, blank=True)  # what the next owner should know
    act = models.UUIDField(null=True)  # one of several handed over together

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-occurred_at", "-id"]),
            models.Index(fields=["act"], name="customers_handed_together", condition=models.Q(act__isnull=False)),
        ]
