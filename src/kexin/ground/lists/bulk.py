"""Bulk: one action on many records: the chosen ones, or all that match. Large ones go on as a job."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job
from kexin.ground.lists import asking, listing, reading
from kexin.ground.lists.errors import NoSuchList, NothingChosen
from kexin.ground.lists.listing import BulkAction, Done, Listing
from kexin.ground.staff.models import User

AT_ONCE = 500  # records an action is done to while the person waits
BATCH = 200


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


@kinds.job("lists.bulk", title=_("Change many records"))
def run(slice_: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Goes by key, not by page: an action may change what matches, and a resumed slice goes on behind the last batch."""
    of = listing.find(slice_.arguments["listing"])
    user = User.objects.get(pk=slice_.arguments["user"])
    action = None if of is None else next((one for one in of.bulk if one.name == slice_.arguments["action"]), None)
    if of is None or action is None:
        raise NoSuchList(name=slice_.arguments["listing"])
    asked = asking.read(of, QueryDict(slice_.arguments["query"].lstrip("?")))
    state: dict[str, Any] = slice_.checkpoint or {"after": 0, "done": 0, "left_out": {}}
    while slice_.time_left() > 0:
        matching = reading.matching(of, asked, user).filter(pk__gt=state["after"]).order_by("pk")
        ids = list(matching.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return kinds.Finished(result={"done": state["done"], "left_out": state["left_out"]})
        outcome: Done = action.run(ids, slice_.arguments["value"], slice_.by, user)
        left_out = Counter(state["left_out"]) + Counter(dict(outcome.left_out))
        state = {"after": ids[-1], "done": state["done"] + outcome.done, "left_out": dict(left_out)}
        slice_.progress(done=state["done"], checkpoint=state)
    return kinds.Again(checkpoint=state)
