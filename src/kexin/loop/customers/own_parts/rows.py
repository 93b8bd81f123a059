"""Rows that simply belong to a customer: how they move when two files become one, come back, and are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kexin.loop.customers.models import Customer

Moved = dict[str, list[int]]


def moving(*models: Any, then: Callable[[Customer], None] | None = None) -> Any:
    """A part's `move` and `move_back` for tables with a customer column. `then` settles a file whose rows came or went."""

    def move(source: Customer, target: Customer) -> Moved:
        moved: Moved = {}
        for model in models:
            moved[model.__name__] = list(model.objects.filter(customer=source).order_by("pk").values_list("pk", flat=True))
            if then is not None and moved[model.__name__]:
                unmark(model, source)
            model.objects.filter(customer=source).update(customer=target)
        if then is not None:
            then(target)
        return moved

    def move_back(source: Customer, target: Customer, moved: Moved) -> None:
        for model in models:
            rows = model.objects.filter(customer=target, pk__in=moved[model.__name__])
            if then is not None:
                unmark(model, target)
            rows.update(customer=source)
        if then is not None:
            then(source)
            then(target)

    return move, move_back


def unmark(model: Any, customer: Customer) -> None:
    """Only one row of a file may be current: those on their way are not, until they are settled."""
    model.objects.filter(customer=customer, is_current=True).update(is_current=False)


def erasing(*models: Any) -> Callable[[Customer], int]:
    """A part's `erase`: the rows go. Returns how many."""

    def erase(customer: Customer) -> int:
        return sum(model.objects.filter(customer=customer).delete()[0] for model in models)

    return erase


def known_how(row: Any) -> dict[str, Any]:
    """Source, day, purpose of a dated entry, for a copy of the file."""
    return {"source": row.source, "collected_on": row.collected_on.isoformat(), "purpose": row.purpose}
