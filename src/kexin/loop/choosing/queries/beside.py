"""What rooms beside this one know: how far a customer is from its branch, and irregular practices not settled yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kexin.loop.customers import queries as customers


def distances(ids: Collection[int]) -> dict[int, tuple[float, float]]:
    """Kilometres from the branch, and by how much they may be wrong."""
    found = customers.distances_km(ids)
    return {pk: (one.km, one.within_km) for pk, one in found.items() if one.km is not None}


def open_practices(ids: Collection[int], as_of: date) -> dict[int, int] | None:  # noqa: ARG001 -- there is no register yet
    """How many open practices each has; None where there is no register."""
    return None
