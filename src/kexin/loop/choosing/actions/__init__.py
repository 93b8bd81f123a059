"""Every write of choosing."""

from kexin.loop.choosing.actions.answering import answer, load_answers, save_question
from kexin.loop.choosing.actions.checklists import discard, edit, new_draft, publish, save_checklist, try_draft
from kexin.loop.choosing.actions.granting import approve, ask, end, grant, recheck, refuse
from kexin.loop.choosing.actions.scoring import score_customer, score_everybody
from kexin.loop.choosing.actions.terms import save_proposition, save_terms

__all__ = [
    "answer",
    "approve",
    "ask",
    "discard",
    "edit",
    "end",
    "grant",
    "load_answers",
    "new_draft",
    "publish",
    "recheck",
    "refuse",
    "save_checklist",
    "save_proposition",
    "save_question",
    "save_terms",
    "score_customer",
    "score_everybody",
    "try_draft",
]
