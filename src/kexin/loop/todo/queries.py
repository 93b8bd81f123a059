"""What is due, for whom. Every list is one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.todo.choices import State
from kexin.loop.todo.models import ToDo

MINE, BRANCH, UNASSIGNED = "mine", "branch", "unassigned"
SCOPES = (MINE, BRANCH, UNASSIGNED)


def todos_visible_to(user: User | AnonymousUser) -> QuerySet[ToDo]:
    """Their own, their branch's and below, or all: as the person's `sees` says."""
    return staff.visible(ToDo.objects.all(), user)


def open_todos(user: User, *, scope: str = MINE) -> QuerySet[ToDo]:
    """Open to-dos by due time, undated ones last, with what a row shows: one statement.

    Mine are also those of a colleague this person stands in for today.
    """
    found = todos_visible_to(user).filter(state=State.OPEN)
    if scope == MINE:
        found = found.filter(staff.whose(user))
    elif scope == UNASSIGNED:
        found = found.filter(owner=None)
    return found.select_related("customer", "customer__place", "owner", "branch").order_by(F("due_at").asc(nulls_last=True), "id")


@dataclass(frozen=True)
class Counts:
    """How many open to-dos a person can see, by whose they are; and how many of their own press now."""

    mine: int
    branch: int
    unassigned: int
    overdue: int
    soon: int


def counts(user: User, *, now: datetime, soon: datetime) -> Counts:
    """One statement. `overdue` and `soon` are the person's own."""
    own = staff.whose(user)
    row = (
        todos_visible_to(user)
        .filter(state=State.OPEN)
        .aggregate(
            mine=Count("pk", filter=own),
            branch=Count("pk"),
            unassigned=Count("pk", filter=Q(owner=None)),
            overdue=Count("pk", filter=own & Q(due_at__lt=now)),
            soon=Count("pk", filter=own & Q(due_at__gte=now, due_at__lte=soon)),
        )
    )
    return Counts(**row)


def due_count(user: User, *, before: datetime) -> int:
    """How many of a person's own to-dos are due before a moment: the number beside the menu entry."""
    return ToDo.objects.filter(staff.whose(user), state=State.OPEN, due_at__lt=before).count()


def open_for(customer: Customer, user: User | AnonymousUser) -> QuerySet[ToDo]:
    """What is owed to one customer, for the customer's page."""
    return (
        todos_visible_to(user)
        .filter(customer=customer, state=State.OPEN)
        .select_related("owner")
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )
