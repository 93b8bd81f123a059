"""What to ask a customer next: what is missing or old, in the order of what knowing it is worth for such a customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Points, by kind of customer. Being able to reach somebody comes first; a wish opens the next talk; what only rounds off the
# file comes last. Rules of thumb, in one table, for everybody to argue with.
WORTH = {
    "person": {
        "phone": 100, "owner": 60, "wish": 55, "occasion": 45, "region": 35, "occupation": 30, "family": 30, "hobby": 25, "credit": 10,
    },
    "organisation": {
        "phone": 100, "contact": 90, "owner": 60, "project": 60, "wish": 50, "credit": 45, "tax_number": 40, "region": 30, "address": 25,
    },
}  # fmt: skip
# For whom a thing matters more: those we give credit and attention to.
MORE_FOR = {
    "A": {"occasion": 20, "family": 15, "hobby": 15, "wish": 15, "project": 20, "credit": 25},
    "B": {"occasion": 10, "wish": 10, "project": 15, "credit": 15},
}
STALE_SHARE = 0.6  # something old is worth less to ask than something that is not known at all
MOST = 4


@dataclass(frozen=True)
class Ask:
    item: str
    worth: int
    is_stale: bool  # known, but long ago


def ask_next(kind: str, tier: str, *, missing: Iterable[str], stale: Iterable[str] = ()) -> list[Ask]:
    """The most worthwhile first, at most four: nobody asks more in one talk. Equal worth keeps the table's order."""
    gone, old = set(missing), set(stale)
    more = MORE_FOR.get(tier, {})
    found = []
    for item, plain in WORTH[kind].items():
        worth = plain + more.get(item, 0)
        if item in gone:
            found.append(Ask(item, worth, is_stale=False))
        elif item in old:
            found.append(Ask(item, round(worth * STALE_SHARE), is_stale=True))
    return sorted(found, key=lambda ask: -ask.worth)[:MOST]
