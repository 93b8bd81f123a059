"""What follows from a move: somebody looks into it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from kexin.ground.audit.actor import Actor
from kexin.loop.standing.models import Transition
from kexin.loop.standing.rules import is_slip
from kexin.loop.standing.wording import reason_in_words
from kexin.loop.todo import actions as todo
from kexin.loop.todo.choices import Kind
from kexin.loop.todo.models import ToDo

ANSWER_WITHIN = dt.timedelta(days=2)


def cause_of(field: str) -> str:
    """One customer and one cause make one open to-do, however many runs see the same slip."""
    return f"standing.{field}"


def next_step(*, move: Transition, by: Actor) -> ToDo:
    """Open the to-do that follows from a change: look into a slip, thank for a rise. The same one again returns the open one."""
    slip = is_slip(move.field, move.old, move.new)
    words = {"name": move.customer.name, "old": move.old, "new": move.new}
    if slip:
        title = _("%(name)s slipped from %(old)s to %(new)s: find out why") % words
    else:
        title = _("%(name)s rose from %(old)s to %(new)s: say thank you") % words
    return todo.open_todo(
        kind=Kind.REVIEW if slip else Kind.CALL,
        title=title,
        detail=reason_in_words(move.reason, move.run.currency),
        customer=move.customer,
        due_at=timezone.now() + ANSWER_WITHIN,
        cause=cause_of(move.field),
        origin_kind="standing_transition",
        origin_id=move.pk,
        by=by,
    )
