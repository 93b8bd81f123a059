"""What rules conclude that a customer may wish: listed with its evidence, confirmed or rejected by a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kexin.loop.customers import actions
from kexin.loop.customers.choices import Topic
from kexin.loop.customers.models import FileEntry
from kexin.surfaces.api.belongings import belonging
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import caller_of
from kexin.surfaces.api.contract.answering import answer
from kexin.surfaces.api.contract.room import Room, made, one, page
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.known import ENTRY

room = Room("inferences")


@room.get("/customers/{int:customer_id}/inferences", "customer.view", record="customer", gives=page(ENTRY), parameters=asking.PAGED)
def inferences(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What was concluded and nobody has confirmed or rejected yet, newest first. It is kept apart from what was said."""
    caller = caller_of(request)
    standing = file_of(caller, customer_id).entries.filter(is_inference=True, superseded_by=None, rejected_on=None)
    if not caller.may_see("customer.credit"):
        standing = standing.exclude(topic=Topic.CREDIT)
    return answer(asking.keyed(request, standing.select_related("collected_by").order_by("-pk"), ENTRY))


@room.post("/entries/{int:entry_id}/confirm", "customer.edit", record="entry", gives=made(ENTRY, etag=False))
def confirm(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The customer said so: it becomes an entry of its own right, and the conclusion is kept behind it."""
    caller = caller_of(request)
    belonging(caller, FileEntry, entry_id)
    said = actions.confirm_inference(entry_id=entry_id, by=caller.actor)
    return answer(ENTRY.of(said), 201, location=f"/api/v1/entries/{said.pk}")


@room.post("/entries/{int:entry_id}/reject", "customer.edit", record="entry", gives=one(ENTRY, etag=False))
def reject(request: HttpRequest, entry_id: int) -> HttpResponse:
    """It is not so: hidden from the file, kept in the history, and not concluded again by that rule."""
    caller = caller_of(request)
    belonging(caller, FileEntry, entry_id)
    return answer(ENTRY.of(actions.reject_inference(entry_id=entry_id, by=caller.actor)))
