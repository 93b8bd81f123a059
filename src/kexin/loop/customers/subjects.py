"""Whom entries of the trail are about: everything on a file is about the customer (kexin.ground.audit.subjects)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kexin.ground.audit import subjects
from kexin.loop.customers.models import Asset, Contact, ContactPoint, FileEntry, Occasion, Project

RECORDS: dict[str, type[Any]] = {
    "contact": Contact,
    "point": ContactPoint,
    "asset": Asset,
    "occasion": Occasion,
    "entry": FileEntry,
    "project": Project,
}


def customer_of(model: type[Any]) -> Callable[[int], int | None]:
    """For a table with a customer column: whose row it is."""

    def find(record_id: int) -> int | None:
        found: int | None = model._default_manager.filter(pk=record_id).values_list("customer_id", flat=True).first()  # noqa: SLF001 -- Django's own name
        return found

    return find


def register() -> None:
    subjects.of("customer", lambda record_id: record_id)
    for kind, model in RECORDS.items():
        subjects.of(kind, customer_of(model))
