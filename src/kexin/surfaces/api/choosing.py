"""Choosing customers: scores with their bounds, answers to what is missing, individual terms asked for and decided."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import ConfigDict, StringConstraints

from kexin.loop.choosing import actions, errors, queries
from kexin.loop.choosing.choices import Eligibility, GrantState, Verdict
from kexin.loop.choosing.listing import GRANTS, SCORES
from kexin.loop.choosing.models import Grant
from kexin.loop.choosing.queries import terms as term_queries
from kexin.loop.choosing.rules.checklists import Value
from kexin.loop.choosing.wording import Vocabulary
from kexin.surfaces.api.contract import asking
from kexin.surfaces.api.contract.access import Caller, caller_of
from kexin.surfaces.api.contract.answering import answer
from kexin.surfaces.api.contract.entries import Body, Line, MaybeDay
from kexin.surfaces.api.contract.room import Room, described, made, one, page, several
from kexin.surfaces.api.contract.shapes import DAY, FLOAT, INTEGER, TEXT, YES, Field, Shape, many, maybe, one_of
from kexin.surfaces.api.customers import file_of
from kexin.surfaces.api.people import NAMED, named

room = Room("choosing")
KNOWN: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["source", "label", "known", "value", "on", "points", "weight"],
    "properties": {
        "source": TEXT,
        "label": TEXT,
        "known": YES,
        "value": TEXT,
        "on": maybe(DAY),
        "points": maybe(FLOAT),
        "weight": FLOAT,
    },
}
HELD: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["source", "label", "wanted", "value", "holds"],
    "properties": {"source": TEXT, "label": TEXT, "wanted": TEXT, "value": TEXT, "holds": maybe(YES)},
}
SCORE = described(
    Shape(
        "SuitabilityScore",
        (
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("score", maybe(FLOAT), lambda row: row.score, 72.5, "0 to 100; null: too little is known."),
            Field("low", FLOAT, lambda row: row.low, 58.0, "If everything missing turned out worst."),
            Field("high", FLOAT, lambda row: row.high, 78.0, "If it turned out best."),
            Field("known", FLOAT, lambda row: row.known, 0.8, "Share of the weight that is known."),
            Field("verdict", one_of(Verdict), lambda row: row.verdict, "open"),
            Field("verdict_since", DAY, lambda row: row.verdict_since, "2026-11-02"),
            Field("missing", many(TEXT), lambda row: [one for one in row.missing.split(",") if one], ["distance"]),
            Field("checklist", TEXT, lambda row: str(row.checklist), "选择客户"),
            Field("version", INTEGER, lambda row: row.made_by.number, 2),
            Field("as_of", DAY, lambda row: row.as_of, "2026-11-21"),
        ),
        about="How suitable a customer is, as last computed.",
    )
)
SUITABILITY = described(
    Shape(
        "Suitability",
        (
            Field("score", maybe(FLOAT), lambda told: told["score"], 72.5),
            Field("low", FLOAT, lambda told: told["low"], 58.0),
            Field("high", FLOAT, lambda told: told["high"], 78.0),
            Field("known", FLOAT, lambda told: told["known"], 0.8),
            Field("verdict", one_of(Verdict), lambda told: told["verdict"], "open"),
            Field("checklist", TEXT, lambda told: told["checklist"], "选择客户"),
            Field("version", INTEGER, lambda told: told["version"], 2),
            Field("ask_next", TEXT, lambda told: told["ask_next"], "question:3", "The heaviest source nobody knows; empty: none."),
            Field(
                "criteria", many(KNOWN), lambda told: told["criteria"],
                [{"source": "distance", "label": "离网点的距离", "known": False, "value": "", "on": None, "points": None, "weight": 5.0}],
                "What credit and own fields say is left out for those who may not see it.",
            ),
        ),
        about="The score of one customer this moment, criterion by criterion.",
    )
)  # fmt: skip
QUESTION = described(
    Shape(
        "Question",
        (
            Field("id", INTEGER, lambda row: row.pk, 3),
            Field("name", TEXT, str, "有没有自己的销售网点"),
            Field(
                "choices", many({"type": "array", "items": TEXT}), lambda row: [list(pair) for pair in row.options],
                [["yes", "是"], ["no", "否"]], "Code and words of each.",
            ),
            Field("stale_days", INTEGER, lambda row: row.stale_days, 365),
        ),
        about="Something only a person can answer about a customer.",
    )
)  # fmt: skip
ANSWER = described(
    Shape(
        "Answer",
        (
            Field("id", INTEGER, lambda row: row.pk, 88),
            Field("question_id", INTEGER, lambda row: row.question_id, 3),
            Field("choice", TEXT, lambda row: row.choice, "yes"),
            Field("answered_on", DAY, lambda row: row.answered_on, "2026-11-20"),
            Field("answered_by", NAMED, lambda row: named(row.answered_by), {"id": 3, "name": "李敏"}),
            Field("evidence", TEXT, lambda row: row.evidence, "拜访时看到的"),
        ),
        about="What somebody answered, with the evidence. The newest day counts.",
    )
)
TERMS = described(
    Shape(
        "TermsOfCustomer",
        (
            Field("terms_id", INTEGER, lambda told: told["terms_id"], 1),
            Field("name", TEXT, lambda told: told["name"], "偏远小经销商条款"),
            Field("eligibility", one_of(Eligibility), lambda told: told["eligibility"], "not"),
            Field("grant_id", maybe(INTEGER), lambda told: told["grant_id"], None, "What holds or is asked for."),
            Field(
                "conditions", many(HELD), lambda told: told["conditions"],
                [{"source": "distance", "label": "离网点的距离", "wanted": "至少 150 km", "value": "87 km", "holds": False}],
            ),
        ),
        about="One customer against the conditions of individual terms.",
    )
)  # fmt: skip
GRANT = described(
    Shape(
        "Grant",
        (
            Field("id", INTEGER, lambda row: row.pk, 17),
            Field("customer", NAMED, lambda row: named(row.customer), {"id": 12, "name": "江南机电有限公司"}),
            Field("terms_id", INTEGER, lambda row: row.terms_id, 1),
            Field("terms", TEXT, lambda row: str(row.terms), "偏远小经销商条款"),
            Field("state", one_of(GrantState), lambda row: row.state, "granted"),
            Field("first_day", DAY, lambda row: row.first_day, "2026-11-22"),
            Field("last_day", DAY, lambda row: row.last_day, "2027-11-22"),
            Field("asked_by", NAMED, lambda row: named(row.asked_by), {"id": 3, "name": "李敏"}),
            Field("approved_by", NAMED, lambda row: named(row.approved_by), {"id": 5, "name": "王强"}),
            Field("reason", TEXT, lambda row: row.reason, ""),
            Field("is_override", YES, lambda row: row.is_override, False, "Granted against the conditions."),
            Field("eligibility", one_of(Eligibility), lambda row: row.eligibility, "eligible"),
            Field("checked_on", DAY, lambda row: row.checked_on, "2026-11-22"),
        ),
        about="Individual terms of one customer: asked for, granted, refused or ended.",
    )
)


class Answered(Body):
    """An answer to one of the questions. Without a day it is of today."""

    question_id: int
    choice: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    answered_on: MaybeDay = None
    evidence: Annotated[str, StringConstraints(max_length=300)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"question_id": 3, "choice": "yes", "evidence": "拜访时看到的"}})


class AskedFor(Body):
    """Which terms, from when until when. Without days: from today, for as long as the terms are usually granted."""

    terms_id: int
    first_day: MaybeDay = None
    last_day: MaybeDay = None
    reason: Annotated[str, StringConstraints(max_length=300)] = ""

    model_config = ConfigDict(json_schema_extra={"example": {"terms_id": 1, "reason": "离城里两百公里"}})


class Decided(Body):
    """Granted by the conditions as they are now; against them only with `override_conditions` and the reason."""

    reason: Line = ""
    override_conditions: bool = False

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "战略客户", "override_conditions": True}})


class Why(Body):
    """Why."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "先观察半年"}})


