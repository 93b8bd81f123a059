"""How complete and how fresh a file is: plain shares of what a file of that kind should hold, so that anybody can check them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# What a file should hold, by kind of customer.
EXPECTED = {
    "person": ("phone", "owner", "region", "occasion", "occupation", "hobby", "family", "credit", "wish"),
    "organisation": ("phone", "owner", "region", "tax_number", "contact", "address", "credit", "project", "wish"),
}

# How long a thing known of a customer may be believed without asking again. None: it does not age.
FRESH_FOR: dict[str, timedelta | None] = {
    "occupation": timedelta(days=730),
    "hobby": timedelta(days=730),
    "family": timedelta(days=365),
    "credit": timedelta(days=180),
    "project": timedelta(days=90),
    "wish": timedelta(days=180),
    "note": None,
}


@dataclass(frozen=True)
class Completeness:
    have: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        return len(self.have) / (len(self.have) + len(self.missing))


@dataclass(frozen=True)
class Freshness:
    """`ageing` entries can go stale at all; `stale` of them are due to be checked."""

    ageing: int
    stale: int

    @property
    def share(self) -> float | None:
        return None if not self.ageing else 1 - self.stale / self.ageing


def completeness(kind: str, have: Iterable[str]) -> Completeness:
    known = set(have)
    expected = EXPECTED[kind]
    return Completeness(tuple(item for item in expected if item in known), tuple(item for item in expected if item not in known))


def is_stale(topic: str, collected_on: date, today: date) -> bool:
    believed_for = FRESH_FOR[topic]
    return believed_for is not None and today - collected_on > believed_for


def freshness(entries: Iterable[tuple[str, date]], today: date) -> Freshness:
    """Of (topic, collected_on) pairs."""
    ageing = [(topic, day) for topic, day in entries if FRESH_FOR[topic] is not None]
    return Freshness(len(ageing), sum(is_stale(topic, day, today) for topic, day in ageing))
