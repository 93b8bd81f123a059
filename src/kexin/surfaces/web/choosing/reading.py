"""What the pages show: a score criterion by criterion, terms condition by condition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.choosing import queries
from kexin.loop.choosing.choices import Eligibility, Verdict
from kexin.loop.choosing.models import Grant, Proposition, Score, TermSet
from kexin.loop.choosing.queries import Scored
from kexin.loop.choosing.queries import terms as term_queries
from kexin.loop.choosing.queries.terms import Judged
from kexin.loop.choosing.rules import sources
from kexin.loop.choosing.rules.checklists import Value
from kexin.loop.choosing.wording import Vocabulary
from kexin.loop.customers.models import Customer

TONES = {
    Verdict.SUITABLE: ("good", "check"),
    Verdict.UNSUITABLE: ("bad", "x"),
    Verdict.OPEN: ("", "help"),
    Eligibility.ELIGIBLE: ("good", "check"),
    Eligibility.NOT: ("bad", "x"),
}
ASKS = {"entry": "customers:add_entry", "project": "customers:start_project", "credit": "customers:credit", "address": "customers:edit"}


@dataclass(frozen=True)
class Row:
    """One criterion as the page shows it."""

    label: str
    said: str
    comes_from: str
    on: date | None
    note: str
    weight: float
    share: float  # of the whole weight, in percent
    points: float | None
    adds: float | None  # to the score
    ask: str  # where it is answered
    hidden: bool  # known, and not for this reader


@dataclass(frozen=True)
class ConditionRow:
    label: str
    wanted: str
    said: str
    comes_from: str
    on: date | None
    holds: bool | None
    ask: str
    hidden: bool
    unsure: bool  # known, but not exactly enough


def verdict_chip(value: str) -> tuple[str, str, str]:
    """Words, tone, icon."""
    kind: Any = Verdict if value in Verdict.values else Eligibility
    tone, icon = TONES.get(kind(value), ("", "help"))
    return str(kind(value).label), tone, icon


def criteria(scored: Scored, customer: Customer, user: User) -> list[Row]:
    """The heaviest first: what is known, where from, what it adds; what is missing, and where to answer."""
    vocabulary = Vocabulary.of(scored.definition.sources)
    whole = sum(one.weight for one in scored.definition.criteria)
    known = whole * scored.result.known
    sees_credit = staff.may(user, "customer.credit")
    rows = []
    for one, points in zip(scored.definition.criteria, scored.points, strict=True):
        value = scored.values.get(one.source)
        hidden = vocabulary.hides(one.source, role=user.role, credit=sees_credit)
        rows.append(
            Row(
                label=vocabulary.label(one.source),
                said="" if hidden else _said(vocabulary, one.source, value),
                comes_from=vocabulary.comes_from(one.source),
                on=_day(value),
                note="" if hidden or value is None or one.source == "credit_limit" else value.note,
                weight=one.weight,
                share=100 * one.weight / whole,
                points=None if hidden else points,
                adds=None if hidden or points is None or not known else one.weight * points / known,
                ask=ask_url(one.source, customer, user) if points is None else "",
                hidden=hidden and points is not None,
            )
        )
    return sorted(rows, key=lambda row: -row.weight)


def condition_rows(judged: Judged, customer: Customer, user: User) -> list[ConditionRow]:
    vocabulary = Vocabulary.of(one.condition.source for one in judged.checks)
    sees_credit = staff.may(user, "customer.credit")
    rows = []
    for one in judged.checks:
        source = one.condition.source
        hidden = vocabulary.hides(source, role=user.role, credit=sees_credit)
        rows.append(
            ConditionRow(
                label=vocabulary.label(source),
                wanted=vocabulary.wanted(one.condition),
                said="" if hidden else _said(vocabulary, source, one.value),
                comes_from=vocabulary.comes_from(source),
                on=_day(one.value),
                holds=one.holds,
                ask=ask_url(source, customer, user) if one.holds is None else "",
                hidden=hidden and one.value is not None,
                unsure=one.holds is None and one.value is not None,
            )
        )
    return rows


def ask_url(source: str, customer: Customer, user: User) -> str:
    """Where somebody fills in what is missing; empty where it only comes of itself, or is not theirs to write."""
    question = sources.question_of(source)
    if question is not None:
        return reverse("choosing:answer", args=[customer.pk, question]) if staff.may(user, "choosing.answer") else ""
    if not staff.may(user, "customer.edit"):
        return ""
    if sources.field_of(source) is not None:
        return reverse("customers:field_values", args=[customer.pk])
    known = sources.SOURCES.get(source)
    if known is None or not known.asks or (known.credit and not staff.may(user, "customer.credit_edit")):
        return ""
    return reverse(ASKS[known.asks], args=[customer.pk])


def _said(vocabulary: Vocabulary, source: str, value: Value | None) -> str:
    shown = vocabulary.said(source, value)
    return f"{shown} ± {vocabulary.amount(source, value.error)}" if value is not None and value.error >= 1 else shown


def _day(value: Value | None) -> date | None:
    return date.fromisoformat(value.on) if value is not None and value.on else None


@dataclass(frozen=True)
class TermsShown:
    terms: TermSet
    verdict: tuple[str, str, str]
    rows: list[ConditionRow]
    grant: Grant | None
    holding: int  # conditions that hold


def terms_of(customer: Customer, user: User) -> list[TermsShown]:
    grants = {one.terms_id: one for one in term_queries.in_force(customer)}
    found = []
    for terms, judged in term_queries.judged_by_all(customer, as_of=timezone.localdate()):
        rows = condition_rows(judged, customer, user)
        holding = sum(one.holds is True for one in judged.checks)
        found.append(TermsShown(terms, verdict_chip(judged.verdict), rows, grants.get(terms.pk), holding))
    return found


@dataclass(frozen=True)
class Choosing:
    """What the customer's own page shows of it."""

    score: Score | None
    verdict: tuple[str, str, str] | None
    ask: str
    grants: list[Grant]
    proposition: Proposition | None


def choosing_for(customer: Customer, user: User) -> Choosing | None:
    """Two statements; one more where there is a proposition, one where a question is asked next."""
    if not staff.may(user, "choosing.view"):
        return None
    score = queries.score_of(customer)
    proposition = None
    if score is not None and score.proposition_id is not None:
        proposition = term_queries.propositions().filter(pk=score.proposition_id).first()
    ask = Vocabulary.of([score.ask_next]).label(score.ask_next) if score is not None and score.ask_next else ""
    return Choosing(score, verdict_chip(score.verdict) if score else None, ask, term_queries.in_force(customer), proposition)


def labels(names: Iterable[str]) -> dict[str, str]:
    wanted = list(names)
    vocabulary = Vocabulary.of(wanted)
    return {name: vocabulary.label(name) for name in wanted}
