"""What rooms beside this one know: how far a customer is from its branch, and irregular practices that count against it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kexin.loop.customers import queries as customers
from kexin.loop.partners import queries as partners


def distances(ids: Collection[int]) -> dict[int, tuple[float, float]]:
    """Kilometres from the branch, and by how much they may be wrong."""
    found = customers.distances_km(ids)
    return {pk: (one.km, one.within_km) for pk, one in found.items() if one.km is not None}


def practices(ids: Collection[int], as_of: date) -> dict[int, int]:
    """How many confirmed practices count against each on that day; what is only reported counts against nobody."""
    return {pk: len(held) for pk, held in partners.counting_practices(ids, as_of).items() if held}
