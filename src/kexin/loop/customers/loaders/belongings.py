"""What belongs to the customers of a batch, as we keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kexin.loop.customers.loaders.reading import BIRTHDAY
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Coordinates, Credit, CustomValue, FileEntry, Occasion


class Belongings:
    """One statement a kind, however many customers."""

    def __init__(self, customers: Sequence[int]) -> None:
        self.points: dict[tuple[int, int | None], set[tuple[str, str]]] = defaultdict(set)
        self.contacts: dict[int, dict[str, Contact]] = defaultdict(dict)
        self.entries: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
        self.assets: dict[int, list[Asset]] = defaultdict(list)
        self.days: dict[int, dict[str, Occasion]] = defaultdict(dict)
        self.credits: dict[int, Credit] = {}
        self.coordinates: dict[int, Coordinates] = {}  # only of a file that brings coordinates
        self.own: dict[int, dict[int, CustomValue]] = defaultdict(dict)
        if not customers:
            return
        for customer, contact, kind, key in ContactPoint.objects.filter(customer_id__in=customers).values_list(
            "customer_id", "contact_id", "kind", "key"
        ):
            self.points[customer, contact].add((kind, key))
        for person in Contact.objects.filter(customer_id__in=customers).order_by("-pk"):
            self.contacts[person.customer_id][person.name] = person
        for pk, customer, topic, value in (
            FileEntry.objects.filter(customer_id__in=customers, superseded_by=None)
            .order_by("pk")
            .values_list("pk", "customer_id", "topic", "value")
        ):
            self.entries[customer][topic, value] = pk
        for asset in Asset.objects.filter(customer_id__in=customers).order_by("pk"):
            self.assets[asset.customer_id].append(asset)
        for day in Occasion.objects.filter(customer_id__in=customers, contact=None, label=BIRTHDAY).order_by("-pk"):
            self.days[day.customer_id][day.calendar] = day

        for known in Credit.objects.filter(customer_id__in=customers, is_current=True):
            self.credits[known.customer_id] = known

    def asset(self, customer: int, plate: str, vin: str, name: str) -> Asset | None:
        for asset in self.assets[customer]:
            if (vin and asset.vin == vin) or (plate and asset.plate == plate and not (vin and asset.vin)):
                return asset
            if not vin and not plate and asset.name == name:
                return asset
        return None
