"""Numbers for the manager: how large the pools are, whether the claimed stay with whom claimed them, how much each has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.pool.choices import Ending
from kexin.loop.pool.models import Stay
from kexin.loop.pool.queries.staying import THERE, day_began, policy, stays_visible_to

KEPT_AFTER = timedelta(days=30)
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Size:
    branch: str
    tiers: dict[str, int]

    @property
    def all(self) -> int:
        return sum(self.tiers.values())


@dataclass(frozen=True)
class Keeping:
    """Of those claimed or assigned in the last year: still with who took them after 30 days, back in the pool, too early to say."""

    kept: int
    returned: int
    waiting: int

    @property
    def kept_share(self) -> float | None:
        said = self.kept + self.returned
        return self.kept / said if said else None


@dataclass(frozen=True)
class Load:
    person: User
    owned: int
    claimed_today: int
    claimed_month: int
    capacity: int | None

    @property
    def full(self) -> float | None:
        return self.owned / self.capacity if self.capacity else None

    @property
    def percent(self) -> float | None:
        return 100 * self.full if self.full is not None else None


def sizes(user: User | None) -> list[Size]:
    """Customers in each branch's pool by tier, of the pools a person sees or of all: one statement."""
    stays = stays_visible_to(user) if user is not None else Stay.objects.all()
    rows = stays.filter(THERE).values_list("branch__name", "customer__place__tier").annotate(n=Count("pk"))
    found: dict[str, dict[str, int]] = {}
    for branch, tier, count in rows.order_by("branch__path", "customer__place__tier"):
        tiers = found.setdefault(branch or "–", {})
        tiers[tier or ""] = tiers.get(tier or "", 0) + count
    return [Size(branch, tiers) for branch, tiers in found.items()]


def keeping(user: User) -> Keeping:
    """One statement."""
    now = timezone.now()
    back = Stay.objects.filter(
        customer=OuterRef("customer"),
        previous_owner=OuterRef("taken_by"),
        began_at__gt=OuterRef("ended_at"),
        began_at__lte=OuterRef("until"),
    )
    taken = stays_visible_to(user).filter(ending__in=(Ending.CLAIMED, Ending.ASSIGNED), ended_at__gte=now - LOOKED_BACK)
    row = (
        taken.annotate(until=F("ended_at") + KEPT_AFTER)
        .annotate(back=Exists(back))
        .aggregate(
            returned=Count("pk", filter=Q(back=True)),
            kept=Count("pk", filter=Q(back=False, ended_at__lte=now - KEPT_AFTER)),
            waiting=Count("pk", filter=Q(back=False, ended_at__gt=now - KEPT_AFTER)),
        )
    )
    return Keeping(**row)


def loads(user: User) -> list[Load]:
    """How much each colleague this person sees has and claimed: three statements and one for the policy."""
    capacity = policy().capacity
    people = [person for person in staff.owners_for(user) if staff.may(person, "pool.claim")]
    owned = dict(
        Customer.objects.filter(owner__in=people, is_active=True, merged_into=None).order_by().values_list("owner").annotate(Count("pk"))
    )
    claims = Stay.objects.filter(taken_by__in=people, ending=Ending.CLAIMED, ended_at__gte=timezone.now() - KEPT_AFTER).order_by()
    counted = claims.values("taken_by").annotate(today=Count("pk", filter=Q(ended_at__gte=day_began())), month=Count("pk"))
    claimed = {row["taken_by"]: (row["today"], row["month"]) for row in counted}
    found = [Load(one, owned.get(one.pk, 0), *claimed.get(one.pk, (0, 0)), capacity) for one in people]
    return sorted(found, key=lambda load: (-load.owned, load.person.pk))
