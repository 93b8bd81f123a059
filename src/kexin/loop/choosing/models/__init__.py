"""Checklists and their versions, scores and their history, individual terms, value propositions."""

from kexin.loop.choosing.models.checklists import Answer, Checklist, Question, Version
from kexin.loop.choosing.models.scores import Mark, Run, Score
from kexin.loop.choosing.models.terms import Grant, Proposition, TermSet

__all__ = ["Answer", "Checklist", "Grant", "Mark", "Proposition", "Question", "Run", "Score", "TermSet", "Version"]
