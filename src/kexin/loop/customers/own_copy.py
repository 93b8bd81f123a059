"""What the file itself holds of a customer, for a copy they may ask for: who they are, how to reach them, what is theirs."""

from __future__ import annotations

from typing import Any

from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, HandOver, Occasion, OccasionBefore, Place

FILE = ("code", "kind", "name", "salutation", "tax_number", "region", "address", "preferred_channel", "preferred_hours", "source")
PLACE = (
    "tier",
    "customer_class",
    "behaviours",
    "abc",
    "rfm",
    "first_order_on",
    "last_order_on",
    "orders",
    "net_amount",
    "currency",
    "as_of",
)


def rows(customer: Customer) -> list[dict[str, Any]]:
    """In the order a person reads it: themselves, their people and numbers, things, days, who looked after them, where they stand."""
    found: list[dict[str, Any]] = [
        {
            "part": "file",
            **{name: getattr(customer, name) for name in FILE},
            "branch": _words(customer.branch),
            "owner": _words(customer.owner),
        }
    ]
    found += [
        {"part": "contact", "name": one.name, "role": one.role, "note": one.note}
        for one in Contact.objects.filter(customer=customer).order_by("pk")
    ]
    found += [
        {"part": "point", "whose": _words(one.contact), "channel": one.kind, "value": one.value, "note": one.note}
        for one in ContactPoint.objects.filter(customer=customer).select_related("contact").order_by("pk")
    ]
    found += [
        {
            "part": "asset",
            "asset": one.kind,
            "name": one.name,
            "plate": one.plate,
            "vin": one.vin,
            "acquired_on": one.acquired_on,
            "note": one.note,
        }
        for one in Asset.objects.filter(customer=customer).order_by("pk")
    ]
    found += [
        {
            "part": "occasion",
            "label": one.label,
            "calendar": one.calendar,
            "day": _day(one),
            "source": one.source,
            "purpose": one.purpose,
            "collected_on": one.collected_on,
        }
        for one in Occasion.objects.filter(customer=customer).order_by("pk")
    ]
    found += [
        {
            "part": "occasion_before",
            "label": one.label,
            "calendar": one.calendar,
            "day": _day(one),
            "source": one.source,
            "purpose": one.purpose,
            "collected_on": one.collected_on,
            "replaced_at": one.replaced_at,
        }
        for one in OccasionBefore.objects.filter(occasion__customer=customer).order_by("pk")
    ]
    found += [
        {"part": "hand_over", "at": one.occurred_at, "old": _words(one.old_owner), "new": _words(one.new_owner), "reason": one.reason}
        for one in HandOver.objects.filter(customer=customer).select_related("old_owner", "new_owner").order_by("pk")
    ]
    found += [{"part": "place", **{name: getattr(place, name) for name in PLACE}} for place in Place.objects.filter(customer=customer)]
    return found


def _day(day: Occasion | OccasionBefore) -> str:
    return "-".join(str(part) for part in (day.year, day.month, day.day) if part) + ("+" if day.is_leap_month else "")


def _words(record: object) -> str:
    return "" if record is None else str(record)
