"""What is known of a customer: file entries with their source, what they have of ours, days that matter, what was said."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.loop.customers import actions, queries
from kexin.loop.customers.choices import AssetKind, Calendar, Hobby, InteractionKind, Source, Topic
from kexin.loop.customers.models import Asset, FileEntry, Occasion
from kexin.loop.customers.parts import Cursor
from kexin.surfaces.api.belongings import Thing, belonging, offer
from kexin.surfaces.api.contract import asking, errors
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer, moment
from kexin.surfaces.api.contract.entries import Body, Line, MaybeDay, MaybeKey, MaybeMoment, OneOf
from kexin.surfaces.api.contract.room import Gives, Room, described, made, one, page
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, TEXT, YES, Field, Shape, maybe, one_of, ref
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.looking import PURPOSE, purpose_of
from kexin.surfaces.api.people import NAMED, named

room = Room("known")

ENTRY = described(
    Shape(
        "Entry",
        (
            Field("id", INTEGER, lambda row: row.pk, 301),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("topic", one_of(Topic), lambda row: row.topic, "hobby"),
            Field("choice", one_of(Hobby, blank=True), lambda row: row.choice, "sports", "The group of hobbies."),
            Field("value", TEXT, lambda row: row.value, "周末打羽毛球"),
            Field("source", one_of(Source), lambda row: row.source, "dealings", "How it came to be known."),
            Field("collected_on", DAY, lambda row: row.collected_on, "2026-10-12"),
            Field("collected_by", NAMED, lambda row: named(row.collected_by), {"id": 3, "name": "李敏"}),
            Field("purpose", TEXT, lambda row: row.purpose, "节日问候"),
            Field("is_inference", YES, lambda row: row.is_inference, False, "Concluded, not told."),
            Field("certainty", maybe(INTEGER), lambda row: row.certainty, None, "Percent, of an inference."),
            Field("evidence", TEXT, lambda row: row.evidence, ""),
            Field("rule", TEXT, lambda row: row.rule, "", "The rule that concluded it; empty: a person wrote it."),
            Field("rejected_on", maybe(DAY), lambda row: row.rejected_on, None, "Somebody said that it is not so."),
            Field("superseded_by", maybe(INTEGER), lambda row: row.superseded_by_id, None, "The newer value; null: this is the newest."),
            Field("recorded_at", MOMENT, lambda row: moment(row.recorded_at), "2026-10-12T03:20:00.000Z"),
        ),
        about="One thing known of a customer. Nothing is overwritten: a newer value supersedes an older one.",
    )
)
ASSET = described(
    Shape(
        "Asset",
        (
            Field("id", INTEGER, lambda row: row.pk, 9),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("kind", one_of(AssetKind), lambda row: row.kind, "vehicle"),
            Field("name", TEXT, lambda row: row.masked_name, "奥德赛 2.0L"),
            Field("plate", TEXT, lambda row: row.masked_plate, "浙A••••45", "Masked. `reveal` gives the whole."),
            Field("vin", TEXT, lambda row: row.masked_vin, "LH••••89", "Masked."),
            Field("acquired_on", maybe(DAY), lambda row: row.acquired_on, "2024-05-18"),
            Field("note", TEXT, lambda row: row.note, ""),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="What the customer has of ours.",
    )
)
OCCASION = described(
    Shape(
        "Occasion",
        (
            Field("id", INTEGER, lambda row: row.pk, 15),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("contact_id", maybe(INTEGER), lambda row: row.contact_id, None),
            Field("label", TEXT, lambda row: row.label, "生日"),
            Field("calendar", one_of(Calendar), lambda row: row.calendar, "lunar"),
            Field("month", INTEGER, lambda row: row.month, 9),
            Field("day", INTEGER, lambda row: row.day, 9),
            Field("is_leap_month", YES, lambda row: row.is_leap_month, False),
            Field("year_known", YES, lambda row: row.year is not None, True, "The year is shown by `reveal` only."),
            Field("source", one_of(Source), lambda row: row.source, "customer"),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="A day that matters to the customer, in the solar or the lunar calendar.",
    )
)
WHOLE_ASSET = described(
    Shape(
        "WholeAsset",
        (
            Field("plate", TEXT, lambda row: row.plate, "浙A12345"),
            Field("vin", TEXT, lambda row: row.vin, "LHGRB186072026789"),
        ),
        about="Plate and VIN.",
    )
)
WHOLE_DAY = described(
    Shape(
        "WholeDay",
        (
            Field("year", maybe(INTEGER), lambda row: row.year, 1979),
            Field("month", INTEGER, lambda row: row.month, 9),
            Field("day", INTEGER, lambda row: row.day, 9),
            Field("calendar", one_of(Calendar), lambda row: row.calendar, "lunar"),
        ),
        about="A day with its year. That it was shown is in the trail.",
    )
)
INTERACTION = described(
    Shape(
        "Interaction",
        (
            Field("id", INTEGER, lambda row: row.pk, 5001),
            Field("customer_id", INTEGER, lambda row: row.customer_id, 12),
            Field("kind", one_of(InteractionKind), lambda row: row.kind, "call"),
            Field("occurred_at", MOMENT, lambda row: moment(row.occurred_at), "2026-11-20T02:15:00.000Z"),
            Field("text", TEXT, lambda row: row.text, "问到货时间，答应周五前回复。"),
        ),
        about="A call, visit, message or note.",
    )
)
ITEM = described(
    Shape(
        "TimelineItem",
        (
            Field("at", MOMENT, lambda row: moment(row.at), "2026-11-20T02:15:00.000Z"),
            Field("kind", TEXT, lambda row: row.kind, "call"),
            Field("title", TEXT, lambda row: str(row.title), "电话"),
            Field("text", TEXT, lambda row: str(row.text), "问到货时间，答应周五前回复。"),
            Field("part", TEXT, lambda row: row.part, "customers", "The part of the house that knows it."),
            Field("id", INTEGER, lambda row: row.id, 5001),
            Field("who", TEXT, lambda row: str(row.who), "李敏"),
            Field("chip", TEXT, lambda row: str(row.chip), ""),
        ),
        about="One thing that happened, in the language that was asked for.",
    )
)


class Learnt(Body):
    """One thing known of a customer, and how it came to be known. An inference needs certainty and evidence."""

    value: Annotated[str, StringConstraints(max_length=300)] = ""
    source: Annotated[str, OneOf(Source)]
    choice: Annotated[str, OneOf(Hobby, blank=True)] = ""
    collected_on: MaybeDay = None
    purpose: Annotated[str, StringConstraints(max_length=60)] = ""
    is_inference: bool = False
    certainty: Annotated[int | None, Entry(ge=1, le=99)] = None
    evidence: Annotated[str, StringConstraints(max_length=300)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"value": "周末打羽毛球", "source": "dealings", "choice": "sports"}})


class NewEntry(Learnt):
    """As above, with what it is about."""

    topic: Annotated[str, OneOf(Topic)]

    model_config = ConfigDict(
        json_schema_extra={"example": {"topic": "hobby", "choice": "sports", "value": "周末打羽毛球", "source": "dealings"}}
    )


class NewAsset(Body):
    """A vehicle, an installation: by name, plate or number, at least one of them."""

    name: Annotated[str, StringConstraints(max_length=120)] = ""
    kind: Annotated[str, OneOf(AssetKind)] = AssetKind.VEHICLE.value
    plate: Annotated[str, StringConstraints(max_length=20)] = ""
    vin: Annotated[str, StringConstraints(max_length=30)] = ""
    acquired_on: MaybeDay = None
    note: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "奥德赛 2.0L", "plate": "浙A12345", "acquired_on": "2024-05-18"}})


class NewOccasion(Body):
    """A day to remember. The year may stay unknown; a lunar day is dated anew every year."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    month: Annotated[int, Entry(ge=1, le=12)]
    day: Annotated[int, Entry(ge=1, le=31)]
    calendar: Annotated[str, OneOf(Calendar)] = Calendar.SOLAR.value
    year: Annotated[int | None, Entry(ge=1900, le=2100)] = None
    is_leap_month: bool = False
    source: Annotated[str, OneOf(Source)] = Source.CUSTOMER.value
    contact_id: MaybeKey = None

    model_config = ConfigDict(json_schema_extra={"example": {"label": "生日", "calendar": "lunar", "month": 9, "day": 9, "year": 1979}})


