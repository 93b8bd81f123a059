"""When a to-do presses, and what may become of it. Pure: every function is told the time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

SOON = timedelta(hours=4)
OPEN, DONE, DROPPED = "open", "done", "dropped"
TRANSITIONS = {OPEN: {DONE, DROPPED}, DONE: {OPEN}, DROPPED: {OPEN}}
# A postponement said with one click: how far from now, or at which hour of which day from today.
END_OF_DAY, START_OF_DAY = time(18), time(9)


class Group(StrEnum):
    """The parts of the workbench's list, in the order they are shown."""

    OVERDUE = "overdue"
    SOON = "soon"
    TODAY = "today"
    LATER = "later"
    UNDATED = "undated"


def group_of(due_at: datetime | None, *, now: datetime, day_ends: datetime) -> Group:
    """Which part of the list a deadline belongs to. `day_ends` is the first moment of tomorrow where the reader is."""
    if due_at is None:
        return Group.UNDATED
    if due_at < now:
        return Group.OVERDUE
    if due_at <= now + SOON:
        return Group.SOON
    return Group.TODAY if due_at < day_ends else Group.LATER


def may_become(state: str, wanted: str) -> bool:
    return wanted in TRANSITIONS[state]


def postponements(now: datetime) -> dict[str, datetime]:
    """The later moments offered with one click; `now` is the reader's local time."""
    tomorrow = (now + timedelta(days=1)).replace(hour=START_OF_DAY.hour, minute=0, second=0, microsecond=0)
    tonight = now.replace(hour=END_OF_DAY.hour, minute=0, second=0, microsecond=0)
    next_monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    offered = {"tonight": tonight, "tomorrow": tomorrow, "in_three_days": tomorrow + timedelta(days=2), "next_monday": next_monday}
    if tonight <= now:
        del offered["tonight"]
    if next_monday in {tomorrow, offered["in_three_days"]}:
        del offered["next_monday"]
    return offered
