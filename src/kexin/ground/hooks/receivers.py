from __future__ import annotations

from kexin.ground.hooks import actions, queries
from kexin.ground.jobs.announcements import Told, hears_all


@hears_all(wants=queries.names_wanted)
def pass_on(told: Told) -> None:
    """One delivery for each hook that wants it. Hearing the same announcement again adds none."""
    actions.pass_on(told=told)
