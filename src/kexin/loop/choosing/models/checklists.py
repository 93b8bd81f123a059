"""Checklists 评分表, their versions, and what people are asked where the file knows no answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from kexin.loop.choosing.choices import VersionState
from kexin.loop.customers.models import Customer


def reads_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


class Named(models.Model):
    """Two names, of which the reader's language is shown."""

    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en if self.name_en and not reads_chinese() else self.name_zh


class Checklist(Named):
    """One checklist for one segment. Of several the first whose segment a customer is in applies."""

    segment_id = models.BigIntegerField(default=0)  # a saved view of the customers list; 0: everybody
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["position", "id"])]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name_zh=""), name="choosing_checklist_named")]


class Version(models.Model):
    """What a checklist says. Drafts are edited and tried; what was published never changes."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    definition = models.JSONField()  # see rules.checklists.Definition
    note = models.CharField(max_length=200, blank=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    published_by = models.BigIntegerField(null=True)
    retired_at = models.DateTimeField(null=True)
    tried_fingerprint = models.CharField(max_length=64, blank=True)  # of the definition that was tried
    trial: Any = models.JSONField(default=dict)  # how many verdicts would change, and whose
    trial_job_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "number"], name="choosing_version_number"),
            models.UniqueConstraint(fields=["checklist"], condition=Q(state="draft"), name="choosing_one_draft"),
            models.UniqueConstraint(fields=["checklist"], condition=Q(state="published"), name="choosing_one_published"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Question(Named):
    """Something only a person can answer, by choosing. Its choices may be reworded and added to, never taken away."""

    choices: Any = models.JSONField()  # [[code, 中文, English], …]
    stale_days = models.PositiveIntegerField(default=365)  # an answer older than this counts as missing
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["position", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name_zh=""), name="choosing_question_named"),
            models.CheckConstraint(condition=Q(stale_days__gte=1), name="choosing_question_goes_stale"),
        ]

    @property
    def options(self) -> list[tuple[str, str]]:
        """Choices in the reader's language."""
        return [(code, en if en and not reads_chinese() else zh) for code, zh, en in self.choices]

    def words(self, code: str) -> str:
        return dict(self.options).get(code, code)


class Answer(models.Model):
    """What somebody answered about a customer, with the evidence. The newest day counts; older answers are kept."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=40)
    answered_on = models.DateField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    evidence = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "question", "-answered_on", "-id"]),
            models.Index(fields=["customer", "-recorded_at", "-id"]),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(choice=""), name="choosing_answer_chosen")]

    def is_stale(self, today: date) -> bool:
        return self.answered_on + timedelta(days=self.question.stale_days) < today
