"""Projects of customers: begun, changed, planned, moved from stage to stage; and the stages the company has."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Entry

from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.choices import Outcome, Source
from kexin.loop.customers.models import Project, ProjectStage
from kexin.loop.customers.projects_listing import PROJECTS
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import amount, answer, moment, version_tag
from kexin.surfaces.api.contract.entries import Body, Key, Line, MaybeAmount, MaybeDay, MaybeKey, OneOf
from kexin.surfaces.api.contract.room import Room, described, made, one, page, several
from kexin.surfaces.api.contract.shapes import DAY, INTEGER, MOMENT, MONEY, TEXT, YES, Field, Shape, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("projects")

PROJECT = described(
    Shape(
        "Project",
        (
            Field("id", INTEGER, lambda row: row.pk, 31),
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("name", TEXT, lambda row: row.name, "二期展厅"),
            Field("stage", NAMED, lambda row: named(row.stage), {"id": 3, "name": "报价"}),
            Field("stage_since", DAY, lambda row: row.stage_since, "2026-10-12"),
            Field("outcome", one_of(Outcome), lambda row: row.outcome, "open"),
            Field("amount", maybe(MONEY), lambda row: amount(row.amount), "360000"),
            Field("currency", TEXT, lambda row: row.currency, "CNY"),
            Field("starts_on", maybe(DAY), lambda row: row.starts_on, "2027-01-05"),
            Field("expected_on", maybe(DAY), lambda row: row.expected_on, "2026-12-20", "When it should be decided."),
            Field("ended_on", maybe(DAY), lambda row: row.ended_on, None),
            Field("note", TEXT, lambda row: row.note, ""),
            Field("source", one_of(Source), lambda row: row.source, "dealings"),
            Field("created_at", MOMENT, lambda row: moment(row.created_at), "2026-09-01T02:00:00.000Z"),
            Field("version", INTEGER, lambda row: row.version, 1),
        ),
        about="What a customer plans with us. Owner and branch are the customer's.",
    )
)
STAGE = described(
    Shape(
        "Stage",
        (
            Field("id", INTEGER, lambda row: row.pk, 3),
            Field("name", TEXT, str, "报价", "In the language that was asked for."),
            Field("position", INTEGER, lambda row: row.position, 30),
            Field("outcome", one_of(Outcome), lambda row: row.outcome, "open", "Other than open: a project ends here."),
            Field("is_active", YES, lambda row: row.is_active, True, "Offered; a retired one stays with its projects."),
        ),
        about="A stage of projects, as the company names its own.",
    )
)
STAGE_DATE = described(
    Shape(
        "StageDate",
        (
            Field("stage", NAMED, lambda line: named(line.stage), {"id": 3, "name": "报价"}),
            Field("planned_on", maybe(DAY), lambda line: line.planned_on, "2026-11-30"),
            Field("reached_on", maybe(DAY), lambda line: line.reached_on, "2026-12-02"),
            Field("late_by", maybe(INTEGER), lambda line: line.late_by, 2, "Days; negative: early."),
            Field("is_now", YES, lambda line: line.is_now, True, "The project stands here."),
        ),
        about="When a project should reach a stage, and when it did.",
    )
)
STAGE_MOVE = described(
    Shape(
        "StageMove",
        (
            Field("id", INTEGER, lambda row: row.pk, 88),
            Field("old_stage", NAMED, lambda row: named(row.old_stage), {"id": 2, "name": "需求"}, "null: it was begun."),
            Field("new_stage", NAMED, lambda row: named(row.new_stage), {"id": 3, "name": "报价"}),
            Field("moved_on", DAY, lambda row: row.moved_on, "2026-10-12"),
            Field("occurred_at", MOMENT, lambda row: moment(row.occurred_at), "2026-10-12T03:20:00.000Z"),
            Field("by", NAMED, lambda row: named(row.by), {"id": 3, "name": "李敏"}),
            Field("note", TEXT, lambda row: row.note, ""),
        ),
        about="A project went from one stage to another.",
    )
)
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Note = Annotated[str, StringConstraints(max_length=300)]
Currency = Annotated[str, StringConstraints(max_length=3)]


class ProjectChange(Body):
    """What is to be another than before. What is left out stays."""

    name: Name = ""
    amount: MaybeAmount = None
    currency: Currency = ""
    starts_on: MaybeDay = None
    expected_on: MaybeDay = None
    note: Note = ""

    model_config = ConfigDict(json_schema_extra={"example": {"expected_on": "2026-12-28"}})


class NewProject(ProjectChange):
    """A project to be begun; without a stage at the first that is open."""

    name: Name
    stage_id: MaybeKey = None
    source: Annotated[str, OneOf(Source)] = Source.DEALINGS.value

    model_config = ConfigDict(json_schema_extra={"example": {"name": "二期展厅", "amount": "360000", "expected_on": "2036-12-20"}})


class Moved(Body):
    """To which stage, on which day (today where nobody says), and why."""

    stage_id: Key
    moved_on: MaybeDay = None
    note: Line = ""

    model_config = ConfigDict(json_schema_extra={"example": {"stage_id": 3, "note": "方案已确认"}})


class Planned(Body):
    """One stage and its day; null takes the plan away."""

    stage_id: Key
    planned_on: MaybeDay


class Plan(Body):
    """By when stages should be reached. Stages that are left out stay as they are planned."""

    planned: Annotated[list[Planned], Entry(max_length=100)]

    model_config = ConfigDict(json_schema_extra={"example": {"planned": [{"stage_id": 3, "planned_on": "2036-11-30"}]}})


def project_of(caller: Caller, project_id: int) -> Project:
    found = queries.projects_visible_to(caller.user).select_related("customer", "stage").filter(pk=project_id).first()
    if found is None:
        raise errors.CustomerNotFound
    return found


def stage_of(stage_id: int | None) -> ProjectStage | None:
    if stage_id is None:
        return None
    stage = ProjectStage.objects.filter(pk=stage_id, is_active=True).first()
    if stage is None:
        raise errors.StageGone(beside="stage_id")
    return stage


def _shown(project: Project, status: int = 200) -> HttpResponse:
    location = f"/api/v1/projects/{project.pk}" if status == 201 else ""  # noqa: PLR2004 -- made anew
    return answer(PROJECT.of(project), status, etag=version_tag(project), location=location)


@room.get("/stages", "customer.view", gives=several(STAGE))
def stages(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- every operation is called with the request
    """The stages of projects, in their order."""
    return answer({"items": [STAGE.of(row) for row in ProjectStage.objects.order_by("position", "pk")]})


@room.get("/projects", "customer.view", gives=page(PROJECT), listing=PROJECTS, shape=PROJECT)
def projects(request: HttpRequest) -> HttpResponse:
    """Projects of the customers you may see, what is expected first before the others. `outcome=open` gives what is under way."""
    return answer(asking.page(request, PROJECTS, PROJECT, caller_of(request), needs={}))


@room.get("/customers/{int:customer_id}/projects", "customer.view", record="customer", gives=page(PROJECT), parameters=asking.PAGED)
def of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A customer's projects, the last begun first."""
    customer = file_of(caller_of(request), customer_id)
    return answer(asking.keyed(request, customer.projects.select_related("customer", "stage").order_by("-pk"), PROJECT))


