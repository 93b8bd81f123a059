"""The directory: partners, the offices nearest to a customer, agreements that end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kexin.ground.staff import queries as staff
from kexin.kit import geo
from kexin.loop.customers import queries as customers
from kexin.loop.customers.models import Customer
from kexin.loop.customers.rules import distances
from kexin.loop.partners.models import Office, Partner

MOST_OFFICES = 5_000  # read at once: a company has hundreds


@dataclass(frozen=True)
class NearOffice:
    """An office and how far it is from a customer. `is_about`: one of the two ends is the middle of an area."""

    office: Office
    km: float
    within_km: float
    is_about: bool


def partners_visible_to(user: Any) -> QuerySet[Partner]:
    """The directory is the whole company's."""
    return Partner.objects.all() if staff.may(user, "partner.view") else Partner.objects.none()


def nearest_offices(customer: Customer, *, limit: int = 5) -> list[NearOffice]:
    """Active offices with a known place, the nearest first. Empty where nobody knows where the customer is. Two statements."""
    at = customers.whereabouts_of(customer)
    if at is None:
        return []
    offices = Office.objects.filter(is_active=True, partner__is_active=True).select_related("partner").order_by("pk")
    found: list[NearOffice] = []
    for office in offices[:MOST_OFFICES]:
        point = None if office.latitude is None or office.longitude is None else (office.latitude, office.longitude, office.system)
        there = distances.where(point, office.region, office.address)
        if there is None:
            continue
        km = geo.great_circle_km(at.latitude, at.longitude, there.latitude, there.longitude)
        is_about = at.exactness != distances.EXACT or there.exactness != distances.EXACT
        found.append(NearOffice(office, km, distances.error_km(km, at.within_km + there.within_km), is_about))
    return sorted(found, key=lambda one: (one.km, one.office.pk))[:limit]


def ending_agreements(today: date) -> list[Partner]:
    """Active partners whose agreement ends within their days of reminding, or has ended."""
    rows = (
        Partner.objects.filter(is_active=True, agreed_until__isnull=False).select_related("customer__owner").order_by("agreed_until", "pk")
    )
    return [one for one in rows if one.agreed_until is not None and (one.agreed_until - today).days <= one.remind_days]
