"""Cover while away 代理: who stands in for whom on which days. It begins and ends by itself, because its days are asked, not a state."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import NotFound
from kexin.ground.staff import errors, rules
from kexin.ground.staff.models import Cover, User
from kexin.kit.text import tidy

LONGEST = timedelta(days=366)


@transaction.atomic
def name_cover(*, absent: User, deputy: User, first_day: date, last_day: date, today: date, note: str = "", by: Actor) -> Cover:
    """From the first to the last day the deputy sees and may do what the absent person may for their customers and to-dos.

    One deputy at a time, and nobody who is away on one of these days: so covers make no chain and no circle.
    """
    if absent == deputy:
        raise errors.CoverOfOneself
    if not first_day <= last_day or last_day < today or last_day - max(first_day, today) > LONGEST:
        raise errors.CoverDays
    if not deputy.is_active or deputy.is_integration or not rules.may(deputy.role, "customer.edit"):
        raise errors.DeputyUnknown
    # Both persons are locked, in the order of their numbers: two covers named at once see each other.
    list(User.objects.select_for_update().filter(pk__in=sorted((absent.pk, deputy.pk))).order_by("pk"))
    standing = Cover.objects.filter(called_off_at=None, first_day__lte=last_day, last_day__gte=first_day).select_related("deputy")
    twice = standing.filter(absent=absent).order_by("first_day").first()
    if twice is not None:
        raise errors.CoverTwice(deputy=twice.deputy, first=twice.first_day, last=twice.last_day)
    away = standing.filter(absent=deputy).order_by("first_day").first()
    if away is not None:
        raise errors.DeputyAway(deputy=deputy, first=away.first_day, last=away.last_day)
    stands_in = standing.filter(deputy=absent).select_related("absent").order_by("first_day").first()
    if stands_in is not None:
        raise errors.StandsIn(absent=absent, other=stands_in.absent, first=stands_in.first_day, last=stands_in.last_day)

    cover = Cover.objects.create(
        absent=absent, deputy=deputy, first_day=first_day, last_day=last_day, note=tidy(note)[:200], created_by=by.id
    )

    audit.record(
        action="cover.name",
        kind="user",
        record_id=absent.pk,
        label=str(absent),
        by=by,
        changes={"deputy": [None, str(deputy)], "first_day": [None, first_day.isoformat()], "last_day": [None, last_day.isoformat()]},
    )
    return cover


@transaction.atomic
def call_off_cover(*, cover_id: int, today: date, by: Actor) -> Cover:
    """End it before its last day, at once."""
    cover = Cover.objects.select_for_update(of=("self",)).select_related("absent", "deputy").filter(pk=cover_id).first()
    if cover is None:
        raise NotFound
    if cover.called_off_at is not None or cover.last_day < today:
        raise errors.CoverEnded

    cover.called_off_at = timezone.now()
    cover.save(update_fields=["called_off_at"])

    audit.record(
        action="cover.call_off",
        kind="user",
        record_id=cover.absent_id,
        label=str(cover.absent),
        by=by,
        changes={"deputy": [str(cover.deputy), None]},
    )
    return cover
