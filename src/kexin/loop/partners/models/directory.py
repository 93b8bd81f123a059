"""Partners 合作方 and their offices: who they are, where, whom to ask there, what they cover, until when we agreed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kexin.loop.customers.choices import CoordinateSystem
from kexin.loop.customers.models import Customer
from kexin.loop.partners.choices import Role


class Partner(models.Model):
    """A distributor, supplier, carrier, collector, joint office. It may be a customer too."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=14, choices=Role.choices, default=Role.OTHER)
    customer = models.OneToOneField(Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    covers_regions = models.CharField(max_length=300, blank=True)
    covers_products = models.CharField(max_length=300, blank=True)
    agreed_from = models.DateField(null=True, blank=True)
    agreed_until = models.DateField(null=True, blank=True)
    remind_days = models.PositiveIntegerField(default=60)  # before the agreement ends
    price_agreement = models.CharField(max_length=500, blank=True)  # prices compared among suppliers: with whom, how often, by what
    prices_compared_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    change = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["agreed_until", "id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="partners_partner_named"),
            models.CheckConstraint(
                condition=Q(agreed_from=None) | Q(agreed_until=None) | Q(agreed_from__lte=models.F("agreed_until")),
                name="partners_agreement_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """One place of a partner: where it is, when it is open."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="offices")
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)  # WGS-84
    longitude = models.FloatField(null=True, blank=True)
    system = models.CharField(max_length=5, choices=CoordinateSystem.choices, default=CoordinateSystem.WGS84)  # what they were read from
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="partners_office_named"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="partners_office_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerContact(models.Model):
    """Whom to ask there, by what they are asked for."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="people")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="partners_contact_named")]
