"""The timeline 往来: every part's items, merged newest first, one statement a part."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.parts import Cursor, TimelineItem

LARGEST_PAGE = 100


@dataclass(frozen=True)
class TimelinePage:
    items: list[TimelineItem]
    older: Cursor | None  # where "earlier" goes on; None: this was the oldest


def timeline(
    customer: Customer, user: Any, before: Cursor | None = None, limit: int = 30, kinds: Collection[str] | None = None,
    *, may_see: Callable[[str], bool] | None = None,
) -> TimelinePage:  # fmt: skip
    """At most `limit` items older than `before`, newest first, of the given kinds (None: of all).

    `may_see` says of a part's permission whether its lines are told; None: all that the reader of the file sees.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    read: list[list[TimelineItem]] = []
    for part in parts.registered():
        if part.timeline is None or (may_see is not None and not may_see(part.permission)):
            continue
        if kinds is not None and part.kinds is not None and not set(kinds) & set(part.kinds):
            continue
        read.append(_items(part, customer, user, before, limit + 1, kinds))
    merged = list(heapq.merge(*read, key=lambda item: item.sort_key, reverse=True))
    items = merged[:limit]
    return TimelinePage(items, Cursor.of(items[-1]) if len(merged) > limit else None)


def timeline_counts(customer: Customer, user: Any) -> list[tuple[str, str | Promise, int]]:
    """(kind, its words, how many) of every kind that occurs, in the parts' order: one statement for all parts."""
    wanted: list[tuple[str, str | Promise, QuerySet[Any]]] = []
    for part in parts.registered():
        if part.counts is None:
            continue
        words = part.kinds or {}
        wanted += [(kind, words.get(kind, part.label), rows) for kind, rows in part.counts(customer, user).items()]
    counted: dict[str, Any] = {f"n{index}": _count_of(rows) for index, (_, _, rows) in enumerate(wanted)}
    found: dict[str, int] | None = Customer.objects.filter(pk=customer.pk).values(**counted).first() if counted else None  # type: ignore[assignment]  # names of our own making
    if found is None:
        return []
    return [(kind, words, found[f"n{index}"]) for index, (kind, words, _) in enumerate(wanted) if found[f"n{index}"]]


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _items(
    part: parts.Part, customer: Customer, user: Any, before: Cursor | None, limit: int, kinds: Collection[str] | None
) -> list[TimelineItem]:
    """One part's items; a part of several kinds that is asked for one of them reads on until it has enough or ends."""
    assert part.timeline is not None  # noqa: S101 -- for the type checker; the caller left the others out
    if kinds is None or part.kinds is None or set(part.kinds) <= set(kinds):
        return part.timeline(customer, before, limit, user)
    if part.timeline_of is not None:
        return part.timeline_of(customer, before, limit, user, kinds)
    kept: list[TimelineItem] = []
    while len(kept) < limit:
        read = part.timeline(customer, before, LARGEST_PAGE, user)
        kept += [item for item in read if item.kind in kinds]
        if len(read) < LARGEST_PAGE:
            break
        before = Cursor.of(read[-1])
    return kept[:limit]
