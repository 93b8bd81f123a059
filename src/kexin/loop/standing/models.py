from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.models import Customer


class RulesState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPLIED = "applied", _("In force")
    RETIRED = "retired", _("Retired")


class RuleSet(models.Model):
    """One version of the rules that grade and classify. Drafts are edited and simulated; applied ones never change."""

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=RulesState.choices, default=RulesState.DRAFT)
    definition = models.JSONField()  # see standing.rules.Definition
    note = models.CharField(max_length=200, blank=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.BigIntegerField(null=True)
    simulated_fingerprint = models.CharField(max_length=64, blank=True)  # of the definition that was simulated
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state"], condition=models.Q(state="applied"), name="standing_one_in_force")]


class Run(models.Model):
    """One dated assessment: what it read, by which method and rules, what came out in sum."""

    as_of = models.DateField(db_index=True)
    method = models.CharField(max_length=40)
    method_version = models.CharField(max_length=20)
    rules = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    fingerprint = models.CharField(max_length=64)  # of the inputs
    state = models.CharField(max_length=10, default="running")  # running, done, failed
    customers = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    distributions = models.JSONField(default=dict)  # tiers, classes, ABC, RFM cells, concentration curves, Gini
    warnings = models.JSONField(default=list)  # [{code, data}]
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    requested_by = models.BigIntegerField(null=True)


class Transition(models.Model):
    """A change of tier or class, with its date and reason."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=10)  # tier, class
    old = models.CharField(max_length=10, blank=True)
    new = models.CharField(max_length=10)
    on = models.DateField()
    reason = models.JSONField()  # {code, data}: rendered in the reader's language
    impact = models.DecimalField(max_digits=18, decimal_places=4, null=True)  # change of net amount since the last run

    class Meta:
        indexes = [models.Index(fields=["customer", "-on", "-id"]), models.Index(fields=["run", "field", "impact"])]
        constraints = [models.UniqueConstraint(fields=["run", "customer", "field"], name="standing_moved_once")]
