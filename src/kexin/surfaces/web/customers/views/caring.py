"""Who looks after a customer, as its page shows it: owner, who stands in, team, the pool, what holds it, and what this person may do."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers import queries
from kexin.loop.customers.models import Customer, HandOver
from kexin.loop.customers.queries import Carers
from kexin.loop.pool import queries as pool
from kexin.loop.pool.models import Hold, Stay


@dataclass(frozen=True)
class Caring:
    carers: Carers
    last: HandOver | None
    stay: Stay | None
    hold: Hold | None
    may_claim: bool
    may_release: bool
    may_hold: bool


def caring_for(customer: Customer, user: User) -> Caring:
    """Four statements, one more where the customer is in the pool."""
    stay = pool.stay_of(customer) if pool.in_pool(customer) else None
    manages = staff.may(user, "pool.manage")
    owned = customer.owner_id is not None and customer.is_active and customer.branch_id is not None
    rows = HandOver.objects.filter(customer=customer).select_related("old_owner").order_by("-occurred_at", "-pk")
    return Caring(
        carers=queries.carers_of(customer),
        last=rows.first(),
        stay=stay,
        hold=pool.holds_of(customer),
        may_claim=stay is not None and staff.may(user, "pool.claim"),
        may_release=owned and staff.may(user, "pool.claim") and (manages or customer.owner_id == user.pk),
        may_hold=owned and manages,
    )
