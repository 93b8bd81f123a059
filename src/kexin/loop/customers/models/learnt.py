"""How a thing came to be known: the columns every dated entry of the file carries. The newest is current, older ones are kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from kexin.loop.customers.choices import Source


class Learnt(models.Model):
    """Source, day, collector, purpose. `is_current` marks the newest of its kind (actions.learnt.settle): lists read it by index."""

    source = models.CharField(max_length=12, choices=Source.choices, default=Source.DEALINGS)
    collected_on = models.DateField()
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    is_current = models.BooleanField(default=False)

    class Meta:
        abstract = True
