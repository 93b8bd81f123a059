"""Where a customer is: no line of its own on the timeline, but it moves, leaves and goes with the file."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.actions import learnt
from kexin.loop.customers.models import Coordinates, Customer, Whereabouts
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Part


def export(customer: Customer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"part": "coordinates", "latitude": row.latitude, "longitude": row.longitude, "system": row.system, **rows.known_how(row)}
        for row in Coordinates.objects.filter(customer=customer).order_by("collected_on", "pk")
    ]
    found += [
        {
            "part": "whereabouts",
            "latitude": row.latitude,
            "longitude": row.longitude,
            "exactness": row.exactness,
            "within_km": row.within_km,
            "distance_km": row.distance_km,
        }
        for row in Whereabouts.objects.filter(customer=customer)
    ]
    return found


def _settle(customer: Customer) -> None:
    """What is measured from it is measured by the merge itself, once every part has moved."""
    learnt.settle(Coordinates.objects.filter(customer=customer))


move, move_back = rows.moving(Coordinates, then=_settle)
PART = Part(
    "customers.whereabouts",
    _("Where the customer is"),
    move=move,
    move_back=move_back,
    export=export,
    erase=rows.erasing(Coordinates, Whereabouts),
    tables=(Coordinates,),
    position=12,
)
