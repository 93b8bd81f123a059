from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job, State


def ended(job: Job) -> None:
    if job.state != State.DONE:
        from kexin.loop.standing import actions  # noqa: PLC0415 -- see below

        actions.close_run(run_id=job.arguments["run"])


@kinds.job("standing.assess", title=_("Assessment"), ended=ended)
def assess(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    from kexin.loop.standing import actions  # noqa: PLC0415 -- arrays and columns: seconds of every worker's start

    return actions.go_on(part.arguments["run"], part)
