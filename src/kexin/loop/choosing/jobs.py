from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job


def _run_ended(job: Job) -> None:
    from kexin.loop.choosing.actions import scoring  # noqa: PLC0415 -- the registry imports this module early

    scoring.run_ended(job)


@kinds.job("choosing.score", title=_("Scoring who is a suitable customer"), every=timedelta(days=1), ended=_run_ended)
def score(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    from kexin.loop.choosing.actions import scoring  # noqa: PLC0415 -- the same

    return scoring.go_on(part)


@kinds.job("choosing.try", title=_("Trying a checklist"))
def try_checklist(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    from kexin.loop.choosing.actions import checklists  # noqa: PLC0415 -- the same

    return checklists.go_on_trying(part)


@kinds.job("choosing.terms", title=_("Looking at individual terms"), every=timedelta(days=1))
def look_at_terms(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    from kexin.loop.choosing.actions import watching  # noqa: PLC0415 -- the same

    return watching.go_on(part)
