from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.ground.tokens import actions, rules


@kinds.job("tokens.forget", title=_("Clearing away answers kept for repeated requests"), every=timedelta(hours=1))
def forget(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Answers are kept for a day."""
    gone = int(part.checkpoint.get("gone", 0))
    while found := actions.forget_answers(before=timezone.now() - rules.ANSWERS_KEPT):
        gone += found
        part.progress(done=gone)
        if part.time_left() <= 0:
            return kinds.Again(checkpoint={"gone": gone})
    return kinds.Finished(result={"gone": gone})
