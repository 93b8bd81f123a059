"""How long things are kept 保存期限, and what was removed when their time was over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class RetentionRule(models.Model):
    """How many days one kind of thing is kept; empty: as long as the installation. Kinds are registered by the rooms that keep them."""

    name = models.CharField(max_length=30, unique=True)
    days = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class Removal(models.Model):
    """What one night's run removed of one kind."""

    name = models.CharField(max_length=30)
    days = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    ran_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-ran_at", "-id"])]
