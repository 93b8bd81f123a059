"""The list of projects: what is open, at which stage, expected when."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.lists.listing import Choices, Column, DefaultView, Filter, Listing, register
from kexin.ground.staff.models import User
from kexin.loop.customers import edits_projects, queries
from kexin.loop.customers.choices import Outcome
from kexin.loop.customers.edits import branch_choices, owner_choices
from kexin.loop.customers.listing import _in_branches
from kexin.loop.customers.models import Customer, Project, ProjectStage


def records(user: User) -> QuerySet[Project]:
    return queries.projects_visible_to(user).select_related("customer__owner", "stage")


def stage_choices(user: User) -> Choices:  # noqa: ARG001 -- stages are everybody's
    return [(str(stage.pk), str(stage)) for stage in ProjectStage.objects.order_by("position", "pk")]


def _mine(projects: QuerySet[Project], value: Any, user: User) -> QuerySet[Project]:  # noqa: ARG001 -- a flag
    return projects.filter(customer__owner=user)


def _branches(projects: QuerySet[Project], value: list[str], user: User) -> QuerySet[Project]:
    return projects.filter(customer__in=_in_branches(Customer.objects.all(), value, user).values("pk"))


def _late(projects: QuerySet[Project], value: Any, user: User) -> QuerySet[Project]:  # noqa: ARG001 -- a flag
    """Open, and the day it should be decided has passed."""
    return projects.filter(outcome=Outcome.OPEN, expected_on__lt=timezone.localdate())


COLUMNS = (
    Column("name", _("Project"), lambda row: row.name, format="link", fixed=True),
    Column("customer", _("Customer"), lambda row: row.customer.name),
    Column("stage", _("Stage"), lambda row: str(row.stage), order="stage_id"),
    Column("outcome", _("Outcome"), lambda row: str(row.get_outcome_display()), default=False),
    Column("amount", pgettext_lazy("project", "Amount"), lambda row: row.amount, format="money", order="amount",
           currency=lambda row: row.currency),
    Column("expected", _("Expected"), lambda row: row.expected_on, format="date", order="expected_on"),
    Column("since", _("At this stage since"), lambda row: row.stage_since, format="date"),
    Column("owner", _("Owner"), lambda row: str(row.customer.owner) if row.customer.owner else ""),
    Column("ended", pgettext_lazy("relation", "Ended"), lambda row: row.ended_on, format="date", default=False),
    Column("code", _("Customer code"), lambda row: row.customer.code, default=False),
)  # fmt: skip

FILTERS = (
    Filter("mine", _("Mine"), "flag", apply=_mine),
    Filter("outcome", _("Outcome"), "choice", path="outcome", choices=Outcome.choices),
    Filter("stage", _("Stage"), "choice", path="stage", choices=stage_choices),
    Filter("late", _("Expected day has passed"), "flag", apply=_late),
    Filter("expected", _("Expected"), "date", path="expected_on"),
    Filter("amount", pgettext_lazy("project", "Amount"), "number", path="amount"),
    Filter("owner", _("Owner"), "choice", path="customer__owner", choices=owner_choices),
    Filter("branch", _("Branch and below"), "choice", choices=branch_choices, apply=_branches),
)

PROJECTS = register(
    Listing(
        name="projects",
        title=_("Projects"),
        records=records,
        columns=COLUMNS,
        filters=FILTERS,
        default_order="expected",
        search=lambda projects, text: projects.filter(name__icontains=text),
        search_hint=_("Name of the project"),
        views=(
            DefaultView(pgettext_lazy("projects", "Open"), "outcome=open"),
            DefaultView(pgettext_lazy("projects", "Mine"), "outcome=open&mine=1"),
            DefaultView(_("Expected day has passed"), "late=1"),
            DefaultView(pgettext_lazy("projects", "All"), ""),
        ),
        permission="customer.view",
        edits=edits_projects.edits,
        edit_kind="project",
        edit_permission="customer.edit",
        unit=_("projects"),
        one=pgettext_lazy("one of a list", "project"),
    )
)
