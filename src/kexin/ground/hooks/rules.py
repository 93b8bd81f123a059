"""How long to try, what may be told, when to stop. Pure: they take the time, and chance, they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

S, M, H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# How long to wait after each failed attempt; after the tenth a delivery is given up, three days and a few hours after the first.
WAITS = (5 * S, 5 * M, 30 * M, 2 * H, 5 * H, 10 * H, 14 * H, 20 * H, 24 * H)
JITTER = 0.2  # of the wait, shared out evenly to both sides: receivers that come back are not called by everybody at once
# One event that fails stops no other; when several in a row fail, the receiver is away: it is let rest, and asked with one event.
RESTS_AFTER, FIRST_REST, LONGEST_REST = 3, 30 * S, 15 * M
FAILING_FOR, FAILING_TIMES = timedelta(days=3), 10
LONGEST_ASKED_WAIT = timedelta(days=1)  # of a receiver's own Retry-After
FORGOTTEN_AFTER = timedelta(days=4)  # a delivery that waits at a hook that is off
GRACE = timedelta(hours=24)  # in which the secret before signs too
LEASE = timedelta(seconds=90)  # longer than any attempt lasts; afterwards whoever took a delivery is taken to be dead
TEST = "hooks.test"

# Texts of announcements that are codes, never people's words: all other texts stay at home.
CODES = frozenset({"act", "as_of", "cause", "fields", "kind", "purpose", "state", "topic"})
CODES_OF = frozenset(
    {("customers.project_moved", "outcome"), ("customers.suitability_changed", "old"), ("customers.suitability_changed", "new")}
)
CODE = re.compile(r"[A-Za-z0-9_.:@/-]{0,80}")
MOST_TOLD = 500  # of a list


def wait_after(tries: int, *, jitter: float) -> timedelta | None:
    """How long to wait after so many failed attempts; None: no more. `jitter` is between 0 and 1."""
    if tries > len(WAITS):
        return None
    share: float = 1 - JITTER / 2 + JITTER * jitter
    return WAITS[tries - 1] * share


def rest_after(failures: int) -> timedelta:
    """How long the whole hook rests after so many failures in a row, of whatever deliveries."""
    if failures < RESTS_AFTER:
        return timedelta()
    return min(FIRST_REST * int(2 ** min(failures - RESTS_AFTER, 10)), LONGEST_REST)


def fails_too_long(*, failing_since: datetime, failures: int, now: datetime) -> bool:
    return failures >= FAILING_TIMES and now - failing_since >= FAILING_FOR


def asked_wait(header: str | None, *, now: datetime) -> timedelta | None:
    """What a Retry-After asks for, in seconds or as a date; bounded, and None where it cannot be read."""
    text = (header or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_ASKED_WAIT)


def thin(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What of an announcement leaves the house: numbers, and texts that are codes. No name, note, reason or amount of words."""
    return {key: told for key, value in payload.items() if (told := _told(name, key, value)) is not None or value is None}


def _told(name: str, key: str, value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        coded = key in CODES or (name, key) in CODES_OF
        return value if coded and CODE.fullmatch(value) else None
    if isinstance(value, list):
        told = [one for one in value[:MOST_TOLD] if _told(name, key, one) is not None]
        return told or None if value else []
    return None
