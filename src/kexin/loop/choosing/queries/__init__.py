"""Every read of choosing."""

from kexin.loop.choosing.queries.scores import (
    Overall,
    Scored,
    answers_of,
    checklists,
    grants_of,
    latest_run,
    marks_of,
    marks_on,
    most_missing,
    overall,
    published,
    questions,
    score_of,
    scored,
    scores_visible_to,
    versions_of,
)
from kexin.loop.choosing.queries.sources import values_of

__all__ = [
    "Overall",
    "Scored",
    "answers_of",
    "checklists",
    "grants_of",
    "latest_run",
    "marks_of",
    "marks_on",
    "most_missing",
    "overall",
    "published",
    "questions",
    "score_of",
    "scored",
    "scores_visible_to",
    "values_of",
    "versions_of",
]
