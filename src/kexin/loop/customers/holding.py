"""What files hold, read for a bulk edit: the rows locked, and in words why one cannot be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from kexin.ground.lists.editable import Held
from kexin.ground.staff.models import User
from kexin.loop.customers import queries
from kexin.loop.customers.models import Customer


def nothing_against(row: Customer) -> str:  # noqa: ARG001 -- the usual answer
    return ""


def held(
    ids: Sequence[int], user: User | None, value: Callable[[Customer], Any], *, refused: Callable[[Customer], str] = nothing_against
) -> Mapping[int, Held]:
    """Those of these files this person may see; without a person, all that are there. Inside a transaction they are locked."""
    records = Customer.objects.filter(pk__in=list(ids))
    if user is not None:
        records = records.filter(pk__in=queries.seen_by(Customer.objects.filter(pk__in=list(ids)), user).values("pk"))
    if connection.in_atomic_block:
        records = records.select_for_update(of=("self",))
    return {row.pk: Held(row.name, value(row), row.version, why_not(row) or refused(row)) for row in records.order_by("pk")}


def why_not(row: Customer) -> str:
    if row.erased_at is not None:
        return _("erased")
    if row.merged_into_id is not None:
        return _("merged into another file")
    return "" if row.is_active else _("deactivated")
