"""What is known of the customer: what they have of ours, their days, everything else with how it was learnt."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kexin.kit import text as plain_text
from kexin.loop.customers.choices import AssetKind, AssetState, Calendar, Hobby, Source, Topic
from kexin.loop.customers.models.file import Contact, Customer


class Asset(models.Model):
    """What the customer has of ours: a vehicle with plate and VIN, an installation."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=30, choices=AssetKind.choices, default=AssetKind.VEHICLE)
    name = models.CharField(max_length=120)
    plate = models.CharField(max_length=20, blank=True, db_index=True)  # upper case, no dots or spaces
    vin = models.CharField(max_length=30, blank=True, db_index=True)  # upper case
    acquired_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    # Files are written in bulk without these: the database knows what to put there.
    state = models.CharField(max_length=8, choices=AssetState.choices, default=AssetState.IN_USE, db_default=AssetState.IN_USE.value)
    ended_on = models.DateField(null=True, blank=True)  # sold, scrapped
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.DEALINGS, db_default=Source.IMPORT.value)
    collected_on = models.DateField(null=True, blank=True)
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="in_use", ended_on=None) | ~models.Q(state="in_use"), name="customers_asset_in_use_has_no_end"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.plate_words or self.vin

    @property
    def masked_plate(self) -> str:
        return plain_text.mask_id(self.plate)

    @property
    def masked_vin(self) -> str:
        return plain_text.mask_id(self.vin)

    @property
    def masked_name(self) -> str:
        """What it is called, where plate and VIN are not shown: some are called by their plate."""
        named = self.name and plain_text.code_key(self.name) not in {plain_text.code_key(self.plate), plain_text.code_key(self.vin)}
        return self.name if named else self.masked_plate or self.masked_vin

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
    collected_on = models.DateField(null=True, blank=True)  # empty: from before this was asked
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=60, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["calendar", "month", "day"])]  # whose day comes round: rules.occasions.falling_on
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(month__gte=1, month__lte=12), name="customers_occasion_month"),
            models.CheckConstraint(
                condition=models.Q(calendar="solar", day__gte=1, day__lte=31) | models.Q(calendar="lunar", day__gte=1, day__lte=30),
                name="customers_occasion_day",
            ),
            models.CheckConstraint(condition=models.Q(is_leap_month=False) | models.Q(calendar="lunar"), name="customers_leap_is_lunar"),
        ]


class OccasionBefore(models.Model):
    """What was kept of a day before somebody learnt better: written when the day changes, never changed itself."""

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="before")
    label = models.CharField(max_length=40)
    calendar = models.CharField(max_length=5, choices=Calendar.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    is_leap_month = models.BooleanField()
    source = models.CharField(max_length=12, choices=Source.choices)
    purpose = models.CharField(max_length=60, blank=True)
    collected_on = models.DateField(null=True, blank=True)
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["occasion", "-id"])]


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
    # Of an inference that a rule drew: which rule, about what, and whether somebody said that it is wrong.
    rule = models.CharField(max_length=20, blank=True, default="", db_default="")
    subject = models.CharField(max_length=60, blank=True, default="", db_default="")
    rejected_on = models.DateField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)  # when it was written down; collected_on is when it was learnt

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "topic", "-collected_on"]),
            models.Index(fields=["customer", "-recorded_at", "-id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "rule", "subject"],
                condition=models.Q(superseded_by=None) & ~models.Q(rule=""),
                name="customers_one_conclusion",
            ),
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
