"""What rooms beside this one know: how far a customer is from its branch, and irregular practices not settled yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date


def distances(ids: Collection[int]) -> dict[int, tuple[float, str]]:  # noqa: ARG001 -- nobody keeps distances yet
    """Kilometres from the branch, and how they are known."""
    return {}


def open_practices(ids: Collection[int], as_of: date) -> dict[int, int] | None:  # noqa: ARG001 -- as above
    """How many open practices each has; None where there is no register."""
    return None
