from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds


@kinds.job("pool.release", title=_("Looking whose customers go to the public pool"), every=timedelta(days=1))
def release(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    from kexin.loop.pool import actions  # noqa: PLC0415 -- the registry imports this module early

    return actions.go_on(part)
