"""Views people keep of a list, and which of them are counted as segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.lists import asking
from kexin.ground.lists.errors import ViewNameMissing
from kexin.ground.lists.models import SavedView, SegmentMembers

NAME_LENGTH = 60


@transaction.atomic
def save_view(*, listing: str, name: str, query: str, shared: bool, owner_id: int, by: Actor, segment: bool = False) -> SavedView:
    """Keep a list as it stands. A view of the same name and owner is replaced. A segment is counted now and then every day."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise ViewNameMissing(beside="name")
    query = asking.kept(query)
    before = SavedView.objects.filter(listing=listing, owner_id=owner_id, name=name).first()
    if before is not None and before.is_segment and _conditions(before.query) != _conditions(query):
        before.counts.all().delete()  # they counted something else
        SegmentMembers.objects.filter(view=before).delete()  # and had others in it
    values = {"query": query, "is_shared": shared, "is_segment": segment}
    view, made = SavedView.objects.update_or_create(listing=listing, owner_id=owner_id, name=name, defaults=values)

    audit.record(action="view.save", kind="view", record_id=view.pk, label=name, by=by, changes={"shared": [None if made else "", shared]})
    if segment:
        jobs.start(kind="lists.count_segments", arguments={"views": [view.pk]}, by=by)
    return view


def keep_columns(*, listing: str, columns: Sequence[str], owner_id: int) -> None:
    """How a person likes to see a list when its address says nothing: which columns, in which order. None: as delivered.

    It is their view without a name; nothing but the look of their own page changes, so no entry of the trail says it.
    """
    own: dict[str, Any] = {"listing": listing, "owner_id": owner_id, "name": ""}
    if columns:
        SavedView.objects.update_or_create(**own, defaults={"query": ",".join(columns)[:4000], "is_shared": False})
    else:
        SavedView.objects.filter(**own).delete()


@transaction.atomic
def mark_segment(*, view_id: int, segment: bool, by: Actor) -> SavedView:
    """Count a view every day from now on, or no more. What was counted is kept."""
    view = SavedView.objects.select_for_update().get(pk=view_id)
    if view.is_segment != segment:
        view.is_segment = segment
        view.save(update_fields=["is_segment"])
        audit.record(
            action="view.segment", kind="view", record_id=view.pk, label=view.name, by=by, changes={"segment": [not segment, segment]}
        )
    if segment:
        jobs.start(kind="lists.count_segments", arguments={"views": [view.pk]}, by=by)
    return view


@transaction.atomic
def drop_view(*, view: SavedView, by: Actor) -> None:
    audit.record(action="view.drop", kind="view", record_id=view.pk, label=view.name, by=by)
    view.delete()


def _conditions(query: str) -> set[tuple[str, str]]:
    """What a view finds, without how it shows it."""
    return {(name, value) for name, value in parse_qsl(query) if name not in {"sort", "cols", "size"}}
