"""Kinds of record that can be found: their number in the index, and how a page presents what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from kexin.ground.search.models import IndexedKind

RANGE = 1 << 40  # record ids of one kind; a kind's records lie side by side in SQLite's index
_numbers: dict[tuple[str, str], int] = {}


def number_of(kind: str) -> int:
    """The number of a kind, given once and kept."""
    from django.db import connection  # noqa: PLC0415 -- the database in use names the cache

    key = (str(connection.settings_dict["NAME"]), kind)
    if key not in _numbers:
        number = IndexedKind.objects.get_or_create(name=kind)[0].pk
        if connection.in_atomic_block:
            return number  # a rolled back transaction must not leave its number behind
        _numbers[key] = number
    return _numbers[key]


def base_of(kind: str) -> int:
    return number_of(kind) * RANGE


@dataclass(frozen=True)
class Found:
    """One record as the search box shows it."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Kind:
    """How one kind is shown in the search box: its records as the person may see them, and one line for each."""

    name: str
    label: Promise | str
    visible: Callable[[Any], QuerySet[Any]]
    present: Callable[[list[Any]], list[Found]]
    permission: str


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def all_kinds() -> list[Kind]:
    return list(_kinds.values())
