"""Where the customer stands now, as the domains above wrote it down."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from kexin.loop.customers.choices import CustomerClass, Tier
from kexin.loop.customers.models.file import Customer

AMOUNT: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}


class Place(models.Model):
    """Where the customer stands now 现状, as the domains above wrote it down: each with as-of and run."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="place")
    tier = models.CharField(max_length=1, choices=Tier.choices, blank=True)
    previous_tier = models.CharField(max_length=1, choices=Tier.choices, blank=True)
    tier_since = models.DateField(null=True)
    customer_class = models.CharField(max_length=10, choices=CustomerClass.choices, blank=True)
    behaviours = models.CharField(max_length=80, blank=True)  # comma-separated Behaviour values, sorted
    abc = models.CharField(max_length=1, blank=True)
    rfm = models.CharField(max_length=3, blank=True)  # "543": recency, frequency, monetary quintiles
    recency_days = models.IntegerField(null=True)
    first_order_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    orders = models.IntegerField(default=0)
    gross_amount = models.DecimalField(**AMOUNT, default=0)
    returned_amount = models.DecimalField(**AMOUNT, default=0)
    net_amount = models.DecimalField(**AMOUNT, default=0)
    margin_amount = models.DecimalField(**AMOUNT, null=True)  # of the lines whose cost is known
    margin_known = models.FloatField(null=True)  # share of gross whose cost is known, 0–1
    currency = models.CharField(max_length=3, blank=True)
    as_of = models.DateField(null=True)
    run_id = models.BigIntegerField(null=True)  # standing run; plain, it points upward

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tier", "customer"]),
            models.Index(fields=["net_amount", "customer"]),
            models.Index(fields=["last_order_on", "customer"]),
            models.Index(fields=["customer_class", "customer"]),
            models.Index(fields=["tier", "net_amount", "customer"]),
            models.Index(fields=["customer_class", "net_amount", "customer"]),
            # Who slipped or rose are few among many. The conditions are those of the filter, word by word, so that SQLite sees it.
            models.Index(
                fields=["net_amount", "customer"],
                condition=models.Q(tier__gt=models.F("previous_tier"), previous_tier__gt=""),
                name="customers_place_slipped",
            ),
            models.Index(
                fields=["net_amount", "customer"],
                condition=models.Q(tier__lt=models.F("previous_tier"), tier__gt=""),
                name="customers_place_risen",
            ),
        ]
