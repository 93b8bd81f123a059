"""Which relations can be: no circle of parent companies, one parent and one referrer at most."""

from __future__ import annotations

from collections.abc import Callable

BOTH_WAYS = frozenset({"household", "partner"})
ONE_ABOVE = frozenset({"parent", "referrer"})
DEEPEST = 30  # parents above parents; nobody's group has more storeys, and a walk has an end


def closes_circle(child: int, parent: int, parent_of: Callable[[int], int | None]) -> bool:
    """Whether `parent` hangs below `child` already, or is `child` itself. Walks up from `parent`, one step at a time."""
    seen: set[int] = set()
    above: int | None = parent
    while above is not None and above not in seen and len(seen) <= DEEPEST:
        if above == child:
            return True
        seen.add(above)
        above = parent_of(above)
    return above is not None  # a circle that is there already, or a chain too long to follow
