from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from kexin.ground.staff.models import Branch
from kexin.loop.customers.models import Customer
from kexin.loop.orders.choices import OrderKind

DIGITS, DECIMALS = 18, 4  # of amounts and quantities


class Product(models.Model):
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=80, blank=True, db_index=True)
    unit_cost = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    change = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(unit_cost__isnull=True) | Q(unit_cost__gte=0), name="orders_cost_not_negative")]

    def __str__(self) -> str:
        return self.name or self.code


class Order(models.Model):
    """An order, or the cancellation or return that undoes one."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=OrderKind.choices, default=OrderKind.SALE)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    occurred_at = models.DateTimeField()  # the earliest of its lines
    occurred_on = models.DateField()  # the business day in the branch's zone: recency counts these
    promised_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)  # the whole order was called off
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, default=0)  # sum of its lines, signed as they are
    line_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    change = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-occurred_at", "-id"]),
            models.Index(fields=["-occurred_at", "-id"]),
            models.Index(fields=["branch", "-occurred_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(undoes__isnull=True) | ~Q(kind=OrderKind.SALE), name="orders_sales_undo_nothing"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line. Its identity within the order is `key`: the mapped line number, else content hash and ordinal."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=40)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    unit_price = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)  # quantity × unit price, signed
    unit_cost = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True, blank=True)  # at the time; empty: not known
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="orders_line_once")]
