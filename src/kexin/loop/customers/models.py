from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kexin.ground.staff.models import Branch
from kexin.loop.customers.choices import AssetKind, Calendar, CustomerClass, Hobby, InteractionKind, Kind, PointKind, Source, Tier, Topic

AMOUNT: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}


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


class Asset(models.Model):
    """What the customer has of ours: a vehicle with plate and VIN, an installation."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=30, choices=AssetKind.choices, default=AssetKind.VEHICLE)
    name = models.CharField(max_length=120)
    plate = models.CharField(max_length=20, blank=True, db_index=True)  # upper case, no dots or spaces
    vin = models.CharField(max_length=30, blank=True, db_index=True)  # upper case
    acquired_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name or self.plate_words or self.vin

    @property
    def plate_words(self) -> str:
        """京A·12345, as a Chinese plate is written; others as they are kept."""
        is_chinese = len(self.plate) > 2 and not self.plate[0].isascii() and self.plate[1].isascii() and self.plate[1].isalpha()  # noqa: PLR2004 -- province, letter, number
        return f"{self.plate[:2]}·{self.plate[2:]}" if is_chinese else self.plate


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
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.CUSTOMER)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(month__gte=1, month__lte=12), name="customers_occasion_month"),
            models.CheckConstraint(
                condition=models.Q(calendar="solar", day__gte=1, day__lte=31) | models.Q(calendar="lunar", day__gte=1, day__lte=30),
                name="customers_occasion_day",
            ),
            models.CheckConstraint(condition=models.Q(is_leap_month=False) | models.Q(calendar="lunar"), name="customers_leap_is_lunar"),
        ]


class FileEntry(models.Model):
    """One thing known of a customer 档案项: what, how it was collected, when, by whom. Older values are kept."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="entries")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    choice = models.CharField(max_length=12, choices=Hobby.choices, blank=True)  # which group of hobbies
    value = models.CharField(max_length=300)
    source = models.CharField(max_length=12, choices=Source.choices)
    collected_on = models.DateField()
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=60, blank=True)
    is_inference = models.BooleanField(default=False)
    certainty = models.PositiveSmallIntegerField(null=True, blank=True)  # percent, of an inference
    evidence = models.CharField(max_length=300, blank=True)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)  # when it was written down; collected_on is when it was learnt

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "topic", "-collected_on"]),
            models.Index(fields=["customer", "-recorded_at", "-id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_inference=False, certainty=None) | models.Q(is_inference=True, certainty__gte=1, certainty__lte=99),
                name="customers_certainty_of_inference",
            ),
            # An inference without its evidence cannot be checked by anybody.
            models.CheckConstraint(condition=models.Q(is_inference=False) | ~models.Q(evidence=""), name="customers_inference_evidence"),
            models.CheckConstraint(
                condition=models.Q(superseded_by=None) | ~models.Q(superseded_by=models.F("id")), name="customers_entry_not_by_itself"
            ),
        ]


class Interaction(models.Model):
    """A call, visit or note on the timeline 往来."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=InteractionKind.choices)
    occurred_at = models.DateTimeField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-occurred_at", "-id"])]


class HandOver(models.Model):
    """The customer got another owner 换负责人: kept, so that the file says who looked after them when."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    old_owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    new_owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    occurred_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-occurred_at", "-id"])]


class CodeCounter(models.Model):
    """The last number given out in K-000001 (row id 1). Taking numbers locks this row, so none is given twice."""

    last = models.BigIntegerField(default=0)


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
