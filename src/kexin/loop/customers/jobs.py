from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds


@kinds.job("customers.duplicates", title=_("Looking for duplicates"), every=timedelta(days=1))
def scan(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Started by the worker it looks at what changed since the last scan; asked for by a person, at everything."""
    from kexin.loop.customers.actions import scanning  # noqa: PLC0415 -- the registry imports this module early

    return scanning.go_on(part)
