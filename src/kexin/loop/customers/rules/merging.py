"""Which value is kept when two files become one. Pure: what is offered, the person decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OURS, THEIRS = "ours", "theirs"  # of the file that stays, of the file that goes up in it
# Fields of which one value is kept. A code is not among them: the old one keeps leading to the file.
FIELDS = (
    "kind",
    "name",
    "salutation",
    "tax_number",
    "owner_id",
    "branch_id",
    "source",
    "region",
    "address",
    "preferred_channel",
    "preferred_hours",
)
EARLIEST, LATEST = "created_at", "last_contact_at"  # decided by themselves


def differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    return [field for field in FIELDS if ours[field] != theirs[field]]


def offered(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, str]:
    """For each field that differs the side offered first: ours, unless only the other file says anything."""
    return {field: THEIRS if ours[field] in (None, "") else OURS for field in differing(ours, theirs)}


def better_survivor(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether `one` is offered as the file that stays: the fuller, else the older."""
    filled = [sum(1 for field in FIELDS if file[field] not in (None, "")) for file in (one, other)]
    return (filled[0], -one["id"]) >= (filled[1], -other["id"])


def kept(before: Any, after: Any, now: Any) -> bool:
    """Taking a merge back: whether a field was changed since and keeps what somebody wrote."""
    return bool(now not in (before, after))
