from __future__ import annotations

import time

from tests.faults.room.announcements import Counted

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs.announcements import hears


@hears(Counted)
def note(event: Counted) -> None:
    audit.record(action="faults.heard", kind="job", record_id=event.job_id, label=str(event.number), by=Actor.system("job"))
    time.sleep(0.02)