def _hidden(caller: Caller, words: Vocabulary, source: str) -> bool:
    return words.hides(source, role=caller.user.role, credit=caller.may_see("customer.credit"))


def _grant(caller: Caller, grant_id: int) -> Grant:
    grants = term_queries.grants_visible_to(caller.user).select_related("customer", "terms", "asked_by", "approved_by")
    found = grants.filter(pk=grant_id).first()
    if found is None:
        raise errors.NotThere
    return found


@room.get("/choosing/scores", "choosing.view", gives=page(SCORE), listing=SCORES, shape=SCORE)
def scores(request: HttpRequest) -> HttpResponse:
    """How suitable everybody is, the highest score first."""
    return answer(asking.page(request, SCORES, SCORE, caller_of(request), needs={}))


@room.get("/choosing/grants", "choosing.view", gives=page(GRANT), listing=GRANTS, shape=GRANT)
def grants(request: HttpRequest) -> HttpResponse:
    """Individual terms, those that end first before the others."""
    return answer(asking.page(request, GRANTS, GRANT, caller_of(request), needs={}))


@room.get("/choosing/questions", "choosing.view", gives=several(QUESTION))
def questions(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- every operation is called with the request
    """What is asked of colleagues."""
    return answer({"items": [QUESTION.of(row) for row in queries.questions()]})


@room.get("/customers/{int:customer_id}/suitability", "choosing.view", record="customer", gives=one(SUITABILITY, etag=False))
def suitability(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The score of a customer this moment, and what it is made of. 404 also where no checklist is for them."""
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    found = queries.scored([customer.pk], as_of=timezone.localdate()).get(customer.pk)
    if found is None:
        raise errors.NotThere
    words = Vocabulary.of(found.definition.sources)
    rows = []
    for criterion, points in zip(found.definition.criteria, found.points, strict=True):
        value, hidden = found.values.get(criterion.source), _hidden(caller, words, criterion.source)
        rows.append(
            {
                "source": criterion.source,
                "label": words.label(criterion.source),
                "known": points is not None,
                "value": "" if hidden else words.said(criterion.source, value),
                "on": value.on or None if value is not None and not hidden else None,
                "points": None if hidden else points,
                "weight": criterion.weight,
            }
        )
    result = found.result
    told = {
        "score": result.score,
        "low": result.low,
        "high": result.high,
        "known": result.known,
        "verdict": result.verdict,
        "checklist": str(found.version.checklist),
        "version": found.version.number,
        "ask_next": next(iter(found.missing), ""),
        "criteria": rows,
    }
    return answer(SUITABILITY.of(told))


@room.get("/customers/{int:customer_id}/answers", "choosing.view", record="customer", gives=several(ANSWER))
def answers(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What was answered about a customer, the newest day first; at most 200."""
    customer = file_of(caller_of(request), customer_id)
    return answer({"items": [ANSWER.of(row) for row in queries.answers_of(customer)[:200]]})


@room.post("/customers/{int:customer_id}/answers", "choosing.answer", record="customer", gives=made(ANSWER, etag=False))
def add_answer(request: HttpRequest, customer_id: int, payload: Answered) -> HttpResponse:
    """Answer a question about a customer; the score counts it at once."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    given = actions.answer(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(ANSWER.of(given), 201, location=f"/api/v1/customers/{customer_id}/answers")


@room.get("/customers/{int:customer_id}/terms", "choosing.view", record="customer", gives=several(TERMS))
def terms(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A customer against the conditions of all individual terms, each condition with its reason."""
    caller = caller_of(request)
    customer = file_of(caller, customer_id)
    there = {grant.terms_id: grant.pk for grant in term_queries.in_force(customer)}
    found = term_queries.judged_by_all(customer, as_of=timezone.localdate())
    words = Vocabulary.of(check.condition.source for _one, judged in found for check in judged.checks)

    def said(source: str, value: Value | None) -> str:
        return "" if _hidden(caller, words, source) else words.said(source, value)

    told = [
        {
            "terms_id": every.pk,
            "name": str(every),
            "eligibility": judged.verdict,
            "grant_id": there.get(every.pk),
            "conditions": [
                {
                    "source": check.condition.source,
                    "label": words.label(check.condition.source),
                    "wanted": words.wanted(check.condition),
                    "value": said(check.condition.source, check.value),
                    "holds": check.holds,
                }
                for check in judged.checks
            ],
        }
        for every, judged in found
    ]
    return answer({"items": [TERMS.of(row) for row in told]})


@room.post("/customers/{int:customer_id}/grants", "terms.ask", record="customer", gives=made(GRANT, etag=False))
def ask(request: HttpRequest, customer_id: int, payload: AskedFor) -> HttpResponse:
    """Ask for individual terms. Refused at once where a condition fails; a manager decides."""
    caller = caller_of(request)
    file_of(caller, customer_id)
    asked = actions.ask(customer_id=customer_id, by=caller.actor, **payload.model_dump())
    return answer(GRANT.of(_grant(caller, asked.pk)), 201, location=f"/api/v1/choosing/grants/{asked.pk}")


@room.get("/choosing/grants/{int:grant_id}", "choosing.view", record="grant", gives=one(GRANT, etag=False))
def grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Individual terms of one customer."""
    return answer(GRANT.of(_grant(caller_of(request), grant_id)))


@room.post("/choosing/grants/{int:grant_id}/approve", "terms.grant", record="grant", gives=one(GRANT, etag=False))
def approve(request: HttpRequest, grant_id: int, payload: Decided) -> HttpResponse:
    """Grant what was asked for, by the conditions as they are now."""
    caller = caller_of(request)
    _grant(caller, grant_id)
    actions.approve(grant_id=grant_id, by=caller.actor, **payload.model_dump())
    return answer(GRANT.of(_grant(caller, grant_id)))


@room.post("/choosing/grants/{int:grant_id}/refuse", "terms.grant", record="grant", gives=one(GRANT, etag=False))
def refuse(request: HttpRequest, grant_id: int, payload: Why) -> HttpResponse:
    """Not granted, and why."""
    caller = caller_of(request)
    _grant(caller, grant_id)
    actions.refuse(grant_id=grant_id, by=caller.actor, reason=payload.reason)
    return answer(GRANT.of(_grant(caller, grant_id)))


@room.post("/choosing/grants/{int:grant_id}/end", "terms.grant", record="grant", gives=one(GRANT, etag=False))
def end(request: HttpRequest, grant_id: int, payload: Why) -> HttpResponse:
    """The terms hold no longer, and why."""
    caller = caller_of(request)
    _grant(caller, grant_id)
    actions.end(grant_id=grant_id, by=caller.actor, reason=payload.reason)
    return answer(GRANT.of(_grant(caller, grant_id)))
