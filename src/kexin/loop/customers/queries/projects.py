"""Projects: of one customer, of all a person may see, and one with its stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kexin.loop.customers.models import Customer, Project, ProjectStage, StageDate, StageMove
from kexin.loop.customers.queries.visible import customers_visible_to

MOST = 20


@dataclass(frozen=True)
class StageLine:
    """One stage of a project: planned, reached, and by how many days late (negative: early)."""

    stage: ProjectStage
    planned_on: date | None
    reached_on: date | None
    is_now: bool

    @property
    def late_by(self) -> int | None:
        return (self.reached_on - self.planned_on).days if self.planned_on and self.reached_on else None


def projects_visible_to(user: Any) -> QuerySet[Project]:
    return Project.objects.filter(customer__in=customers_visible_to(user).values("pk"))


def projects_of(customer: Customer) -> list[Project]:
    """Open ones first. One statement."""
    rows = Project.objects.filter(customer=customer).select_related("stage").order_by("-pk")[:MOST]
    return sorted(rows, key=lambda row: row.outcome != "open")


def stage_lines(project: Project) -> list[StageLine]:
    """All stages in use and those the project has dates of, in their order. Two statements."""
    dates = {row.stage_id: row for row in StageDate.objects.filter(project=project)}
    lines = []
    for stage in ProjectStage.objects.order_by("position", "pk"):
        row = dates.get(stage.pk)
        if stage.is_active or row is not None:
            planned, reached = (row.planned_on, row.reached_on) if row else (None, None)
            lines.append(StageLine(stage, planned, reached, stage.pk == project.stage_id))
    return lines


def moves_of(project: Project) -> QuerySet[StageMove]:
    return StageMove.objects.filter(project=project).select_related("old_stage", "new_stage", "by").order_by("-occurred_at", "-pk")
