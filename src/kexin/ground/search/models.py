from __future__ import annotations

from django.db import models


class IndexedKind(models.Model):
    """A kind of record that can be found, and its number in the index. The index itself is made by migration 0002."""

    name = models.CharField(max_length=30, unique=True)
