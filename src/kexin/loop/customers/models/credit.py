"""Credit and finances 资信: what a customer may owe us, until when, and what they are late with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kexin.loop.customers.models.file import Customer
from kexin.loop.customers.models.learnt import Learnt
from kexin.loop.customers.models.place import AMOUNT


class Credit(Learnt):
    """The credit of a customer as it was known on one day. What nobody told stays empty: nothing is zero by default."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="credits")
    limit = models.DecimalField(**AMOUNT, null=True, blank=True)
    payment_days = models.PositiveIntegerField(null=True, blank=True)  # 账期; 0: cash on delivery
    rating = models.CharField(max_length=10, blank=True)  # as the company or its agency writes it: AA, B+
    overdue_amount = models.DecimalField(**AMOUNT, null=True, blank=True)
    overdue_days = models.PositiveIntegerField(null=True, blank=True)  # of the oldest open invoice
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-collected_on", "-id"]),
            models.Index(fields=["overdue_amount", "customer"], name="customers_credit_overdue", condition=Q(is_current=True)),
            models.Index(fields=["overdue_days", "customer"], name="customers_credit_late", condition=Q(is_current=True)),
            models.Index(fields=["limit", "customer"], name="customers_credit_limit", condition=Q(is_current=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer"], condition=Q(is_current=True), name="customers_credit_one_current"),
            models.CheckConstraint(
                condition=(Q(limit=None) | Q(limit__gte=0)) & (Q(overdue_amount=None) | Q(overdue_amount__gte=0)),
                name="customers_credit_not_negative",
            ),
        ]
