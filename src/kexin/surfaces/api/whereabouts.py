"""Where a customer is: coordinates as they were said over time."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import CoordinateSystem, Source
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, MaybeDay, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, page
from kexin.surfaces.api.contract.shapes import DAY, DEGREES, INTEGER, MOMENT, TEXT, YES, Field, Shape, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("whereabouts")

COORDINATES = described(
    Shape(
        "Coordinates",
        (
            Field("id", INTEGER, lambda row: row.pk, 81),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("is_current", YES, lambda row: row.is_current, True, "This is what is known now; the others are history."),
            Field("latitude", DEGREES, lambda row: row.latitude, 30.274084, "WGS-84."),
            Field("longitude", DEGREES, lambda row: row.longitude, 120.15507, "WGS-84."),
            Field("system", one_of(CoordinateSystem), lambda row: row.system, "gcj02", "What they were read from."),
            Field("source", one_of(Source), lambda row: row.source, "dealings", "How it came to be known."),
            Field("collected_on", DAY, lambda row: row.collected_on, "2026-10-12"),
            Field("collected_by", NAMED, lambda row: named(row.collected_by), {"id": 3, "name": "李敏"}),
            Field("purpose", TEXT, lambda row: row.purpose, "送货"),
            Field("recorded_at", MOMENT, lambda row: moment(row.recorded_at), "2026-10-12T03:20:00.000Z"),
        ),
        about="Where a customer's address lies, as it was said on one day. Distances are on the customer.",
    )
)


class NewCoordinates(Body):
    """Where the customer is, in the system of the map it was read from."""

    latitude: Annotated[float, Entry(ge=-180, le=180, allow_inf_nan=False)]
    longitude: Annotated[float, Entry(ge=-180, le=180, allow_inf_nan=False)]
    system: Annotated[str, OneOf(CoordinateSystem)] = CoordinateSystem.WGS84.value
    source: Annotated[str, OneOf(Source)] = Source.DEALINGS.value
    collected_on: MaybeDay = None
    purpose: Annotated[str, StringConstraints(max_length=60)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"latitude": 30.2741, "longitude": 120.1551, "system": "wgs84"}})


@room.get("/customers/{int:customer_id}/coordinates", "customer.view", record="customer", gives=page(COORDINATES), parameters=asking.PAGED)
def coordinates(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Where the customer was ever said to be, what was written last first; `is_current` says what holds now."""
    customer = file_of(caller_of(request), customer_id)
    return answer(asking.keyed(request, queries.coordinates_history(customer).order_by("-pk"), COORDINATES))


@room.post("/customers/{int:customer_id}/coordinates", "customer.edit", record="customer", gives=made(COORDINATES, etag=False))
def say_where(request: HttpRequest, customer_id: int, payload: NewCoordinates) -> HttpResponse:
    """Say where a customer is. The distance from the branch is measured at once; what was said before is kept."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    values = payload.model_dump()
    pair = (values.pop("latitude"), values.pop("longitude"))
    said = actions.say_where(customer_id=customer_id, given=pair, by=caller.actor, **values)
    return answer(COORDINATES.of(said), 201, location=f"/api/v1/customers/{customer_id}/coordinates")
