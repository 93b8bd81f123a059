"""Two files somebody holds for one customer, who may not merge them: brought before those who may."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.kit.text import tidy
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.announcements import MergeProposed
from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models import DuplicatePair
from kexin.loop.customers.queries import scanning


@transaction.atomic
def propose_merge(*, customer_id: int, other_id: int, why: str, by: Actor) -> DuplicatePair:
    """Put a pair on the list of possible duplicates with the reason a person gives, and tell those who decide.

    Proposed twice, it stays one pair with the newer reason. What was found to be two customers is looked at anew.
    """
    if customer_id == other_id:
        raise errors.MergeOfOne
    why = tidy(why)[:200]
    if not why:
        raise errors.TextMissing(beside="why")
    smaller, larger = (checking.open_file(pk) for pk in sorted((customer_id, other_id)))

    score, reasons = scanning.scored([(smaller.pk, larger.pk)]).get((smaller.pk, larger.pk), (0, []))
    pair, is_new = DuplicatePair.objects.select_for_update().get_or_create(
        smaller=smaller, larger=larger, defaults={"score": score, "reasons": ",".join(reasons)}
    )
    was = PairState.OPEN if is_new else PairState(pair.state)
    pair.state, pair.decided_at, pair.decided_by = PairState.OPEN, None, None
    pair.proposed_by_id, pair.proposed_at, pair.proposal = by.id, timezone.now(), why
    pair.save()

    audit.record(
        action="pair.propose",
        kind="pair",
        record_id=pair.pk,
        label=pair.codes,
        by=by,
        changes={"state": [None if is_new else was, PairState.OPEN]},  # why stands with the pair: it may name somebody
    )
    jobs.announce(MergeProposed(pair_id=pair.pk, customer_id=customer_id, other_id=other_id))
    return pair
