"""Segments: who of these customers is in a saved view of the customers list. It is read as its owner sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from kexin.ground.lists import asking, reading
from kexin.ground.lists import queries as lists
from kexin.ground.lists.errors import BadAddress, ConditionNotYours
from kexin.ground.lists.models import SavedView
from kexin.ground.staff.models import User
from kexin.loop.customers.listing import CUSTOMERS

EVERYBODY = 0


@dataclass(frozen=True)
class Segment:
    id: int
    name: str
    is_there: bool = True


def members(segment_id: int, ids: Collection[int]) -> set[int]:
    """Of these customers the ones in the segment; nobody, where the view is gone or cannot be read any more."""
    if segment_id == EVERYBODY:
        return set(ids)
    view = SavedView.objects.filter(pk=segment_id, listing=CUSTOMERS.name).first()
    owner = User.objects.filter(pk=view.owner_id).first() if view is not None else None
    if view is None or owner is None:
        return set()
    listing = CUSTOMERS.seen_by(owner)
    try:
        asked = asking.read(listing, QueryDict(view.query.lstrip("?")))
        records = reading.matching(listing, asked, owner)
    except (BadAddress, ConditionNotYours):
        return set()
    return set(records.filter(pk__in=list(ids)).order_by().values_list("pk", flat=True))


def first_of(segments: Sequence[tuple[int, int]], ids: Iterable[int]) -> dict[int, int]:
    """Of (key, segment) pairs in their order: for each customer the key of the first whose segment it is in."""
    left = set(ids)
    found: dict[int, int] = {}
    for key, segment in segments:
        if not left:
            break
        inside = members(segment, left)
        found |= dict.fromkeys(inside, key)
        left -= inside
    return found


def offered(user: User) -> list[Segment]:
    """What a person may choose: everybody, their own views and those others share."""
    views = lists.views_of(CUSTOMERS.name, user)
    return [Segment(EVERYBODY, _("Everybody")), *(Segment(view.pk, view.name) for view in views if view.name)]


def named(ids: Iterable[int]) -> dict[int, Segment]:
    """Segments by number, those that are gone too."""
    wanted = set(ids)
    names = dict(SavedView.objects.filter(pk__in=wanted, listing=CUSTOMERS.name).values_list("pk", "name"))
    found = {pk: Segment(pk, names[pk]) if pk in names else Segment(pk, _("a view that is gone"), is_there=False) for pk in wanted}
    found[EVERYBODY] = Segment(EVERYBODY, _("Everybody"))
    return found


def exists(segment_id: int) -> bool:
    return segment_id == EVERYBODY or SavedView.objects.filter(pk=segment_id, listing=CUSTOMERS.name).exists()
