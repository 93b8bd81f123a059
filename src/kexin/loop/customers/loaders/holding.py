"""Files a batch writes beneath, held until it is in: no merge passes between what was planned and what is written."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from kexin.ground.imports.loaders import PlanOvertaken
from kexin.loop.customers.models import Customer

AT_ONCE = 5000


def hold(ids: Iterable[int]) -> None:
    """Lock these files, or say that one of them went up in another since the plan was made: it is made again then.

    A merge that is on its way is waited for. Where one writer at a time is the database's own rule, nothing can have happened.
    """
    if not connection.features.has_select_for_update:
        return
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), AT_ONCE):
        files = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted[start : start + AT_ONCE]).order_by("pk")
        if any(merged is not None for merged in files.values_list("merged_into_id", flat=True)):
            raise PlanOvertaken
