from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from kexin.ground.audit.models import Entry

PAGE_SIZE = 50
LARGEST_PAGE = 200


def trail(
    *,
    kind: str | None = None,
    record_id: object = None,
    actor_id: int | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[Entry]:
    """Entries, newest first. The next page begins `before` the id of the last one: one statement a page, however long the trail."""
    return list(_matching(kind, record_id, actor_id, action, since, until, before)[: max(1, min(limit, LARGEST_PAGE))])


def kinds_and_actions() -> list[tuple[str, str]]:
    """Which kinds and actions occur at all, for the page's filters: read by skipping along, not by reading the trail."""
    return list(Entry.objects.order_by("kind", "action").values_list("kind", "action").distinct())


def last_change(kind: str, record_id: object) -> Entry | None:
    """Who changed a record last: what a conflict tells the later person."""
    return Entry.objects.filter(kind=kind, record_id=str(record_id)).order_by("-id").first()


def written_since(*, kind: str, record_ids: Iterable[int], field: str, since: datetime) -> set[int]:
    """Of these records, those of which an entry since then names this field. Two statements."""
    found = Entry.objects.filter(kind=kind, record_id__in=[str(record_id) for record_id in record_ids], at__gte=since)
    return {int(entry.record_id) for entry in found if field in entry.changes}


def _matching(
    kind: str | None,
    record_id: object,
    actor_id: int | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    before: int | None,
) -> QuerySet[Entry]:
    found = Entry.objects.order_by("-id")
    if kind:
        found = found.filter(kind=kind)
    if record_id is not None:
        found = found.filter(record_id=str(record_id))
    if actor_id is not None:
        found = found.filter(actor_id=actor_id)
    if action:
        found = found.filter(action__in=action.split(","))  # what reads alike is asked for together
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    if before is not None:
        found = found.filter(id__lt=before)
    return found
