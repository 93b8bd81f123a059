"""What this room knows of a customer: to-dos that ended, on the timeline; all of them in a copy of the file."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer, DuplicatePair
from kexin.loop.todo import queries
from kexin.loop.todo.choices import State
from kexin.loop.todo.models import ToDo

NAME = "todo"


def _ended(customer: Customer, user: Any) -> QuerySet[ToDo]:
    return queries.todos_visible_to(user).filter(customer=customer).exclude(state=State.OPEN)


def timeline(customer: Customer, before: parts.Cursor | None, limit: int, user: Any) -> list[parts.TimelineItem]:
    found = (
        _ended(customer, user)
        .filter(parts.Cursor.older(before, part=NAME, at="done_at"))
        .select_related("done_by")
        .order_by("-done_at", "-id")[:limit]
    )
    return [
        parts.TimelineItem(
            at=todo.done_at,
            kind=NAME,
            icon="check" if todo.state == State.DONE else "ban",
            title=todo.title,
            text=todo.outcome,
            part=NAME,
            id=todo.pk,
            who=str(todo.done_by or ""),
            chip=str(State(todo.state).label),
            tone="good" if todo.state == State.DONE else "",
        )
        for todo in found
        if todo.done_at is not None
    ]


def counts(customer: Customer, user: Any) -> dict[str, QuerySet[Any]]:
    return {NAME: _ended(customer, user)}


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    """To-dos follow the file. Where both owe the same cause, the source's is dropped: one customer and one cause make one."""
    twice = ToDo.objects.filter(customer=source, state=State.OPEN).exclude(cause="")
    twice = twice.filter(Exists(ToDo.objects.filter(customer=target, state=State.OPEN, cause=OuterRef("cause"))))
    dropped = list(twice.values_list("pk", flat=True))
    ToDo.objects.filter(pk__in=dropped).update(
        state=State.DROPPED, done_at=timezone.now(), outcome=str(_("The same is owed to the merged file."))
    )
    moved = list(ToDo.objects.filter(customer=source).values_list("pk", flat=True))
    ToDo.objects.filter(pk__in=moved).update(customer=target)
    return {"ToDo": moved, "dropped": dropped}


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    """To-dos go back; one that was dropped because both files owed the same is owed again, unless it is by now."""
    ToDo.objects.filter(pk__in=moved["ToDo"], customer=target).update(customer=source)
    owed = ToDo.objects.filter(customer=source, state=State.OPEN).exclude(cause="").values_list("cause", flat=True)
    again = ToDo.objects.filter(pk__in=moved["dropped"], customer=source, state=State.DROPPED).exclude(cause__in=list(owed))
    again.update(state=State.OPEN, done_at=None, outcome="")


def export(customer: Customer) -> list[dict[str, Any]]:
    fields = ("kind", "title", "detail", "due_at", "state", "outcome", "created_at", "done_at")
    return list(ToDo.objects.filter(customer=customer).order_by("id").values(*fields))


def erase(customer: Customer) -> int:
    """What was owed stays countable; the words, which may name the person, go. Nothing is owed any more to somebody who is gone.

    Nor is there a pair to compare where the other file is gone (its pairs went before: see the positions of the parts).
    """
    ended = {"state": State.DROPPED, "done_at": timezone.now(), "version": F("version") + 1}
    there = DuplicatePair.objects.filter(pk=OuterRef("origin_id"))
    ToDo.objects.filter(Q(customer=customer) | Q(~Exists(there), origin_kind="pair"), state=State.OPEN).update(**ended)
    return ToDo.objects.filter(customer=customer).update(title="–", detail="", outcome="")


def register() -> None:
    parts.register(
        parts.Part(
            NAME,
            gettext_lazy("To-dos"),
            kinds={NAME: gettext_lazy("To-dos")},
            timeline=timeline,
            counts=counts,
            move=move,
            move_back=move_back,
            tables=(ToDo,),
            export=export,
            erase=erase,
            permission="todo.view",
            position=40,
        )
    )
