"""Whom an entry of the trail is about: the domain that keeps a kind of record says which person it belongs to.

    subjects.of("asset", lambda record_id: Asset.objects.filter(pk=record_id).values_list("customer_id", flat=True).first())

Entries about a person are sealed under that person's key (sealing.py). Kinds nobody registered belong to no person and
are kept in clear: whoever writes them puts no name into them.
"""

from __future__ import annotations

from collections.abc import Callable

SubjectOf = Callable[[int], int | None]
_subjects: dict[str, SubjectOf] = {}


def of(kind: str, find: SubjectOf) -> None:
    """Register, once, whose records of this kind are."""
    _subjects[kind] = find


def kinds() -> frozenset[str]:
    return frozenset(_subjects)


def find(kind: str, record_id: object) -> int | None:
    known = _subjects.get(kind)
    number = str(record_id)
    return known(int(number)) if known is not None and number.isdecimal() else None
