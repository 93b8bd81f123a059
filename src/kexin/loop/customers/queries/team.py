"""Who looks after a customer: owner, team, who stands in, and who did before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

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
    elsewhere: int = 0  # customers of branches that are left out


def within(branches: Sequence[int] | None, path: str = "") -> Q:
    """Customers of these branches; None: of all, those without a branch too."""
    return Q() if branches is None else Q(**{f"{path}branch__in": list(branches)})


def customers_of(person_id: int, branches: Sequence[int] | None = None) -> QuerySet[Customer]:
    """Whom somebody looks after."""
    return Customer.objects.filter(within(branches), owner=person_id, is_active=True, merged_into=None)


def whose_customers(user: User) -> QuerySet[User]:
    """Of whom this person may hand over customers: colleagues of their branches, and whoever has customers there."""
    branches = staff.branches_within(user)
    if branches is None:
        return staff.colleagues_of(user)
    there = Customer.objects.filter(branch__in=branches, owner__isnull=False).values("owner")
    return User.objects.filter(Q(pk__in=staff.colleagues_of(user).values("pk")) | Q(pk__in=there)).order_by(
        "-is_active", "name", "username", "pk"
    )


def belongings_of(person: User, branches: Sequence[int] | None = None) -> Belongings:
    """Two statements, and one for what lies outside the branches."""
    rows = customers_of(person.pk, branches).values_list("place__tier").annotate(n=Count("pk")).order_by("place__tier")
    by_tier = [(tier or "", count) for tier, count in rows]
    merged: dict[str, int] = {}
    for tier, count in by_tier:  # never assessed and assessed without a tier are one line
        merged[tier] = merged.get(tier, 0) + count
    return Belongings(
        customers=sum(merged.values()),
        by_tier=sorted(merged.items(), key=lambda pair: pair[0] or "Z"),
        teams=TeamMember.objects.filter(within(branches, "customer__"), left_at=None, person=person).count(),
        elsewhere=0 if branches is None else customers_of(person.pk).exclude(branch__in=list(branches)).count(),
    )