class OccasionChange(Body):
    """What is to be another than before. What is left out stays."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=40)] = ""
    month: Annotated[int, Entry(ge=1, le=12)] = 1
    day: Annotated[int, Entry(ge=1, le=31)] = 1
    calendar: Annotated[str, OneOf(Calendar)] = Calendar.SOLAR.value
    year: Annotated[int | None, Entry(ge=1900, le=2100)] = None
    is_leap_month: bool = False
    source: Annotated[str, OneOf(Source)] = Source.CUSTOMER.value

    model_config = ConfigDict(json_schema_extra={"example": {"day": 10}})


class Noted(Body):
    """What was said or done. Without a moment it is now."""

    kind: Annotated[str, OneOf(InteractionKind)]
    text: Annotated[str, StringConstraints(max_length=4000)] = ""
    occurred_at: MaybeMoment = None

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "call", "text": "问到货时间，答应周五前回复。"}})


@room.get(
    "/customers/{int:customer_id}/entries", "customer.view", record="customer", gives=page(ENTRY),
    parameters={**asking.PAGED, "all": {"type": "string", "enum": ["1", "0"]}},
)  # fmt: skip
def entries(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What is known of a customer, newest first. `all=1` gives older values and rejected conclusions too."""
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    found = customer.entries.select_related("collected_by").order_by("-pk")
    if not caller.may_see("customer.credit"):
        found = found.exclude(topic=Topic.CREDIT)
    if request.GET.get("all", "0") not in {"0", "1"}:
        raise errors.ParameterUnreadable(name="all", value=request.GET["all"][:40])
    if request.GET.get("all") != "1":
        found = found.filter(superseded_by=None, rejected_on=None)
    return answer(asking.keyed(request, found, ENTRY))


