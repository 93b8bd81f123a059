"""Who looks after a customer: owner, who stands in, the team, and who did before."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict

from kexin.ground.staff.models import User
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.choices import TeamRole
from kexin.loop.customers.models import HandOver
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract import errors as refusals
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer, moment, nothing
from kexin.surfaces.api.contract.entries import Body, Key, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, TEXT, Field, Shape, many, maybe, one_of, ref
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("team")

MEMBER = described(
    Shape(
        "Member",
        (
            Field("id", INTEGER, lambda row: row.pk, 14),
            Field("person", NAMED, lambda row: named(row.person), {"id": 5, "name": "周颖"}),
            Field("role", one_of(TeamRole), lambda row: row.role, "finance"),
            Field("joined_at", MOMENT, lambda row: moment(row.joined_at), "2026-10-12T03:20:00.000Z"),
        ),
        about="A colleague who sees a customer and may do to it what the owner may.",
    )
)
CARERS = described(
    Shape(
        "Carers",
        (
            Field("owner", NAMED, lambda carers: named(carers.owner), {"id": 3, "name": "李敏"}),
            Field("deputy", NAMED, lambda carers: named(carers.cover and carers.cover.deputy), None, "Stands in for the owner today."),
            Field("deputy_until", maybe(DAY), lambda carers: carers.cover and carers.cover.last_day, None),
            Field("team", many(ref("Member")), lambda carers: [MEMBER.of(row) for row in carers.team], [MEMBER.example()]),
        ),
        about="Who looks after a customer now.",
    )
)
HANDED = described(
    Shape(
        "HandedOver",
        (
            Field("id", INTEGER, lambda row: row.pk, 90),
            Field("occurred_at", MOMENT, lambda row: moment(row.occurred_at), "2026-10-12T03:20:00.000Z"),
            Field("old_owner", NAMED, lambda row: named(row.old_owner), {"id": 3, "name": "李敏"}),
            Field("new_owner", NAMED, lambda row: named(row.new_owner), {"id": 5, "name": "周颖"}, "null: nobody, or the pool."),
            Field("by", NAMED, lambda row: named(row.by), {"id": 2, "name": "王主管"}),
            Field("reason", TEXT, lambda row: row.reason, "李敏调往宁波"),
            Field("note", TEXT, lambda row: row.note, "周五前要回复报价", "What the next owner should know."),
        ),
        about="A customer got another owner.",
    )
)


class Joins(Body):
    """Who joins the owner, and for what."""

    person_id: Key
    role: Annotated[str, OneOf(TeamRole)]

    model_config = ConfigDict(json_schema_extra={"example": {"person_id": 5, "role": "finance"}})


@room.get("/customers/{int:customer_id}/team", "customer.view", record="customer", gives=one(CARERS, etag=False))
def team(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Who looks after a customer now: owner, who stands in for them today, and the team."""
    return answer(CARERS.of(queries.carers_of(file_of(caller_of(request), customer_id))))


@room.post("/customers/{int:customer_id}/team", "customer.edit", record="customer", gives=made(MEMBER, etag=False))
def join(request: HttpRequest, customer_id: int, payload: Joins) -> HttpResponse:
    """Take a colleague of any branch into the team: from now on they see the customer and may do what the owner may."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    person = User.objects.filter(pk=payload.person_id, is_active=True, is_integration=False).first()
    if person is None:
        raise refusals.NobodyToChoose(beside="person_id")
    member = actions.join_team(customer_id=customer_id, person=person, role=payload.role, by=caller.actor)
    return answer(MEMBER.of(member), 201, location=f"/api/v1/customers/{customer_id}/team")


@room.delete("/members/{int:member_id}", "customer.edit", record="member", versioned=False)
def leave(request: HttpRequest, member_id: int) -> HttpResponse:
    """A colleague looks after this customer no longer. That they did stays on the file."""
    caller = caller_of(request)
    if not queries.members_visible_to(caller.user).filter(pk=member_id).exists():
        raise errors.CustomerNotFound
    actions.leave_team(member_id=member_id, by=caller.actor)
    return nothing()


@room.get("/customers/{int:customer_id}/hand-overs", "customer.view", record="customer", gives=page(HANDED), parameters=asking.PAGED)
def hand_overs(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Who looked after a customer when, and the notes that were passed on, newest first."""
    customer = file_of(caller_of(request), customer_id)
    rows: Any = HandOver.objects.filter(customer=customer).select_related("old_owner", "new_owner", "by").order_by("-pk")
    return answer(asking.keyed(request, rows, HANDED))
