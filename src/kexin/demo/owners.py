"""Who looks after whom in the simulated company: teams, somebody away, a note at a hand-over, and a pool with its rules on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from numpy.random import Generator

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.actions import covers
from kexin.ground.staff.models import User
from kexin.loop.customers import actions as customers
from kexin.loop.customers.choices import CustomerClass
from kexin.loop.customers.models import Customer
from kexin.loop.pool import actions, queries
from kexin.loop.pool.models import Stay

REASONS = ("手上客户太多，顾不过来", "三个月没有回音", "换了联系人，一直没联系上", "客户搬到外地")
NOTES = ("下午两点以后才接电话，喜欢先发微信。", "上次投诉过等候时间，接待时请先说明要多久。", "每年十月换轮胎，提前一周问一声。")
HOLDS = "年底有一单在谈，先不要动"
ON = ("D", "E")  # tiers whose rule is on
POOLED, CLAIMED, TEAMS, HANDED = 40, 8, 12, 6


def write(rng: Generator, *, staff: dict[str, User], now: datetime, by: Actor) -> int:
    """Everything by the rooms' own actions. How many customers are in the pool afterwards."""
    for rule in queries.tier_rules():
        if rule.tier in ON:
            actions.save_rule(
                tier=rule.tier, no_contact_days=rule.no_contact_days, no_order_days=rule.no_order_days, is_on=True, version=None, by=by
            )
    people = [person for person in staff.values() if person.role == "front_line" and person.branch_id]
    if len(people) < 2:
        return 0
    files = Customer.objects.filter(owner__in=people, branch__isnull=False, is_active=True, merged_into=None).select_related("owner")
    lesser = list(files.filter(place__tier__in=ON).order_by("pk")[: 4 * POOLED])
    better = list(files.filter(place__tier__in=("A", "B", "C")).order_by("pk")[:200])

    chosen = [lesser[place] for place in sorted(rng.choice(len(lesser), min(POOLED, len(lesser)), replace=False).tolist())]
    stays = [
        actions.release(customer_id=one.pk, reason=REASONS[place % len(REASONS)], by=one.owner.actor if one.owner else by)
        for place, one in enumerate(chosen)
    ]
    _claim(stays[:CLAIMED], people)
    _care(better, people, by)
    _away(people, now, by)
    return Stay.objects.filter(ended_at=None).count()


def _claim(stays: list[Stay], people: list[User]) -> None:
    """Colleagues of the same branch take some; nobody more than two."""
    claims: dict[int, int] = {}
    for stay in stays:
        taker = next(
            (one for one in people if one.branch_id == stay.branch_id and one.pk != stay.previous_owner_id and claims.get(one.pk, 0) <= 1),
            None,
        )
        if taker is not None and queries.places_of(taker).left != 0:
            actions.claim(stay_id=stay.pk, person=taker)
            claims[taker.pk] = claims.get(taker.pk, 0) + 1


def _care(better: list[Customer], people: list[User], by: Actor) -> None:
    roles = ("adviser", "sales", "finance")
    for place, one in enumerate(better[:TEAMS]):
        mate = people[place % len(people)]
        if mate.pk != one.owner_id:
            customers.join_team(customer_id=one.pk, person=mate, role=roles[place % len(roles)], by=by)
    for place, one in enumerate(better[TEAMS : TEAMS + HANDED]):
        others = [person for person in people if person.branch_id == one.branch_id and person.pk != one.owner_id]
        if others:
            customers.hand_over(customer_id=one.pk, owner=others[0], reason="调岗", note=NOTES[place % len(NOTES)], by=by)
    held = [one for one in better[TEAMS + HANDED :] if getattr(one, "place", None) and one.place.customer_class != CustomerClass.KEY]
    if held:
        actions.hold(customer_id=held[0].pk, until=timezone.localdate() + timedelta(days=45), reason=HOLDS, by=by)


def _away(people: list[User], now: datetime, by: Actor) -> None:
    """One person is away this week, a colleague of the same branch stands in."""
    today = now.date()
    for one in people:
        mate = next((other for other in people if other.branch_id == one.branch_id and other.pk != one.pk), None)
        if mate is not None:
            last = today + timedelta(days=4)
            covers.name_cover(absent=one, deputy=mate, first_day=today, last_day=last, today=today, note="年假", by=by)
            return
