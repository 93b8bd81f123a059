"""Consent 授权同意: what a customer agreed to, for which purpose, with its proof. Nothing is overwritten: the newest counts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Customer
from kexin.loop.privacy.choices import ConsentState, How


class Purpose(models.Model):
    """What personal data is used for. `needs_consent`: without a consent it is not done; else it is done until somebody objects."""

    code = models.SlugField(max_length=30, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    ground_zh = models.CharField(max_length=200, blank=True)  # why it is allowed, for the officer's report
    ground_en = models.CharField(max_length=200, blank=True)
    needs_consent = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["position", "id"])]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name_zh=""), name="privacy_purpose_named")]

    def __str__(self) -> str:
        return self.name_en if self.name_en and not _is_chinese() else self.name_zh

    @property
    def ground(self) -> str:
        return self.ground_en if self.ground_en and not _is_chinese() else self.ground_zh


class Consent(models.Model):
    """Given or withdrawn: once, at one moment, for one purpose, by every channel or by one."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ConsentState.choices)
    channel = models.CharField(max_length=12, choices=PointKind.choices, blank=True)  # empty: every channel
    occurred_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How.choices)
    words = models.CharField(max_length=500, blank=True)  # what was said or signed
    document_id = models.BigIntegerField(null=True)  # a stored file: the signed sheet, the recording
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "purpose", "-occurred_at", "-id"]),
            models.Index(fields=["customer", "-occurred_at", "-id"]),
            models.Index(fields=["purpose", "state"]),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(state__in=ConsentState.values), name="privacy_consent_state")]


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
