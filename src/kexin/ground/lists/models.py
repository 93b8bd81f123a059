from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A list as somebody likes to see it: filters, order and columns, as they stand in the address."""

    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    owner_id = models.BigIntegerField()
    is_shared = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "owner_id", "name"], name="lists_view_once")]


class Tag(models.Model):
    """A word people stick on records."""

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="lists_tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "record_id"], name="lists_tagging_once")]
        indexes = [models.Index(fields=["record_id"])]
