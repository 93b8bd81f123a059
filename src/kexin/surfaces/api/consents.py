"""What customers agreed to: by purpose, given and withdrawn with proof; and whether one may be contacted."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints

from kexin.loop.customers.choices import PointKind
from kexin.loop.privacy import actions, queries
from kexin.loop.privacy.choices import ConsentState, How
from kexin.loop.privacy.rules.consent import REASONS
from kexin.surfaces.api.contract import asking, errors
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, MaybeMoment, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, page, several
from kexin.surfaces.api.contract.shapes import INTEGER, MOMENT, TEXT, YES, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("consents")
WHY = {"type": "string", "enum": list(REASONS)}

PURPOSE = described(
    Shape(
        "Purpose",
        (
            Field("code", TEXT, lambda row: row.code, "survey"),
            Field("name", TEXT, str, "满意度调查", "In the language that was asked for."),
            Field("ground", TEXT, lambda row: row.ground, "个人同意"),
            Field("needs_consent", YES, lambda row: row.needs_consent, True, "false: done until somebody objects."),
            Field("is_active", YES, lambda row: row.is_active, True),
        ),
        about="What personal data is used for.",
    )
)
CONSENT = described(
    Shape(
        "Consent",
        (
            Field("id", INTEGER, lambda row: row.pk, 61),
            Field("purpose", TEXT, lambda row: row.purpose.code, "survey"),
            Field("state", one_of(ConsentState), lambda row: row.state, "given"),
            Field("channel", one_of(PointKind, blank=True), lambda row: row.channel, "phone", "Empty: every channel."),
            Field("occurred_at", MOMENT, lambda row: moment(row.occurred_at), "2026-10-12T03:20:00.000Z"),
            Field("how", one_of(How), lambda row: row.how, "phone"),
            Field("words", TEXT, lambda row: row.words, "“可以，打电话问我就行”", "The proof, in the customer's words."),
            Field("has_document", YES, lambda row: row.document_id is not None, False, "A signed sheet is kept; it is read on the page."),
            Field("by", NAMED, lambda row: named(row.by), {"id": 3, "name": "李敏"}),
            Field("recorded_at", MOMENT, lambda row: moment(row.recorded_at), "2026-10-12T03:20:00.000Z"),
        ),
        about="One word of a customer on one purpose. The newest counts; nothing is overwritten.",
    )
)
ANSWER = described(
    Shape(
        "MayContact",
        (
            Field("purpose", TEXT, lambda said: said[0], "survey"),
            Field("channel", one_of(PointKind, blank=True), lambda said: said[1], "phone"),
            Field("allowed", YES, lambda said: said[2].allowed, True),
            Field("reason", WHY, lambda said: said[2].reason, "given"),
            Field("last_at", maybe(MOMENT), lambda said: moment(said[3]), "2026-10-12T03:20:00.000Z", "The customer's last word."),
        ),
        about="Whether a customer may be contacted for a purpose by a channel, and why.",
    )
)


class Said(Body):
    """Given or withdrawn. Giving needs proof: `words`. Withdrawing needs no reason."""

    purpose: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    state: Annotated[str, OneOf(ConsentState)]
    how: Annotated[str, OneOf(How)]
    channel: Annotated[str, OneOf(PointKind, blank=True)] = ""
    words: Annotated[str, StringConstraints(max_length=500)] = ""
    occurred_at: MaybeMoment = None

    model_config = ConfigDict(
        json_schema_extra={"example": {"purpose": "survey", "state": "given", "how": "phone", "words": "“可以，打电话问我就行”"}}
    )


@room.get("/purposes", "privacy.consent", gives=several(PURPOSE))
def purposes(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- every operation is called with the request
    """What personal data is used for, and which of it needs a consent."""
    return answer({"items": [PURPOSE.of(row) for row in queries.purposes()]})


@room.get("/customers/{int:customer_id}/consents", "privacy.consent", record="customer", gives=page(CONSENT), parameters=asking.PAGED)
def consents(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Every word of a customer, what was noted last first."""
    customer = file_of(caller_of(request), customer_id)
    return answer(asking.keyed(request, queries.consents_of(customer).order_by("-pk"), CONSENT))


@room.post("/customers/{int:customer_id}/consents", "privacy.consent", record="customer", gives=made(CONSENT, etag=False))
def note(request: HttpRequest, customer_id: int, payload: Said) -> HttpResponse:
    """Note that a customer gave or withdrew consent, with the proof."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    known = {purpose.code: purpose.pk for purpose in queries.purposes()}
    if payload.purpose not in known:
        raise errors.PurposeUnknown(name=payload.purpose, known=", ".join(known))
    values = payload.model_dump(exclude={"purpose"})
    noted = actions.note_consent(customer_id=customer_id, purpose_id=known[payload.purpose], by=caller.actor, **values)
    return answer(CONSENT.of(noted), 201, location=f"/api/v1/customers/{customer_id}/consents")


@room.get(
    "/customers/{int:customer_id}/may-contact",
    "privacy.consent",
    record="customer",
    gives=several(ANSWER),
    parameters={
        "purpose": {"type": "string", "minLength": 1, "maxLength": 30},
        "channel": {"type": "string", "enum": list(PointKind.values)},
    },
)
def may_contact(request: HttpRequest, customer_id: int) -> HttpResponse:
    """May we? By purpose, at all or by one `channel`; ask before every contact that is not an answer."""
    customer = file_of(caller_of(request), customer_id)
    channel, wanted = request.GET.get("channel", ""), request.GET.get("purpose")
    if channel not in ("", *PointKind.values):
        raise errors.ParameterUnreadable(name="channel", value=channel[:40])
    standing = queries.may_contact_each(customer, channel)
    known = [one.purpose.code for one in standing]
    if wanted is not None and wanted not in known:
        raise errors.ParameterUnreadable(name=f"purpose ({', '.join(known)})", value=wanted[:40])
    told = [one for one in standing if wanted in (None, one.purpose.code)]
    return answer({"items": [ANSWER.of((one.purpose.code, channel, one.answer, one.last and one.last.occurred_at)) for one in told]})
