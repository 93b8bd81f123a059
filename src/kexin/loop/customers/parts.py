"""Parts of a file: what each domain knows of a customer, registered by the domain itself, composed when it is read.

    parts.register(Part("orders", gettext_lazy("Orders"), timeline=orders_on_timeline, counts=…, move=…))

A part's `timeline(customer, before, limit, user)` runs one statement and returns at most `limit` items, newest first,
all of them older than `before` (None: from the newest). `Cursor.older` writes that condition:

    records.filter(customer=customer).filter(Cursor.older(before, part="orders", at="occurred_at")).order_by("-occurred_at", "-id")
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Any, Protocol

from django.db.models import Max, Model, Q, QuerySet
from django.utils.functional import Promise

from kexin.loop.customers.models import Customer


@dataclass(frozen=True)
class TimelineItem:
    """One line of the timeline 往来, in the reader's language and already within what the reader may see."""

    at: datetime
    kind: str  # what the filter offers: call, visit, order, tier, …
    icon: str  # a name of the frame's icons
    title: str
    text: str = ""
    link: str = ""
    part: str = ""
    id: int = 0
    who: str = ""
    chip: str = ""
    tone: str = ""  # of the chip: good, warn, bad, acc
    quote: bool = False  # the text is the customer's own words
    day_only: bool = False  # the hour is not known

    @property
    def sort_key(self) -> tuple[datetime, str, int]:
        return (self.at, self.part, self.id)


@dataclass(frozen=True)
class Cursor:
    """Where the page of a timeline ended: the last item shown. Items of equal time are told apart by part and id."""

    at: datetime
    part: str
    id: int

    @classmethod
    def of(cls, item: TimelineItem) -> Cursor:
        return cls(item.at, item.part, item.id)

    def encode(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.at.isoformat(), self.part, self.id]).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Read a cursor out of an address; ValueError when somebody changed it."""
        try:
            at, part, number = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            moment = datetime.fromisoformat(at)
            if moment.tzinfo is None or not isinstance(part, str) or not 0 <= int(number) < 1 << 63:
                raise ValueError(text)
            if not MINYEAR < moment.year < MAXYEAR:  # in another zone it is none any more
                raise ValueError(text)
            return cls(moment, part, int(number))
        except (binascii.Error, TypeError, UnicodeDecodeError) as broken:
            raise ValueError(text) from broken

    @staticmethod
    def older(before: Cursor | None, *, part: str, at: str = "occurred_at", number: str = "id") -> Q:
        """The condition "after the cursor on the page" for one part's rows: newest first, then part and id falling."""
        if before is None:
            return Q()
        earlier = Q(**{f"{at}__lt": before.at})
        if part < before.part:
            return earlier | Q(**{at: before.at})
        if part == before.part:
            return earlier | Q(**{at: before.at, f"{number}__lt": before.id})
        return earlier


class Timeline(Protocol):
    def __call__(self, customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]: ...


class TimelineOf(Protocol):
    """As Timeline, of some kinds only: so that a filter costs one statement too."""

    def __call__(self, customer: Customer, before: Cursor | None, limit: int, user: Any, kinds: Collection[str]) -> list[TimelineItem]: ...


class Counts(Protocol):
    """Rows of each kind, as querysets: the timeline counts all parts' together in one statement."""

    def __call__(self, customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]: ...


@dataclass(frozen=True)
class Part:
    """What one domain knows of a customer. Everything but name and label is optional.

    `move(source, target)` takes the rows over when two files become one, inside the caller's transaction, and returns
    plain values by which `move_back(source, target, moved)` returns them: {table: numbers}. Both files carry the change
    number of the merge already (`target.change`), for rows that have one; `export(customer)` gives them for a copy of
    the file; `erase(customer)` forgets what names the person.
    """

    name: str
    label: str | Promise
    kinds: Mapping[str, str | Promise] | None = None  # timeline kinds and their words for the filter
    timeline: Timeline | None = None
    timeline_of: TimelineOf | None = None  # optional, for a part of several kinds
    counts: Counts | None = None
    move: Callable[[Customer, Customer], Any] | None = None
    move_back: Callable[[Customer, Customer, Any], None] | None = None
    export: Callable[[Customer], list[dict[str, Any]]] | None = None
    erase: Callable[[Customer], int] | None = None
    # Tables of rows written one by one. When a merge is taken back, those written since may be given to either file; `move`
    # keeps the numbers of what it moved under the name of the table.
    tables: tuple[type[Model], ...] = ()
    # Rows that stay when the person is erased: what they are called, and why they may or must be kept.
    keeps: tuple[str | Promise, str | Promise] | None = None
    permission: str = ""  # which a program's token must cover to read its lines; empty: those who read the file read them
    position: int = 50


_registered: dict[str, Part] = {}


def register(part: Part) -> Part:
    """Add a part, once: called from the domain's AppConfig.ready. The same name again replaces it."""
    _registered[part.name] = part
    return part


def registered() -> list[Part]:
    return sorted(_registered.values(), key=lambda part: (part.position, part.name))


def named(name: str) -> Part:
    return _registered[name]


def table(part: str, name: str) -> type[Model] | None:
    """One of the tables a part names, None if it names none so."""
    known = _registered.get(part)
    return next((model for model in known.tables if model.__name__ == name), None) if known is not None else None


def highest() -> dict[str, int]:
    """The highest number in each table of the parts: what is above it later was written since."""
    models = {model for part in _registered.values() for model in part.tables}
    return {model._meta.label: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in sorted(models, key=str)}  # noqa: SLF001 -- Django's documented model interface


__all__ = ["Counts", "Cursor", "Part", "Timeline", "TimelineItem", "TimelineOf", "highest", "named", "register", "registered", "table"]
