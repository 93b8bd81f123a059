"""What became of an asset: plates changed, owners changed, sold, scrapped. Nothing of it is overwritten."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kexin.loop.customers.choices import AssetAct
from kexin.loop.customers.models.file import Customer
from kexin.loop.customers.models.known import Asset


class AssetEvent(models.Model):
    """One change of an asset. `customer` is whose file tells it; a change of owner is told on both files, by two rows."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="events")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=10, choices=AssetAct.choices)
    occurred_on = models.DateField()
    old = models.CharField(max_length=120, blank=True)
    new = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    occurred_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-occurred_at", "-id"])]
