"""Asking: what the address of a list asks for, read and checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from kexin.ground.lists.errors import BadAddress, ConditionNotYours, TooManyConditions
from kexin.ground.lists.listing import Column, Filter, Listing

SIZES, SIZE = (20, 50, 100, 200), 50
OWN = frozenset({"q", "sort", "cols", "after", "before", "size", "count"})
LONGEST_KEPT = 20_000
MOST_DECIMALS = 20
LONGEST, LONGEST_MARK = 200, 2000  # a mark holds a whole name, in letters that take twelve signs each


@dataclass(frozen=True)
class Asked:
    """One reading of an address. `values` holds each set filter's value by its name."""

    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    order: str = ""
    columns: tuple[Column, ...] = ()
    after: str = ""
    before: str = ""
    size: int = SIZE
    exact: bool = False
    params: tuple[tuple[str, str], ...] = ()  # what was asked for, without paging

    def address(self, **changes: str | None) -> str:
        """The query part of an address with some things changed; None takes one away."""
        kept = [(name, value) for name, value in self.params if name not in changes]
        return "?" + urlencode(kept + [(name, value) for name, value in changes.items() if value is not None])

    def without(self, filter_: Filter, value: str | None = None) -> str:
        names = {filter_.name, f"{filter_.name}_min", f"{filter_.name}_max"}
        return "?" + urlencode([(n, v) for n, v in self.params if n not in names or (value is not None and v != value)])


def read(listing: Listing, params: QueryDict | Mapping[str, str], *, columns: str = "") -> Asked:
    """Raises BadAddress, in words, for whatever cannot be read. `columns`: a person's own columns, where the address names none."""
    given = params if isinstance(params, QueryDict) else _query_dict(params)
    known = OWN | {name for f in listing.filters for name in (f.name, f"{f.name}_min", f"{f.name}_max")}
    # A condition left out silently would show more than was asked for, and say nothing about it.
    refused = next((name for name in given if name not in known and given.get(name) and listing.keeps(name)), None)
    if refused is not None:
        raise ConditionNotYours(name=refused)
    unreadable = next((name for name, values in given.lists() if name in known and any("\x00" in value for value in values)), None)
    if unreadable is not None:  # no database keeps it in a text
        raise BadAddress(name=unreadable, value="\\0")
    set_here = tuple((name, value) for name, values in given.lists() for value in values if name in known and value != "")
    return Asked(
        text=given.get("q", "")[:LONGEST].strip(),
        values={f.name: value for f in listing.filters if (value := _value(f, given)) is not None},
        order=_order(listing, given.get("sort", "")),
        columns=_columns(listing, ",".join(given.getlist("cols")) or _still_there(listing, columns)),
        after=given.get("after", "")[:LONGEST_MARK],
        before=given.get("before", "")[:LONGEST_MARK],
        size=_size(given.get("size", "")),
        exact=given.get("count") == "exact",
        params=tuple((name, value) for name, value in set_here if name not in {"after", "before", "count"}),
    )


def kept(query: str) -> str:
    """The query part of an address as it is kept: whole, or not at all."""
    query = query.lstrip("?")
    if len(query) > LONGEST_KEPT:
        raise TooManyConditions
    return query


def _query_dict(params: Mapping[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(params)
    return query


def _value(f: Filter, given: QueryDict) -> Any:
    if f.kind in {"number", "date"}:
        low, high = (_bound(f, given.get(f"{f.name}_{end}", "").strip()) for end in ("min", "max"))
        return None if low is None and high is None else (low, high)
    values = [value.strip()[:LONGEST] for value in given.getlist(f.name) if value.strip()]
    if not values:
        return None
    if f.kind == "flag":
        return values[0] not in {"0", "false", "no"} or None
    if f.kind in {"days", "within"}:
        if not (values[0].isascii() and values[0].isdigit() and len(values[0]) <= 5):  # noqa: PLR2004 -- 99,999 days
            raise BadAddress(name=f.label, value=values[0])
        return int(values[0])
    return values if f.kind in {"choice", "tag"} else values[0]


def _bound(f: Filter, value: str) -> Any:
    if not value:
        return None
    try:
        if f.kind == "date":
            return date.fromisoformat(value)
        number = Decimal(value.replace(",", "").replace("，", ""))
    except (ValueError, InvalidOperation) as error:
        raise BadAddress(name=f.label, value=value) from error
    if not number.is_finite() or abs(number) > Decimal(10) ** 14 or int(number.as_tuple().exponent) < -MOST_DECIMALS:
        raise BadAddress(name=f.label, value=value)
    return number


def _order(listing: Listing, asked: str) -> str:
    order = asked or listing.default_order
    name = order.removeprefix("-")
    column = listing.column(name)
    if column is None and listing.keeps(name):
        raise ConditionNotYours(name=name)
    if name != "pk" and (column is None or not column.order):
        raise BadAddress(name="sort", value=asked)
    return order


def _columns(listing: Listing, asked: str) -> tuple[Column, ...]:
    if not asked:
        return tuple(column for column in listing.columns if column.default or column.fixed)
    fixed = tuple(column for column in listing.columns if column.fixed)
    chosen: list[Column] = []
    for name in dict.fromkeys(filter(None, asked.split(","))):
        column = listing.column(name)
        if column is None and listing.keeps(name):
            raise ConditionNotYours(name=name)
        if column is None:
            raise BadAddress(name="cols", value=name)
        if not column.fixed:
            chosen.append(column)
    return fixed + tuple(chosen)


def _still_there(listing: Listing, kept: str) -> str:
    """Of the columns a person keeps, those that are there for them: one that was taken away breaks no list."""
    return ",".join(name for name in kept.split(",") if listing.column(name) is not None)


def _size(asked: str) -> int:
    if not asked:
        return SIZE
    if asked not in {str(size) for size in SIZES}:
        raise BadAddress(name="size", value=asked)
    return int(asked)
