"""Segments: how many records a saved filter finds, day by day, with what its owner may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from kexin.ground.errors import KexinError
from kexin.ground.lists import asking, deadline, editing, members, reading, segments
from kexin.ground.lists.errors import ConditionNotYours, SegmentOwnerGone
from kexin.ground.lists.models import SavedView, SegmentCount, SegmentMembers
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User

SECONDS = 60.0  # for one count; a page never waits for it
KEPT_DAYS = 2  # of members: today and the day before


def count_segment(*, view_id: int, day: date | None = None) -> SegmentCount | None:
    """Count one segment for a day, by default today; the same day again replaces its count.

    None where it cannot be counted: the view says why, and no 0 is written down.
    """
    view = SavedView.objects.filter(pk=view_id, is_segment=True).first()
    if view is None:
        return None
    day = day or segments.today()
    try:
        with deadline.within(SECONDS):
            count, ids = _counted(view)
    except KexinError as error:
        data = {name: str(value) for name, value in error.data.items()}
        SavedView.objects.filter(pk=view.pk).update(trouble=error.code, trouble_data=data, counted_at=timezone.now())
        return None
    return _keep(view, day, count, ids)


@transaction.atomic
def write_history(*, view_id: int, counts: Mapping[date, int]) -> int:
    """Counts of days gone by, where dated facts tell them. Days that were counted are left alone. How many were written."""
    view = SavedView.objects.get(pk=view_id, is_segment=True)
    known = set(SegmentCount.objects.filter(view=view).values_list("day", flat=True))
    rows = [SegmentCount(view=view, day=day, count=count) for day, count in sorted(counts.items()) if day not in known]
    SegmentCount.objects.bulk_create(rows, batch_size=200)
    return len(rows)


def _counted(view: SavedView) -> tuple[int, list[int] | None]:
    owner = User.objects.filter(pk=view.owner_id, is_active=True).first()
    if owner is None:
        raise SegmentOwnerGone
    of = editing.listing_of(view.listing)
    if of.permission and not staff.may(owner, of.permission):
        raise ConditionNotYours(name=of.title)
    of = of.seen_by(owner)
    matching = reading.matching(of, asking.read(of, QueryDict(view.query)), owner).order_by()
    count = matching.count()
    if count > members.MOST:
        return count, None
    ids = list(matching.values_list("pk", flat=True))
    return len(ids), ids


@transaction.atomic
def _keep(view: SavedView, day: date, count: int, ids: list[int] | None) -> SegmentCount | None:
    if not SavedView.objects.select_for_update().filter(pk=view.pk, query=view.query).exists():
        return None  # its conditions were changed meanwhile: another job counts those
    kept = SegmentCount.objects.update_or_create(view=view, day=day, defaults={"count": count, "counted_at": timezone.now()})[0]
    if ids is None:
        SegmentMembers.objects.filter(view=view).delete()  # too many to name: neither today's nor those before
    else:
        SegmentMembers.objects.update_or_create(view=view, day=day, defaults={"packed": members.packed(ids)})
        days = list(SegmentMembers.objects.filter(view=view).order_by("-day").values_list("day", flat=True)[:KEPT_DAYS])
        SegmentMembers.objects.filter(view=view).exclude(day__in=days).delete()
    SavedView.objects.filter(pk=view.pk).update(trouble="", trouble_data={}, counted_at=timezone.now())
    return kept
