from __future__ import annotations

import time

from django.db import transaction
from tests.faults.room.announcements import Counted

from kexin.ground.audit import actions as audit
from kexin.ground.jobs import actions, kinds


@kinds.job("faults.count", title="Count")
def count(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Leaves one trace for each number up to `to`, in one transaction with its checkpoint, and announces it if asked to."""
    number, to = part.checkpoint.get("number", 0), part.arguments["to"]
    while number < to:
        number += 1
        with transaction.atomic():
            audit.record(action="faults.effect", kind="job", record_id=part.job_id, label=str(number), by=part.by)
            if part.arguments.get("announce"):
                actions.announce(Counted(job_id=part.job_id, number=number))
            part.progress(done=number, total=to, checkpoint={"number": number})
        time.sleep(part.arguments.get("pause", 0))
        if part.time_left() <= 0 or number % part.arguments.get("slice", 10**9) == 0:
            return kinds.Again()
    return kinds.Finished(result={"rows": number})
