"""What criteria and conditions can be read from. A table: its words are in wording.py, its numbers in queries/sources.py."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER, CHOICE = "number", "choice"


@dataclass(frozen=True)
class Source:
    name: str
    kind: str  # number: on a linear scale; choice: points for each
    choices: tuple[str, ...] = ()
    credit: bool = False  # only for those who may see credit
    asks: str = ""  # where on the customer's page it is filled in


SOURCES: dict[str, Source] = {
    one.name: one
    for one in (
        Source("wishes", NUMBER, asks="entry"),
        Source("projects", NUMBER, asks="project"),
        Source("credit_limit", NUMBER, credit=True, asks="credit"),
        Source("payment_days", NUMBER, credit=True, asks="credit"),
        Source("overdue_days", NUMBER, credit=True, asks="credit"),
        Source("undone_rate", NUMBER),
        Source("practices", NUMBER),
        Source("distance", NUMBER, asks="address"),
        Source("growth", NUMBER),
        Source("orders_year", NUMBER),
        Source("months_year", NUMBER),
        Source("tier", CHOICE, ("A", "B", "C", "D", "E")),
    )
}
DYNAMIC = re.compile(r"(question|field):([1-9][0-9]{0,17})")


def question_of(source: str) -> int | None:
    """The number of the question a source asks, None where it is no question."""
    found = DYNAMIC.fullmatch(source)
    return int(found[2]) if found and found[1] == "question" else None


def field_of(source: str) -> int | None:
    found = DYNAMIC.fullmatch(source)
    return int(found[2]) if found and found[1] == "field" else None


def is_source(name: str) -> bool:
    return name in SOURCES or DYNAMIC.fullmatch(name) is not None
