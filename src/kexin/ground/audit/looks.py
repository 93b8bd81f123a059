"""Who looked at whose data, and what for: written down as it happens, read by the privacy officer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Look

LONGEST_WORDS = 120
MOST = 200  # lines of a report


def note(*, by: Actor, what: str, subject: int = 0, purpose: str = "", words: str = "", times: int = 1, at: datetime | None = None) -> None:
    """Count one look: one statement, or two for the first of its day. In the transaction of what is shown, where there is one."""
    moment = at or timezone.now()
    which = {
        "day": timezone.localtime(moment).date(),
        "subject": subject,
        "actor_id": by.id or 0,
        "actor_name": by.name,
        "surface": by.surface,
        "what": what,
        "purpose": purpose,
        "words": words[:LONGEST_WORDS],
    }
    more = {"times": F("times") + times, "last_at": moment}
    if Look.objects.filter(**which).update(**more):
        return
    try:
        with transaction.atomic():
            Look.objects.create(**which, times=times, last_at=moment)
    except IntegrityError:  # somebody was quicker
        Look.objects.filter(**which).update(**more)


def forget_words(subjects: Iterable[int], *, where: Callable[[str], bool] = lambda _words: True) -> int:
    """What people wrote as their purpose may name the person: it goes when the person is erased. That somebody looked stays.

    `where`: only words of which this is true, for one person among several.
    """
    found = Look.objects.filter(subject__in=list(subjects)).exclude(words="")
    gone = 0
    for look in [one for one in found if where(one.words)]:  # two that differed only in their words become one
        same = Look.objects.filter(
            day=look.day, subject=look.subject, actor_id=look.actor_id, actor_name=look.actor_name, surface=look.surface,
            what=look.what, purpose=look.purpose, words="",
        )  # fmt: skip
        if same.update(times=F("times") + look.times):
            look.delete()
        else:
            Look.objects.filter(pk=look.pk).update(words="")
        gone += 1
    return gone


@dataclass(frozen=True)
class Seen:
    """Who looked at what, for which purpose, how often and at how many persons."""

    who: str
    surface: str
    what: str
    purpose: str
    words: str
    times: int
    persons: int
    last: datetime


def summed(since: datetime) -> list[Seen]:
    """By person, thing and purpose since a day, most first. One statement."""
    found = Look.objects.filter(day__gte=timezone.localtime(since).date())
    counted = (
        found.values("actor_name", "surface", "what", "purpose", "words")
        .annotate(sum_times=Sum("times"), persons=Count("subject", distinct=True, filter=~Q(subject=0)), last=Max("last_at"))
        .order_by("-sum_times", "actor_name", "what", "purpose", "words")[:MOST]
    )
    return [
        Seen(
            row["actor_name"], row["surface"], row["what"], row["purpose"], row["words"], row["sum_times"], row["persons"], row["last"],
        )
        for row in counted
    ]  # fmt: skip


def of(subjects: Iterable[int]) -> QuerySet[Look]:
    """Who looked at these persons, newest first."""
    return Look.objects.filter(subject__in=list(subjects)).order_by("-last_at", "-pk")
