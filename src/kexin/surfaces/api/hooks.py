"""Web hooks: who is told what happens, and what was sent."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.ground.hooks import actions, errors, queries
from kexin.ground.hooks.choices import Fault, Off, State
from kexin.ground.hooks.listing import DELIVERIES
from kexin.ground.hooks.models import Delivery, Hook
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, moment, nothing, version_tag
from kexin.surfaces.api.contract.asking import PAGED
from kexin.surfaces.api.contract.entries import Body, Short
from kexin.surfaces.api.contract.room import Room, described, made, one, page, several
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, YES, Field, Shape, many, maybe, one_of, ref

room = Room("hooks")


class Health:
    values = ("off", "failing", "well", "new")


HOOK_FIELDS = (
    Field("id", INTEGER, lambda row: row.pk, 2),
    Field("name", TEXT, lambda row: row.name, "ERP"),
    Field("url", TEXT, lambda row: row.url, "https://erp.example.com/kexin"),
    Field("announcements", many(TEXT), lambda row: row.announcements, ["customers.created", "orders.delivered"], "What it hears."),
    Field("is_on", YES, lambda row: row.is_on, True),
    Field("off_cause", one_of(Off, blank=True), lambda row: row.off_cause, "", "Why it is off."),
    Field("health", one_of(Health), lambda row: row.health(), "well"),
    Field("failures", INTEGER, lambda row: row.failures, 0, "In a row."),
    Field("last_delivered_at", maybe(MOMENT), lambda row: moment(row.last_delivered_at), "2026-11-22T02:15:00.000Z"),
    Field("last_failed_at", maybe(MOMENT), lambda row: moment(row.last_failed_at), None),
    Field("last_fault", one_of(Fault, blank=True), lambda row: row.last_fault, "", "Why the last attempt failed."),
    Field("last_status", maybe(INTEGER), lambda row: row.last_status, None, "What was answered to it."),
    Field("old_secret_until", maybe(MOMENT), lambda row: moment(row.old_until), None, "Until then the secret before signs too."),
    Field("created_at", MOMENT, lambda row: moment(row.created_at), "2026-11-20T02:00:00.000Z"),
    Field("version", INTEGER, lambda row: row.version, 1),
)
HOOK = described(Shape("Hook", HOOK_FIELDS, about="An address that is told what happens. Its secret is shown once, when it is made."))
SECRET_FIELD = Field(
    "secret", TEXT, lambda row: row.shown_once, "whsec_qz3v5m0Yb1c9JkQp8rT2uW4xZ6aB8dF0hL2nP4sV6yE=",
    "The key that signs, as the Standard Webhooks specification writes it. It is told only this once.",
)  # fmt: skip
HOOK_MADE = described(Shape("HookWithSecret", (*HOOK_FIELDS, SECRET_FIELD), about="A web hook with its new secret."))
DELIVERY_FIELDS = (
    Field("id", INTEGER, lambda row: row.pk, 8801),
    Field("webhook_id", TEXT, lambda row: row.public_id, "msg_4f9a1c7d2e8b36a05f1c9d7e2b48", "The same however often it is sent."),
    Field("hook", ref("HookNamed"), lambda row: {"id": row.hook_id, "name": row.hook.name}, {"id": 2, "name": "ERP"}),
    Field("kind", TEXT, lambda row: row.kind, "customers.created"),
    Field("state", one_of(State), lambda row: row.state, "delivered"),
    Field("attempts", INTEGER, lambda row: row.attempts, 1),
    Field("last_status", maybe(INTEGER), lambda row: row.last_status, 204),
    Field("last_fault", one_of(Fault, blank=True), lambda row: row.last_fault, ""),
    Field("occurred_at", MOMENT, lambda row: moment(row.occurred_at), "2026-11-22T02:15:00.000Z"),
    Field("created_at", MOMENT, lambda row: moment(row.created_at), "2026-11-22T02:15:01.000Z"),
    Field("next_at", maybe(MOMENT), lambda row: moment(row.next_at) if row.state == State.WAITING else None, None, "The next attempt."),
    Field("ended_at", maybe(MOMENT), lambda row: moment(row.ended_at), "2026-11-22T02:15:02.000Z"),
)  # fmt: skip
DELIVERY = described(Shape("Delivery", DELIVERY_FIELDS, about="One event for one web hook, until it was delivered or given up."))
described(
    Shape(
        "HookNamed",
        (Field("id", INTEGER, lambda row: row.pk, 2), Field("name", TEXT, lambda row: row.name, "ERP")),
        about="Which web hook.",
    )
)
ATTEMPT = described(
    Shape(
        "Attempt",
        (
            Field("at", MOMENT, lambda row: moment(row.at), "2026-11-22T02:15:01.000Z"),
            Field("milliseconds", INTEGER, lambda row: row.milliseconds, 48),
            Field("status", maybe(INTEGER), lambda row: row.status, 204),
            Field("fault", one_of(Fault, blank=True), lambda row: row.fault, ""),
            Field("address", TEXT, lambda row: row.address, "203.0.113.7", "Where the connection went."),
            Field("answer", TEXT, lambda row: row.answer, "", "The first signs of what was answered."),
        ),
        about="One try to send.",
    )
)
DELIVERY_WHOLE = described(
    Shape(
        "DeliveryWhole",
        (
            *DELIVERY_FIELDS,
            Field("body", TEXT, lambda row: row.body, '{"id":"msg_4f9a…","kind":"customers.created"}', "As it is sent, sign for sign."),
            Field("tried", many(ref("Attempt")), lambda row: [ATTEMPT.of(one) for one in queries.attempts_of(row)],
                  [ATTEMPT.example()], "The last fifty attempts, newest first."),
        ),
        about="A delivery with its body and attempts.",
    )
)  # fmt: skip


KIND = described(Shape("EventKind", (Field("name", TEXT, lambda name: name, "customers.created"),), about="What a web hook can hear."))

Kinds = Annotated[list[Annotated[str, StringConstraints(max_length=60)]], Entry(min_length=1, max_length=200)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class NewHook(Body):
    """Who is to be told what. The answer holds the secret, which is told only this once."""

    name: Short
    url: Url
    announcements: Kinds
    is_on: bool = True

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "ERP", "url": "https://erp.example.com/kexin", "announcements": ["customers.created", "orders.delivered"]}
        }
    )


class HookChange(Body):
    """What is to be another than before. What is left out stays."""

    name: Short = ""
    url: Url = ""
    announcements: Kinds = []
    is_on: bool = True

    model_config = ConfigDict(json_schema_extra={"example": {"announcements": ["customers.created"]}})


def hook_of(caller: Caller, hook_id: int) -> Hook:
    found = queries.hooks_visible_to(caller.user).filter(pk=hook_id).first()
    if found is None:
        raise errors.HookNotFound
    return found


def delivery_of(caller: Caller, delivery_id: int) -> Delivery:
    found = queries.deliveries_visible_to(caller.user).filter(pk=delivery_id).first()
    if found is None:
        raise errors.DeliveryNotFound
    return found


def _with_secret(hook: Any, secret: str, status: int) -> HttpResponse:
    hook.shown_once = secret
    location = f"/api/v1/hooks/{hook.pk}" if status == 201 else ""  # noqa: PLR2004 -- made anew
    return answer(HOOK_MADE.of(hook), status, etag=version_tag(hook), location=location)


@room.get("/hooks", "hook.manage", gives=page(HOOK), parameters=PAGED)
def hooks(request: HttpRequest) -> HttpResponse:
    """Web hooks, the newest first."""
    return answer(asking.keyed(request, queries.hooks_visible_to(caller_of(request).user).order_by("-pk"), HOOK))


@room.get("/hooks/events", "hook.manage", gives=several(KIND))
def events(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- every operation is called with the request
    """Everything a web hook can hear."""
    return answer({"items": [KIND.of(name) for name in queries.announcement_names()]})


@room.get("/hooks/{int:hook_id}", "hook.manage", record="hook", gives=one(HOOK))
def hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    """One web hook."""
    found = hook_of(caller_of(request), hook_id)
    return answer(HOOK.of(found), etag=version_tag(found))


@room.post("/hooks", "hook.manage", gives=made(HOOK_MADE))
def register(request: HttpRequest, payload: NewHook) -> HttpResponse:
    """Register an address. Its secret stands in the answer, and nowhere else."""
    found, secret = actions.register_hook(**payload.model_dump(), by=caller_of(request).actor, now=timezone.now())
    return _with_secret(found, secret, 201)


@room.patch("/hooks/{int:hook_id}", "hook.manage", record="hook", gives=one(HOOK))
def change(request: HttpRequest, hook_id: int, payload: HookChange, version: int) -> HttpResponse:
    """Another name, address or choice of events; on or off. Switched on, it is told what happens from now on."""
    caller, now = caller_of(request), timezone.now()
    hook_of(caller, hook_id)
    given = payload.given()
    wanted = given.pop("is_on", None)
    found = actions.change_hook(hook_id=hook_id, by=caller.actor, version=version, **given)
    if wanted is not None:
        found = (actions.switch_on if wanted else actions.switch_off)(hook_id=hook_id, by=caller.actor, now=now)
    return answer(HOOK.of(found), etag=version_tag(found))


@room.delete("/hooks/{int:hook_id}", "hook.manage", record="hook")
def remove(request: HttpRequest, hook_id: int, version: int) -> HttpResponse:
    """Remove a web hook with its deliveries."""
    caller = caller_of(request)
    hook_of(caller, hook_id)
    actions.remove_hook(hook_id=hook_id, by=caller.actor, version=version)
    return nothing()


@room.post("/hooks/{int:hook_id}/secret", "hook.manage", record="hook", gives=one(HOOK_MADE))
def renew_secret(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Make a new secret. For 24 hours the one before signs too."""
    caller = caller_of(request)
    hook_of(caller, hook_id)
    found, secret = actions.renew_secret(hook_id=hook_id, by=caller.actor, now=timezone.now())
    return _with_secret(found, secret, 200)


