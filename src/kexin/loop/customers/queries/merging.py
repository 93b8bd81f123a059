"""What a merge did, what taking it back would do, and where a file went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer, Merge
from kexin.loop.customers.queries.visible import customers_visible_to
from kexin.loop.customers.rules import merging as rules

MOST_NEW = 50  # rows written since that may be given to the other file one by one


@dataclass(frozen=True)
class Written:
    """Rows of one table written since the merge, the newest first."""

    part: str
    label: str | Promise
    table: str
    rows: list[Any]
    more: bool


@dataclass(frozen=True)
class Outlook:
    """What taking a merge back would do."""

    back: dict[str, int]  # rows that go back to the other file, by part
    kept: list[str]  # fields changed since, which stay as they are
    restored: dict[str, list[Any]]  # field: [what it is, what it becomes]
    new: list[Written]


def survivor_of(customer_id: int) -> Customer | None:
    """The file another one went up in; None if it did not, or is not there."""
    file = Customer.objects.filter(pk=customer_id).exclude(merged_into=None).select_related("merged_into").first()
    return file.merged_into if file is not None else None


def merges_of(customer: Customer) -> list[Merge]:
    """The merges this file came out of, the last first."""
    return list(Merge.objects.filter(survivor=customer, undone_at=None).select_related("merged", "merged_by").order_by("-pk")[:MOST_NEW])


def merges_visible_to(user: Any) -> QuerySet[Merge]:
    """Merges, taken back or not, whose surviving file this person may see."""
    files = customers_visible_to(user, closed=True).values("pk")
    return Merge.objects.filter(survivor__in=files).select_related("survivor", "merged", "merged_by", "undone_by")


def undo_outlook(merge: Merge) -> Outlook:
    """Read only, before anybody decides."""
    survivor = Customer.objects.get(pk=merge.survivor_id)  # as it is now
    labels = {part.name: part.label for part in parts.registered()}
    back = {name: _rows_in(moved) for name, moved in merge.moved.items() if name in labels and _rows_in(moved)}
    now = {field: _plain(getattr(survivor, field)) for field in merge.fields}
    kept = [field for field, (before, after) in merge.fields.items() if rules.kept(before, after, now[field])]
    restored = {field: [after, before] for field, (before, after) in merge.fields.items() if field not in kept}
    return Outlook(back, kept, restored, [new for part in parts.registered() for new in _written(part, merge)])


def _written(part: parts.Part, merge: Merge) -> list[Written]:
    found = []
    for model in part.tables:
        since = merge.moved.get("watermarks", {}).get(model._meta.label, 0)  # noqa: SLF001 -- Django's documented model interface
        rows = list(
            model._default_manager.filter(customer=merge.survivor, pk__gt=since).order_by("-pk")[: MOST_NEW + 1]  # noqa: SLF001 -- Django's own name
        )
        if rows:
            found.append(Written(part.name, part.label, model.__name__, rows[:MOST_NEW], more=len(rows) > MOST_NEW))
    return found


def _rows_in(moved: Any) -> int:
    """How many numbers of rows stand in what a part's `move` returned."""
    if not isinstance(moved, dict):
        return 0
    return sum(len(ids) for name, ids in moved.items() if name not in {"set", "first"} and isinstance(ids, list))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
