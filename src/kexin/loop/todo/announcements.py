"""What to-dos announce. Values are plain, so that a receiver far above needs nothing of this room."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("todo.opened")
@dataclass(frozen=True)
class ToDoOpened:
    """Somebody owes something. Not announced again when the same cause is reported twice."""

    todo_id: int
    customer_id: int | None
    kind: str
    cause: str


@announcement("todo.done")
@dataclass(frozen=True)
class ToDoDone:
    """It was done, with this outcome."""

    todo_id: int
    customer_id: int | None
    kind: str
    cause: str
    outcome: str


@announcement("todo.dropped")
@dataclass(frozen=True)
class ToDoDropped:
    """It was found not to be needed, for this reason."""

    todo_id: int
    customer_id: int | None
    kind: str
    cause: str
    reason: str
