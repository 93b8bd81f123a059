"""Every write of choosing."""

from kexin.loop.choosing.actions.answering import answer, save_question
from kexin.loop.choosing.actions.checklists import discard, edit, new_draft, publish, save_checklist, try_draft
from kexin.loop.choosing.actions.scoring import score_customer, score_everybody

__all__ = [
    "answer",
    "discard",
    "edit",
    "new_draft",
    "publish",
    "save_checklist",
    "save_question",
    "score_customer",
    "score_everybody",
    "try_draft",
]
