"""Pages about who looks after whom, as people use them: forms sent, refusals read, nothing shown before it may be."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Cover, User
from kexin.loop.customers.choices import TeamRole
from kexin.loop.customers.models import ContactPoint, Customer, HandOver, TeamMember
from kexin.loop.pool import actions
from kexin.loop.pool.models import Hold, Policy, Stay, TierRule

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"


@pytest.fixture
def lead() -> User:
    return make_user(branch=make_branch(), role=Role.MANAGER)


@pytest.fixture
def front(lead: User) -> User:
    return make_user(branch=lead.branch, sees=Sees.OWN)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def pooled(lead: User, name: str = "王伟") -> Stay:
    customer = make_customer(name=name, branch=lead.branch, owner=lead)
    ContactPoint.objects.create(customer=customer, kind="phone", value="13812342207", key="13812342207")
    return actions.release(customer_id=customer.pk, reason="转岗", by=lead.actor)


def test_claimed_with_one_click_and_masked_before(lead: User, front: User) -> None:
    stay, page = pooled(lead), browser(front)
    listed = page.get(reverse("ownership:pool")).content.decode()
    assert "王伟" in listed
    assert "13812342207" not in listed
    assert page.get(reverse("customers:customer", args=[stay.customer_id])).status_code == 404  # theirs only once claimed

    answer = page.post(reverse("ownership:claim", args=[stay.pk]), follow=True)

    assert "王伟" in answer.content.decode()
    assert Customer.objects.get().owner == front
    refused = browser(lead).post(reverse("ownership:claim", args=[stay.pk]))
    assert (refused.status_code, str(front) in refused.content.decode()) == (409, True)


def test_the_manager_assigns_holds_and_rules(lead: User, front: User) -> None:
    stay, page = pooled(lead), browser(lead)
    page.post(reverse("ownership:assign", args=[stay.pk]), {"owner": front.pk, "note": "先发微信"})
    assert HandOver.objects.latest("pk").note == "先发微信"
    until = timezone.localdate() + dt.timedelta(days=9)
    page.post(reverse("ownership:hold", args=[stay.customer_id]), {"until": until.isoformat(), "reason": "谈判中"})
    assert Hold.objects.get().until == until
    rule = TierRule.objects.get_or_create(tier="B")[0]
    wrong = page.post(reverse("ownership:rule", args=[rule.pk]), {"is_on": "on", "version": rule.version})
    assert wrong.status_code == 422
    page.post(reverse("ownership:rule", args=[rule.pk]), {"no_contact_days": 60, "is_on": "on", "version": rule.version})
    rule.refresh_from_db()
    assert (rule.no_contact_days, rule.is_on) == (60, True)
    policy = Policy.objects.get_or_create(pk=1)[0]
    given = {"warn_days": 3, "protect_assigned_days": 10, "cooldown_days": 5, "capacity": "", "version": policy.version}
    page.post(reverse("ownership:limits"), given)
    assert (Policy.objects.get().warn_days, Policy.objects.get().capacity, Policy.objects.get().protect_key) == (3, None, False)


def test_only_the_owner_or_a_manager_gives_up(lead: User) -> None:
    mine, colleague = make_customer(branch=lead.branch, owner=lead), make_user(branch=lead.branch)
    answer = browser(colleague).post(reverse("ownership:release", args=[mine.pk]), {"reason": "x"})
    assert answer.status_code == 409
    assert not Stay.objects.exists()


def test_a_team_a_cover_and_everything_handed_over(lead: User, front: User) -> None:
    customer, page = make_customer(branch=lead.branch, owner=front), browser(lead)
    page.post(reverse("ownership:join", args=[customer.pk]), {"person": lead.pk, "role": "finance"})
    member = TeamMember.objects.get()
    page.post(reverse("ownership:leave", args=[member.pk]))
    member.refresh_from_db()
    assert member.left_at is not None

    today = staff.today().isoformat()  # the page goes by it, and leaves the thread in the machine's zone
    page.post(reverse("ownership:cover_new"), {"absent": front.pk, "deputy": lead.pk, "first_day": today, "last_day": today})
    cover = Cover.objects.get()
    assert str(lead) in page.get(reverse("customers:customer", args=[customer.pk])).content.decode()
    page.post(reverse("ownership:cover_end", args=[cover.pk]))
    cover.refresh_from_db()
    assert cover.called_off_at is not None

    given: dict[str, Any] = {"person": front.pk, "owner": lead.pk, "reason": "离职", "note": ""}
    page.post(reverse("ownership:handover"), given)
    assert Customer.objects.get(pk=customer.pk).owner == front  # looked at only
    page.post(reverse("ownership:handover"), {**given, "confirmed": "1"})
    assert Customer.objects.get(pk=customer.pk).owner == lead


def test_nobody_names_a_cover_for_others_without_being_a_manager(lead: User, front: User) -> None:
    today = staff.today().isoformat()  # the page goes by it, and leaves the thread in the machine's zone
    answer = browser(front).post(
        reverse("ownership:cover_new"), {"absent": lead.pk, "deputy": front.pk, "first_day": today, "last_day": today}
    )
    assert answer.status_code == 422
    assert not Cover.objects.exists()


def test_claimed_in_the_row_and_the_loser_is_told_there(lead: User, front: User) -> None:
    stay, second = pooled(lead), pooled(lead, "李娜")
    address = reverse("ownership:claim", args=[stay.pk])
    page, other = browser(front), browser(make_user(branch=lead.branch, sees=Sees.OWN))
    assert f'hx-post="{address}"' in page.get(reverse("ownership:pool")).content.decode()
    analyst = browser(make_user(branch=lead.branch, role=Role.ANALYST))
    assert "hx-post" not in analyst.get(reverse("ownership:pool")).content.decode().split("<tbody")[1]

    won = page.post(address, headers={"HX-Request": "true"}).content.decode()
    lost = other.post(address, headers={"HX-Request": "true"}).content.decode()

    assert reverse("customers:customer", args=[stay.customer_id]) in won
    assert 'role="alert"' in lost
    assert str(front) in lost
    Policy.objects.update(claims_a_day=1)
    over = page.post(reverse("ownership:claim", args=[second.pk]), headers={"HX-Request": "true"}).content.decode()
    assert 'role="alert"' in over
    assert 'id="pool-places"' in over
    assert Customer.objects.get(pk=second.customer_id).owner is None


def test_a_manager_hands_over_what_is_of_their_branches_only(lead: User, front: User) -> None:
    moved = make_user(branch=make_branch())  # used to work here, and still has customers here
    mine = [make_customer(branch=lead.branch, owner=moved) for _ in range(2)]
    theirs = make_customer(branch=moved.branch, owner=moved)
    TeamMember.objects.create(customer=theirs, person=moved, role=TeamRole.values[0], joined_at=timezone.now())
    page, address = browser(lead), reverse("ownership:handover")
    given = {"person": moved.pk, "owner": front.pk, "reason": "调店"}

    looked = page.post(address, given).content.decode()
    assert "不归您管" in looked or "do not look after" in looked
    page.post(address, {**given, "confirmed": "1"})

    assert set(Customer.objects.filter(owner=front)) == set(mine)
    theirs.refresh_from_db()
    assert theirs.owner == moved
    assert TeamMember.objects.get().left_at is None
