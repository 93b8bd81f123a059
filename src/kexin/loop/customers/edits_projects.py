"""Many projects moved to one stage at once from their list. What is kept of each is where it stood, since when, and if it had ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.lists.editable import EditField, Held
from kexin.ground.lists.errors import ValueMissing, ValueUnreadable
from kexin.ground.lists.listing import Choices
from kexin.ground.staff.models import User
from kexin.loop.customers import actions, queries
from kexin.loop.customers.holding import why_not
from kexin.loop.customers.models import Customer, Project, ProjectStage, StageDate


def edits(user: User) -> tuple[EditField, ...]:  # noqa: ARG001 -- the same for everybody
    return FIELDS


def _stages(user: User) -> Choices:  # noqa: ARG001 -- stages are everybody's
    return [(str(stage.pk), str(stage)) for stage in ProjectStage.objects.filter(is_active=True).order_by("position", "pk")]


def _read(text: str, user: User) -> Any:
    if text not in {value for value, _label in _stages(user)}:
        raise ValueUnreadable(beside="value", value=text[:40], field=_("Stage")) if text else ValueMissing(beside="value")
    return {"stage": int(text)}


def _stand(row: Project, reached: Any) -> dict[str, Any]:
    return {
        "stage": row.stage_id,
        "since": row.stage_since.isoformat(),
        "ended": row.ended_on.isoformat() if row.ended_on else None,
        "reached": reached.isoformat() if reached else None,  # the wanted stage, before
    }


def _hold(ids: Sequence[int], user: User | None, wanted: Any) -> Mapping[int, Held]:
    projects = Project.objects.filter(pk__in=list(ids)).select_related("customer")
    if user is not None:
        files = queries.seen_by(Customer.objects.filter(pk__in=Project.objects.filter(pk__in=list(ids)).values("customer")), user)
        projects = projects.filter(customer__in=files.values("pk"))
    if connection.in_atomic_block:
        projects = projects.select_for_update(of=("self",))
    dates = StageDate.objects.filter(project__in=list(ids), stage=wanted["stage"]).values_list("project_id", "reached_on")
    reached = dict(dates)
    return {
        row.pk: Held(f"{row.name} · {row.customer.name}", _stand(row, reached.get(row.pk)), row.version, why_not(row.customer))
        for row in projects.order_by("pk")
    }


def _write(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
    versions = actions.move_projects(stands=values, by=by)
    wanted = next(iter(values.values()))["stage"]
    reached = dict(StageDate.objects.filter(project__in=list(values), stage=wanted).values_list("project_id", "reached_on"))
    rows = Project.objects.filter(pk__in=list(values))
    return {row.pk: Held("", _stand(row, reached.get(row.pk)), versions[row.pk]) for row in rows}


def _same(holds: Any, wanted: Any) -> bool:
    return bool(holds["stage"] == wanted["stage"])


def _words(values: Iterable[Any]) -> list[str]:
    wanted = [value["stage"] for value in values]
    stages = {stage.pk: str(stage) for stage in ProjectStage.objects.filter(pk__in=set(wanted))}
    return [stages.get(pk, "–") for pk in wanted]


FIELDS = (
    EditField(
        "stage", gettext_lazy("Stage"), read=_read, hold=_hold, write=_write, words=_words, choices=_stages, same=_same,
        permission="customer.edit", record_kind="project",
    ),
)  # fmt: skip
