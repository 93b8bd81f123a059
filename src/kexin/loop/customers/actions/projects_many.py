"""Many projects moved to a stage at once, and put back with the days they had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers import errors
from kexin.loop.customers.announcements import ProjectMoved
from kexin.loop.customers.choices import Outcome
from kexin.loop.customers.models import Project, ProjectStage, StageDate, StageMove
from kexin.loop.customers.queries.days import today_of


@transaction.atomic
def move_projects(*, stands: Mapping[int, Mapping[str, Any]], by: Actor) -> dict[int, int]:
    """`{project: {"stage": …}}` moves it there today; with "since", "ended" and "reached" too, it stands as it stood.

    "reached" is when it had reached the stage it now leaves. One entry of the trail, a `ProjectMoved` each. {project: version}.
    """
    projects = list(
        Project.objects.select_for_update(of=("self",)).filter(pk__in=list(stands)).select_related("customer__branch").order_by("pk")
    )
    stages = ProjectStage.objects.in_bulk({one["stage"] for one in stands.values()} | {project.stage_id for project in projects})
    if any(one["stage"] not in stages for one in stands.values()):
        raise errors.StageGone
    entry = audit.record(action="project.move_many", kind="project", by=by, changes={"field": "stage", "projects": len(projects)})

    moves, told = [], []
    for project in projects:
        stand, left = stands[project.pk], project.stage_id
        stage = stages[stand["stage"]]
        today = today_of(project.customer)
        back = "since" in stand
        project.stage, project.outcome = stage, stage.outcome
        project.stage_since = date.fromisoformat(stand["since"]) if back else today
        project.ended_on = (
            None if stage.outcome == Outcome.OPEN else date.fromisoformat(stand["ended"]) if back and stand["ended"] else today
        )
        project.version += 1
        project.change = entry
        if back:
            _reached(project, left, stand["reached"])
        else:
            StageDate.objects.update_or_create(project=project, stage=stage, defaults={"reached_on": today})
        moves.append(
            StageMove(project=project, customer_id=project.customer_id, old_stage_id=left, new_stage=stage, moved_on=today, by_id=by.id)
        )
        told.append(
            ProjectMoved(
                project_id=project.pk, customer_id=project.customer_id, old_stage_id=left, new_stage_id=stage.pk, outcome=stage.outcome
            )
        )
    Project.objects.bulk_update(projects, ["stage", "outcome", "stage_since", "ended_on", "version", "change"], batch_size=100)
    StageMove.objects.bulk_create(moves, batch_size=200)
    jobs.announce_all(told)
    return {project.pk: project.version for project in projects}


def _reached(project: Project, stage_id: int, reached: str | None) -> None:
    """When the stage that is left had been reached before; a line that says nothing any more goes."""
    dates = StageDate.objects.filter(project=project, stage=stage_id)
    dates.update(reached_on=date.fromisoformat(reached) if reached else None)
    dates.filter(reached_on=None, planned_on=None).delete()
