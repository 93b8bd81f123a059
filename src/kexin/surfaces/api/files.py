"""The file as a whole: everything on one page in one answer, how complete it is, what to ask next, and how files stand by branch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from kexin.loop.customers import queries
from kexin.loop.customers.choices import Calendar, Kind, Topic
from kexin.loop.customers.queries import CustomerPage, Quality
from kexin.loop.customers.rules.freshness import EXPECTED
from kexin.surfaces.api import credit, known, own_fields, projects, reach, relations
from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer, version_tag
from kexin.surfaces.api.contract.room import Room, described, one
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, TEXT, YES, Field, Schema, Shape, many, maybe, one_of, ref
from kexin.surfaces.api.customers import CUSTOMER, file_of, with_more
from kexin.surfaces.frame import asking as questions

room = Room("files")
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
ITEM: Schema = {"type": "string", "enum": list(dict.fromkeys(name for names in EXPECTED.values() for name in names))}

ASK = described(
    Shape(
        "Ask",
        (
            Field("item", ITEM, lambda ask: ask.item, "wish"),
            Field("label", TEXT, lambda ask: questions.words(ask.item), "愿望"),
            Field("question", TEXT, lambda ask: questions.question(ask.item), "接下来您最想解决什么？", "How one might put it."),
            Field("worth", INTEGER, lambda ask: ask.worth, 60, "Points; only their order counts."),
            Field("is_stale", YES, lambda ask: ask.is_stale, False, "Known, but long ago."),
        ),
        about="One thing worth asking.",
    )
)
COMPLETENESS = described(
    Shape(
        "Completeness",
        (
            Field("share", SHARE, lambda page: round(page.completeness.share, 4), 0.6667, "Of what a file of this kind should hold."),
            Field("have", many(ITEM), lambda page: page.completeness.have, ["phone", "owner", "region"]),
            Field("missing", many(ITEM), lambda page: page.completeness.missing, ["wish", "credit"]),
            Field("ageing", INTEGER, lambda page: page.freshness.ageing, 5, "Entries that can go stale."),
            Field("stale", INTEGER, lambda page: page.freshness.stale, 1),
            Field(
                "ask_next", many(ref("Ask")), lambda page: [ASK.of(ask) for ask in page.asks], [ASK.example()], "The most worthwhile first."
            ),
        ),
        about="How complete and fresh a file is, and what to ask next.",
    )
)


def _day(day: Any) -> dict[str, Any]:
    return {**known.OCCASION.of(day.occasion), "next_on": day.next_on, "in_days": day.in_days}


KNOWN_DAY: Schema = {
    "type": "object",
    "required": ["label", "calendar", "month", "day", "next_on", "in_days"],
    "properties": {"label": TEXT, "calendar": one_of(Calendar), "month": INTEGER, "day": INTEGER, "next_on": DAY, "in_days": INTEGER},
}
DAY_EXAMPLE = {**known.OCCASION.example(), "next_on": "2027-10-08", "in_days": 320}


def _all(name: str, shape: Shape, rows: Callable[[Any], Iterable[Any]], about: str = "") -> Field:
    return Field(name, many(ref(shape.name)), lambda page: [shape.of(row) for row in rows(page)], [shape.example()], about)


def _credit(page: Any) -> dict[str, Any] | None:
    return credit.CREDIT.of(page.credit) if page.credit is not None else None


def _longer(page: Any) -> list[str]:
    return sorted(name for name, is_more in page.more.items() if is_more)


WHOLE = described(
    Shape(
        "WholeFile",
        (
            Field("customer", ref("CustomerRow"), lambda page: page.shown, CUSTOMER.example()),
            _all("contacts", reach.CONTACT, lambda page: [one.contact for one in page.reach if one.contact]),
            _all("points", reach.POINT, lambda page: [point for one in page.reach for point in one.points], "Masked."),
            _all("entries", known.ENTRY, lambda page: page.entries),
            _all("assets", known.ASSET, lambda page: page.assets),
            Field("days", many(KNOWN_DAY), lambda page: [_day(day) for day in page.days], [DAY_EXAMPLE], "The next one first."),
            _all("projects", projects.PROJECT, lambda page: page.projects),
            _all("relations", relations.RELATION, lambda page: page.related),
            _all("own_fields", own_fields.OWN_VALUE, lambda page: page.custom),
            Field("credit", maybe(ref("Credit")), _credit, credit.CREDIT.example(), "", "customer.credit"),
            Field("completeness", ref("Completeness"), COMPLETENESS.of, COMPLETENESS.example()),
            Field("more", many(TEXT), _longer, [], "Lists of which only the first 60 are here."),
        ),
        about="All that the customer's page shows, as the person may see it.",
    )
)


class _Page:
    """The page with what answers show beside it."""

    def __init__(self, page: CustomerPage, caller: Caller) -> None:
        self._page = page
        with_more([page.customer], caller.user)
        for project in page.projects:
            project.customer = page.customer  # no statement for each
        fields, _added = CUSTOMER.chosen(None, caller)
        self.shown = CUSTOMER.of(page.customer, fields)
        relatives = page.relatives
        self.related = [] if relatives is None else [*relatives.standing, *relatives.ended]
        self.entries = [one.entry for one in page.entries if one.entry.topic != Topic.CREDIT or caller.may_see("customer.credit")]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)


def _page_of(request: HttpRequest, customer_id: int) -> _Page:
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    return _Page(queries.customer_page(customer, caller.user), caller)


@room.get("/customers/{int:customer_id}/file", "customer.view", record="customer", gives=one(WHOLE), shape=WHOLE)
def whole(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Everything on the file in one answer: who they are, how to reach them, what is known, what to ask next."""
    fields, _added = WHOLE.chosen(request.GET.get("fields"), caller_of(request))
    page = _page_of(request, customer_id)
    return answer(WHOLE.of(page, fields), etag=version_tag(page.customer))


