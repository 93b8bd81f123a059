"""Projects of a customer: begun, changed, planned, moved from stage to stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff.rules import is_currency
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, learnt
from kexin.loop.customers.actions.credit import LARGEST, default_currency
from kexin.loop.customers.announcements import ProjectMoved
from kexin.loop.customers.choices import Outcome, Source
from kexin.loop.customers.models import Customer, Project, ProjectStage, StageDate, StageMove
from kexin.loop.customers.queries.days import today_of

FIELDS = frozenset({"name", "amount", "currency", "starts_on", "expected_on", "note"})


@transaction.atomic
def start_project(  # noqa: PLR0913 -- what, how much, by when, how it is known
    *,
    customer_id: int,
    name: str,
    by: Actor,
    stage: ProjectStage | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    starts_on: date | None = None,
    expected_on: date | None = None,
    note: str = "",
    source: str = Source.DEALINGS,
) -> Project:
    """Begin a project at a stage, by default the first that is open."""
    customer = checking.open_file(customer_id)
    stage = stage or ProjectStage.objects.filter(is_active=True, outcome=Outcome.OPEN).order_by("position", "pk").first()
    if stage is None:
        raise errors.NoStages
    today = today_of(customer)
    values = _checked(
        {"name": name, "amount": amount, "currency": currency, "starts_on": starts_on, "expected_on": expected_on, "note": note}
    )
    over = stage.outcome != Outcome.OPEN
    project = Project.objects.create(
        customer=customer, stage=stage, stage_since=today, outcome=stage.outcome, ended_on=today if over else None,
        source=Source(source), **values,
    )  # fmt: skip
    _arrived(project, None, stage, today, "", by)
    _record(
        project, customer, "start", {name: [None, checking.plain(value)] for name, value in values.items() if value not in (None, "")}, by
    )
    return project


@transaction.atomic
def change_project(*, project_id: int, version: int | None, fields: Mapping[str, Any], by: Actor) -> Project:
    project, customer = _locked(project_id)
    values = _checked({name: fields.get(name, getattr(project, name)) for name in FIELDS})
    checking.untouched(project, kind="project", version=version, fields=values)
    changes = checking.changes_between(project, values)
    if changes:
        for name, value in values.items():
            setattr(project, name, value)
        _record(project, customer, "change", changes, by)
    return project


@transaction.atomic
def plan_stages(*, project_id: int, planned: Mapping[int, date | None], by: Actor, version: int | None = None) -> Project:
    """By when each stage should be reached: {stage: day}; None takes a plan away."""
    project, customer = _locked(project_id)
    checking.untouched(project, kind="project", version=version, fields={})
    now = {row.stage_id: row for row in StageDate.objects.filter(project=project)}
    changes: dict[str, list[Any]] = {}
    stages = ProjectStage.objects.in_bulk(list(planned))
    for stage_id, day in planned.items():
        row = now.get(stage_id)
        if stage_id not in stages or (row.planned_on if row else None) == day:
            continue
        changes[f"planned.{stages[stage_id].name_zh}"] = [checking.plain(row.planned_on if row else None), checking.plain(day)]
        StageDate.objects.update_or_create(project=project, stage_id=stage_id, defaults={"planned_on": day})
    if changes:
        _record(project, customer, "plan", changes, by)
    return project


@transaction.atomic
def move_project(
    *, project_id: int, stage_id: int, by: Actor, moved_on: date | None = None, note: str = "", version: int | None = None
) -> Project:
    """To another stage, forward or back; an ending stage ends the project, any other opens it again."""
    project, customer = _locked(project_id)
    checking.untouched(project, kind="project", version=version, fields={})
    stage = ProjectStage.objects.filter(pk=stage_id, is_active=True).first()
    if stage is None:
        raise errors.StageGone
    if stage.pk == project.stage_id:
        raise errors.StageIsSo(stage=str(stage))
    day = moved_on or today_of(customer)
    if day > today_of(customer):
        raise errors.DayInFuture(beside="moved_on")
    old = project.stage
    project.stage, project.stage_since, project.outcome = stage, day, stage.outcome
    project.ended_on = None if stage.outcome == Outcome.OPEN else day
    _arrived(project, old, stage, day, note, by)
    _record(project, customer, "move", {"stage": [old.name_zh, stage.name_zh]}, by)
    jobs.announce(
        ProjectMoved(project_id=project.pk, customer_id=customer.pk, old_stage_id=old.pk, new_stage_id=stage.pk, outcome=stage.outcome)
    )
    return project


@transaction.atomic
def save_stage(
    *, stage_id: int | None, version: int | None, name_zh: str, name_en: str, position: int, outcome: str, is_active: bool, by: Actor
) -> ProjectStage:
    """Add a stage or change one. A stage that projects stand in can be renamed and retired, never removed."""
    causes: dict[str, KexinError] = {}
    values = checking.fitting(ProjectStage, {"name_zh": name_zh, "name_en": name_en}, causes)
    values |= {"position": position, "outcome": Outcome(outcome), "is_active": is_active}
    if not values["name_zh"]:
        causes["name_zh"] = errors.NameMissing(beside="name_zh")
    checking.refuse(causes)
    if stage_id is None:
        stage = ProjectStage.objects.create(**values)
        changes = {name: [None, checking.plain(value)] for name, value in values.items()}
    else:
        stage = ProjectStage.objects.select_for_update().get(pk=stage_id)
        checking.untouched(stage, kind="stage", version=version, fields=values)
        changes = {**checking.changes_between(stage, values), "version": [stage.version, stage.version + 1]}
        for name, value in values.items():
            setattr(stage, name, value)
        stage.version += 1
        stage.save()
    audit.record(action="stage.save", kind="stage", record_id=stage.pk, label=stage.name_zh, by=by, changes=changes)
    return stage


def _locked(project_id: int) -> tuple[Project, Customer]:
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise errors.CustomerNotFound
    customer = checking.open_file(project.customer_id)
    project.refresh_from_db()
    return project, customer


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(Project, given, causes)
    values["currency"] = (values["currency"] or default_currency()).strip().upper()
    if not values["name"]:
        causes["name"] = errors.NameMissing()
    if values["amount"] is not None and not 0 <= values["amount"] < LARGEST:
        causes["amount"] = errors.AmountOutOfRange(beside="amount")
    if not is_currency(values["currency"]):
        causes["currency"] = errors.UnknownCurrency(value=values["currency"])
    if values["starts_on"] and values["expected_on"] and values["expected_on"] < values["starts_on"]:
        causes["expected_on"] = errors.EndBeforeStart(beside="expected_on")
    checking.refuse(causes)
    return values


def _arrived(project: Project, old: ProjectStage | None, new: ProjectStage, day: date, note: str, by: Actor) -> None:
    StageMove.objects.create(
        project=project, customer_id=project.customer_id, old_stage=old, new_stage=new, moved_on=day, by_id=by.id, note=note[:200]
    )
    StageDate.objects.update_or_create(project=project, stage=new, defaults={"reached_on": day})


def _record(project: Project, customer: Customer, act: str, changes: Mapping[str, list[Any]], by: Actor) -> None:
    fresh = act == "start"
    project.version += 0 if fresh else 1
    project.change = audit.record(
        action=f"project.{act}", kind="project", record_id=project.pk, label=project.name, by=by,
        changes=dict(changes) if fresh else {**changes, "version": [project.version - 1, project.version]},
    )  # fmt: skip
    project.save()
    learnt.tell(customer, f"{act}_project", {"project": [None, project.name]}, by)
