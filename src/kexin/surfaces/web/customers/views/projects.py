"""Projects: the list, one project with its stages, and the stages themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import Conflict, KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions, queries
from kexin.loop.customers.models import Project, ProjectStage
from kexin.loop.customers.projects_listing import PROJECTS
from kexin.surfaces.frame import answers, listing
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.customers.forms_known import MoveForm, NewProjectForm, PlanForm, ProjectForm, StageForm
from kexin.surfaces.web.customers.views import editing, found

HISTORY = 100


def _page_of(row: Any) -> str:
    return reverse("customers:project", args=[row.pk])


def _customer_of(row: Any) -> str:
    return reverse("customers:customer", args=[row.customer_id])


LINKED = PROJECTS.linked({"name": _page_of, "customer": _customer_of}, row_url=_page_of)
EMPTY = (gettext_lazy("No projects yet. A project is begun on a customer's page."), gettext_lazy("To the customers"), "customers:list")


@page("customer.view")
def projects(request: HttpRequest) -> HttpResponseBase:
    context = {"may_manage": staff.may(found.person(request), "settings.manage")}
    return listing.render(request, replace(LINKED, empty=EMPTY), template="customers/projects.html", **context)


@page("customer.edit", record="customer")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = found.customer(request, customer_id)
    return editing.edit(
        request,
        customer=customer,
        form_of=NewProjectForm,
        save=lambda form: actions.start_project(customer_id=customer.pk, by=found.by(request), **form.values),
        title=_("Begin a project"),
        done=_("The project is on the file."),
        anchor="projects",
    )


@page("customer.view", record="project")
@require_GET
def show(request: HttpRequest, project_id: int) -> HttpResponse:
    return _shown(request, found.project(request, project_id))


@page("customer.edit", record="project")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, project_id: int) -> HttpResponse:
    project = found.project(request, project_id)
    return editing.edit(
        request,
        customer=project.customer,
        form_of=ProjectForm,
        initial=ProjectForm.about(project),
        save=lambda form: actions.change_project(
            project_id=project.pk, version=form.seen_version, fields=form.values, by=found.by(request)
        ),
        title=_("Change"),
        done=_("Saved."),
        extra={"back": _page_of(project)},
    )


@page("customer.edit", record="project")
@require_POST
def move(request: HttpRequest, project_id: int) -> HttpResponse:
    project = found.project(request, project_id)
    form = MoveForm(request.POST, project=project)
    if form.is_valid():
        given = form.values
        try:
            actions.move_project(
                project_id=project.pk, stage_id=given["stage"].pk, moved_on=given["moved_on"], note=given["note"], by=found.by(request)
            )
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, _page_of(project), _("Moved to “%(stage)s”.") % {"stage": given["stage"]})
    return _shown(request, project, move_form=form, status=422)


@page("customer.edit", record="project")
@require_POST
def plan(request: HttpRequest, project_id: int) -> HttpResponse:
    project = found.project(request, project_id)
    form = PlanForm(request.POST, lines=queries.stage_lines(project))
    if not form.is_valid():
        return _shown(request, project, plan_form=form, status=422)
    actions.plan_stages(project_id=project.pk, planned=form.planned, by=found.by(request))
    return answers.done(request, _page_of(project), _("Saved."))


@page("settings.manage")
@require_GET
def stages(request: HttpRequest) -> HttpResponse:
    return render(request, "customers/stages.html", {"stages": ProjectStage.objects.order_by("position", "pk")})


@page("settings.manage")
@require_http_methods(["GET", "POST"])
def add_stage(request: HttpRequest) -> HttpResponse:
    return _stage(request, None)


@page("settings.manage", record="stage")
@require_http_methods(["GET", "POST"])
def change_stage(request: HttpRequest, stage_id: int) -> HttpResponse:
    return _stage(request, get_object_or_404(ProjectStage, pk=stage_id))


def _stage(request: HttpRequest, stage: ProjectStage | None) -> HttpResponse:
    form = StageForm(request.POST or None, initial=StageForm.about(stage) if stage else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_stage(stage_id=stage.pk if stage else None, version=form.seen_version, by=found.by(request), **form.values)
        except Conflict as conflict:
            form.add_error(None, conflict.sentence())
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("customers:stages"), _("Saved."))
    context = {"form": form, "stage": stage}
    return render(request, "customers/stage.html", context, status=422 if request.method == "POST" else 200)


def _shown(
    request: HttpRequest, project: Project, *, move_form: MoveForm | None = None, plan_form: PlanForm | None = None, status: int = 200
) -> HttpResponse:
    lines = queries.stage_lines(project)
    context = {
        "project": project,
        "customer": project.customer,
        "lines": lines,
        "moves": queries.moves_of(project)[:HISTORY],
        "move_form": move_form or MoveForm(project=project),
        "plan_form": plan_form or PlanForm(lines=lines),
        "may_edit": staff.may(found.person(request), "customer.edit") and project.customer.is_active,
    }
    return render(request, "customers/project.html", context, status=status)
