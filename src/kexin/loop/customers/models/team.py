"""Who looks after a customer beside the owner."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from kexin.loop.customers.choices import TeamRole
from kexin.loop.customers.models.file import Customer


class TeamMember(models.Model):
    """A colleague who sees and may do to a customer what the owner may 团队成员. Who left stays, with the day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=TeamRole.choices)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-joined_at", "-id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "customer"], condition=models.Q(left_at=None), name="customers_team_once"),
            models.CheckConstraint(condition=models.Q(role__in=TeamRole.values), name="customers_team_role"),
        ]
