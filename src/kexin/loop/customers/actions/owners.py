"""Who looks after a customer: handed over one by one, several together, all of a colleague; given up to the pool and taken from it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job
from kexin.ground.staff.models import User
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.announcements import CustomerHandedOver, CustomersHandedOver
from kexin.loop.customers.models import Customer, HandOver, TeamMember
from kexin.loop.customers.queries.team import customers_of, within

AT_ONCE = 500  # customers of a colleague handed over while the person waits; more go on as a job, as many in each transaction


@transaction.atomic
def hand_over(*, customer_id: int, owner: User | None, reason: str = "", note: str = "", version: int | None = None, by: Actor) -> Customer:
    """Give one customer another owner, or none. The note is for the next owner: it stays on the file and becomes a to-do of theirs."""
    customer = checking.open_file(customer_id)
    checking.untouched(customer, kind="customer", version=version, fields={})
    _check(owner, note)
    return _hand_over([customer], owner=owner, reason=reason, note=note, by=by)[0]


@transaction.atomic
def hand_over_customers(*, customer_ids: Sequence[int], owner: User | None, reason: str = "", note: str = "", by: Actor) -> int:
    """Give several customers another owner in one act. How many changed: those who had this owner already are left alone."""
    if not customer_ids:
        raise errors.NothingChosen
    _check(owner, note)
    customers = (
        Customer.objects.select_for_update().filter(pk__in=customer_ids, is_active=True, merged_into=None, erased_at=None).order_by("pk")
    )
    to_change = [customer for customer in customers if customer.owner_id != (owner.pk if owner else None)]
    act = uuid.uuid4() if len(to_change) > 1 else None
    handed = len(_hand_over(to_change, owner=owner, reason=reason, note=note, act=act, by=by))
    if act is not None:
        jobs.announce(CustomersHandedOver(act=str(act), customers=handed, old_owner_id=None, new_owner_id=owner.pk if owner else None))
    return handed


@transaction.atomic
def hand_over_everything(
    *, person: User, owner: User | None, reason: str, note: str = "", by: Actor, branches: Sequence[int] | None = None
) -> tuple[int, Job | None]:
    """Give all customers of a colleague who leaves or moves to somebody else, or to nobody, as one act.

    One entry of the trail says what was done; the new owner takes the colleague's place in teams, too. More than `AT_ONCE`
    go on as a job. `branches`: only customers of these, for somebody who does not see the others. How many there were, and the job.
    """
    if owner is not None and owner.pk == person.pk:
        raise errors.HandOverToSame
    _check(owner, note)
    if not plain_text.tidy(reason):
        raise errors.HandOverReasonMissing
    act = uuid.uuid4()
    there = customers_of(person.pk, branches).count()
    memberships = TeamMember.objects.filter(within(branches, "customer__"), person=person, left_at=None)
    teams = list(memberships.select_for_update(of=("self",)).order_by("pk"))
    if not there and not teams:
        raise errors.NothingToHandOver(who=person)

    moment = timezone.now()
    TeamMember.objects.filter(pk__in=[member.pk for member in teams]).update(left_at=moment)
    if owner is not None:
        already = set(TeamMember.objects.filter(person=owner, left_at=None).values_list("customer", flat=True))
        TeamMember.objects.bulk_create(
            [
                TeamMember(customer_id=member.customer_id, person=owner, role=member.role, joined_at=moment, by_id=by.id)
                for member in teams
                if member.customer_id not in already
            ],
            batch_size=200,
        )
    audit.record(
        action="customer.hand_over_all",
        kind="user",
        record_id=person.pk,
        label=str(person),
        by=by,
        changes={
            "owner": [str(person), str(owner) if owner else None],
            "customers": there,
            "teams": len(teams),
            "reason": ["", plain_text.tidy(reason)[:200]],
            "act": str(act),
        },
    )

    jobs.announce(
        CustomersHandedOver(
            act=str(act), customers=there, old_owner_id=person.pk, new_owner_id=owner.pk if owner else None, note=_note(note)
        )
    )
    if there <= AT_ONCE:
        hand_over_next(person_id=person.pk, owner=owner, reason=reason, note=note, act=act, by=by, branches=branches)
        return there, None
    arguments = {"person": person.pk, "owner": owner.pk if owner else None, "reason": reason, "note": note, "act": str(act), "total": there,
                 "branches": None if branches is None else list(branches)}  # fmt: skip
    return there, jobs.start(kind="customers.hand_over_all", arguments=arguments, by=by)


@transaction.atomic
def hand_over_next(
    *, person_id: int, owner: User | None, reason: str, note: str, act: uuid.UUID, by: Actor, branches: Sequence[int] | None = None
) -> int:
    """The next customers of somebody whose customers all go to somebody else. 0: none is left."""
    customers = list(customers_of(person_id, branches).select_for_update().order_by("pk")[:AT_ONCE])
    return len(_hand_over(customers, owner=owner, reason=reason, note=note, act=act, by=by)) if customers else 0


@transaction.atomic
def give_owners(*, owners: Mapping[int, int | None], by: Actor) -> dict[int, int]:
    """Give many customers the owners named here, under one entry of the trail. {customer: version afterwards}.

    Customers of the pool are left out by the caller: a claim or an assignment takes them from there. That many were handed
    over is told once, by `tell_of_owners`.
    """
    people = User.objects.in_bulk([pk for pk in set(owners.values()) if pk is not None])
    customers = list(Customer.objects.select_for_update().filter(pk__in=list(owners)).order_by("pk"))
    act = uuid.uuid4()
    entry = audit.record(action="customer.change_many", kind="customer", by=by, changes={"field": "owner", "customers": len(customers)})
    for owner_id in dict.fromkeys(owners[customer.pk] for customer in customers):
        given = [customer for customer in customers if owners[customer.pk] == owner_id]
        _handed(given, owner=people.get(owner_id or 0), reason="", act=act, entry=entry, by=by)
    return {customer.pk: customer.version for customer in customers}


@transaction.atomic
def tell_of_owners(*, owner_id: int | None, customers: int) -> None:
    """That somebody got several customers, once, whatever the number of batches."""
    jobs.announce(CustomersHandedOver(act=str(uuid.uuid4()), customers=customers, old_owner_id=None, new_owner_id=owner_id))


def give_up(customers: Sequence[Customer], *, reason: str, by: Actor) -> list[HandOver]:
    """Into the pool of their branch: without an owner, and anybody's of the branch to claim. The caller holds the rows.

    The team goes with the owner: who looked after a customer when stays on the file.
    """
    moment = timezone.now()
    TeamMember.objects.filter(customer__in=[customer.pk for customer in customers], left_at=None).update(left_at=moment)
    for customer in customers:
        customer.pooled_at = moment
    return _handed(list(customers), owner=None, reason=reason, by=by)


def take_up(customer: Customer, *, owner: User, reason: str, note: str = "", by: Actor) -> HandOver:
    """Out of the pool, to an owner. The caller holds the row."""
    return _handed([customer], owner=owner, reason=reason, note=note, by=by)[0]


def _check(owner: User | None, note: str) -> None:
    if owner is not None and not owner.is_active:
        raise errors.OwnerGone
    if len(note.strip()) > 1000:  # noqa: PLR2004 -- the column's
        raise errors.TextTooLong(beside="note", limit=1000)


def _note(note: str) -> str:
    return "\n".join(plain_text.tidy(line) for line in note.strip().splitlines())[:1000]


def _hand_over(customers: list[Customer], **how: Any) -> list[Customer]:
    _handed(customers, **how)
    return customers


def _handed(
    customers: list[Customer],
    *,
    owner: User | None,
    reason: str,
    by: Actor,
    note: str = "",
    act: uuid.UUID | None = None,
    entry: int | None = None,  # the one entry of the trail for all of them; None: one for each
) -> list[HandOver]:
    moment = timezone.now()
    old_owners = {customer.pk: customer.owner_id for customer in customers}
    handed = [
        HandOver(
            customer=customer,
            old_owner_id=customer.owner_id,
            new_owner=owner,
            by_id=by.id,
            occurred_at=moment,
            reason=plain_text.tidy(reason)[:200],
            note=_note(note),
            act=act,
        )
        for customer in customers
    ]
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={pk for pk in old_owners.values() if pk is not None})}

    for customer in customers:
        customer.change = entry or audit.record(
            action="customer.hand_over",
            kind="customer",
            record_id=customer.pk,
            label=customer.name,
            by=by,
            changes={
                "owner": [names.get(customer.owner_id or 0), str(owner) if owner else None],
                "version": [customer.version, customer.version + 1],
                **({"reason": ["", plain_text.tidy(reason)[:200]]} if reason else {}),
            },
        )
        customer.owner = owner
        if owner is not None:
            customer.pooled_at = None
        customer.version += 1
        customer.updated_at = moment
    HandOver.objects.bulk_create(handed, batch_size=200)
    if entry is not None:  # many of one kind: no case for each row
        Customer.objects.filter(pk__in=[customer.pk for customer in customers]).update(
            owner=owner, version=F("version") + 1, change=entry, updated_at=moment, **({"pooled_at": None} if owner is not None else {})
        )
    else:
        Customer.objects.bulk_update(customers, ["owner", "pooled_at", "version", "change", "updated_at"], batch_size=100)

    jobs.announce_all(
        CustomerHandedOver(
            customer_id=row.customer_id,
            old_owner_id=old_owners[row.customer_id],
            new_owner_id=owner.pk if owner else None,
            hand_over_id=row.pk,
            together=act is not None,
        )
        for row in handed
    )
    return handed