@room.get("/customers/{int:customer_id}/completeness", "customer.view", record="customer", gives=one(COMPLETENESS, etag=False))
def completeness(request: HttpRequest, customer_id: int) -> HttpResponse:
    """How complete and fresh a file is, and what to ask next."""
    return answer(COMPLETENESS.of(_page_of(request, customer_id)))


def _line(line: Any, items: list[str]) -> dict[str, Any]:
    shares = {item: line.of(item) for item in items}
    return {
        "name": line.name,
        "files": line.files,
        "share": None if line.share is None else round(line.share, 4),
        "fresh": None if line.fresh is None else round(line.fresh, 4),
        "items": {item: round(share, 4) for item, share in shares.items() if share is not None},
    }


LINE: Schema = {
    "type": "object",
    "required": ["name", "files", "share", "fresh", "items"],
    "additionalProperties": False,
    "properties": {
        "name": {**TEXT, "description": "Empty: of none."},
        "files": INTEGER,
        "share": {**maybe(SHARE), "description": "Of what files should hold."},
        "fresh": {**maybe(SHARE), "description": "Of what can go stale."},
        "items": {"type": "object", "propertyNames": ITEM, "additionalProperties": SHARE},
    },
}
LINE_EXAMPLE = {"name": "杭州店", "files": 412, "share": 0.7, "fresh": 0.8, "items": {"phone": 0.98, "wish": 0.31}}
QUALITY = described(
    Shape(
        "Quality",
        (
            Field("counted_on", maybe(DAY), lambda read: read.counted_on, "2026-11-21", "null: never counted yet."),
            Field("whole", LINE, lambda read: _line(read.whole, read.items), {**LINE_EXAMPLE, "name": ""}),
            Field("branches", many(LINE), lambda read: [_line(line, read.items) for line in read.branches], [LINE_EXAMPLE]),
            Field("owners", many(LINE), lambda read: [_line(line, read.items) for line in read.owners], [{**LINE_EXAMPLE, "name": "李敏"}]),
        ),
        about="How complete and fresh files are, as counted last night, within what you see.",
    )
)


@room.get("/quality", "customer.view", gives=one(QUALITY, etag=False), parameters={"kind": {"type": "string", "enum": list(Kind.values)}})
def quality(request: HttpRequest) -> HttpResponse:
    """How complete and fresh files are, by branch and by owner. `kind` counts persons or organisations alone."""
    kind = request.GET.get("kind", "")
    if kind not in ("", *Kind.values):
        raise errors.ParameterUnreadable(name="kind", value=kind[:40])
    read: Quality = queries.file_quality(caller_of(request).user, kind=kind)
    return answer(QUALITY.of(read))
