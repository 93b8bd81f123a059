from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds


@kinds.job("orders.wishes", title=_("Concluding what customers will need"), every=timedelta(days=1))
def conclude_wishes(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Goes through customers by key, a batch a transaction: a batch that was written is not read again."""
    from kexin.loop.orders import wishes  # noqa: PLC0415 -- the registry imports this module early

    after, found = int(part.checkpoint.get("after", 0)), int(part.checkpoint.get("found", 0))
    while True:
        with transaction.atomic():
            last, new = wishes.conclude_next(after=after, today=timezone.localdate(), by=part.by)
            found += new
            after = last if last is not None else after
            part.progress(done=after, checkpoint={"after": after, "found": found})
        if last is None:
            return kinds.Finished(result={"wishes": found})
        if part.time_left() <= 0:
            return kinds.Again()
