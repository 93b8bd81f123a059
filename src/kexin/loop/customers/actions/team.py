"""The team of a customer: who joins the owner, in which role, and who leaves."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff.models import User
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.announcements import CustomerChanged
from kexin.loop.customers.choices import TeamRole
from kexin.loop.customers.models import Customer, TeamMember


@transaction.atomic
def join_team(*, customer_id: int, person: User, role: str, by: Actor) -> TeamMember:
    """From now on this colleague sees and may do to the customer what the owner may, whatever branch they are of."""
    customer = checking.open_file(customer_id)
    if role not in TeamRole.values:
        raise errors.UnknownTeamRole
    if not person.is_active or person.is_integration:
        raise errors.OwnerGone(beside="person")
    if customer.owner_id == person.pk:
        raise errors.OwnerIsThere
    try:
        with transaction.atomic():
            member = TeamMember.objects.create(customer=customer, person=person, role=role, joined_at=timezone.now(), by_id=by.id)
    except IntegrityError:
        raise errors.InTeamAlready(who=person) from None

    _told(customer, "join_team", [None, f"{person} · {member.get_role_display()}"], by)
    return member


@transaction.atomic
def leave_team(*, member_id: int, by: Actor) -> TeamMember:
    """The colleague looks after this customer no longer; that they did stays on the file."""
    member = TeamMember.objects.select_related("customer", "person").filter(pk=member_id).first()
    if member is None:
        raise errors.CustomerNotFound
    customer = checking.locked(member.customer_id)
    if not TeamMember.objects.filter(pk=member.pk, left_at=None).update(left_at=timezone.now()):
        raise errors.LeftAlready(who=member.person)

    _told(customer, "leave_team", [f"{member.person} · {member.get_role_display()}", None], by)
    return member


def _told(customer: Customer, act: str, change: list[str | None], by: Actor) -> None:
    customer.change = audit.record(
        action=f"customer.{act}", kind="customer", record_id=customer.pk, label=customer.name, by=by, changes={"team": change}
    )
    customer.save(update_fields=["change", "updated_at"])
    jobs.announce(CustomerChanged(customer_id=customer.pk, fields=["team"]))
