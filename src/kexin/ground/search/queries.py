from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BigIntegerField, F, Model, QuerySet
from django.db.models.expressions import ExpressionWrapper, RawSQL

from kexin.ground.search import tokens
from kexin.ground.search.kinds import RANGE, base_of, number_of

Record = TypeVar("Record", bound=Model)

MANY = 4000  # hits from which walking the list in its order is quicker than fetching every hit and sorting
SQLITE_HITS = "SELECT rowid - %s FROM search_text WHERE search_text MATCH %s AND rowid BETWEEN %s AND %s"
SQLITE_MANY = "SELECT COUNT(*) FROM (SELECT 1 FROM search_text WHERE search_text MATCH %s AND rowid BETWEEN %s AND %s LIMIT %s)"
POSTGRESQL_HITS = "SELECT record_id FROM search_text WHERE tokens @@ %s::tsquery AND kind = %s"


def matching(records: QuerySet[Record], kind: str, text: str) -> QuerySet[Record]:
    """The records among these that a person means by `text`: every term must be met.

    A term is any part of a name (one character is enough), full pinyin or initials from any syllable on, a phone
    number's or code's start, or its tail from three characters on. An empty text leaves the records as they are.
    """
    asked = tokens.of_query(text)
    if not asked:
        return records
    if connection.vendor == "sqlite":
        base = base_of(kind)
        query = _fts(asked)
        hits = RawSQL(SQLITE_HITS, [base, query, base, base + RANGE - 1])  # noqa: S611 -- constant SQL, values bound
        with connection.cursor() as cursor:
            cursor.execute(SQLITE_MANY, [query, base, base + RANGE - 1, MANY])
            if cursor.fetchone()[0] < MANY:
                return records.filter(pk__in=hits)
        # With this many hits SQLite must walk the list in its own order and only look each record up in the set:
        # an expression instead of the bare key keeps it from fetching and sorting every hit.
        unordered: Any = ExpressionWrapper(F("pk") + 0, output_field=BigIntegerField())
        return records.alias(_found=unordered).filter(_found__in=hits)  # type: ignore[return-value]  # alias() forgets the model
    hits = RawSQL(POSTGRESQL_HITS, [_tsquery(asked), number_of(kind)])  # noqa: S611 -- constant SQL, values bound
    return records.filter(pk__in=hits)


def within(kind: str) -> Callable[[QuerySet[Record], str], QuerySet[Record]]:
    """`matching` for one kind, as listings take it."""
    return lambda records, text: matching(records, kind, text)


def _fts(asked: list[list[tokens.Alternative]]) -> str:
    return " AND ".join(
        "(" + " OR ".join(f'"{" ".join(way.tokens)}"' + ("*" if way.prefix else "") for way in ways) + ")" for ways in asked
    )


def _tsquery(asked: list[list[tokens.Alternative]]) -> str:
    def one(way: tokens.Alternative) -> str:
        return "(" + " <-> ".join(f"'{token}'" + (":*" if way.prefix else "") for token in way.tokens) + ")"

    return " & ".join("(" + " | ".join(one(way) for way in ways) + ")" for ways in asked)
