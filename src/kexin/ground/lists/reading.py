"""Reading: one page of a list, by key. The statements are the same in number for three rows and for a million."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateTimeField, Field, Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from kexin.ground.lists import asking
from kexin.ground.lists.asking import Asked
from kexin.ground.lists.errors import BadAddress
from kexin.ground.lists.listing import Column, Filter, Listing
from kexin.ground.lists.models import Tag, Tagging
from kexin.ground.staff.models import User

ENOUGH = 10_000  # counting stops here until somebody asks
FIRST, LAST = date(1, 1, 2), date(9999, 12, 30)  # beyond them a day in another zone is none any more


@dataclass(frozen=True)
class Page:
    """What one address shows."""

    listing: Listing
    asked: Asked
    rows: list[Any]
    next: str = ""  # addresses; empty where there is none
    previous: str = ""
    count: int = 0
    more: bool = False  # there are more than `count`
    tags: Mapping[int, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """How rows follow each other: a field, the key that decides between equals, the direction. Empty values come last."""

    path: str
    tie: str
    descending: bool
    field: Field[Any, Any] | None

    @property
    def by_key(self) -> bool:
        return self.path == "pk"


def read(listing: Listing, params: QueryDict | Mapping[str, str], user: User, *, kept: str = "") -> Page:
    """One page for this person, with the columns they keep where the address names none. Raises BadAddress where it cannot be read."""
    listing = listing.seen_by(user)
    asked = asking.read(listing, params, columns=kept)
    records = joined(listing, asked, matching(listing, asked, user))
    order = order_of(listing, asked, records.model)
    backwards = bool(asked.before)
    mark = _mark(order, asked.before or asked.after)
    rows = _rows(records, order, mark, backwards=backwards, limit=asked.size + 1)
    beyond = len(rows) > asked.size
    rows = rows[: asked.size]
    if backwards:
        rows.reverse()
    has_next = beyond if not backwards else True
    has_previous = beyond if backwards else bool(asked.after)
    count = records.order_by().count() if asked.exact else records.order_by().values("pk")[: ENOUGH + 1].count()
    decorate(listing, rows, user, asked.columns)
    return Page(
        listing=listing,
        asked=asked,
        rows=rows,
        next=asked.address(after=cursor(order, rows[-1])) if rows and has_next else "",
        previous=asked.address(before=cursor(order, rows[0])) if rows and has_previous else "",
        count=count if asked.exact else min(count, ENOUGH),
        more=not asked.exact and count > ENOUGH,
        tags=tags_of(listing, asked.columns, rows),
    )


def behind(records: QuerySet[Any], order: Order, mark: str, *, limit: int) -> list[Any]:
    """At most so many rows behind a mark out of an address; from the first one where it is empty. BadAddress where it cannot be read."""
    return _rows(records, order, _mark(order, mark), backwards=False, limit=limit)


def each(listing: Listing, asked: Asked, user: User, *, batch: int = 1000) -> Iterator[list[Any]]:
    """All matching rows in their order, a batch at a time, memory flat: each batch begins where the one before ended."""
    records = joined(listing, asked, matching(listing, asked, user))
    order = order_of(listing, asked, records.model)
    mark: tuple[Any, int] | None = None
    while rows := _rows(records, order, mark, backwards=False, limit=batch):
        decorate(listing, rows, user, asked.columns)
        yield rows
        if len(rows) < batch:
            return
        mark = _mark(order, cursor(order, rows[-1]))


def matching(listing: Listing, asked: Asked, user: User) -> QuerySet[Any]:
    """The records this person may see that meet every condition."""
    records = listing.records(user)
    for f in listing.filters:
        if f.name in asked.values:
            records = _apply(f, records, asked.values[f.name], user, listing)
    if asked.text and listing.search is not None:
        records = listing.search(records, asked.text)
    return records


def joined(listing: Listing, asked: Asked, records: QuerySet[Any]) -> QuerySet[Any]:
    """With what the list is sorted by, where that is not a field of its records."""
    column = listing.column(asked.order.removeprefix("-"))
    return column.joined(records) if column is not None and column.joined is not None else records


def decorate(listing: Listing, rows: list[Any], user: User, columns: Sequence[Column] = ()) -> None:
    """What the cells need besides the records, in bulk: for the whole list, and once for each way the shown columns read it."""
    if listing.decorate is not None and rows:
        listing.decorate(rows, user)
    if rows:
        for fetch in dict.fromkeys(column.fetch for column in columns if column.fetch is not None):
            fetch(rows)


def order_of(listing: Listing, asked: Asked, model: type[Model]) -> Order:
    name = asked.order.removeprefix("-")
    descending = asked.order.startswith("-")
    column = listing.column(name)
    if column is None:
        return Order("pk", "pk", descending, None)
    return Order(column.order, column.tie, descending, column.kept_as or _field(model, column.order))


def _field(model: type[Model], path: str) -> Field[Any, Any]:
    current: Any = model
    found: Any = None
    for part in path.split("__"):
        found = current._meta.pk if part == "pk" else current._meta.get_field(part)  # noqa: SLF001 -- Django's own introspection
        current = found.related_model
    if not isinstance(found, Field):
        raise FieldDoesNotExist(path)
    return found


def _rows(records: QuerySet[Any], order: Order, mark: tuple[Any, int] | None, *, backwards: bool, limit: int) -> list[Any]:
    if order.by_key:
        falling = order.descending != backwards
        if mark is not None:
            records = records.filter(**{"pk__lt" if falling else "pk__gt": mark[1]})
        return list(records.order_by("-pk" if falling else "pk")[:limit])
    # Two zones, values and then empty ones, each read along an index; one condition over both could not use any.
    zones = ["empty", "values"] if backwards else ["values", "empty"]
    if mark is not None and (mark[0] is None) != (zones[0] == "empty"):
        zones = zones[1:]
    found: list[Any] = []
    for zone in zones:
        if len(found) < limit:
            bound = mark if mark is not None and (mark[0] is None) == (zone == "empty") else None
            found += _zone(records, order, zone, bound, backwards=backwards)[: limit - len(found)]
    return found


def _zone(records: QuerySet[Any], order: Order, zone: str, mark: tuple[Any, int] | None, *, backwards: bool) -> QuerySet[Any]:
    falling = order.descending != backwards
    sign, less = ("-", "lt") if falling else ("", "gt")
    if zone == "empty":
        # A record without the joined row has no tie of its own there: its key decides.
        chosen = records.filter(**{f"{order.path}__isnull": True})
        if mark is not None:
            chosen = chosen.filter(**{f"pk__{less}": mark[1]})
        return chosen.order_by(f"{sign}pk")
    chosen = records.filter(**{f"{order.path}__isnull": False})
    if mark is not None:
        value, key = mark
        # The first condition lets the index start at the value; the second decides among equals.
        chosen = chosen.filter(
            Q(**{f"{order.path}__{less}e": value}) & (Q(**{f"{order.path}__{less}": value}) | Q(**{f"{order.tie}__{less}": key}))
        )
    return chosen.order_by(f"{sign}{order.path}", f"{sign}{order.tie}")


def cursor(order: Order, row: Any) -> str:
    """Where a row stands, for an address."""
    value: Any = None
    if not order.by_key:
        value = row
        for part in order.path.split("__"):
            value = getattr(value, part, None)
        value = None if value is None or order.field is None else order.field.value_to_string(_holding(order.field, value))
    packed = json.dumps([value, row.pk], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _holding(field_: Field[Any, Any], value: Any) -> Any:
    """What Field.value_to_string reads a value from."""
    return SimpleNamespace(**{field_.attname: value})


def _mark(order: Order, given: str) -> tuple[Any, int] | None:
    if not given:
        return None
    try:
        value, key = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        if isinstance(key, bool) or not isinstance(key, int) or not 0 <= key < 1 << 62:
            raise BadAddress(name="after", value=given)
        if order.by_key or value is None or order.field is None:
            return None, key
        return _storable(order.field.to_python(value)), key
    except (ValueError, TypeError, binascii.Error, ValidationError, ArithmeticError) as error:
        raise BadAddress(name="after", value=given) from error


def _storable(value: Any) -> Any:
    """A value out of an address, if the database can hold its like: else it would fail only there. ValueError or OverflowError."""
    if isinstance(value, datetime):
        return (value if timezone.is_aware(value) else timezone.make_aware(value)).astimezone(UTC)
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise ValueError(value)
    if isinstance(value, str):
        value.encode()  # half a letter, which JSON can say, is none
        if "\x00" in value:
            raise ValueError(value)
    return value


def _apply(f: Filter, records: QuerySet[Any], value: Any, user: User, listing: Listing) -> QuerySet[Any]:
    if f.apply is not None:
        return f.apply(records, value, user)
    if f.kind == "tag":
        return records.filter(pk__in=Tagging.objects.filter(tag__kind=listing.tag_kind, tag__name__in=value).values("record_id"))
    if f.kind == "days":
        return _quiet(f, records, value)
    if f.kind == "within":
        return records.filter(**{f"{f.path}__gte": _since(records.model, f.path, value)})
    if f.kind == "date" and isinstance(_field(records.model, f.path), DateTimeField):
        return _on_days(records, f.path, *value)
    return records.filter(**_conditions(f, value, user))


def _on_days(records: QuerySet[Any], path: str, low: date | None, high: date | None) -> QuerySet[Any]:
    """From the first day's beginning to the last day's end, in the reader's zone."""
    zone = timezone.get_current_timezone()
    if low is not None:
        records = records.filter(**{f"{path}__gte": datetime.combine(max(low, FIRST), time.min, zone)})
    if high is not None and high < LAST:
        records = records.filter(**{f"{path}__lt": datetime.combine(max(high, FIRST) + timedelta(days=1), time.min, zone)})
    return records


