"""Files that may be one customer, and files that became one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models.file import Customer


class NameKey(models.Model):
    """Where a file stands when names are sorted so that alike ones are neighbours; a file has one key or two."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "customer"])]


class DuplicatePair(models.Model):
    """Two files that may be one customer. `smaller` is the file with the smaller number: a pair stands here once."""

    smaller = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    larger = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()  # percent
    reasons = models.CharField(max_length=200)  # keys of rules.duplicates.WEIGHTS, the most telling first, separated by commas
    state = models.CharField(max_length=10, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Of a pair somebody brought up themselves: it stays on the list whatever the files say, until it is decided.
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposal = models.CharField(max_length=200, blank=True, default="", db_default="")  # why they think so

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-score", "-id"]),
            models.Index(fields=["state", "-found_at", "-id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["smaller", "larger"], name="customers_pair_once"),
            models.CheckConstraint(condition=Q(smaller__lt=F("larger")), name="customers_pair_ordered"),
            models.CheckConstraint(condition=Q(score__lte=99), name="customers_pair_score"),
        ]

    shown_as = ""  # set where a file of the pair is masked to the reader

    def __str__(self) -> str:
        return self.shown_as or f"{self.smaller} · {self.larger}"

    @property
    def codes(self) -> str:
        """As the trail calls it: a pair is nobody's, so no erasure would reach a name there."""
        return f"{self.smaller.code} · {self.larger.code}"


class Merge(models.Model):
    """One file went up in another: what each field was, which rows moved. Enough to take it back exactly."""

    merged = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    survivor = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    fields = models.JSONField(default=dict)  # {field: [what the survivor had, what it has since]}
    moved = models.JSONField(default=dict)  # {part: what its `move` returned}
    change = models.BigIntegerField(default=0)  # the trail's entry, and the change number of the rows
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    forgotten_at = models.DateTimeField(null=True, blank=True)  # the person was erased: it cannot be taken back any more

    class Meta:
        indexes: ClassVar = [models.Index(fields=["survivor", "-id"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(merged=F("survivor")), name="customers_merge_of_two"),
            # A file is merged away once at a time.
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="customers_merged_once"),
        ]
