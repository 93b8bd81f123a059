from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.jobs import kinds
from kexin.ground.staff.models import User


@kinds.job("customers.duplicates", title=_("Looking for duplicates"), every=timedelta(days=1))
def scan(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Started by the worker it looks at what changed since the last scan; asked for by a person, at everything."""
    from kexin.loop.customers.actions import scanning  # noqa: PLC0415 -- the registry imports this module early

    return scanning.go_on(part)


@kinds.job("customers.quality", title=_("Counting how complete files are"), every=timedelta(days=1))
def count_quality(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """One thing after the other; each is counted in one transaction, in place of what this month said before."""
    from kexin.loop.customers.actions import quality  # noqa: PLC0415 -- the registry imports this module early

    done = int(part.checkpoint.get("done", 0))
    for item in quality.ITEMS[done:]:
        with transaction.atomic():
            quality.count_item(item=item, today=timezone.localdate())
            done += 1
            part.progress(done=done, total=len(quality.ITEMS), checkpoint={"done": done})
        if part.time_left() <= 0 and done < len(quality.ITEMS):
            return kinds.Again()
    return kinds.Finished(result={"things": done})


@kinds.job("customers.hand_over_all", title=_("Handing over all customers of a colleague"))
def hand_over_all(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Batch by batch. Each is one transaction, and what is handed over is no longer found: it resumes where it stopped."""
    from kexin.loop.customers import actions  # noqa: PLC0415 -- the registry imports this module early

    given = part.arguments
    owner = User.objects.filter(pk=given["owner"]).first() if given["owner"] else None
    done = int(part.checkpoint.get("done", 0))
    while True:
        with transaction.atomic():
            batch = actions.hand_over_next(
                person_id=given["person"], owner=owner, reason=given["reason"], note=given["note"], act=uuid.UUID(given["act"]), by=part.by,
                branches=given.get("branches"),
            )  # fmt: skip
            done += batch
            part.progress(done=done, total=given["total"], checkpoint={"done": done})
        if not batch:
            return kinds.Finished(result={"customers": done})
        if part.time_left() <= 0:
            return kinds.Again()


@kinds.job("customers.distances", title=_("Measuring how far a branch is from its customers"))
def measure_distances(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """A branch stands somewhere else: its customers by key, a batch a transaction, each with the branch as it stands then."""
    from kexin.loop.customers.actions import locating  # noqa: PLC0415 -- the registry imports this module early

    return _walk(part, lambda after: locating.next_of_branch(part.arguments["branch"], after))


@kinds.job("customers.whereabouts", title=_("Finding customers by their region"), every=timedelta(days=1))
def find_whereabouts(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Files that came in before regions were understood, or in another way than through a page, a file or the API."""
    from kexin.loop.customers.actions import locating  # noqa: PLC0415 -- as above

    return _walk(part, locating.next_unlocated)


def _walk(part: kinds.Slice, following: Callable[[int], list[int]]) -> kinds.Again | kinds.Finished:
    from kexin.loop.customers.actions import locating  # noqa: PLC0415 -- as above

    last, done, changed = (int(part.checkpoint.get(name, 0)) for name in ("last", "done", "changed"))
    while True:
        with transaction.atomic():
            ids = following(last)
            if ids:
                changed += locating.locate(ids)
                last, done = ids[-1], done + len(ids)
                part.progress(done=done, checkpoint={"last": last, "done": done, "changed": changed})
        if not ids:
            return kinds.Finished(result={"customers": done, "changed": changed})
        if part.time_left() <= 0:
            return kinds.Again()
