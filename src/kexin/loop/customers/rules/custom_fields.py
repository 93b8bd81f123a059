"""Fields an administrator adds: their kinds, the column each is kept in, who sees them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

# kind -> the column its values are kept in; several choices are rows of their own
KEPT_IN = {
    "text": "text",
    "number": "number",
    "money": "number",
    "date": "day",
    "yes_no": "flag",
    "choice": "choice_id",
    "several": "picks",
}
LARGEST = Decimal(10) ** 14
LONGEST_TEXT = 300
PREFIX = "field_"


def name_of(field_id: int) -> str:
    """How lists, addresses and imports call a field: by number, so that a new label changes none of them."""
    return f"{PREFIX}{field_id}"


def sees(roles: str, role: str) -> bool:
    """Whether a role sees a field; no roles named means everybody."""
    return not roles or role in roles.split(",")


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: lists of choices in any order, empty text as nothing."""
    if isinstance(one, (list, tuple, set, frozenset)) or isinstance(other, (list, tuple, set, frozenset)):
        return set(one or ()) == set(other or ())
    return (one if one != "" else None) == (other if other != "" else None)
