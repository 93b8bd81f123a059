from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from kexin.ground.staff.models import Branch
from kexin.loop.customers.choices import Tier
from kexin.loop.customers.models import Customer
from kexin.loop.pool.choices import Cause, Ending


class TierRule(models.Model):
    """Of one tier: after how many days without contact or order a customer goes to the pool. Empty tier: never assessed."""

    tier = models.CharField(max_length=1, choices=Tier.choices, blank=True, unique=True)
    no_contact_days = models.PositiveIntegerField(null=True, blank=True)
    no_order_days = models.PositiveIntegerField(null=True, blank=True)
    is_on = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(no_contact_days=None) | models.Q(no_contact_days__gte=1), name="pool_rule_contact_days"
            ),
            models.CheckConstraint(condition=models.Q(no_order_days=None) | models.Q(no_order_days__gte=1), name="pool_rule_order_days"),
        ]


class Policy(models.Model):
    """What holds for all tiers (row id 1): warning, protection, limits. An empty limit is no limit."""

    warn_days = models.PositiveIntegerField(default=7)
    protect_assigned_days = models.PositiveIntegerField(default=30)
    protect_key = models.BooleanField(default=True)
    protect_orders = models.BooleanField(default=True)
    protect_projects = models.BooleanField(default=True)
    cooldown_days = models.PositiveIntegerField(default=30)
    claims_a_day = models.PositiveIntegerField(null=True, blank=True, default=5)
    capacity = models.PositiveIntegerField(null=True, blank=True, default=300)
    version = models.PositiveIntegerField(default=1)


class Stay(models.Model):
    """One time a customer was in the pool: from whom, why, until who took it. Ended stays remain."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=1, choices=Tier.choices, blank=True)  # on the day it came
    cause = models.CharField(max_length=12, choices=Cause.choices)
    reason = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    previous_owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-began_at", "-id"]),
            models.Index(fields=["taken_by", "ended_at"]),
            models.Index(fields=["ended_at", "branch"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer"], condition=models.Q(ended_at=None), name="pool_one_stay"),
            models.CheckConstraint(condition=models.Q(cause__in=Cause.values), name="pool_stay_cause"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ending="") | models.Q(ended_at__isnull=False, ending__in=Ending.values),
                name="pool_stay_ended_somehow",
            ),
        ]


class Warned(models.Model):
    """The owner was told that a customer is about to go. One a customer; gone when there is no danger any more."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    goes_on = models.DateField()


class Hold(models.Model):
    """The manager keeps a customer with its owner until a day, and why."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    until = models.DateField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-created_at", "-id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer"], condition=models.Q(lifted_at=None), name="pool_one_hold"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="pool_hold_has_reason"),
        ]


class Claimant(models.Model):
    """One row a person who ever claimed. Whoever claims locks their own: two clicks at once cannot both take the last place."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
