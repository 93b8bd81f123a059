from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kexin.ground.audit.actor import Actor


class Token(models.Model):
    """With this a program acts for a person or an integration, within scopes and until a day. Its secret is kept by its holder alone."""

    public = models.CharField(max_length=10, unique=True)  # the part that may be told: a leaked token is found by it
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # to the minute: a write for every request would be too many
    last_used_from = models.CharField(max_length=45, blank=True)
    spent_until = models.FloatField(default=0)  # seconds since 1970 until which its bucket is drawn on (rules.Rate)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        """The person with the token's name beside it: the trail says by which of their tokens a thing was done."""
        owner: Any = self.owner
        return Actor(id=self.owner_id, name=f"{owner} ({self.name})"[:150], surface="api")

    def state(self) -> str:
        """active, expired or revoked, for lists."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "active"


class Answer(models.Model):
    """What a request with an Idempotency-Key was answered, for whoever sends it again within a day.

    The body is encrypted with a key made of the token's secret and the Idempotency-Key, which nobody keeps but the sender:
    a copy of the database tells nothing of it.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)  # digest of the key
    request = models.CharField(max_length=64)  # digest of method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="tokens_answer_once")]
