"""Who looks after a customer: owner, team, who stands in, and who did before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Cover, User
from kexin.loop.customers.models import Customer, HandOver, TeamMember

MOST_HANDED = 30


@dataclass(frozen=True)
class Carers:
    """Owner, who stands in for the owner today, and the team."""

    owner: User | None
    cover: Cover | None
    team: list[TeamMember]


def carers_of(customer: Customer) -> Carers:
    """Two statements; the customer comes with its owner joined."""
    team = TeamMember.objects.filter(customer=customer, left_at=None).select_related("person").order_by("joined_at", "pk")
    return Carers(customer.owner, staff.cover_of(customer.owner_id), list(team))


def hand_overs_of(customer: Customer) -> list[HandOver]:
    """Who looked after this customer when, and the notes that were passed on, newest first."""
    rows = HandOver.objects.filter(customer=customer).select_related("old_owner", "new_owner", "by")
    return list(rows.order_by("-occurred_at", "-pk")[:MOST_HANDED])


def members_visible_to(user: User) -> QuerySet[TeamMember]:
    from kexin.loop.customers.queries.visible import customers_visible_to  # noqa: PLC0415 -- visible reads teams too

    return TeamMember.objects.filter(customer__in=customers_visible_to(user, closed=True).values("pk")).select_related("customer", "person")


@dataclass(frozen=True)
class Belongings:
    """What somebody has, before it is handed over: how many customers in all and by tier, and in how many teams they are."""

    customers: int
    by_tier: list[tuple[str, int]]
    teams: int


def belongings_of(person: User) -> Belongings:
    """Two statements."""
    rows = (
        Customer.objects.filter(owner=person, is_active=True, merged_into=None)
        .values_list("place__tier")
        .annotate(n=Count("pk"))
        .order_by("place__tier")
    )
    by_tier = [(tier or "", count) for tier, count in rows]
    merged: dict[str, int] = {}
    for tier, count in by_tier:  # never assessed and assessed without a tier are one line
        merged[tier] = merged.get(tier, 0) + count
    return Belongings(
        customers=sum(merged.values()),
        by_tier=sorted(merged.items(), key=lambda pair: pair[0] or "Z"),
        teams=TeamMember.objects.filter(left_at=None, person=person).count(),
    )
