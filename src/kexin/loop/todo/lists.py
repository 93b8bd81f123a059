"""To-dos as a list: what can be chosen, sorted and exported of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Choices, Column, DefaultView, Filter, Listing, register
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.todo import edits, queries
from kexin.loop.todo.choices import Kind, State
from kexin.loop.todo.models import ToDo


def _todos(user: User) -> QuerySet[ToDo]:
    return queries.todos_visible_to(user).select_related("customer", "owner", "branch")


def _owners(user: User) -> Choices:
    return [(str(person.pk), str(person)) for person in staff.owners_for(user)]


def _mine(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- a flag
    return records.filter(staff.whose(user))


def _unassigned(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- a flag
    return records.filter(owner=None)


def _of_customer(records: QuerySet[Any], value: Any, user: User) -> QuerySet[Any]:  # noqa: ARG001 -- every filter is called alike
    return records.filter(customer__in=Customer.objects.filter(code=value).values("pk"))


TODOS = register(
    Listing(
        name="todos",
        title=gettext_lazy("To-dos"),
        unit=gettext_lazy("to-dos"),
        one=pgettext_lazy("one of a list", "to-do"),
        records=_todos,
        columns=(
            Column("title", gettext_lazy("What is to be done"), lambda row: row.title, "link", fixed=True),
            Column("kind", gettext_lazy("Kind"), lambda row: row.kind_label),
            Column("customer", gettext_lazy("Customer"), lambda row: row.customer.name if row.customer else ""),
            Column("owner", gettext_lazy("Owner"), lambda row: str(row.owner) if row.owner else ""),
            Column("branch", gettext_lazy("Branch"), lambda row: row.branch.name if row.branch else "", default=False),
            Column("due_at", gettext_lazy("Due"), lambda row: row.due_at, "datetime", order="due_at"),
            Column("state", gettext_lazy("State"), lambda row: str(row.get_state_display())),
            Column("outcome", gettext_lazy("Outcome"), lambda row: row.outcome, default=False),
            Column("created_at", gettext_lazy("Created"), lambda row: row.created_at, "datetime", default=False),
        ),
        filters=(
            Filter("mine", gettext_lazy("Mine"), "flag", apply=_mine),
            Filter("unassigned", gettext_lazy("Nobody's"), "flag", apply=_unassigned),
            Filter("owner", gettext_lazy("Owner"), "choice", "owner", _owners),
            Filter("state", gettext_lazy("State"), "choice", "state", State.choices),
            Filter("kind", gettext_lazy("Kind"), "choice", "kind", Kind.choices),
            Filter("customer", gettext_lazy("Customer code"), "text", apply=_of_customer),
        ),
        default_order="due_at",
        views=(
            DefaultView(pgettext_lazy("to-dos", "Mine, open"), "mine=1&state=open"),
            DefaultView(pgettext_lazy("to-dos", "Open"), "state=open"),
            DefaultView(gettext_lazy("Nobody's"), "unassigned=1&state=open"),
            DefaultView(pgettext_lazy("to-dos", "All"), ""),
        ),
        edits=edits.edits,
        edit_kind="todo",
        edit_permission="todo.edit",
        permission="todo.view",
    )
)


def register_lists() -> Listing:
    """The list, known by name to exports from the moment the domain is ready."""
    return TODOS
