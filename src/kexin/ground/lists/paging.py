"""Paging for programs: rows behind a mark, and the next mark. Nothing is counted."""

from __future__ import annotations

from typing import Any

from kexin.ground.lists import reading
from kexin.ground.lists.asking import Asked
from kexin.ground.lists.listing import Listing
from kexin.ground.staff.models import User


def rows_of(listing: Listing, asked: Asked, user: User) -> tuple[list[Any], str]:
    """One page's rows in their order, and the mark behind which the next page begins; empty where this was the last."""
    records = reading.joined(listing, asked, reading.matching(listing, asked, user))
    order = reading.order_of(listing, asked, records.model)
    rows = reading.behind(records, order, asked.after, limit=asked.size + 1)
    more = len(rows) > asked.size
    rows = rows[: asked.size]
    reading.decorate(listing, rows, user, asked.columns)
    return rows, reading.cursor(order, rows[-1]) if more else ""
