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

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Cover, User
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

    today = timezone.localdate().isoformat()
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
    today = timezone.localdate().isoformat()
    answer = browser(front).post(
        reverse("ownership:cover_new"), {"absent": lead.pk, "deputy": front.pk, "first_day": today, "last_day": today}
    )
    assert answer.status_code == 422
    assert not Cover.objects.exists()
