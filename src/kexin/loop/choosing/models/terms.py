"""Individual terms 个性化条款: sets of terms with their conditions, and to whom they were granted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kexin.loop.choosing.choices import Eligibility, GrantState, PropositionKind
from kexin.loop.choosing.models.checklists import Named, reads_chinese
from kexin.loop.customers.models import Customer


class TermSet(Named):
    """Terms for some customers only, and what must hold for them."""

    says_zh = models.CharField(max_length=300, blank=True)  # the terms themselves
    says_en = models.CharField(max_length=300, blank=True)
    conditions: Any = models.JSONField()  # see rules.conditions
    valid_days = models.PositiveIntegerField(default=365)  # how long a grant lasts unless said otherwise
    recheck_days = models.PositiveIntegerField(default=365)
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name_zh=""), name="choosing_terms_named"),
            models.CheckConstraint(condition=Q(valid_days__gte=1, recheck_days__gte=1), name="choosing_terms_days"),
        ]

    @property
    def says(self) -> str:
        return self.says_en if self.says_en and not reads_chinese() else self.says_zh


class Grant(models.Model):
    """Terms one customer asked for, has or had: from when until when, by whom, approved by whom, what was checked."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    terms = models.ForeignKey(TermSet, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=GrantState.choices, default=GrantState.ASKED)
    first_day = models.DateField()
    last_day = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # why it is granted although not eligible, why refused or ended
    is_override = models.BooleanField(default=False)
    eligibility = models.CharField(max_length=10, choices=Eligibility.choices)  # when it was last checked
    checked: Any = models.JSONField(default=list)  # each condition then: what was known, whether it held
    checked_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-recorded_at", "-id"]),
            models.Index(fields=["state", "last_day", "id"]),
            models.Index(fields=["terms", "state", "id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "terms"], condition=Q(state__in=("asked", "granted")), name="choosing_one_grant"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="choosing_grant_days"),
            models.CheckConstraint(condition=Q(is_override=False) | ~Q(reason=""), name="choosing_override_has_reason"),
            models.CheckConstraint(condition=Q(state__in=GrantState.values), name="choosing_grant_state"),
        ]


class Proposition(models.Model):
    """What is said first to a segment about what we offer 价值主张. Of several the first whose segment a customer is in applies."""

    segment_id = models.BigIntegerField(default=0, unique=True)  # as of a checklist
    kind = models.CharField(max_length=10, choices=PropositionKind.choices)
    sentence_zh = models.CharField(max_length=200)
    sentence_en = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(sentence_zh=""), name="choosing_proposition_said")]

    def __str__(self) -> str:
        return self.sentence_en if self.sentence_en and not reads_chinese() else self.sentence_zh
