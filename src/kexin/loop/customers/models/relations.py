"""Who belongs to whom 关系: parent company, referrer, household, partner."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kexin.loop.customers.choices import RelationKind, Source
from kexin.loop.customers.models.file import Customer


class Relation(models.Model):
    """`other` is the parent company, referrer, household member or partner of `customer`. Household and partner go both ways."""

    kind = models.CharField(max_length=10, choices=RelationKind.choices)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    since = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.DEALINGS)
    collected_on = models.DateField()
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)  # relations that are no more stay, with the day

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "kind"]), models.Index(fields=["other", "kind"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(customer=models.F("other")), name="customers_relation_not_to_itself"),
            models.UniqueConstraint(fields=["kind", "customer", "other"], condition=Q(ended_on=None), name="customers_relation_once"),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(ended_on=None, kind__in=("parent", "referrer")),
                name="customers_relation_one_above",
            ),
        ]
