from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Role
from kexin.loop.customers import actions
from kexin.loop.customers.models import Credit

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def test_a_manager_writes_credit_and_the_front_line_sees_none_of_it(client: Client) -> None:
    branch = make_branch()
    manager, front = make_user(role=Role.MANAGER, branch=branch), make_user(role=Role.FRONT_LINE, branch=branch)
    customer = make_customer(branch=branch)
    actions.add_entry(customer_id=customer.pk, topic="credit", value="现款现货", source="dealings", by=BY)
    client.force_login(manager)

    form = {"limit": "500000", "payment_days": "30", "rating": "AA", "source": "research", "overdue_amount": "9876.5", "currency": "CNY"}
    answer = client.post(reverse("customers:credit", args=[customer.pk]), form, follow=True)

    for shown in ("500,000", "30 天", "AA", "9,876.5", "现款现货"):
        assert shown in answer.content.decode(), shown
    again = client.get(reverse("customers:credit", args=[customer.pk])).content.decode()
    assert 'value="500000"' in again
    assert Credit.objects.get().source == "research"

    client.force_login(front)
    page = client.get(reverse("customers:customer", args=[customer.pk])).content.decode()
    for hidden in ("9,876.5", "现款现货", 'id="credit"'):
        assert hidden not in page
    assert client.get(reverse("customers:credit", args=[customer.pk])).status_code == 403


def test_what_cannot_be_stands_beside_its_field(client: Client) -> None:
    branch = make_branch()
    client.force_login(make_user(role=Role.MANAGER, branch=branch))
    customer = make_customer(branch=branch)
    answer = client.post(reverse("customers:credit", args=[customer.pk]), {"source": "research", "currency": "CNY"})
    assert answer.status_code == 422
    assert "先写点什么" in answer.content.decode() or "invalid" in answer.content.decode()


def test_those_who_may_only_read_see_the_history(client: Client) -> None:
    branch = make_branch()
    client.force_login(make_user(role=Role.ANALYST, branch=branch))
    customer = make_customer(branch=branch)
    actions.add_credit(customer_id=customer.pk, rating="BB", by=BY)
    answer = client.get(reverse("customers:credit", args=[customer.pk]))
    assert answer.status_code == 200
    assert "BB" in answer.content.decode()
    assert client.post(reverse("customers:credit", args=[customer.pk]), {}).status_code == 403
