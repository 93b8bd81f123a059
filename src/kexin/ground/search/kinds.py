"""Kinds of record that can be found, and their number in the index."""

from __future__ import annotations

from django.db import connection

from kexin.ground.search.models import IndexedKind

RANGE = 1 << 40  # record ids of one kind; a kind's records lie side by side in SQLite's index
_numbers: dict[tuple[str, str], int] = {}


def number_of(kind: str) -> int:
    """The number of a kind, given once and kept."""
    key = (str(connection.settings_dict["NAME"]), kind)
    if key not in _numbers:
        number = IndexedKind.objects.get_or_create(name=kind)[0].pk
        if connection.in_atomic_block:
            return number  # a rolled back transaction must not leave its number behind
        _numbers[key] = number
    return _numbers[key]


def base_of(kind: str) -> int:
    return number_of(kind) * RANGE
