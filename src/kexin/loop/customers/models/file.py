"""Who the customer is, and how to reach them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kexin.ground.staff.models import Branch
from kexin.loop.customers.choices import Kind, PointKind, Source


class Customer(models.Model):
    """A person or an organisation we serve."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=120)
    salutation = models.CharField(max_length=20, blank=True)
    tax_number = models.CharField(max_length=20, blank=True, db_index=True)  # 统一社会信用代码
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.DEALINGS)
    region = models.CharField(max_length=60, blank=True)  # 省 / 市 / 区 or country, as written
    address = models.CharField(max_length=200, blank=True)
    preferred_channel = models.CharField(max_length=12, choices=PointKind.choices, blank=True)
    preferred_hours = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    # The customer this file was merged into (its history moved there); such a file is not listed.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # In the public pool of its branch 公海 since then, if it has no owner; a file that has one is nobody's to claim.
    pooled_at = models.DateTimeField(null=True, blank=True)
    # Set when the person was erased: no value of theirs is left here, the row stands for what is counted.
    erased_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)  # two people editing: the later one is told
    change = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["branch", "id"]),
            models.Index(fields=["owner", "id"]),
            models.Index(fields=["name", "id"]),
            models.Index(fields=["last_contact_at", "id"]),
            models.Index(fields=["created_at", "id"]),
            # Only what was merged: an index with every file in it would be read instead of the order of a list.
            models.Index(fields=["merged_into"], name="customers_merged", condition=models.Q(merged_into__isnull=False)),
            models.Index(fields=["branch", "-pooled_at", "-id"], name="customers_pooled", condition=models.Q(pooled_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="customers_named"),
            models.CheckConstraint(condition=~models.Q(code=""), name="customers_coded"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="customers_kind"),
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="customers_source"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")), name="customers_not_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pooled(self) -> bool:
        """Nobody's, and in the public pool: how to reach them is shown to whoever claims them, and to nobody before."""
        return self.pooled_at is not None and self.owner_id is None


class Contact(models.Model):
    """A person at an organisation, or somebody who speaks for a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=60, blank=True)
    is_primary = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="customers_contact_named"),
            models.UniqueConstraint(fields=["customer"], condition=models.Q(is_primary=True), name="customers_one_main_contact"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """A way to reach a customer or one of its contacts 联系方式. `key` is the comparable form: digits, lower case."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="points")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=12, choices=PointKind.choices)
    value = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    is_primary = models.BooleanField(default=False)
    note = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "kind"])]  # key first: the kind alone would be chosen for a customer's phones
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=PointKind.values), name="customers_point_kind"),
            models.CheckConstraint(condition=~models.Q(key=""), name="customers_point_key"),
            models.UniqueConstraint(fields=["customer", "contact", "kind", "key"], name="customers_point_once"),
            # NULL is unlike NULL in both databases, so the customer's own points need a line of their own.
            models.UniqueConstraint(fields=["customer", "kind", "key"], condition=models.Q(contact=None), name="customers_own_point_once"),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=models.Q(contact=None, is_primary=True), name="customers_one_first_point"
            ),
            models.UniqueConstraint(
                fields=["contact", "kind"], condition=models.Q(is_primary=True), name="customers_one_first_contact_point"
            ),
        ]


class CodeCounter(models.Model):
    """The last number given out in K-000001 (row id 1). Taking numbers locks this row, so none is given twice."""

    last = models.BigIntegerField(default=0)
