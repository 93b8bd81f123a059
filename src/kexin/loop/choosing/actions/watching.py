"""Terms looked at every night: what ran out ends, what is undeserved, ends soon or was not looked at for long becomes a to-do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.staff import queries as staff
from kexin.loop.choosing.actions.granting import cause_of, end
from kexin.loop.choosing.announcements import TermsUndeserved
from kexin.loop.choosing.choices import Eligibility, GrantState
from kexin.loop.choosing.models import Grant
from kexin.loop.choosing.queries import terms as queries
from kexin.loop.choosing.queries.terms import Judged
from kexin.loop.choosing.wording import Vocabulary
from kexin.loop.todo import actions as todos
from kexin.loop.todo.choices import Kind

BATCH = 100
TOLD_BEFORE = timedelta(days=30)
ACT_WITHIN = timedelta(days=7)
DAY_ENDS = time(18)


def go_on(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    today = staff.today()
    at: dict[str, Any] = {"last": 0, "looked_at": 0, "ended": 0, "undeserved": 0, "ending": 0, "recheck": 0, **part.checkpoint}
    while True:
        ids = list(Grant.objects.filter(state=GrantState.GRANTED, pk__gt=at["last"]).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return kinds.Finished(result={name: at[name] for name in ("looked_at", "ended", "undeserved", "ending", "recheck")})
        with transaction.atomic():
            for name, count in look_at(ids=ids, today=today, by=part.by).items():
                at[name] += count
            at |= {"last": ids[-1], "looked_at": at["looked_at"] + len(ids)}
            part.progress(done=at["looked_at"], checkpoint=dict(at))
        if part.time_left() <= 0:
            return kinds.Again()


@transaction.atomic
def look_at(*, ids: Sequence[int], today: date, by: Actor) -> dict[str, int]:
    """Some grants. Twice on one day changes nothing: one cause makes one to-do, and it is told once that terms are undeserved."""
    told = {"ended": 0, "undeserved": 0, "ending": 0, "recheck": 0}
    found = Grant.objects.select_for_update(of=("self",)).select_related("customer__owner", "terms").filter(pk__in=list(ids))
    by_terms: dict[int, list[Grant]] = defaultdict(list)
    for given in found.filter(state=GrantState.GRANTED).order_by("pk"):
        if given.last_day < today:
            with override(settings.LANGUAGE_CODE):
                end(grant_id=given.pk, reason=_("ran out"), by=by)
            told["ended"] += 1
        elif given.customer.is_active and given.customer.merged_into_id is None:  # on others nobody can write what is asked for
            by_terms[given.terms_id].append(given)
    for grants in by_terms.values():
        judged = queries.judged([one.customer_id for one in grants], grants[0].terms, as_of=today)
        for given in grants:
            for what in _look(given, judged[given.customer_id], today=today, by=by):
                told[what] += 1
    return told


def _look(given: Grant, found: Judged, *, today: date, by: Actor) -> list[str]:
    done = []
    language = (given.customer.owner.language if given.customer.owner else "") or settings.LANGUAGE_CODE
    with override(language):
        words = {"terms": given.terms, "name": given.customer.name}
        if found.verdict != given.eligibility:
            was, given.eligibility = given.eligibility, found.verdict
            given.save(update_fields=["eligibility"])
            if found.verdict != Eligibility.ELIGIBLE and was == Eligibility.ELIGIBLE:
                labels = Vocabulary.of([*found.failing, *found.missing])
                if found.failing:
                    title = _("%(name)s no longer meets the conditions of %(terms)s") % words
                    jobs.announce(TermsUndeserved(given.pk, given.customer_id, given.terms_id, found.failing))
                else:
                    title = _("Answer again whether %(name)s still deserves %(terms)s") % words
                detail = ", ".join(labels.label(name) for name in found.failing or found.missing)
                _owed(given, "undeserved", title, detail, due=today + ACT_WITHIN, by=by)
                done.append("undeserved")
        if given.last_day - TOLD_BEFORE <= today:
            title = _("%(terms)s of %(name)s end on %(day)s: go on with them?") % {**words, "day": given.last_day.isoformat()}
            done += ["ending"] if _owed(given, "ending", title, "", due=given.last_day, by=by) else []
        elif given.checked_on + timedelta(days=given.terms.recheck_days) <= today:
            title = _("Look again whether %(name)s still deserves %(terms)s") % words
            done += ["recheck"] if _owed(given, "recheck", title, "", due=today + TOLD_BEFORE, by=by) else []
    return done


def _owed(given: Grant, what: str, title: str, detail: str, *, due: date, by: Actor) -> bool:
    """Whether the to-do is new."""
    before = timezone.now()
    todo = todos.open_todo(
        kind=Kind.REVIEW,
        title=title,
        detail=detail,
        customer=given.customer,
        due_at=timezone.make_aware(datetime.combine(due, DAY_ENDS)),
        cause=cause_of(given, what),
        origin_kind="terms_grant",
        origin_id=given.pk,
        by=by,
    )
    return todo.created_at >= before