@room.post("/customers/{int:customer_id}/entries", "customer.edit", record="customer", gives=made(ENTRY, etag=False))
def add_entry(request: HttpRequest, customer_id: int, payload: NewEntry) -> HttpResponse:
    """Write one thing known of a customer."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    entry = actions.add_entry(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(ENTRY.of(entry), 201, location=f"/api/v1/entries/{entry.pk}")


@room.get("/entries/{int:entry_id}", "customer.view", record="entry", gives=one(ENTRY, etag=False))
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One thing known."""
    return answer(ENTRY.of(belonging(caller_of(request), FileEntry, entry_id)))


@room.post("/entries/{int:entry_id}/newer", "customer.edit", record="entry", gives=made(ENTRY, etag=False))
def supersede_entry(request: HttpRequest, entry_id: int, payload: Learnt) -> HttpResponse:
    """Write a newer value. The older one is kept; of two who do so at once the second is told."""
    caller = caller_of(request)
    belonging(caller, FileEntry, entry_id)
    newer = actions.supersede_entry(entry_id=entry_id, by=caller.actor, **payload.model_dump())
    return answer(ENTRY.of(newer), 201, location=f"/api/v1/entries/{newer.pk}")


offer(
    room,
    Thing(
        name="asset", many="assets", model=Asset, shape=ASSET, new=NewAsset, change=NewAsset,
        add=actions.add_asset, alter=actions.change_asset, remove=actions.remove_asset, order=("-acquired_on", "-pk"),
        about=(
            "What a customer has of ours; at most 200.",
            "Add a vehicle or an installation.",
            "One vehicle or installation.",
            "Change a vehicle or installation. What is left out stays.",
            "Take a vehicle or installation off the file.",
        ),
    ),
)  # fmt: skip
offer(
    room,
    Thing(
        name="occasion", many="occasions", model=Occasion, shape=OCCASION, new=NewOccasion, change=OccasionChange,
        add=actions.add_occasion, alter=actions.change_occasion, remove=actions.remove_occasion, order=("pk",),
        about=(
            "Days that matter to a customer, without their years; at most 200.",
            "Add a day to remember.",
            "One day, without its year.",
            "Change a day. What is left out stays.",
            "Take a day off the file.",
        ),
    ),
)  # fmt: skip


@room.post(
    "/occasions/{int:occasion_id}/reveal",
    "customer.reveal",
    record="occasion",
    gives=Gives(200, ref("WholeDay"), WHOLE_DAY.example()),
    parameters=PURPOSE,
)
def reveal_occasion(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """The whole day with its year. Who asked for it, and what for, is in the audit trail."""
    caller = caller_of(request)
    belonging(caller, Occasion, occasion_id)
    return answer(WHOLE_DAY.of(actions.reveal_occasion(occasion_id=occasion_id, by=caller.actor, **purpose_of(request))))


@room.post(
    "/assets/{int:asset_id}/reveal",
    "customer.reveal",
    record="asset",
    gives=Gives(200, ref("WholeAsset"), WHOLE_ASSET.example()),
    parameters=PURPOSE,
)
def reveal_asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Plate and VIN. Who asked for them, and what for, is in the audit trail."""
    caller = caller_of(request)
    belonging(caller, Asset, asset_id)
    return answer(WHOLE_ASSET.of(actions.reveal_asset(asset_id=asset_id, by=caller.actor, **purpose_of(request))))


@room.post("/customers/{int:customer_id}/interactions", "customer.edit", record="customer", gives=made(INTERACTION, etag=False))
def note(request: HttpRequest, customer_id: int, payload: Noted) -> HttpResponse:
    """Note a call, a visit, a message or a thought."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    noted = actions.note_interaction(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(INTERACTION.of(noted), 201, location=f"/api/v1/customers/{customer_id}/timeline")


@room.get(
    "/customers/{int:customer_id}/timeline", "customer.view", record="customer", gives=page(ITEM),
    parameters={**asking.PAGED, "kinds": {"type": "string", "minLength": 1}},
)  # fmt: skip
def timeline(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Everything that happened, newest first. `kinds` (call,visit,order…) chooses.

    Orders, changes of tier, to-dos, consents and whatever else is another part of the house: as far as the token covers it.
    """
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    cursor = request.GET.get("cursor", "")
    try:
        before = Cursor.decode(cursor) if cursor else None
    except ValueError:
        raise errors.ParameterUnreadable(name="cursor", value=cursor[:60]) from None
    kinds = [kind for kind in request.GET.get("kinds", "").split(",") if kind] or None
    limit = asking.limit_of(request)
    shown = queries.timeline(customer, caller.user, before=before, limit=limit, kinds=kinds, may_see=caller.may_see)
    return answer({"items": [ITEM.of(item) for item in shown.items], "next": shown.older.encode() if shown.older else None})
