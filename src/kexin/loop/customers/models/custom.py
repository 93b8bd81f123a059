"""Fields an administrator adds to the file 自定义字段, and their values, typed and indexed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from kexin.loop.customers.choices import FieldFor, FieldKind
from kexin.loop.customers.models.file import Customer
from kexin.loop.customers.models.learnt import Learnt
from kexin.loop.customers.models.place import AMOUNT
from kexin.loop.customers.rules import custom_fields as rules

CURRENT = Q(is_current=True)


class Labelled(models.Model):
    """Two names, of which the reader's language is shown."""

    label_zh = models.CharField(max_length=40)
    label_en = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label_en if self.label_en and not (get_language() or "zh").startswith("zh") else self.label_zh


class CustomField(Labelled):
    """One field. Its number is its identity: labels change, values and imports go on. Its kind never changes."""

    kind = models.CharField(max_length=8, choices=FieldKind.choices)
    applies_to = models.CharField(max_length=12, choices=FieldFor.choices, default=FieldFor.ALL)
    help_zh = models.CharField(max_length=120, blank=True)
    help_en = models.CharField(max_length=120, blank=True)
    is_required = models.BooleanField(default=False)
    is_searchable = models.BooleanField(default=False)  # text and choices that everybody sees can be searched
    roles = models.CharField(max_length=120, blank=True)  # comma-separated; empty: everybody
    currency = models.CharField(max_length=3, blank=True)  # of money
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)  # retired: shown where there are values, asked for no more
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(label_zh=""), name="customers_field_labelled")]

    @property
    def name(self) -> str:
        return rules.name_of(self.pk)

    @property
    def help_text(self) -> str:
        return self.help_en if self.help_en and not (get_language() or "zh").startswith("zh") else self.help_zh


class CustomChoice(Labelled):
    """One choice of a field. A retired one stays with those who have it."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["field", "label_zh"], name="customers_choice_once")]


class CustomValue(Learnt):
    """A value as it was learnt on one day. In the column of its kind; all empty: it was taken away that day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="custom_values")
    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=rules.LONGEST_TEXT, blank=True)
    number = models.DecimalField(**AMOUNT, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    flag = models.BooleanField(null=True, blank=True)
    choice = models.ForeignKey(CustomChoice, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "field", "-collected_on", "-id"]),
            models.Index(fields=["field", "text", "customer"], name="customers_value_text", condition=CURRENT),
            models.Index(fields=["field", "number", "customer"], name="customers_value_number", condition=CURRENT),
            models.Index(fields=["field", "day", "customer"], name="customers_value_day", condition=CURRENT),
            models.Index(fields=["field", "flag", "customer"], name="customers_value_flag", condition=CURRENT),
            models.Index(fields=["field", "choice", "customer"], name="customers_value_choice", condition=CURRENT),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "field"], condition=CURRENT, name="customers_value_one_current"),
        ]

    @property
    def content(self) -> Any:
        """The value itself, as its kind keeps it; of several choices a list of them."""
        column = rules.KEPT_IN[self.field.kind]
        if column == "picks":
            return [pick.choice_id for pick in self.picks.all()]
        value = getattr(self, column)
        return None if value == "" else value


class CustomPick(models.Model):
    """One of several choices of a value."""

    value = models.ForeignKey(CustomValue, on_delete=models.CASCADE, related_name="picks")
    choice = models.ForeignKey(CustomChoice, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["choice", "value"], name="customers_pick_once")]
