"""What the numbers in an announcement are called outside: a surface that knows addresses registers them.

    naming.of("customer_id", Record("customer", "/api/v1/customers/{id}", codes_of_customers))

The body of a web hook then names each record it is about, with its number, its codes and where it can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

Codes = Callable[[Collection[int]], Mapping[int, Mapping[str, str]]]  # number -> what else names the record


@dataclass(frozen=True)
class Record:
    kind: str
    address: str = ""  # of the operation that reads it, with {id}
    codes: Codes | None = None


_known: dict[str, Record] = {}


def of(field: str, record: Record, *, within: str = "") -> None:
    """Register what a field of announcements names; `within` narrows it to announcements of one domain ("imports")."""
    _known[f"{within}.{field}" if within else field] = record


def known() -> Mapping[str, Record]:
    return _known


def records_in(name: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each record an announcement names, once, in the order of its fields."""
    domain = name.partition(".")[0]
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for field, value in data.items():
        record = _known.get(f"{domain}.{field}") or _known.get(field)
        if record is None or isinstance(value, bool) or not isinstance(value, int):
            continue
        more = record.codes([value]).get(value, {}) if record.codes is not None else {}
        told = {"kind": record.kind, "id": value, **more}
        found.setdefault((record.kind, value), told | ({"href": record.address.format(id=value)} if record.address else {}))
    return list(found.values())
