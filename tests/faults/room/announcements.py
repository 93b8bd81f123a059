from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("faults.counted")
@dataclass(frozen=True)
class Counted:
    job_id: int
    number: int
