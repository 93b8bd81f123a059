"""Out of the pool: claimed by a colleague within the limits, or assigned by the manager. The database decides who was first."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff.models import User
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer
from kexin.loop.pool import errors, queries, rules
from kexin.loop.pool.announcements import CustomerAssigned, CustomerClaimed
from kexin.loop.pool.choices import Ending
from kexin.loop.pool.models import Claimant, Policy, Stay


@transaction.atomic
def claim(*, stay_id: int, person: User, by: Actor | None = None) -> Stay:
    """Take a customer out of the pool, within the limits of a day and in all. The loser is told who was quicker.

    `by` is given where not the person themselves but a program of theirs did it.

    Whoever claims holds a row of their own first, then the customer's: of two clicks of one person the second counts the
    first, and of two people only one finds the customer there.
    """
    if person.is_integration:
        raise errors.NotForPrograms
    Claimant.objects.get_or_create(person=person)
    Claimant.objects.select_for_update().get(person=person)
    stay, customer = _there(stay_id)
    limits = queries.policy()
    if stay.previous_owner_id == person.pk:
        released = timezone.localtime(stay.began_at).date()
        again = rules.may_again_on(released, limits.cooldown_days)
        if timezone.localdate() < again:
            raise errors.TooSoon(released=date_format(released, "Y-m-d"), again=date_format(again, "Y-m-d"))
    _check_places(person, limits)

    return _take(stay, customer, owner=person, ending=Ending.CLAIMED, reason=_("Claimed from the pool"), note="", by=by or person.actor)


@transaction.atomic
def assign(*, stay_id: int, owner: User, note: str = "", by: Actor) -> Stay:
    """The manager gives a customer of the pool to somebody; limits and cooldown are the manager's to judge."""
    stay, customer = _there(stay_id)
    return _take(stay, customer, owner=owner, ending=Ending.ASSIGNED, reason=_("Assigned from the pool"), note=note, by=by)


def _there(stay_id: int) -> tuple[Stay, Customer]:
    """The stay and its customer, both locked, if nobody took it meanwhile."""
    stay = Stay.objects.select_related("taken_by").filter(pk=stay_id).first()
    if stay is None:
        raise errors.NotInPool
    customer = Customer.objects.select_for_update(of=("self",)).select_related("owner").get(pk=stay.customer_id)
    stay.refresh_from_db()  # as it is now that the customer is held
    if stay.ended_at is not None or not queries.in_pool(customer):
        who = stay.taken_by or customer.owner
        if who is None:
            raise errors.NotInPool
        raise errors.TakenAlready(who=who, name=customer.name)
    return stay, customer


def _check_places(person: User, limits: Policy) -> None:
    places = queries.places_of(person, by_policy=limits)
    if places.today == 0:
        raise errors.NoPlaceToday(limit=limits.claims_a_day)
    if places.in_all == 0:
        raise errors.NoCapacity(who=person, owned=places.owned, capacity=limits.capacity)


def _take(stay: Stay, customer: Customer, *, owner: User, ending: Ending, reason: str, note: str, by: Actor) -> Stay:
    if not owner.is_active:
        raise errors.NotInPool
    handed = customers.take_up(customer, owner=owner, reason=reason, note=note, by=by)
    stay.ended_at, stay.ending, stay.taken_by = handed.occurred_at, ending, owner
    stay.save(update_fields=["ended_at", "ending", "taken_by"])

    event = CustomerClaimed if ending == Ending.CLAIMED else CustomerAssigned
    jobs.announce(event(customer_id=customer.pk, owner_id=owner.pk))
    return stay
