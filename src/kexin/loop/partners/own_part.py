"""Practices on a customer's timeline: what was confirmed, for all; reports, for those who examine. How they move, leave and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit import subjects
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Cursor, Part, TimelineItem
from kexin.loop.customers.subjects import customer_of
from kexin.loop.partners import queries
from kexin.loop.partners.choices import Answer, Step
from kexin.loop.partners.models import Incident, Office, Partner, PartnerContact

NAME = "practices"
TONES = {Step.CONFIRMED: "bad", Step.ANSWERED: "bad", Step.REPORTED: "", Step.EXAMINED: "", Step.REJECTED: "good", Step.CLOSED: ""}


def _read(customer: Customer, user: Any) -> QuerySet[Incident]:
    return queries.incidents_visible_to(user).filter(customer=customer)


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:
    found = _read(customer, user).filter(Cursor.older(before, part=NAME, at="created_at"))
    return [_item(one) for one in found.select_related("kind", "reported_by").order_by("-created_at", "-pk")[:limit]]


def _item(one: Incident) -> TimelineItem:
    confirmed = one.confirmed_on is not None
    title = gettext("Irregular practice: %(kind)s") if confirmed else gettext("Report, not confirmed: %(kind)s")
    said = [Answer(one.answer).label] if one.answer else []
    return TimelineItem(
        at=one.created_at,
        kind=NAME,
        icon="alert-triangle",
        title=title % {"kind": one.kind},
        text=" · ".join(str(word) for word in said),
        link=f"/partners/practices/{one.pk}/",
        part=NAME,
        id=one.pk,
        chip=str(Step(one.step).label),
        tone=TONES[Step(one.step)],
    )


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:
    return {NAME: _read(customer, user)}


def export(customer: Customer) -> list[dict[str, Any]]:
    """All that is on file of it, with what the person said to it; not who reported it."""
    return [
        {
            "part": NAME,
            "number": one.number,
            "kind": one.kind.name_zh,
            "what": one.what,
            "happened_on": one.happened_on.isoformat(),
            "step": one.step,
            "statement": one.statement,
            "finding": one.finding,
            "amount": None if one.amount is None else str(one.amount),
            "currency": one.currency,
            "answer": one.answer,
            "counts_until": one.counts_until and one.counts_until.isoformat(),
        }
        for one in Incident.objects.filter(customer=customer).select_related("kind").order_by("pk")
    ]


def erase(customer: Customer) -> int:
    """That there was an incident of a kind stays countable; words and evidence, which may name the person, go."""
    incidents = list(Incident.objects.filter(customer=customer).values_list("pk", flat=True))
    for stored in StoredFile.objects.filter(kind="incident", record_id__in=incidents):
        files.remove(stored=stored, by=Actor.system("privacy"))
    own = Partner.objects.filter(customer=customer)
    PartnerContact.objects.filter(partner__in=own).delete()
    Office.objects.filter(partner__in=own).delete()
    own.update(customer=None, name=F("code"), covers_regions="", covers_products="", price_agreement="", note="", is_active=False)
    return Incident.objects.filter(pk__in=incidents).update(what="–", told_by="", statement="", finding="", reason="", amount=None)


_move, _move_back = rows.moving(Incident)


def move(source: Customer, target: Customer) -> rows.Moved:
    """Incidents, and the partner who is this customer too. Where both files are partners, each partner stays who it was."""
    moved: rows.Moved = _move(source, target)
    partners = Partner.objects.filter(customer=source)
    if Partner.objects.filter(customer=target).exists():
        partners = partners.none()
    moved["Partner"] = list(partners.values_list("pk", flat=True))
    Partner.objects.filter(pk__in=moved["Partner"]).update(customer=target)
    return moved


def move_back(source: Customer, target: Customer, moved: rows.Moved) -> None:
    _move_back(source, target, moved)
    Partner.objects.filter(pk__in=moved.get("Partner", ()), customer=target).update(customer=source)


PART = Part(
    NAME,
    _("Irregular practices"),
    kinds={NAME: _("Irregular practices")},
    timeline=items,
    counts=counts,
    move=move,
    move_back=move_back,
    export=export,
    erase=erase,
    tables=(Incident,),
    permission="practice.report",
    position=30,
)


def register() -> None:
    parts.register(PART)
    subjects.of("incident", customer_of(Incident))
    subjects.of("partner", customer_of(Partner))  # where the partner is a customer too
