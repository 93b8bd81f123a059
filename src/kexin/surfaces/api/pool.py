"""The public pool: who is in it, claimed within the limits, given up to it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.kit import text as plain_text
from kexin.loop.customers.choices import Tier
from kexin.loop.pool import actions, errors, queries
from kexin.loop.pool.choices import Cause, Ending
from kexin.loop.pool.listing import POOL, decorate, place_of
from kexin.loop.pool.models import Stay
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import amount, answer, moment
from kexin.surfaces.api.contract.entries import Body
from kexin.surfaces.api.contract.room import Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, MONEY, TEXT, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import NEEDS, STANDING, file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("pool")

STAY = described(
    Shape(
        "Stay",
        (
            Field("id", INTEGER, lambda row: row.pk, 204),
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("code", TEXT, lambda row: row.customer.code, "K-000012"),
            Field("region", TEXT, lambda row: row.customer.region, "浙江 杭州"),
            Field("phone", TEXT, lambda row: plain_text.mask_phone(row.first_phone), "138 •••• 6207", "Masked until it is claimed."),
            Field("branch", NAMED, lambda row: named(row.branch), {"id": 2, "name": "杭州店"}),
            Field("cause", one_of(Cause), lambda row: row.cause, "no_contact"),
            Field("reason", TEXT, lambda row: row.reason, "", "For whoever claims it."),
            Field("previous_owner", NAMED, lambda row: named(row.previous_owner), {"id": 3, "name": "李敏"}),
            Field("began_at", MOMENT, lambda row: moment(row.began_at), "2026-11-01T01:00:00.000Z"),
            Field("ended_at", maybe(MOMENT), lambda row: moment(row.ended_at), None),
            Field("ending", one_of(Ending, blank=True), lambda row: row.ending, ""),
            Field("last_contact_at", maybe(MOMENT), lambda row: moment(row.customer.last_contact_at), "2026-06-20T02:15:00.000Z"),
            Field("tier", maybe(one_of(Tier, blank=True)), lambda row: getattr(place_of(row), "tier", None), "C", "", STANDING),
            Field("net_amount", maybe(MONEY), lambda row: amount(getattr(place_of(row), "net_amount", None)), "8200", "", STANDING),
            Field("last_order_on", maybe(DAY), lambda row: getattr(place_of(row), "last_order_on", None), "2026-05-31", "", STANDING),
        ),
        about="One time a customer was in the pool: from whom, why, until who took it.",
    )
)
PLACES = described(
    Shape(
        "Places",
        (
            Field("owned", INTEGER, lambda places: places.owned, 212, "Customers you look after."),
            Field("claimed_today", INTEGER, lambda places: places.claimed_today, 2),
            Field("left_today", maybe(INTEGER), lambda places: places.today, 3, "null: no limit a day."),
            Field("left_in_all", maybe(INTEGER), lambda places: places.in_all, 88, "null: no limit in all."),
            Field("left", maybe(INTEGER), lambda places: places.left, 3, "What you may claim now; null: as many as you like."),
        ),
        about="How many customers you may still claim.",
    )
)


class GivenUp(Body):
    """Why, for whoever claims it."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "客户搬到外省，联系不上"}})


def stay_of(caller: Caller, stay_id: int) -> Stay:
    stays = queries.stays_visible_to(caller.user).select_related("customer__place", "branch", "previous_owner")
    found = stays.filter(pk=stay_id).first()
    if found is None:
        raise errors.NotInPool
    decorate([found], caller.user)
    return found


def _shown(stay: Stay, caller: Caller, status: int = 200) -> HttpResponse:
    fields, _added = STAY.chosen(None, caller)
    return answer(STAY.of(stay, fields), status, location=f"/api/v1/pool/{stay.pk}" if status == 201 else "")  # noqa: PLR2004 -- made anew


@room.get("/pool", "pool.view", gives=page(STAY), listing=POOL, shape=STAY)
def pool(request: HttpRequest) -> HttpResponse:
    """Customers in the pools of your branches, who came last before the others. Numbers are masked."""
    return answer(asking.page(request, POOL, STAY, caller_of(request), needs=NEEDS))


@room.get("/pool/mine", "pool.view", gives=one(PLACES, etag=False))
def mine(request: HttpRequest) -> HttpResponse:
    """How many you look after, claimed today, and may still claim."""
    return answer(PLACES.of(queries.places_of(caller_of(request).user)))


@room.get("/pool/{int:stay_id}", "pool.view", record="stay", gives=one(STAY, etag=False))
def stay(request: HttpRequest, stay_id: int) -> HttpResponse:
    """One stay in the pool, also one that has ended."""
    caller = caller_of(request)
    return _shown(stay_of(caller, stay_id), caller)


@room.post("/pool/{int:stay_id}/claim", "pool.claim", record="stay", gives=one(STAY, etag=False))
def claim(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Take a customer out of the pool: it is yours. Limits hold as on the page; of two who claim at once one is told who was quicker."""
    caller = caller_of(request)
    stay_of(caller, stay_id)
    actions.claim(stay_id=stay_id, person=caller.user, by=caller.actor)
    return _shown(stay_of(caller, stay_id), caller)


@room.post("/customers/{int:customer_id}/release", "pool.claim", record="customer", gives=made(STAY, etag=False))
def release(request: HttpRequest, customer_id: int, payload: GivenUp) -> HttpResponse:
    """Give a customer up to the pool of its branch. Owners give up their own, managers anybody's; the file keeps everything."""
    caller = caller_of(request)
    if not queries.may_give_up(file_of(caller, customer_id), caller.user):
        raise errors.NotYours
    released = actions.release(customer_id=customer_id, reason=payload.reason, by=caller.actor)
    return _shown(stay_of(caller, released.pk), caller, 201)
