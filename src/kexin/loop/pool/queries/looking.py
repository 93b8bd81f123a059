"""Whose time is running out: every customer with an owner against the rule of its tier, and what protects it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from kexin.ground.staff.models import User
from kexin.loop.customers import queries as customers
from kexin.loop.customers.choices import CustomerClass, Outcome
from kexin.loop.customers.models import Customer, HandOver, Project
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order
from kexin.loop.pool import rules
from kexin.loop.pool.choices import Protection
from kexin.loop.pool.models import Hold, Policy, TierRule, Warned
from kexin.loop.pool.queries.staying import policy, tier_rules

BATCH = 500
ON_ITS_WAY = timedelta(days=60)  # an order this long after its promised day is no longer on its way
MOST = 20_000  # customers a preview looks at


@dataclass(frozen=True)
class Verdict:
    """What becomes of one customer: due when and why, gone when, or protected by what."""

    customer: Customer
    due: rules.Due
    goes_on: date
    warned: Warned | None
    protected: tuple[str, ...]

    @property
    def protections(self) -> list[str]:
        return [str(Protection(name).label) for name in self.protected]


def candidates(*, today: date, warn_days: int) -> QuerySet[Customer] | None:
    """Customers with an owner whose days may have run out, found by what stands on the file; None where no rule is on."""
    wanted = Q(pk__in=[])
    on = [rule for rule in tier_rules() if rule.is_on]
    for rule in on:
        of_tier = Q(place__tier=rule.tier) if rule.tier else Q(place=None) | Q(place__tier="")
        late = Q(pk__in=[])
        if rule.no_contact_days is not None:
            began = _began(today - timedelta(days=rule.no_contact_days - warn_days))
            late |= Q(last_contact_at=None) | Q(last_contact_at__lt=began)
        if rule.no_order_days is not None:
            last = today - timedelta(days=rule.no_order_days - warn_days)
            late |= Q(place=None) | Q(place__last_order_on=None) | Q(place__last_order_on__lte=last)
        wanted |= of_tier & late
    if not on:
        return None
    return Customer.objects.filter(wanted, owner__isnull=False, branch__isnull=False, is_active=True, merged_into=None, erased_at=None)


def verdicts(files: list[Customer], *, today: date, by_policy: Policy, terms: dict[str, TierRule]) -> list[Verdict]:
    """Those of these customers whose time runs out within the warning, with what protects them. Six statements whatever their number."""
    ids = [one.pk for one in files]
    since = dict(
        HandOver.objects.filter(customer__in=ids, new_owner=F("customer__owner"))
        .order_by()
        .values_list("customer")
        .annotate(Max("occurred_at"))
    )
    sales = Order.objects.filter(customer__in=ids, kind=OrderKind.SALE, cancelled_on=None)
    ordered = dict(sales.order_by().values_list("customer").annotate(Max("occurred_on")))
    on_way = set(sales.filter(delivered_on=None, promised_on__gte=today - ON_ITS_WAY).values_list("customer", flat=True))
    projects = set(Project.objects.filter(customer__in=ids, outcome=Outcome.OPEN).values_list("customer", flat=True))
    held = set(Hold.objects.filter(customer__in=ids, lifted_at=None, until__gte=today).values_list("customer", flat=True))
    warned = {row.customer_id: row for row in Warned.objects.filter(customer__in=ids)}

    found = []
    for one in files:
        place = getattr(one, "place", None)
        rule = terms.get(place.tier if place is not None else "")
        if rule is None or not rule.is_on or one.owner_id is None:
            continue
        mine_since = _day(since.get(one.pk) or one.created_at)
        known = rules.Known(mine_since, _day(one.last_contact_at) if one.last_contact_at else None, ordered.get(one.pk))
        due = rules.due(rules.Terms(rule.no_contact_days, rule.no_order_days), known)
        if due is None or due.on > today + timedelta(days=by_policy.warn_days):
            continue
        told = warned.get(one.pk)
        told = told if told is not None and told.owner_id == one.owner_id else None
        protected = {
            Protection.HELD: one.pk in held,
            Protection.KEY: by_policy.protect_key and place is not None and place.customer_class == CustomerClass.KEY,
            Protection.ASSIGNED: one.pk in since and mine_since + timedelta(days=by_policy.protect_assigned_days) > today,
            Protection.ORDER: by_policy.protect_orders and one.pk in on_way,
            Protection.PROJECT: by_policy.protect_projects and one.pk in projects,
        }
        goes_on = rules.goes_on(due.on, warned_on=told.on if told else None, today=today, warn_days=by_policy.warn_days)
        found.append(Verdict(one, due, goes_on, told, tuple(name.value for name, holds in protected.items() if holds)))
    return found


def preview(*, today: date, user: User | None = None) -> Iterator[Verdict]:
    """What the next nights would do, customer by customer, nothing written; of the customers a person sees, or of all."""
    by_policy = policy()
    found = candidates(today=today, warn_days=by_policy.warn_days)
    if found is None:
        return
    if user is not None:
        found = customers.seen_by(found, user)
    terms = {rule.tier: rule for rule in tier_rules()}
    last = seen = 0
    while seen < MOST:
        batch = list(found.filter(pk__gt=last).select_related("owner", "branch", "place").order_by("pk")[:BATCH])
        if not batch:
            return
        last, seen = batch[-1].pk, seen + len(batch)
        yield from verdicts(batch, today=today, by_policy=by_policy, terms=terms)


def seen(ids: Iterable[int], *, today: date, by_policy: Policy, terms: dict[str, TierRule]) -> list[Verdict]:
    """The same for customers by number, nothing locked."""
    files = Customer.objects.filter(pk__in=list(ids), is_active=True, merged_into=None, owner__isnull=False)
    return verdicts(list(files.select_related("owner", "place").order_by("pk")), today=today, by_policy=by_policy, terms=terms)


def of(ids: Iterable[int]) -> QuerySet[Customer]:
    """Customers to be looked at again, locked until the transaction ends."""
    held = Customer.objects.select_for_update(of=("self",)).filter(pk__in=list(ids), is_active=True, merged_into=None, owner__isnull=False)
    return held.select_related("owner", "branch", "place").order_by("pk")


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _began(day: date) -> datetime:
    """The end of a day where the company is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
