"""Every write of standing: assessments, and the rules they follow."""

from kexin.loop.standing.actions.assessing import assess, close_run, go_on
from kexin.loop.standing.actions.following import next_step
from kexin.loop.standing.actions.ruling import apply, discard_draft, edit, new_draft, note_looked, rules_in_force, simulate

__all__ = [
    "apply",
    "assess",
    "close_run",
    "discard_draft",
    "edit",
    "go_on",
    "new_draft",
    "next_step",
    "note_looked",
    "rules_in_force",
    "simulate",
]
