"""The domain's list with the addresses of pages."""

from __future__ import annotations

from typing import Any

from kexin.loop.standing import lists


def _customer(place: Any) -> str:
    return f"/customers/{place.customer_id}/"


STANDING = lists.STANDING.linked({"customer": _customer}, row_url=_customer)