@room.post("/customers/{int:customer_id}/projects", "customer.edit", record="customer", gives=made(PROJECT))
def start(request: HttpRequest, customer_id: int, payload: NewProject) -> HttpResponse:
    """Begin a project."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    values = payload.model_dump(exclude={"stage_id"})
    return _shown(actions.start_project(customer_id=customer_id, stage=stage_of(payload.stage_id), by=caller.actor, **values), 201)


@room.get("/projects/{int:project_id}", "customer.view", record="project", gives=one(PROJECT))
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project."""
    return _shown(project_of(caller_of(request), project_id))


@room.patch("/projects/{int:project_id}", "customer.edit", record="project", gives=one(PROJECT))
def change(request: HttpRequest, project_id: int, payload: ProjectChange, version: int) -> HttpResponse:
    """Change a project. What is left out stays."""
    caller = caller_of(request)
    project_of(caller, project_id)
    actions.change_project(project_id=project_id, version=version, fields=payload.given(), by=caller.actor)
    return _shown(_again(project_id))


@room.post("/projects/{int:project_id}/move", "customer.edit", record="project", gives=one(PROJECT), versioned=True)
def move(request: HttpRequest, project_id: int, payload: Moved, version: int) -> HttpResponse:
    """To another stage, forward or back. A stage that ends projects ends it; any other opens it again."""
    caller = caller_of(request)
    project_of(caller, project_id)
    actions.move_project(project_id=project_id, version=version, by=caller.actor, **payload.model_dump())
    return _shown(_again(project_id))


@room.get("/projects/{int:project_id}/dates", "customer.view", record="project", gives=several(STAGE_DATE))
def dates(request: HttpRequest, project_id: int) -> HttpResponse:
    """Every stage of a project with the day it was planned for and the day it was reached."""
    found = project_of(caller_of(request), project_id)
    return answer({"items": [STAGE_DATE.of(line) for line in queries.stage_lines(found)]})


@room.put("/projects/{int:project_id}/dates", "customer.edit", record="project", gives=several(STAGE_DATE), versioned=True)
def plan(request: HttpRequest, project_id: int, payload: Plan, version: int) -> HttpResponse:
    """Say by when stages should be reached."""
    caller = caller_of(request)
    project_of(caller, project_id)
    planned = {one.stage_id: one.planned_on for one in payload.planned}
    if ProjectStage.objects.filter(pk__in=planned).count() != len(planned):
        raise errors.StageGone(beside="planned")
    actions.plan_stages(project_id=project_id, version=version, planned=planned, by=caller.actor)
    return answer({"items": [STAGE_DATE.of(line) for line in queries.stage_lines(_again(project_id))]})


@room.get("/projects/{int:project_id}/moves", "customer.view", record="project", gives=page(STAGE_MOVE), parameters=asking.PAGED)
def moves(request: HttpRequest, project_id: int) -> HttpResponse:
    """How a project went from stage to stage, the last move first."""
    found = project_of(caller_of(request), project_id)
    return answer(asking.keyed(request, queries.moves_of(found).order_by("-pk"), STAGE_MOVE))


def _again(project_id: int) -> Project:
    return Project.objects.select_related("customer", "stage").get(pk=project_id)
