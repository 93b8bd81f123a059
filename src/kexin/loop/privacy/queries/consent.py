from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from kexin.loop.customers.models import Customer
from kexin.loop.privacy.choices import ConsentState
from kexin.loop.privacy.models import Consent, Purpose
from kexin.loop.privacy.rules import consent as rules
from kexin.loop.privacy.rules.consent import Answer, Said


@dataclass(frozen=True)
class Standing:
    """One purpose as it stands with one customer: may we, why, and the last word."""

    purpose: Purpose
    answer: Answer
    last: Consent | None
    channels: dict[str, Answer]  # where a channel differs from the whole


def may_contact(customer: Customer, purpose: str, channel: str = "") -> Answer:
    """Whether this customer may be contacted for a purpose (its code) by a channel (phone, email, wecom; empty: at all).

    One question for every room that reaches customers. Erased and closed files: never. Two statements.
    """
    shut = _shut(customer)
    if shut is not None:
        return shut
    known = Purpose.objects.filter(code=purpose).first()
    if known is None:
        return Answer(allowed=False, reason="unknown_purpose")
    return rules.may_contact(
        _said(Consent.objects.filter(customer=customer, purpose=known)), channel=channel, needs_consent=known.needs_consent
    )


def may_contact_many(customers: Iterable[Customer], purpose: str, channel: str = "") -> dict[int, Answer]:
    """The same for many at once, two statements whatever their number."""
    known = Purpose.objects.filter(code=purpose).first()
    files = list(customers)
    words: dict[int, list[Said]] = {file.pk: [] for file in files}
    if known is not None:
        for one in Consent.objects.filter(customer__in=list(words), purpose=known):
            words[one.customer_id].append(Said(one.state, one.channel, one.occurred_at, one.pk))
    found: dict[int, Answer] = {}
    for file in files:
        shut = _shut(file)
        if shut is not None:
            found[file.pk] = shut
        elif known is None:
            found[file.pk] = Answer(allowed=False, reason="unknown_purpose")
        else:
            found[file.pk] = rules.may_contact(words[file.pk], channel=channel, needs_consent=known.needs_consent)
    return found


def may_contact_each(customer: Customer, channel: str = "") -> list[Standing]:
    """The same for every purpose at once, with the last word on each. Two statements."""
    found, shut = standing_of(customer, channel=channel), _shut(customer)
    return found if shut is None else [replace(one, answer=shut) for one in found]


def standing_of(customer: Customer, *, channel: str = "") -> list[Standing]:
    """Every purpose with what the customer said of it: those in use, and retired ones they spoke of. Two statements."""
    consents: dict[int, list[Consent]] = {}
    for one in Consent.objects.filter(customer=customer).select_related("by").order_by("occurred_at", "pk"):
        consents.setdefault(one.purpose_id, []).append(one)
    found = []
    for purpose in purposes():
        spoken = consents.get(purpose.pk, [])
        if not purpose.is_active and not spoken:
            continue
        said = [Said(one.state, one.channel, one.occurred_at, one.pk) for one in spoken]
        whole = rules.may_contact(said, channel=channel, needs_consent=purpose.needs_consent)
        each = {
            channel: rules.may_contact(said, channel=channel, needs_consent=purpose.needs_consent)
            for channel in sorted({one.channel for one in spoken} - {""})
        }
        found.append(Standing(purpose, whole, spoken[-1] if spoken else None, each))
    return found


def consents_of(customer: Customer) -> QuerySet[Consent]:
    return Consent.objects.filter(customer=customer).select_related("purpose", "by").order_by("-occurred_at", "-pk")


def purposes() -> QuerySet[Purpose]:
    return Purpose.objects.order_by("position", "pk")


def consents_by_purpose() -> list[tuple[Purpose, int, int]]:
    """How many customers have given, how many withdrawn: by their last word on each purpose."""
    newest = (
        Consent.objects.filter(customer=OuterRef("customer"), purpose=OuterRef("purpose")).order_by("-occurred_at", "-pk").values("pk")[:1]
    )
    last = Consent.objects.filter(pk=Subquery(newest), customer__erased_at=None)
    counted = {
        row["purpose"]: row
        for row in last.values("purpose").annotate(
            given=Count("pk", filter=Q(state=ConsentState.GIVEN)), withdrawn=Count("pk", filter=Q(state=ConsentState.WITHDRAWN))
        )
    }
    none = {"given": 0, "withdrawn": 0}
    return [(purpose, counted.get(purpose.pk, none)["given"], counted.get(purpose.pk, none)["withdrawn"]) for purpose in purposes()]


def _shut(customer: Customer) -> Answer | None:
    """Erased and closed files: never."""
    if customer.erased_at is not None:
        return Answer(allowed=False, reason="erased")
    if not customer.is_active or customer.merged_into_id is not None:
        return Answer(allowed=False, reason="closed")
    return None


def _said(consents: QuerySet[Consent]) -> list[Said]:
    return [Said(one.state, one.channel, one.occurred_at, one.pk) for one in consents]
