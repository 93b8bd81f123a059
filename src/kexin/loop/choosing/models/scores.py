"""Scores: one a customer as last computed, where it stood before, and the runs that computed it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from kexin.loop.choosing.choices import RunState, Verdict
from kexin.loop.choosing.models.checklists import Checklist, Version
from kexin.loop.customers.models import Customer


class Run(models.Model):
    """One dated scoring of everybody, and what came out in sum."""

    as_of = models.DateField(db_index=True)
    is_present = models.BooleanField(default=True)  # False: looks back; only marks are written
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    customers = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # verdicts
    summary: Any = models.JSONField(default=dict)  # verdicts
    versions: Any = models.JSONField(default=list)  # of the checklists it used
    job_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    requested_by = models.BigIntegerField(null=True)


class Score(models.Model):
    """The score of one customer now, with what it was made of. No row: no checklist applies."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField(null=True)  # 0–100; empty: too little is known
    low = models.FloatField()
    high = models.FloatField()
    known = models.FloatField()  # share of the weight, 0–1
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    verdict_since = models.DateField()
    missing = models.CharField(max_length=1000, blank=True)  # ",distance,question:3,": sources nobody knows
    ask_next = models.CharField(max_length=40, blank=True)  # the heaviest of them
    details: Any = models.JSONField(default=list)  # see queries.Scored.details
    as_of = models.DateField()
    computed_at = models.DateTimeField(default=timezone.now)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    proposition_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["score", "customer"]),
            models.Index(fields=["verdict", "score", "customer"]),
            models.Index(fields=["known", "customer"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="choosing_verdict"),
            models.CheckConstraint(condition=models.Q(low__gte=0, high__lte=100, low__lte=models.F("high")), name="choosing_bounds"),
        ]


class Mark(models.Model):
    """Where a score stood from a day on: written when the verdict or the band of twenty points changes."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    old_verdict = models.CharField(max_length=10, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    score = models.FloatField(null=True)
    band = models.PositiveSmallIntegerField(null=True)
    made_by = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-on", "-id"]),
            models.Index(fields=["on", "customer"]),
            models.Index(fields=["customer", "-recorded_at", "-id"]),
        ]
