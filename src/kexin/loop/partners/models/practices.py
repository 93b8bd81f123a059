"""Irregular practices 违规行为: the kinds with the company's answer to each, and what was reported of a customer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from kexin.ground.staff.models import Branch
from kexin.loop.customers.models import AMOUNT, Customer
from kexin.loop.partners.choices import Answer, Step


class PracticeKind(models.Model):
    """A kind of practice and the standing answer to its first, second and third time within a period."""

    name_zh = models.CharField(max_length=40, unique=True)
    name_en = models.CharField(max_length=60, unique=True)
    about_zh = models.CharField(max_length=200, blank=True)
    about_en = models.CharField(max_length=200, blank=True)
    first = models.CharField(max_length=10, choices=Answer.choices)
    second = models.CharField(max_length=10, choices=Answer.choices)
    third = models.CharField(max_length=10, choices=Answer.choices)
    repeat_months = models.PositiveIntegerField(default=12)  # a second time within so many months is a second time
    counts_months = models.PositiveIntegerField(default=24)  # after so many months it is no longer held against the customer
    is_ours = models.BooleanField(default=False)  # delivered with the product; the sources name the register, not its contents
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=100)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(repeat_months__gte=1) & Q(counts_months__gte=1), name="partners_kind_months"),
            models.CheckConstraint(condition=~Q(name_zh="") & ~Q(name_en=""), name="partners_kind_named"),
        ]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def about(self) -> str:
        return self.about_zh if (get_language() or "").startswith("zh") else self.about_en

    @property
    def answers(self) -> tuple[str, str, str]:
        return (self.first, self.second, self.third)


class Incident(models.Model):
    """One report of an irregular practice of a customer, from the first word to the answer. Until it is confirmed it is a report."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")  # the customer's when it was reported
    kind = models.ForeignKey(PracticeKind, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=2000)
    happened_on = models.DateField()
    learnt_on = models.DateField()
    told_by = models.CharField(max_length=120, blank=True)  # who told us, where it was nobody of ours
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    amount = models.DecimalField(**AMOUNT, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.REPORTED)
    # What the customer says to it, in their words; asked and silent is an answer too.
    statement = models.CharField(max_length=2000, blank=True)
    statement_on = models.DateField(null=True, blank=True)
    is_silent = models.BooleanField(default=False)
    finding = models.CharField(max_length=1000, blank=True)
    examined_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_on = models.DateField(null=True, blank=True)
    counts_until = models.DateField(null=True, blank=True)
    proposed = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    time = models.PositiveSmallIntegerField(null=True, blank=True)  # which time this is, when it was confirmed
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why another than the proposed one
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    change = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-happened_on", "-id"]),
            models.Index(fields=["step", "-happened_on", "-id"]),
            models.Index(fields=["happened_on", "id"]),
            models.Index(fields=["counts_until", "customer"], name="partners_counting", condition=Q(confirmed_on__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(happened_on__lte=models.F("learnt_on")), name="partners_happened_before_learnt"),
            # Confirmed means: on a day, with an end to its counting, after the customer was heard.
            models.CheckConstraint(
                condition=Q(confirmed_on=None, counts_until=None)
                | (Q(confirmed_on__isnull=False, counts_until__isnull=False) & (Q(is_silent=True) | Q(statement_on__isnull=False))),
                name="partners_confirmed_after_hearing",
            ),
            models.CheckConstraint(condition=~Q(step="confirmed") | Q(confirmed_on__isnull=False), name="partners_confirmed_on"),
            models.CheckConstraint(condition=Q(answer="") | Q(confirmed_on__isnull=False), name="partners_answer_to_confirmed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call it: P-000012."""
        return f"P-{self.pk:06d}"
