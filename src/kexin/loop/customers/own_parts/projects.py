"""Projects on the timeline: begun, and moved from stage to stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.choices import Outcome
from kexin.loop.customers.models import Customer, Project, StageMove
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Cursor, Part, TimelineItem

NAME = "customers.projects"
TONES = {Outcome.WON: "good", Outcome.LOST: "bad", Outcome.STOPPED: "warn"}


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- every part is called alike
    moves = StageMove.objects.filter(customer=customer).filter(Cursor.older(before, part=NAME))
    read = moves.select_related("project", "old_stage", "new_stage", "by").order_by("-occurred_at", "-pk")[:limit]
    return [_item(move) for move in read]


def _item(move: StageMove) -> TimelineItem:
    if move.old_stage is None:
        title = gettext("Project begun: %(project)s") % {"project": move.project.name}
    else:
        title = gettext("%(project)s: %(old)s → %(new)s") % {"project": move.project.name, "old": move.old_stage, "new": move.new_stage}
    outcome = Outcome(move.new_stage.outcome)
    return TimelineItem(
        at=move.occurred_at,
        kind="project",
        icon="checks",
        title=title,
        text=move.note,
        link=f"/customers/projects/{move.project_id}/",
        part=NAME,
        id=move.pk,
        who=str(move.by or ""),
        chip="" if outcome == Outcome.OPEN else str(outcome.label),
        tone=TONES.get(outcome, ""),
    )


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {"project": StageMove.objects.filter(customer=customer)}


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "part": "project",
            "name": row.name,
            "stage": row.stage.name_zh,
            "outcome": row.outcome,
            "amount": None if row.amount is None else str(row.amount),
            "currency": row.currency,
            "expected_on": row.expected_on and row.expected_on.isoformat(),
            "ended_on": row.ended_on and row.ended_on.isoformat(),
            "note": row.note,
            "moves": [
                [move.moved_on.isoformat(), move.new_stage.name_zh, move.note]
                for move in row.moves.select_related("new_stage").order_by("pk")
            ],
        }
        for row in Project.objects.filter(customer=customer).select_related("stage").order_by("pk")
    ]


move, move_back = rows.moving(Project, StageMove)
PART = Part(
    NAME,
    _("Projects"),
    kinds={"project": _("Projects")},
    timeline=items,
    counts=counts,
    move=move,
    move_back=move_back,
    export=export,
    erase=rows.erasing(Project),
    tables=(Project,),
    position=12,
)
