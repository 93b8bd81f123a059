"""What lists do in the background."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import QueryDict
from django.urls import get_resolver
from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.ground.lists import asking, listing, reading
from kexin.ground.lists.errors import NoSuchList
from kexin.ground.staff.models import User

BATCH = 200


@kinds.job("lists.bulk", title=_("Change many records"))
def run(slice_: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Goes by key, not by page: an action may change what matches, and a resumed slice goes on behind the last batch."""
    _known = get_resolver().url_patterns  # reading the addresses imports the pages, which declare their lists
    of = listing.find(slice_.arguments["listing"])
    user = User.objects.get(pk=slice_.arguments["user"])
    action = None if of is None else next((one for one in of.bulk if one.name == slice_.arguments["action"]), None)
    if of is None or action is None:
        raise NoSuchList(name=slice_.arguments["listing"])
    of = of.seen_by(user)
    asked = asking.read(of, QueryDict(slice_.arguments["query"].lstrip("?")))
    state: dict[str, Any] = slice_.checkpoint or {"after": 0, "done": 0, "left_out": {}}
    while slice_.time_left() > 0:
        matching = reading.matching(of, asked, user).filter(pk__gt=state["after"]).order_by("pk")
        ids = list(matching.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return kinds.Finished(result={"done": state["done"], "left_out": state["left_out"]})
        outcome = action.run(ids, slice_.arguments["value"], slice_.by, user)
        left_out = Counter(state["left_out"]) + Counter(dict(outcome.left_out))
        state = {"after": ids[-1], "done": state["done"] + outcome.done, "left_out": dict(left_out)}
        slice_.progress(done=state["done"], checkpoint=state)
    return kinds.Again(checkpoint=state)
