"""What people answer about a customer, and the questions themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.kit.text import tidy
from kexin.loop.choosing import errors
from kexin.loop.choosing.actions.records import open_file, save
from kexin.loop.choosing.actions.scoring import score_customer
from kexin.loop.choosing.models import Answer, Question
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.days import today_of

CODE = re.compile(r"[a-z0-9_]{1,20}")
CHOICES = (2, 12)
STALE = (1, 3650)


@transaction.atomic
def answer(
    *, customer_id: int, question_id: int, choice: str, by: Actor, answered_on: date | None = None, evidence: str = "", rescore: bool = True
) -> Answer:
    """Write an answer down; the score follows in the same moment. Older answers stay."""
    customer = open_file(customer_id)
    question = Question.objects.filter(pk=question_id, is_active=True).first()
    if question is None:
        raise errors.NotThere
    if choice not in dict(question.options):
        raise errors.UnknownChoice
    today = today_of(customer)
    if answered_on is not None and answered_on > today:
        raise errors.DayAhead
    given = Answer.objects.create(
        customer=customer,
        question=question,
        choice=choice,
        answered_on=answered_on or today,
        answered_by_id=by.id,
        evidence=tidy(evidence)[:300],
    )

    audit.record(
        action="choosing.answer",
        kind="customer",
        record_id=customer.pk,
        label=customer.name,
        by=by,
        changes={"question": question.name_zh, "answer": [None, choice], "evidence": [None, given.evidence]},
    )
    if rescore:
        score_customer(customer_id=customer.pk, by=by)
    return given


@transaction.atomic
def save_question(*, question_id: int | None = None, version: int | None = None, fields: dict[str, Any], by: Actor) -> Question:
    """Ask something new, or word it better. `choices` are lines: code | 中文 | English; a code once given stays."""
    values = dict(fields)
    question = Question.objects.select_for_update().filter(pk=question_id).first() if question_id is not None else Question(choices=[])
    if question is None:
        raise errors.NotThere
    if "choices" in values:
        values["choices"] = _choices(values["choices"])
        gone = [code for code, _zh, _en in question.choices if code not in {row[0] for row in values["choices"]}]
        if gone:
            raise errors.ChoicesGone(codes=", ".join(gone))
    if not tidy(values.get("name_zh", question.name_zh)):
        raise errors.NameNeeded
    if not STALE[0] <= values.get("stale_days", question.stale_days) <= STALE[1]:
        raise errors.DaysOutOfRange(beside="stale_days", least=STALE[0], most=STALE[1])
    return save(question, values, version=version, action="choosing.save_question", kind="choosing_question", by=by)


def _choices(given: str) -> list[list[str]]:
    found = []
    for line in filter(str.strip, given.splitlines()):
        parts = [tidy(one) for one in [*line.replace("｜", "|").split("|"), "", ""]][:3]
        if not CODE.fullmatch(parts[0]) or not parts[1] or any(len(one) > 60 for one in parts):  # noqa: PLR2004 -- as long as a name
            raise errors.ChoicesWrong
        found.append(parts)
    if not CHOICES[0] <= len(found) <= CHOICES[1] or len({row[0] for row in found}) != len(found):
        raise errors.ChoicesWrong
    return found


@transaction.atomic
def load_answers(*, rows: Sequence[Sequence[str]], by: Actor) -> list[tuple[int, str]]:
    """Answers of a file: code, question, choice, day, evidence. All of them, or none and what is wrong line by line. Twice adds nothing."""
    refused: list[tuple[int, str]] = []
    touched: dict[int, None] = {}
    with transaction.atomic():
        for number, row in enumerate(rows, 1):
            try:
                touched[_load(row, by)] = None
            except KexinError as error:
                refused.append((number, error.sentence()))
        if refused:
            transaction.set_rollback(True)
    if not refused:
        for pk in touched:
            score_customer(customer_id=pk, by=by)
    return refused


def _load(row: Sequence[str], by: Actor) -> int:
    cells = [cell.strip() for cell in [*row, "", "", "", "", ""]][:5]
    code, question, choice, day, evidence = cells
    customer = Customer.objects.select_related("branch").filter(code=code, merged_into=None, erased_at=None).first()
    if customer is None or not question.isdecimal() or len(question) > 18:  # noqa: PLR2004 -- what a key holds
        raise errors.NotThere
    try:
        answered_on = date.fromisoformat(day) if day else today_of(customer)
    except ValueError as unreadable:
        raise errors.DayUnreadable(value=day[:40]) from unreadable
    same = Answer.objects.filter(customer=customer, question=int(question), choice=choice, answered_on=answered_on)
    if not same.exists():
        answer(
            customer_id=customer.pk, question_id=int(question), choice=choice, answered_on=answered_on, evidence=evidence, by=by,
            rescore=False,
        )  # fmt: skip
    return customer.pk
