"""Words people stick on records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.lists.models import Tag, Tagging

TAG_LENGTH = 30


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


@transaction.atomic
def give_tags(*, kind: str, word: str, wanted: Mapping[int, bool], by: Actor) -> None:
    """Stick one word on some of these records and take it off the others, as one act."""
    word = " ".join(word.split())[:TAG_LENGTH]
    tag = Tag.objects.get_or_create(kind=kind, name=word)[0]
    on = [record_id for record_id, has in wanted.items() if has]
    off = [record_id for record_id, has in wanted.items() if not has]
    Tagging.objects.bulk_create([Tagging(tag=tag, record_id=record_id) for record_id in on], ignore_conflicts=True)
    Tagging.objects.filter(tag=tag, record_id__in=off).delete()

    audit.record(action="tag.give", kind=kind, label=word, by=by, changes={"added": [0, len(on)], "removed": [len(off), 0]})
