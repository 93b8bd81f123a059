from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.models import Customer


class RulesState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPLIED = "applied", _("In force")
    RETIRED = "retired", _("Retired")


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    REPLACED = "replaced", _("Replaced by a later run of the same day")


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
    retired_at = models.DateTimeField(null=True)
    simulated_fingerprint = models.CharField(max_length=64, blank=True)  # of the definition and the run it was simulated on
    simulation = models.JSONField(default=dict)  # see standing.estimates.Simulation
    looked_at_by = models.BigIntegerField(null=True)  # who looked at the key customers that would slip
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="applied"), name="standing_one_in_force"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="draft"), name="standing_one_draft"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Run(models.Model):
    """One dated assessment: what it read, by which method and rules, what came out in sum."""

    as_of = models.DateField(db_index=True)
    method = models.CharField(max_length=40)
    method_version = models.CharField(max_length=20)
    rules = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # of the inputs
    seed = models.BigIntegerField(default=0)  # of resampled intervals
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    is_present = models.BooleanField(default=True)  # False: looks back at a day before the newest assessed one
    customers = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)  # customers whose tier changed since `previous`
    distributions = models.JSONField(default=dict)  # tiers, classes, ABC, RFM cells, concentration curves, Gini
    warnings = models.JSONField(default=list)  # [{code, data}]
    snapshot_id = models.BigIntegerField(null=True)  # the stored Parquet file of every customer's numbers
    job_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    requested_by = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "-as_of", "-id"])]
        constraints: ClassVar = [
            # Of the runs of one day the last one counts.
            models.UniqueConstraint(fields=["as_of"], condition=models.Q(state="done"), name="standing_one_run_a_day")
        ]


class Transition(models.Model):
    """A change of tier or class, with its date and reason."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=10)  # tier, class
    old = models.CharField(max_length=10, blank=True)
    new = models.CharField(max_length=10)
    on = models.DateField()
    reason = models.JSONField()  # {code, data}: rendered in the reader's language
    impact = models.DecimalField(max_digits=18, decimal_places=4, null=True)  # change of margin, else of net amount
    was_key = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-on", "-id"]), models.Index(fields=["run", "field", "impact"])]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "customer", "field"], name="standing_moved_once")]
