"""Files a batch writes beneath, held until it is in: no merge and no erasure passes between what was planned and what is written."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from kexin.ground.imports.loaders import PlanOvertaken
from kexin.loop.customers.models import Customer

AT_ONCE = 5000


def hold(ids: Iterable[int]) -> None:
    """Lock these files, or say that one of them went up in another, or was erased, since the plan was made: it is made again then.

    A merge that is on its way is waited for. Where one writer at a time is the database's own rule, nothing can have happened.
    """
    if not connection.features.has_select_for_update:
        return
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), AT_ONCE):
        files = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted[start : start + AT_ONCE]).order_by("pk")
        if any(any(said) for said in files.values_list("merged_into_id", "erased_at")):
            raise PlanOvertaken
