"""What lists do in the background."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.urls import get_resolver
from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import NotAllowed
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job
from kexin.ground.jobs.models import State as JobState
from kexin.ground.lists import actions, asking, listing, reading
from kexin.ground.lists.errors import NoSuchList
from kexin.ground.lists.models import BulkEdit, EditState, SavedView
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User

BATCH = 200


@kinds.job("lists.bulk", title=_("Change many records"))
def run(slice_: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Goes by key, not by page: an action may change what matches, and a resumed slice goes on behind the last batch."""
    _known = get_resolver().url_patterns  # reading the addresses imports the pages, which declare their lists
    of = listing.find(slice_.arguments["listing"])
    user = User.objects.filter(pk=slice_.arguments["user"], is_active=True).first()
    action = None if of is None else next((one for one in of.bulk if one.name == slice_.arguments["action"]), None)
    if of is None or action is None:
        raise NoSuchList(name=slice_.arguments["listing"])
    if user is None or not all(staff.may(user, needed) for needed in (of.permission, action.permission) if needed):
        raise NotAllowed  # asked anew at every slice: who leaves stops what they began
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


def _stopped(job: Job) -> None:
    """Cancelled or failed: what was done stays done, and can be taken back."""
    if job.state == JobState.DONE:
        return
    going = BulkEdit.objects.filter(pk=job.arguments["edit"])
    going.filter(state__in=[EditState.WAITING, EditState.RUNNING]).update(state=EditState.STOPPED, ended_at=job.finished_at)
    going.filter(state=EditState.UNDOING).update(state=EditState.STOPPED)


@kinds.job("lists.edit", title=_("Change many records"), ended=_stopped)
def edit(slice_: kinds.Slice) -> kinds.Again | kinds.Finished:
    """A batch and how far it came are one transaction: killed in the middle, it goes on behind the last one."""
    while slice_.time_left() > 0:
        if not actions.edit_next(edit_id=slice_.arguments["edit"], by=slice_.by, beat=lambda one: _beat(slice_, one.total, _met(one))):
            one = BulkEdit.objects.get(pk=slice_.arguments["edit"])
            return kinds.Finished(result={"done": one.changed, "same": one.same, "left_out": one.left_out})
    return kinds.Again()


@kinds.job("lists.undo_edit", title=_("Undo a change of many records"), ended=_stopped)
def undo_edit(slice_: kinds.Slice) -> kinds.Again | kinds.Finished:
    user = User.objects.filter(pk=slice_.arguments["user"], is_active=True).first()
    if user is None:
        raise NotAllowed
    while slice_.time_left() > 0:
        done = actions.undo_next(
            edit_id=slice_.arguments["edit"],
            user=user,
            by=slice_.by,
            beat=lambda one: _beat(slice_, one.changed, one.restored + one.kept),
        )
        if not done:
            one = BulkEdit.objects.get(pk=slice_.arguments["edit"])
            return kinds.Finished(result={"restored": one.restored, "kept": one.kept})
    return kinds.Again()


def _met(edit_: BulkEdit) -> int:
    left_out: dict[str, int] = edit_.left_out
    return edit_.changed + edit_.same + sum(left_out.values())


def _beat(slice_: kinds.Slice, total: int, done: int) -> None:
    slice_.progress(done=done, total=total)


@kinds.job("lists.count_segments", title=_("Counting segments"), every=timedelta(days=1))
def count_segments(slice_: kinds.Slice) -> kinds.Again | kinds.Finished:
    """All of them once a day; those named, when they are saved. One that cannot be counted says so and stops nothing."""
    segments = SavedView.objects.filter(is_segment=True)
    if slice_.arguments.get("views"):
        segments = segments.filter(pk__in=slice_.arguments["views"])
    state: dict[str, int] = slice_.checkpoint or {"after": 0, "counted": 0, "failed": 0}
    while slice_.time_left() > 0:
        pk = segments.filter(pk__gt=state["after"]).order_by("pk").values_list("pk", flat=True).first()
        if pk is None:
            return kinds.Finished(result={"counted": state["counted"], "failed": state["failed"]})
        counted = actions.count_segment(view_id=pk)
        state = {**state, "after": pk, "counted": state["counted"] + (counted is not None), "failed": state["failed"] + (counted is None)}
        slice_.progress(done=state["counted"] + state["failed"], checkpoint=state)
    return kinds.Again(checkpoint=state)
