"""Where a customer is: what was said, dated like everything known, and what follows from it for lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kexin.loop.customers.choices import CoordinateSystem, Exactness
from kexin.loop.customers.models.file import Customer
from kexin.loop.customers.models.learnt import Learnt

ON_THE_GLOBE = Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180)


class Coordinates(Learnt):
    """Where the customer's address lies, as it was told on one day. Kept in WGS-84; `system` is what it was read from."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="coordinates")
    latitude = models.FloatField()
    longitude = models.FloatField()
    system = models.CharField(max_length=5, choices=CoordinateSystem.choices, default=CoordinateSystem.WGS84)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-collected_on", "-id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer"], condition=Q(is_current=True), name="customers_one_current_place"),
            models.CheckConstraint(condition=ON_THE_GLOBE, name="customers_on_the_globe"),
        ]

    @property
    def words(self) -> str:
        """31.23041, 121.47370: to a metre, as maps take them."""
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


class Whereabouts(models.Model):
    """Where a customer is taken to be, and how far from its branch: computed (actions.locating), so that lists sort by it.

    No row: nobody knows. `distance_km` is empty where the customer has no branch, or the branch no coordinates.
    """

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="whereabouts")
    latitude = models.FloatField()
    longitude = models.FloatField()
    exactness = models.CharField(max_length=8, choices=Exactness.choices)
    within_km = models.FloatField()  # how far off the point may be; of an area its size
    region_code = models.CharField(max_length=6, blank=True)  # GB/T 2260, where an area's centre stands for the address
    distance_km = models.FloatField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["distance_km", "customer"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=ON_THE_GLOBE, name="customers_whereabouts_on_the_globe"),
            models.CheckConstraint(condition=Q(distance_km=None) | Q(distance_km__gte=0), name="customers_distance_not_negative"),
        ]
