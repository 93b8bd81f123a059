from __future__ import annotations

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs.announcements import hears
from kexin.loop.standing import queries
from kexin.loop.standing.announcements import TierChanged
from kexin.loop.standing.rules import is_slip


@hears(TierChanged)
def look_into_slips(event: TierChanged) -> None:
    """A key customer whose numbers let it slip is somebody's to-do. New rules alone open none: they were looked at before."""
    for move in queries.slips_of_key_customers(event.transition_ids):
        if is_slip(move.field, move.old, move.new):
            from kexin.loop.standing import actions  # noqa: PLC0415 -- see jobs

            actions.next_step(move=move, by=Actor.system("job"))
