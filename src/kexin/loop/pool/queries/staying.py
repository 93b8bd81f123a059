"""Who is in the pool, who may see it, what one person may still claim, and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.pool import rules
from kexin.loop.pool.choices import Ending
from kexin.loop.pool.models import Hold, Policy, Stay, TierRule

THERE = Q(ended_at=None, customer__owner=None, customer__pooled_at__isnull=False, customer__is_active=True, customer__merged_into=None)


def in_pool(customer: Customer) -> bool:
    return customer.pooled_at is not None and customer.owner_id is None and customer.is_active and customer.merged_into_id is None


def may_give_up(customer: Customer, person: User) -> bool:
    """Owners give up their own; who manages the pool anybody's."""
    return customer.owner_id == person.pk or staff.may(person, "pool.manage")


def stays_visible_to(user: Any) -> QuerySet[Stay]:
    """Stays in the pools of a person's branch and below, ended ones too. Whoever sees only their own sees their branch's pool as well."""
    if not isinstance(user, User):
        return Stay.objects.none()
    found = Stay.objects.filter(customer__merged_into=None, customer__erased_at=None)
    return found if user.sees == Sees.ALL else found.filter(branch__in=staff.branch_ids_of(user))


def stay_of(customer: Customer) -> Stay | None:
    """The stay a customer has in the pool now."""
    return Stay.objects.select_related("previous_owner").filter(THERE, customer=customer).first()


def holds_of(customer: Customer) -> Hold | None:
    """What holds a customer with its owner today."""
    return Hold.objects.select_related("by").filter(customer=customer, lifted_at=None, until__gte=timezone.localdate()).first()


def policy() -> Policy:
    return Policy.objects.get_or_create(pk=1)[0]


def tier_rules() -> list[TierRule]:
    """From the best tier to the last, then those never assessed."""
    return sorted(TierRule.objects.all(), key=lambda rule: rule.tier or "Z")


@dataclass(frozen=True)
class Places:
    """How many customers a person may still claim; None: as many as they like."""

    today: int | None
    in_all: int | None
    owned: int
    claimed_today: int

    @property
    def left(self) -> int | None:
        limits = [limit for limit in (self.today, self.in_all) if limit is not None]
        return min(limits, default=None)


def places_of(person: User, *, by_policy: Policy | None = None) -> Places:
    """Two statements, and one for the policy if it is not given."""
    limits = by_policy or policy()
    owned = Customer.objects.filter(owner=person, is_active=True, merged_into=None).count()
    claimed = Stay.objects.filter(taken_by=person, ending=Ending.CLAIMED, ended_at__gte=day_began()).count()
    return Places(rules.day_places_left(limits.claims_a_day, claimed), rules.capacity_left(limits.capacity, owned), owned, claimed)


def day_began() -> datetime:
    """The first moment of today where the company is."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
