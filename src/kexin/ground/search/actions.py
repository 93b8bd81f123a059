from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from kexin.ground.search import tokens
from kexin.ground.search.kinds import base_of, number_of

SQLITE_PUT = "INSERT OR REPLACE INTO search_text (rowid, tokens) VALUES (%s, %s)"
SQLITE_DROP = "DELETE FROM search_text WHERE rowid = %s"
POSTGRESQL_PUT = """
    INSERT INTO search_text (kind, record_id, tokens)
    SELECT %s, one.record_id, one.tokens::tsvector FROM unnest(%s::bigint[], %s::text[]) AS one (record_id, tokens)
    ON CONFLICT (kind, record_id) DO UPDATE SET tokens = excluded.tokens
"""
POSTGRESQL_DROP = "DELETE FROM search_text WHERE kind = %s AND record_id = ANY(%s)"


@dataclass(frozen=True)
class Document:
    """What can be found of one record: names and words, codes (also plates and VINs), phone numbers."""

    id: int
    words: Sequence[str] = field(default_factory=tuple)
    codes: Sequence[str] = field(default_factory=tuple)
    phones: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def index(kind: str, documents: Iterable[Document]) -> int:
    """Make records findable, in the transaction of the write that changed them. What was indexed of them before is replaced."""
    rows = {one.id: tokens.of_document(words=one.words, codes=one.codes, phones=one.phones) for one in documents}
    if not rows:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            base = base_of(kind)
            cursor.executemany(SQLITE_PUT, [(base + record_id, _one_line(found)) for record_id, found in rows.items()])
        else:  # one statement for all: no round trip and no plan for each
            cursor.execute(POSTGRESQL_PUT, [number_of(kind), list(rows), [_vector(found) for found in rows.values()]])
    return len(rows)


@transaction.atomic
def forget(kind: str, ids: Iterable[int]) -> None:
    """Records that are not found any more."""
    gone = list(ids)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            base = base_of(kind)
            cursor.executemany(SQLITE_DROP, [(base + record_id,) for record_id in gone])
        else:
            cursor.execute(POSTGRESQL_DROP, [number_of(kind), gone])


def _one_line(found: list[str]) -> str:
    # A lone token between two words keeps a phrase from reaching across them.
    return " ".join(token or "zz" for token in found)


def _vector(found: list[str]) -> str:
    # Lexemes hold no quote and no backslash (tokens.safe), so they need no escaping; positions end at 16383.
    last = 16383
    whole = [f"'{token}':{position}" for position, token in enumerate(found[:last], start=1) if token]
    return " ".join(whole + [f"'{token}':{last}" for token in found[last:] if token])
