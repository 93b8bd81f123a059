"""Segments as people see them: counts over time, what they were a week and a month ago, who came in and who left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise

from kexin.ground.errors import KexinError
from kexin.ground.lists import asking, editing, errors, members
from kexin.ground.lists.listing import Listing
from kexin.ground.lists.models import SavedView, SegmentCount, SegmentMembers
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User

BACK = (7, 30)
SAYINGS: dict[str, type[KexinError]] = {
    one.code: one for one in (errors.BadAddress, errors.ConditionNotYours, errors.NoSuchList, errors.SegmentOwnerGone, errors.CountTooSlow)
}


@dataclass(frozen=True)
class Trend:
    """The last count of a segment, and its change against the day so many days before; None where nobody counted then."""

    day: date | None
    count: int | None
    against: tuple[int | None, ...]


@dataclass(frozen=True)
class Movement:
    """Who is in a segment now and was not on the day before it was counted, and the other way round."""

    since: date
    until: date
    came: tuple[int, ...]
    left: tuple[int, ...]


def today() -> date:
    """The day a count belongs to: the company's, whoever asks from wherever."""
    return timezone.localdate(timezone=ZoneInfo(staff.company().zone))


def segments_visible_to(user: User) -> list[SavedView]:
    """Their own and the shared ones whose list and conditions are theirs to use: a count tells as much as a list does."""
    found = SavedView.objects.filter(Q(owner_id=user.pk) | Q(is_shared=True), is_segment=True).order_by("listing", "name", "pk")
    seen = Seen(user)
    return [view for view in found if view.owner_id == user.pk or _may_ask(view, seen)]


def segment_visible_to(user: User, view_id: int) -> SavedView | None:
    found = SavedView.objects.filter(Q(owner_id=user.pk) | Q(is_shared=True), is_segment=True, pk=view_id).first()
    return found if found is not None and (found.owner_id == user.pk or _may_ask(found, Seen(user))) else None


def views_visible_to(user: User) -> list[SavedView]:
    """As above, of all saved views."""
    found = SavedView.objects.filter(Q(owner_id=user.pk) | Q(is_shared=True)).exclude(name="").order_by("listing", "position", "pk")
    seen = Seen(user)
    return [view for view in found if view.owner_id == user.pk or _may_ask(view, seen)]


class Seen:
    """Lists as one person sees them, each looked up once."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._found: dict[str, Listing | None] = {}

    def listing(self, name: str) -> Listing | None:
        if name not in self._found:
            of = listing_of(name, self.user)
            self._found[name] = of.seen_by(self.user) if of is not None else None
        return self._found[name]


def listing_of(name: str, user: User) -> Listing | None:
    """The list, if it is there and this person may see it at all."""
    try:
        of = editing.listing_of(name)
    except errors.NoSuchList:
        return None
    return of if not of.permission or staff.may(user, of.permission) else None


def _may_ask(view: SavedView, seen: Seen) -> bool:
    of = seen.listing(view.listing)
    if of is None:
        return False
    try:
        asking.read(of, QueryDict(view.query))
    except errors.ConditionNotYours:
        return False
    except KexinError:
        return True  # broken for everybody: it says so
    return True


def trends(views: Sequence[SavedView], *, today: date) -> dict[int, Trend]:
    """One statement for all of them."""
    rows = SegmentCount.objects.filter(view__in=list(views), day__gt=today - timedelta(days=2 * max(BACK)), day__lte=today)
    counts: dict[int, dict[date, int]] = {}
    for view_id, day, count in rows.values_list("view_id", "day", "count"):
        counts.setdefault(view_id, {})[day] = count
    return {view.pk: _trend(counts.get(view.pk, {})) for view in views}


def _trend(counts: dict[date, int]) -> Trend:
    if not counts:
        return Trend(None, None, tuple(None for _days in BACK))
    last = max(counts)
    before = (counts.get(last - timedelta(days=days)) for days in BACK)
    return Trend(last, counts[last], tuple(None if then is None else counts[last] - then for then in before))


def history(view: SavedView, *, since: date | None = None) -> QuerySet[SegmentCount]:
    found = SegmentCount.objects.filter(view=view).order_by("day")
    return found if since is None else found.filter(day__gte=since)


def movement(view: SavedView) -> Movement | None:
    """None where it is not known: counted once only, too large to keep whom it had, or not counted on the day before."""
    days = list(SegmentMembers.objects.filter(view=view).order_by("-day")[:2])
    if len(days) < 2:  # noqa: PLR2004 -- today's and those before
        return None
    now, before = (set(members.unpacked(one.packed)) for one in days)
    return Movement(days[1].day, days[0].day, tuple(sorted(now - before)), tuple(sorted(before - now)))


def trouble(view: SavedView) -> str | Promise:
    """Why it could not be counted, in words; empty: it was."""
    known = SAYINGS.get(view.trouble)
    if not view.trouble:
        return ""
    return known(**view.trouble_data).sentence() if known is not None else KexinError().sentence()


def records_of(view: SavedView, user: User, ids: Sequence[int]) -> list[Any]:
    """Those of these records this person may see."""
    of = listing_of(view.listing, user)
    return list(of.records(user).filter(pk__in=list(ids)).order_by("pk")) if of is not None and ids else []
