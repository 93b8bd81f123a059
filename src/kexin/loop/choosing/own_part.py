"""Suitability, answers and individual terms on a customer's timeline, and how they move with a merge, leave and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.loop.choosing.choices import GrantState, Verdict
from kexin.loop.choosing.models import Answer, Grant, Mark, Score
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.parts import Cursor, Part, TimelineItem
from kexin.loop.customers.queries.days import today_of

SUITABILITY, TERMS = "choosing", "choosing.terms"
WAITING = (GrantState.ASKED, GrantState.GRANTED)
TONES = {Verdict.SUITABLE: "good", Verdict.UNSUITABLE: "bad", Verdict.OPEN: ""}


def _moved(customer: Customer) -> QuerySet[Mark]:
    """Marks at which the verdict changed; a change of band alone is no news. Looking back is none either."""
    return Mark.objects.filter(customer=customer).exclude(old_verdict="")


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- every part is called alike
    read = _moved(customer).filter(Cursor.older(before, part=SUITABILITY, at="recorded_at")).select_related("made_by__checklist")
    return [
        TimelineItem(
            at=row.recorded_at,
            kind="suitability",
            icon="target",
            title=gettext("Suitability: %(old)s → %(new)s") % {"old": Verdict(row.old_verdict).label, "new": Verdict(row.verdict).label},
            text=gettext("%(checklist)s, version %(number)s") % {"checklist": row.made_by.checklist, "number": row.made_by.number},
            part=SUITABILITY,
            id=row.pk,
            chip=f"{row.score:.0f}" if row.score is not None else "",
            tone=TONES[Verdict(row.verdict)],
        )
        for row in read.order_by("-recorded_at", "-pk")[:limit]
    ]


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {"suitability": _moved(customer)}


def terms_items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- as above
    read = Grant.objects.filter(customer=customer).filter(Cursor.older(before, part=TERMS, at="recorded_at"))
    return [
        TimelineItem(
            at=row.recorded_at,
            kind="terms",
            icon="file-text",
            title=gettext("Individual terms: %(name)s") % {"name": row.terms},
            text=" · ".join(filter(None, [f"{row.first_day.isoformat()} – {row.last_day.isoformat()}", row.reason])),
            part=TERMS,
            id=row.pk,
            who=str(row.approved_by or row.asked_by or ""),
            chip=str(row.get_state_display()),
            tone="good" if row.state == GrantState.GRANTED else "",
        )
        for row in read.select_related("terms", "approved_by", "asked_by").order_by("-recorded_at", "-pk")[:limit]
    ]


def terms_counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {"terms": Grant.objects.filter(customer=customer)}


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Answers and marks follow the file. What is computed is never carried over: both are scored anew (receivers)."""
    moved = {}
    for model in (Answer, Mark):
        rows: Any = model._default_manager.filter(customer=source)  # noqa: SLF001 -- Django's own name for a model's manager
        moved[model.__name__] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(customer=target)
    Score.objects.filter(customer=source).delete()
    return moved


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    for model in (Answer, Mark):
        model._default_manager.filter(pk__in=moved[model.__name__], customer=target).update(customer=source)  # noqa: SLF001 -- as above


def move_terms(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Terms follow the file. Where both have the same ones, the source's stay behind, as they were."""
    taken = list(Grant.objects.filter(customer=target, state__in=WAITING).values_list("terms", flat=True))
    going = Grant.objects.filter(customer=source).exclude(state__in=WAITING, terms__in=taken)
    moved = list(going.order_by("pk").values_list("pk", flat=True))
    Grant.objects.filter(pk__in=moved).update(customer=target)
    return {"Grant": moved}


def move_terms_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    there = list(Grant.objects.filter(customer=source, state__in=WAITING).values_list("terms", flat=True))
    going = Grant.objects.filter(pk__in=moved["Grant"], customer=target)
    going.exclude(state__in=WAITING, terms__in=there).update(customer=source)


def export(customer: Customer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"part": "answer", "question": row.question.name_zh, "answer": row.question.words(row.choice),
         "answered_on": row.answered_on.isoformat(), "evidence": row.evidence}
        for row in Answer.objects.filter(customer=customer).select_related("question").order_by("pk")
    ]  # fmt: skip
    found += [
        {"part": "suitability", "on": row.on.isoformat(), "verdict": row.verdict, "score": row.score}
        for row in Mark.objects.filter(customer=customer).order_by("on", "pk")
    ]
    return found


def export_terms(customer: Customer) -> list[dict[str, Any]]:
    return [
        {"part": "terms", "terms": row.terms.name_zh, "state": row.state, "first_day": row.first_day.isoformat(),
         "last_day": row.last_day.isoformat(), "reason": row.reason}
        for row in Grant.objects.filter(customer=customer).select_related("terms").order_by("pk")
    ]  # fmt: skip


def erase(customer: Customer) -> int:
    """That somebody was suitable is counted on; what was known of them, and words that may name them, go."""
    gone = Score.objects.filter(customer=customer).delete()[0]
    return gone + Answer.objects.filter(customer=customer).update(evidence="")


def erase_terms(customer: Customer) -> int:
    """What holds or is asked for ends with the person; that there were terms is counted on."""
    grants, today = Grant.objects.filter(customer=customer), today_of(customer)
    grants.filter(state=GrantState.GRANTED).update(state=GrantState.ENDED, ended_on=today)
    grants.filter(state=GrantState.ASKED).update(state=GrantState.REFUSED, ended_on=today)
    return grants.update(reason="–", checked=[])


def register() -> None:
    parts.register(
        Part(
            SUITABILITY,
            _("Suitability"),
            kinds={"suitability": _("Suitability")},
            timeline=items,
            counts=counts,
            move=move,
            move_back=move_back,
            tables=(Answer,),
            export=export,
            erase=erase,
            permission="choosing.view",
            position=60,
        )
    )
    parts.register(
        Part(
            TERMS,
            _("Individual terms"),
            kinds={"terms": _("Individual terms")},
            timeline=terms_items,
            counts=terms_counts,
            move=move_terms,
            move_back=move_terms_back,
            tables=(Grant,),
            export=export_terms,
            erase=erase_terms,
            permission="choosing.view",
            position=61,
        )
    )