@room.post("/hooks/{int:hook_id}/test", "hook.manage", record="hook", gives=made(DELIVERY, etag=False))
def test(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Send an event that says nothing but that it is a test; also while the web hook is off."""
    caller = caller_of(request)
    hook_of(caller, hook_id)
    sent = actions.send_test(hook_id=hook_id, by=caller.actor, now=timezone.now())
    return answer(DELIVERY.of(sent), 201, location=f"/api/v1/deliveries/{sent.pk}")


@room.get("/deliveries", "hook.manage", gives=page(DELIVERY), listing=DELIVERIES, shape=DELIVERY)
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was sent to whom, newest first. `state=failed` gives what was given up."""
    return answer(asking.page(request, DELIVERIES, DELIVERY, caller_of(request), needs={}))


@room.get("/deliveries/{int:delivery_id}", "hook.manage", record="delivery", gives=one(DELIVERY_WHOLE, etag=False))
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery with its body and what was answered."""
    return answer(DELIVERY_WHOLE.of(delivery_of(caller_of(request), delivery_id)))


@room.post("/deliveries/{int:delivery_id}/again", "hook.manage", record="delivery", gives=one(DELIVERY, etag=False))
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send the same event with the same id once more."""
    caller = caller_of(request)
    delivery_of(caller, delivery_id)
    return answer(DELIVERY.of(actions.send_again(delivery_id=delivery_id, by=caller.actor, now=timezone.now())))