def _conditions(f: Filter, value: Any, user: User) -> dict[str, Any]:
    if f.kind == "text":
        return {f"{f.path}__icontains": value}
    if f.kind == "flag":
        return {f.path: True}
    if f.kind == "choice":
        allowed = {str(choice) for choice, _label in f.choices_for(user)}
        unknown = next((one for one in value if one not in allowed), None)
        if unknown is not None:
            raise BadAddress(name=f.label, value=unknown)
        return {f"{f.path}__in": value}
    low, high = value
    return {f"{f.path}__{end}": bound for end, bound in (("gte", low), ("lte", high)) if bound is not None}


def _quiet(f: Filter, records: QuerySet[Any], days: int) -> QuerySet[Any]:
    """Longer ago than so many days, or never."""
    # Not an OR: SQLite would gather both its sides and sort them all.
    return records.exclude(**{f"{f.path}__gte": _since(records.model, f.path, days)})


def _since(model: type[Model], path: str, days: int) -> Any:
    if _field(model, path).get_internal_type() == "DateField":
        return timezone.localdate() - timedelta(days=days)
    return timezone.now() - timedelta(days=days)


def tags_of(listing: Listing, columns: Sequence[Column], rows: list[Any]) -> dict[int, list[str]]:
    """The words stuck on these rows, if a column shows them."""
    if not listing.tag_kind or not any(column.format == "tags" for column in columns):
        return {}
    found: dict[int, list[str]] = {}
    of_rows = Tagging.objects.filter(tag__kind=listing.tag_kind, record_id__in=[row.pk for row in rows])
    for record_id, name in of_rows.order_by("tag__name").values_list("record_id", "tag__name"):
        found.setdefault(record_id, []).append(name)
    return found


def tag_names(kind: str) -> list[str]:
    return list(Tag.objects.filter(kind=kind).order_by("name").values_list("name", flat=True))
