"""Views people keep of a list, and which of them are counted as segments."""

from __future__ import annotations

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.lists.errors import ViewNameMissing
from kexin.ground.lists.models import SavedView

NAME_LENGTH = 60


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
