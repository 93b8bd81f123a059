"""Editing: whom a bulk edit would reach and what it would change, before anything is written; and what one did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import get_resolver
from django.utils.translation import gettext as _

from kexin.ground.lists import asking, listing, reading
from kexin.ground.lists.editable import EditField, Held
from kexin.ground.lists.errors import EditNotYours, NoSuchList
from kexin.ground.lists.listing import Listing
from kexin.ground.lists.models import BulkEdit
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Role
from kexin.ground.staff.models import User

LOOKED_AT = 2_000  # rows a preview looks at one by one; the job decides about the rest as it comes to them
SHOWN, NAMED = 8, 5


@dataclass(frozen=True)
class Change:
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Preview:
    """What an edit would do. `looked_at` of `total` rows were asked; where it is fewer, the counts speak of those alone."""

    total: int
    looked_at: int
    changed: int = 0
    same: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Change, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()  # name and reason of the first few


def listing_of(name: str) -> Listing:
    _known = get_resolver().url_patterns  # reading the addresses imports the pages, which declare their lists
    found = listing.find(name)
    if found is None:
        raise NoSuchList(name=name)
    return found


def listings_of_kind(kind: str) -> list[Listing]:
    return [one for one in listing.all_listings() if one.edit_kind == kind]


def field_of(of: Listing, name: str, user: User) -> EditField:
    """EditNotYours where there is no such field for this person any more."""
    if of.permission and not staff.may(user, of.permission):
        raise EditNotYours
    found = next((one for one in of.edits_for(user) if one.name == name), None)
    if found is None:
        raise EditNotYours
    return found


def person_of(edit: BulkEdit) -> User:
    """Whose rights an edit has: asked at every batch, so that who leaves stops what they began."""
    user = User.objects.filter(pk=edit.user_id, is_active=True).first()
    if user is None:
        raise EditNotYours
    return user


def preview(of: Listing, field_: EditField, value: Any, user: User, *, ids: Sequence[int] = (), query: str = "") -> Preview:
    """Asked without writing. The same statements for one row and for a million."""
    of = of.seen_by(user)
    asked = asking.read(of, QueryDict(query.lstrip("?")))
    records = of.records(user).filter(pk__in=list(ids)) if ids else reading.matching(of, asked, user)
    total = len(set(ids)) if ids else records.order_by().count()
    looked_at = sorted(set(ids)) if ids else list(records.order_by("pk").values_list("pk", flat=True)[:LOOKED_AT])
    held = field_.hold(looked_at, user, value)
    changing = [one for one in held.values() if not one.refused and not field_.same(one.value, value)]
    shown = changing[:SHOWN]
    words = field_.words([one.value for one in shown] + [value])
    return Preview(
        total=total,
        looked_at=len(looked_at),
        changed=len(changing),
        same=sum(1 for one in held.values() if not one.refused) - len(changing),
        left_out=reasons(held, looked_at),
        examples=tuple(Change(one.name, old, words[-1]) for one, old in zip(shown, words, strict=False)),
        refused=tuple((one.name, str(one.refused)) for one in held.values() if one.refused)[:NAMED],
    )


def reasons(held: Mapping[int, Held], ids: Iterable[int]) -> dict[str, int]:
    found = Counter(str(one.refused) for one in held.values() if one.refused)
    gone = len(set(ids)) - len(held)
    if gone:
        found[_("no longer on the list")] += gone
    return dict(found)


def edits_visible_to(user: User) -> QuerySet[BulkEdit]:
    """Their own; an administrator's: everybody's."""
    found = BulkEdit.objects.order_by("-pk")
    return found if user.role == Role.ADMINISTRATOR else found.filter(user_id=user.pk)
