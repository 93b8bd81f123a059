"""Checklists: named, drafted, tried, published. What was published never changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job
from kexin.ground.staff import queries as staff
from kexin.kit.text import tidy
from kexin.loop.choosing import errors, queries
from kexin.loop.choosing.actions import definitions
from kexin.loop.choosing.actions.records import save
from kexin.loop.choosing.actions.scoring import OPEN, score_everybody
from kexin.loop.choosing.choices import VersionState
from kexin.loop.choosing.models import Checklist, Score, Version
from kexin.loop.choosing.queries import segments
from kexin.loop.choosing.rules.checklists import Definition
from kexin.loop.customers.models import Customer

TRY = "choosing.try"
NAMED = 200  # whose verdict would change, by name
BATCH = 200


@transaction.atomic
def save_checklist(*, checklist_id: int | None = None, version: int | None = None, fields: dict[str, Any], by: Actor) -> Checklist:
    """Name, segment, place in the order. A new one begins with a draft."""
    if not tidy(fields.get("name_zh", "x")):
        raise errors.NameNeeded
    if not segments.exists(fields.get("segment_id", 0)):
        raise errors.UnknownSegment
    checklist = Checklist.objects.select_for_update().filter(pk=checklist_id).first() if checklist_id is not None else Checklist()
    if checklist is None:
        raise errors.NotThere
    is_new = checklist.pk is None
    save(checklist, fields, version=version, action="choosing.save_checklist", kind="choosing_checklist", by=by)
    if is_new:
        first = Version.objects.filter(state=VersionState.PUBLISHED).order_by("checklist__position", "pk").first()
        Version.objects.create(
            checklist=checklist,
            number=1,
            definition=first.definition if first is not None else {"schema": 1, "criteria": [], "suitable_from": 60, "min_known": 0.5},
            created_by=by.id,
        )
    return checklist


@transaction.atomic
def new_draft(*, checklist_id: int, by: Actor) -> Version:
    """A draft that says what is in force, to be changed."""
    checklist = Checklist.objects.select_for_update().filter(pk=checklist_id).first()
    if checklist is None:
        raise errors.NotThere
    mine = Version.objects.filter(checklist=checklist)
    if mine.filter(state=VersionState.DRAFT).exists():
        raise errors.DraftThere
    newest = mine.order_by("-number").first()
    in_force = mine.filter(state=VersionState.PUBLISHED).first() or newest
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Version.objects.create(checklist=checklist, number=number, definition=in_force.definition if in_force else {}, created_by=by.id)

    _told("draft", draft, by)
    return draft


@transaction.atomic
def edit(*, version_id: int, definition: Any, note: str, version: int | None, by: Actor) -> Version:
    """What a draft says. BadDefinition names what is wrong; nothing is half-written."""
    draft = _draft(version_id)
    read = definitions.checklist(definition, complete=False)
    values = {"definition": read.as_json(), "note": tidy(note)[:200]}
    return save(draft, values, version=version, action="choosing.edit_version", kind="choosing_version", by=by)


@transaction.atomic
def discard(*, version_id: int, by: Actor) -> Version:
    """Drop a draft; a checklist that never had another goes with it."""
    draft = _draft(version_id)
    _told("discard", draft, by)
    checklist = draft.checklist
    draft.delete()
    if not Version.objects.filter(checklist=checklist).exists():
        checklist.delete()
    return draft


@transaction.atomic
def try_draft(*, version_id: int, by: Actor, here: bool = False) -> Job:
    """See, before it holds, whose verdict would change. Nothing is written but what came out."""
    draft = _draft(version_id)
    definitions.checklist(draft.definition, complete=True)
    link = f"/choosing/versions/{draft.pk}/"
    job = jobs.start(kind=TRY, arguments={"version": draft.pk}, by=by, link=link, here=here)
    draft.trial_job_id = job.pk
    draft.save(update_fields=["trial_job_id"])
    return job


def go_on_trying(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Everybody scored by what is published with this draft in its checklist's place, compared with the score now."""
    draft = Version.objects.select_related("checklist").get(pk=part.arguments["version"])
    fingerprint = draft_fingerprint(draft)
    at: dict[str, Any] = dict(part.checkpoint)
    if at.get("fingerprint") != fingerprint:  # edited meanwhile: begin again
        at = {"fingerprint": fingerprint, "last": 0, "tried": 0, "changes": {}, "who": []}
    versions = [one for one in queries.published() if one.checklist_id != draft.checklist_id]
    versions = sorted([*versions, draft], key=lambda one: (one.checklist.position, one.checklist_id))
    today = staff.today()
    files = Customer.objects.filter(OPEN)
    while ids := list(files.filter(pk__gt=at["last"]).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        found = queries.scored(ids, as_of=today, by_versions=versions)
        now = {row.customer_id: row for row in Score.objects.filter(customer__in=ids)}
        changes = Counter(at["changes"])
        for pk in ids:
            old, new = now.get(pk), found.get(pk)
            was, will = old.verdict if old else "", new.result.verdict if new else ""
            if was == will:
                continue
            changes[f"{was}>{will}"] += 1
            if len(at["who"]) < NAMED:
                at["who"].append([pk, was, will, old.score if old else None, new.result.score if new else None])
        at |= {"last": ids[-1], "tried": at["tried"] + len(found), "changes": dict(changes)}
        part.progress(done=at["tried"], checkpoint=dict(at))
        if part.time_left() <= 0:
            return kinds.Again()
    changed = sum(at["changes"].values())
    Version.objects.filter(pk=draft.pk, state=VersionState.DRAFT).update(
        tried_fingerprint=fingerprint,
        trial={"tried": at["tried"], "changed": changed, "changes": at["changes"], "who": at["who"], "on": today.isoformat()},
    )
    return kinds.Finished(result={"tried": at["tried"], "changed": changed})


@transaction.atomic
def publish(*, version_id: int, version: int | None, by: Actor) -> Version:
    """Put a tried draft into force; what was, is retired. Everybody is scored anew in the background."""
    draft = _draft(version_id)
    definitions.checklist(draft.definition, complete=True)
    if version is not None and version != draft.version:
        raise errors.EditedMeanwhile(theirs={"note": draft.note}, version=draft.version)
    if draft.tried_fingerprint != draft_fingerprint(draft):
        raise errors.TryFirst
    now = timezone.now()
    Version.objects.filter(checklist=draft.checklist, state=VersionState.PUBLISHED).update(state=VersionState.RETIRED, retired_at=now)
    draft.state, draft.published_at, draft.published_by = VersionState.PUBLISHED, now, by.id
    draft.save(update_fields=["state", "published_at", "published_by"])

    _told("publish", draft, by)
    score_everybody(by=by)
    return draft


def draft_fingerprint(draft: Version) -> str:
    """Of what was tried: the definition, whom it is for, and where in the order."""
    return f"{Definition.from_json(draft.definition).fingerprint[:50]}-{draft.checklist.segment_id}-{draft.checklist.position}"[:64]


def _draft(version_id: int) -> Version:
    found = Version.objects.select_for_update(of=("self",)).select_related("checklist").filter(pk=version_id).first()
    if found is None:
        raise errors.NotThere
    if found.state != VersionState.DRAFT:
        raise errors.NotADraft
    return found


def _told(act: str, draft: Version, by: Actor) -> None:
    label = f"{draft.checklist.name_zh} {draft.number}"
    audit.record(action=f"choosing.{act}", kind="choosing_version", record_id=draft.pk, label=label, by=by)
