"""Bulk: one action on many records: the chosen ones, or all that match. Large ones go on as a job."""

from __future__ import annotations

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job
from kexin.ground.lists.errors import NothingChosen
from kexin.ground.lists.listing import BulkAction, Listing
from kexin.ground.staff.models import User

AT_ONCE = 500  # records an action is done to while the person waits


def chosen_ids(of: Listing, ids: list[int], user: User) -> list[int]:
    """Those of the chosen records this person may see; the rest were never theirs to choose."""
    found = list(of.records(user).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    if not found:
        raise NothingChosen
    return found


def start(of: Listing, action: BulkAction, *, query: str, value: str, user: User, by: Actor, title: str) -> Job:
    """Do an action to all records that match an address, in the background."""
    arguments = {"listing": of.name, "action": action.name, "query": query, "value": value, "user": user.pk}
    return jobs.start(kind="lists.bulk", arguments=arguments, title=title, by=by)
