"""What is on file of irregular practices, and who may read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Q, QuerySet

from kexin.ground.files.models import StoredFile
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers import queries as customers
from kexin.loop.customers.models import Customer
from kexin.loop.partners import rules
from kexin.loop.partners.models import Incident, PracticeKind

AT_ONCE = 2_000
COUNTED = Q(confirmed_on__isnull=False, step__in=sorted(rules.COUNTING))


@dataclass(frozen=True)
class Counting:
    """One confirmed practice that is held against a customer."""

    incident_id: int
    kind_id: int
    happened_on: date
    answer: str  # choices.Answer; empty: not decided yet
    counts_until: date


def counting_practices(ids: Iterable[int], at: date) -> dict[int, list[Counting]]:
    """Of these customers, what counts against each on that day, the newest first: confirmed by then and within its limitation.

    A customer without any is not in the answer. Reports that are not confirmed are never in it. One statement for each two
    thousand customers.
    """
    found: dict[int, list[Counting]] = defaultdict(list)
    waiting = iter(ids)
    while batch := list(islice(waiting, AT_ONCE)):
        rows = Incident.objects.filter(COUNTED, customer__in=batch, confirmed_on__lte=at, counts_until__gte=at)
        columns = ("customer_id", "pk", "kind_id", "happened_on", "answer", "counts_until")
        for customer, pk, kind, happened_on, answer, until in rows.order_by("-happened_on", "-pk").values_list(*columns):
            found[customer].append(Counting(pk, kind, happened_on, answer, until))
    return dict(found)


def incidents_visible_to(user: Any) -> QuerySet[Incident]:
    """Of customers this person sees: what was confirmed; and everything, for those who examine."""
    if not isinstance(user, User):
        return Incident.objects.none()
    seen = Incident.objects.filter(customer__in=customers.customers_visible_to(user, closed=True).values("pk"))
    return seen if staff.may(user, "practice.examine") else seen.filter(COUNTED)


def incidents_of(customer: Customer, user: Any) -> list[Incident]:
    """On the customer's page, the newest first. One statement."""
    rows = Incident.objects.filter(customer=customer)
    if not staff.may(user, "practice.examine"):
        rows = rows.filter(COUNTED)
    return list(rows.select_related("kind").order_by("-happened_on", "-pk")[:20])


def confirmed_days(incident: Incident) -> list[date]:
    """When the same customer did the same before, confirmed."""
    rows = Incident.objects.filter(COUNTED, customer=incident.customer_id, kind=incident.kind_id).exclude(pk=incident.pk)
    return list(rows.values_list("happened_on", flat=True))


def evidence_of(incident: Incident) -> list[StoredFile]:
    return list(StoredFile.objects.filter(kind="incident", record_id=incident.pk).order_by("pk"))


def kinds(*, only_active: bool = False) -> QuerySet[PracticeKind]:
    rows = PracticeKind.objects.order_by("position", "pk")
    return rows.filter(is_active=True) if only_active else rows


@dataclass(frozen=True)
class Line:
    """One kind in one branch within a time."""

    branch: str
    kind_id: int
    reported: int  # all that was reported, confirmed or not
    confirmed: int
    rejected: int


def by_kind_and_branch(user: User, since: date, until: date) -> list[Line]:
    """How many were reported, confirmed and not confirmed, of what happened in that time. One statement."""
    rows = (
        incidents_visible_to(user)
        .filter(happened_on__gte=since, happened_on__lte=until)
        .values("branch__name", "kind")
        .annotate(
            reported=Count("pk"),
            confirmed=Count("pk", filter=COUNTED),
            rejected=Count("pk", filter=Q(confirmed_on=None, step__in=["rejected", "closed"])),
        )
        .order_by("branch__path", "kind__position", "kind")
    )
    return [Line(row["branch__name"] or "–", row["kind"], row["reported"], row["confirmed"], row["rejected"]) for row in rows]
