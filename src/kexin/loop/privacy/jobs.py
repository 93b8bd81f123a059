from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.loop.privacy import actions


@kinds.job("privacy.clear_up", title=_("Clearing up after an erasure"))
def clear_up(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    erasure = actions.clear_up(
        erasure_id=part.arguments["erasure"],
        runs=part.arguments["runs"],
        journal=part.arguments["journal"],
        by=part.by,
        beat=part.progress,
    )
    return kinds.Finished(result={"number": erasure.number, **erasure.cleaned})


@kinds.job("privacy.retain", title=_("Removing what was kept long enough"), every=timedelta(days=1))
def retain(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    actions.forget_left_values()
    removed = actions.remove_expired(by=part.by, time_left=part.time_left, beat=part.progress)
    return kinds.Finished(result={"removed": removed}) if removed is not None else kinds.Again()
