"""Project cycle 项目周期: what a customer plans with us, through which stages, when each was meant and when it came."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from kexin.loop.customers.choices import Outcome, Source
from kexin.loop.customers.models.file import Customer
from kexin.loop.customers.models.place import AMOUNT


class ProjectStage(models.Model):
    """A stage, as the company names its own. `outcome` other than open ends a project that reaches it."""

    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["position", "id"])]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name_zh=""), name="customers_stage_named")]

    def __str__(self) -> str:
        return self.name_en if self.name_en and not (get_language() or "zh").startswith("zh") else self.name_zh


class Project(models.Model):
    """One project of a customer. Owner and branch are the customer's; `stage` is where it stands now."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=120)
    stage = models.ForeignKey(ProjectStage, on_delete=models.PROTECT, related_name="+")
    stage_since = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    amount = models.DecimalField(**AMOUNT, null=True, blank=True)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)  # when it should be decided
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.DEALINGS)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    change = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"]),
            models.Index(fields=["stage", "expected_on", "id"]),
            models.Index(fields=["outcome", "expected_on", "id"]),
            models.Index(fields=["expected_on", "id"]),
            models.Index(fields=["amount", "id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="customers_project_named"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="customers_project_not_negative"),
            models.CheckConstraint(
                condition=Q(outcome="open", ended_on=None) | (~Q(outcome="open") & Q(ended_on__isnull=False)),
                name="customers_project_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StageDate(models.Model):
    """When a project should reach a stage, and when it did. Empty: not planned, not reached."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="dates")
    stage = models.ForeignKey(ProjectStage, on_delete=models.PROTECT, related_name="+")
    planned_on = models.DateField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "stage"], name="customers_stage_date_once")]


class StageMove(models.Model):
    """A project went from one stage to another (old_stage None: it was begun there). Kept, also when it goes back."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="moves")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")  # for the timeline, by index
    old_stage = models.ForeignKey(ProjectStage, null=True, on_delete=models.PROTECT, related_name="+")
    new_stage = models.ForeignKey(ProjectStage, on_delete=models.PROTECT, related_name="+")
    moved_on = models.DateField()
    occurred_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-occurred_at", "-id"])]
