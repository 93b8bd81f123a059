from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.lists.errors import ViewNameMissing
from kexin.ground.lists.models import SavedView, Tag, Tagging

NAME_LENGTH, TAG_LENGTH = 60, 30


@transaction.atomic
def save_view(*, listing: str, name: str, query: str, shared: bool, owner_id: int, by: Actor) -> SavedView:
    """Keep a list as it stands. A view of the same name and owner is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise ViewNameMissing(beside="name")
    values = {"query": query.lstrip("?")[:4000], "is_shared": shared}
    view, made = SavedView.objects.update_or_create(listing=listing, owner_id=owner_id, name=name, defaults=values)

    audit.record(action="view.save", kind="view", record_id=view.pk, label=name, by=by, changes={"shared": [None if made else "", shared]})

    return view


@transaction.atomic
def drop_view(*, view: SavedView, by: Actor) -> None:
    audit.record(action="view.drop", kind="view", record_id=view.pk, label=view.name, by=by)
    view.delete()


@transaction.atomic
def add_tag(*, kind: str, name: str, record_ids: Iterable[int], by: Actor) -> int:
    """Stick a word on records; those that have it already keep it. Returns how many got it."""
    name = " ".join(name.split())[:TAG_LENGTH]
    ids = list(dict.fromkeys(record_ids))
    if not name or not ids:
        return 0
    tag = Tag.objects.get_or_create(kind=kind, name=name)[0]
    held = set(Tagging.objects.filter(tag=tag, record_id__in=ids).values_list("record_id", flat=True))
    fresh = [record_id for record_id in ids if record_id not in held]
    Tagging.objects.bulk_create([Tagging(tag=tag, record_id=record_id) for record_id in fresh], ignore_conflicts=True)

    audit.record(action="tag.add", kind=kind, label=name, by=by, changes={"count": [0, len(fresh)]})

    return len(fresh)


@transaction.atomic
def remove_tag(*, kind: str, name: str, record_ids: Iterable[int], by: Actor) -> int:
    """Take a word off records. Returns how many had it."""
    gone = Tagging.objects.filter(tag__kind=kind, tag__name=name, record_id__in=list(record_ids)).delete()[0]
    if gone:
        audit.record(action="tag.remove", kind=kind, label=name, by=by, changes={"count": [gone, 0]})
    return gone
