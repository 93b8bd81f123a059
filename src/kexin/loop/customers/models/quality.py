"""How complete and fresh files are, month by month: counts only, so that a year is read as fast as a day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from kexin.ground.staff.models import Branch


class FileQuality(models.Model):
    """Files of one branch, owner and kind in one month: how many there are, how many hold the thing, how many entries went stale."""

    month = models.DateField()  # its first day; the running month is counted anew every day
    item = models.CharField(max_length=12)  # rules.freshness.EXPECTED
    kind = models.CharField(max_length=12)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    files = models.PositiveIntegerField()
    have = models.PositiveIntegerField()
    ageing = models.PositiveIntegerField(default=0)  # entries that can go stale
    stale = models.PositiveIntegerField(default=0)
    counted_on = models.DateField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["month", "item"])]
