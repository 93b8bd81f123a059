"""What a call asks for: its body, its page, the version it has read."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, NoReturn

from django.http import HttpRequest, QueryDict
from ninja.parser import Parser

from kexin.ground.lists import asking as lists
from kexin.ground.lists import paging
from kexin.ground.lists.errors import ConditionNotYours
from kexin.ground.lists.listing import Listing
from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.access import Caller
from kexin.surfaces.api.contract.shapes import Schema, Shape

LIMIT, MOST = 50, 200
IF_MATCH = re.compile(r'"(\d{1,9})"')
PAGING = frozenset({"limit", "cursor"})
PAGED: dict[str, Schema] = {"limit": {"type": "integer", "minimum": 1, "maximum": MOST}, "cursor": {"type": "string", "minLength": 1}}


class JsonParser(Parser):
    """Reads a JSON body strictly: no NaN, no bare values deeper than anybody writes."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise errors.MediaTypeUnknown(expected="application/json")
        if b"\\u0000" in request.body:  # no database keeps it in a text
            raise errors.BodyUnreadable(reason="\\u0000")
        try:
            return json.loads(request.body.decode(), parse_constant=_no_such_number)
        except (ValueError, RecursionError) as error:
            raise errors.BodyUnreadable(reason=str(error)[:120]) from error


def _no_such_number(word: str) -> NoReturn:
    raise ValueError(word)


def known_only(given: QueryDict, known: Collection[str]) -> None:
    """Refuse a parameter nobody reads: a condition with a typing error must not show everything."""
    for name, values in given.lists():
        if name not in known:
            raise errors.ParameterUnknown(name=name[:60], known=", ".join(sorted(known)) or "–")
        if any("\x00" in value or not value for value in values):  # an empty condition would be left out, and show everything
            raise errors.ParameterUnreadable(name=name, value="")


def _one_of_only(given: QueryDict, name: str, known: Collection[str]) -> None:
    """Refuse what is none of the known values: a condition with a typing error finds nothing, or everything."""
    for value in given.getlist(name):
        if value not in known:
            raise errors.ParameterUnreadable(name=f"{name} ({', '.join(known)})", value=value[:40])


def limit_of(request: HttpRequest) -> int:
    written = request.GET.get("limit", str(LIMIT))
    if not (written.isascii() and written.isdigit() and len(written) <= 6 and 1 <= int(written) <= MOST):  # noqa: PLR2004 -- before it is read as a number
        raise errors.ParameterUnreadable(name="limit (1–200)", value=written[:40])
    return int(written)


def version_read(request: HttpRequest) -> int:
    """The version in If-Match. 428 where it is missing: a change without it would write over what nobody has read."""
    written = request.headers.get("If-Match")
    if written is None:
        raise errors.IfMatchMissing
    found = IF_MATCH.fullmatch(written.strip())
    if found is None:
        raise errors.IfMatchUnreadable
    return int(found[1])


def check_conditions(
    given: QueryDict, seen: Listing, caller: Caller, *, needs: dict[str, str], besides: Collection[str] = frozenset()
) -> None:
    """Refuse conditions and orders that are unknown, empty, or not this caller's to set. `besides` is read by somebody else."""
    conditions = {name for one in seen.filters for name in (one.name, f"{one.name}_min", f"{one.name}_max")}
    for name in given:
        if seen.keeps(name) and name not in conditions:
            raise ConditionNotYours(name=name[:60])
    known_only(given, conditions | {"q", "sort"} | set(besides))
    for condition in seen.filters:
        if condition.kind == "flag":
            _one_of_only(given, condition.name, ("1", "0"))
        elif condition.kind == "choice" and not callable(condition.choices) and condition.choices:
            _one_of_only(given, condition.name, [str(value) for value, _label in condition.choices])
    order = given.get("sort", "").removeprefix("-")
    for name in {one.removesuffix("_min").removesuffix("_max") for one in given} | {order}:
        if name in needs and not caller.may_see(needs[name]):
            raise errors.FieldNotYours(name=name, needs=caller.lacks(needs[name]))
    for name, values in given.lists():
        if name not in besides and any(len(value) > lists.LONGEST for value in values):
            raise errors.ParameterUnreadable(name=name, value=f"{values[0][:40]}…")  # cut short it would find something else


def page(request: HttpRequest, listing: Listing, shape: Shape, caller: Caller, *, needs: dict[str, str]) -> dict[str, Any]:
    """One page of a list: conditions, order and words as the list's own page reads them, `cursor`, `limit` and `fields` beside.

    `needs` says which of its conditions and orders need a permission (and so a scope) of their own.
    """
    seen = listing.seen_by(caller.user)
    check_conditions(request.GET, seen, caller, needs=needs, besides=PAGING | {"fields"})
    columns = {column.name: column for column in seen.columns if seen.added_prefix and column.name.startswith(seen.added_prefix)}
    fields, added = shape.chosen(request.GET.get("fields"), caller, also=tuple(columns))

    query = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name not in PAGING | {"fields"}:
            query.setlist(name, values)
    asked = lists.read(seen, query)
    asked = replace(
        asked,
        after=request.GET.get("cursor", "")[: lists.LONGEST_MARK],
        size=limit_of(request),
        columns=tuple(columns[one] for one in added),
    )
    rows, following = paging.rows_of(seen, asked, caller.user)
    items = [shape.of(row, fields) for row in rows]
    for name in added:
        for item, row in zip(items, rows, strict=True):
            item[name] = columns[name].value(row)
    return {"items": items, "next": following or None}


def by_key(request: HttpRequest, rows: Any) -> tuple[list[Any], str | None]:
    """A page of records ordered by falling key, and the cursor of the next one."""
    limit, cursor = limit_of(request), request.GET.get("cursor", "")
    if cursor:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):  # noqa: PLR2004 -- what a key holds
            raise errors.ParameterUnreadable(name="cursor", value=cursor[:60])
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None


def keyed(request: HttpRequest, rows: Any, shape: Shape) -> dict[str, Any]:
    """A page of records ordered by falling key, as it is answered."""
    found, following = by_key(request, rows)
    return {"items": [shape.of(row) for row in found], "next": following}
