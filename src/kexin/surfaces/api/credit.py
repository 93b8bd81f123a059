"""Credit and finances: what a customer may owe us, until when, what they are late with, as it was learnt over time."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import Source
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import amount, answer, moment
from kexin.surfaces.api.contract.entries import Body, MaybeAmount, MaybeDay, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, page
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, MONEY, TEXT, YES, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("credit")

CREDIT = described(
    Shape(
        "Credit",
        (
            Field("id", INTEGER, lambda row: row.pk, 71),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("is_current", YES, lambda row: row.is_current, True, "This is what is known now; the others are history."),
            Field("limit", maybe(MONEY), lambda row: amount(row.limit), "200000"),
            Field("payment_days", maybe(INTEGER), lambda row: row.payment_days, 60, "0: cash on delivery."),
            Field("rating", TEXT, lambda row: row.rating, "AA"),
            Field("overdue_amount", maybe(MONEY), lambda row: amount(row.overdue_amount), "12800.5"),
            Field("overdue_days", maybe(INTEGER), lambda row: row.overdue_days, 18, "Of the oldest open invoice."),
            Field("currency", TEXT, lambda row: row.currency, "CNY"),
            Field("note", TEXT, lambda row: row.note, ""),
            Field("source", one_of(Source), lambda row: row.source, "dealings", "How it came to be known."),
            Field("collected_on", DAY, lambda row: row.collected_on, "2026-10-12"),
            Field("collected_by", NAMED, lambda row: named(row.collected_by), {"id": 3, "name": "李敏"}),
            Field("purpose", TEXT, lambda row: row.purpose, "账期审批"),
            Field("recorded_at", MOMENT, lambda row: moment(row.recorded_at), "2026-10-12T03:20:00.000Z"),
        ),
        about="The credit of a customer as it was known on one day. What nobody told is null.",
    )
)


class NewCredit(Body):
    """Credit as it is known on one day. At least one of limit, days, rating, overdue or note."""

    limit: MaybeAmount = None
    payment_days: Annotated[int | None, Entry(ge=0, le=36_500)] = None
    rating: Annotated[str, StringConstraints(max_length=10)] = ""
    overdue_amount: MaybeAmount = None
    overdue_days: Annotated[int | None, Entry(ge=0, le=36_500)] = None
    currency: Annotated[str, StringConstraints(max_length=3)] = ""
    note: Annotated[str, StringConstraints(max_length=300)] = ""
    source: Annotated[str, OneOf(Source)] = Source.DEALINGS.value
    collected_on: MaybeDay = None
    purpose: Annotated[str, StringConstraints(max_length=60)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"limit": "200000", "payment_days": 60, "rating": "AA"}})


@room.get("/customers/{int:customer_id}/credit", "customer.credit", record="customer", gives=page(CREDIT), parameters=asking.PAGED)
def credit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What was ever written of a customer's credit, what was written last first; `is_current` says what holds now."""
    customer = file_of(caller_of(request), customer_id)
    return answer(asking.keyed(request, queries.credit_history(customer).order_by("-pk"), CREDIT))


@room.post("/customers/{int:customer_id}/credit", "customer.credit_edit", record="customer", gives=made(CREDIT, etag=False))
def add_credit(request: HttpRequest, customer_id: int, payload: NewCredit) -> HttpResponse:
    """Write a customer's credit. Nothing is overwritten; a day before what is known becomes history at once."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    added = actions.add_credit(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(CREDIT.of(added), 201, location=f"/api/v1/customers/{customer_id}/credit")
