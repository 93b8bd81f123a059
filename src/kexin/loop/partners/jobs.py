from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.ground.staff import queries as staff


@kinds.job("partners.remind", title=_("Reminding of agreements that end"), every=timedelta(days=1))
def remind(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    from kexin.loop.partners import actions  # noqa: PLC0415 -- the registry imports this module early

    opened = actions.remind_of_agreements(today=staff.today())
    part.progress(done=opened)
    return kinds.Finished(result={"opened": opened})
