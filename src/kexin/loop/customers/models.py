from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from kexin.ground.staff.models import Branch
from kexin.loop.customers.choices import Calendar, CustomerClass, Kind, PointKind, Source, Tier, Topic

AMOUNT = {"max_digits": 18, "decimal_places": 4}


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
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    last_contact_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)  # two people editing: the later one is told
    change = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["branch", "id"]),
            models.Index(fields=["owner", "id"]),
            models.Index(fields=["name", "id"]),
            models.Index(fields=["last_contact_at", "id"]),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at an organisation, or somebody who speaks for a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=60, blank=True)
    is_primary = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

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

    class Meta:
        indexes = [models.Index(fields=["kind", "key"])]
        constraints = [models.UniqueConstraint(fields=["customer", "contact", "kind", "key"], name="customers_point_once")]


class Asset(models.Model):
    """What the customer has of ours: a vehicle with plate and VIN, an installation."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=30, default="vehicle")
    name = models.CharField(max_length=120)
    plate = models.CharField(max_length=20, blank=True, db_index=True)
    vin = models.CharField(max_length=30, blank=True, db_index=True)
    acquired_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)


class Occasion(models.Model):
    """A day that matters to the customer: birthday, delivery of the car, founding day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="occasions")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=40)
    calendar = models.CharField(max_length=5, choices=Calendar.choices, default=Calendar.SOLAR)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    is_leap_month = models.BooleanField(default=False)


class FileEntry(models.Model):
    """One thing known of a customer 档案项: what, how it was collected, when, by whom. Older values are kept."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="entries")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    value = models.CharField(max_length=300)
    source = models.CharField(max_length=12, choices=Source.choices)
    collected_on = models.DateField()
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=60, blank=True)
    is_inference = models.BooleanField(default=False)
    certainty = models.PositiveSmallIntegerField(null=True, blank=True)  # percent, of an inference
    evidence = models.CharField(max_length=300, blank=True)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "topic", "-collected_on"])]


class Interaction(models.Model):
    """A call, visit or note on the timeline 往来."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # call, visit, message, note
    occurred_at = models.DateTimeField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "-occurred_at", "-id"])]


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
        indexes = [
            models.Index(fields=["tier", "customer"]),
            models.Index(fields=["net_amount", "customer"]),
            models.Index(fields=["last_order_on", "customer"]),
            models.Index(fields=["customer_class", "customer"]),
        ]
