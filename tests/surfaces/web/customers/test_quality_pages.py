from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Role
from kexin.loop.customers import actions
from kexin.loop.customers.actions.quality import ITEMS, count_item
from kexin.loop.customers.models import FileEntry
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def test_the_page_of_quality_the_questions_and_the_to_do(client: Client, django_assert_max_num_queries: Any) -> None:
    person = make_user(role=Role.MANAGER, branch=make_branch(name="城南店"))
    client.force_login(person)
    assert client.get(reverse("customers:quality")).status_code == 200
    customer = make_customer(branch=person.branch, owner=person)
    for item in ITEMS:
        count_item(item=item, today=dt.date(2026, 5, 20))
    with django_assert_max_num_queries(14):
        page = client.get(reverse("customers:quality") + "?kind=person").content.decode()
    assert "城南店" in page

    file = client.get(reverse("customers:customer", args=[customer.pk])).content.decode()
    assert "接下来问什么" in file
    client.post(reverse("customers:ask", args=[customer.pk]), {"item": "phone"})
    client.post(reverse("customers:ask", args=[customer.pk]), {"item": "phone"})  # one cause, one to-do
    client.post(reverse("customers:ask", args=[customer.pk]), {"item": "nothing"})
    assert ToDo.objects.get().customer == customer


def test_a_conclusion_is_confirmed_or_hidden_by_a_click(client: Client) -> None:
    person = make_user(role=Role.FRONT_LINE, branch=make_branch())
    client.force_login(person)
    customer = make_customer(branch=person.branch)
    wish = {"topic": "wish", "source": "dealings", "is_inference": True, "certainty": 70, "evidence": "5 ×", "by": BY}
    one = actions.add_entry(customer_id=customer.pk, value="要机油", **wish)  # type: ignore[arg-type]  # plain values
    two = actions.add_entry(customer_id=customer.pk, value="要轮胎", **wish)  # type: ignore[arg-type]  # the same
    client.post(reverse("customers:confirm_entry", args=[one.pk]))
    page = client.post(reverse("customers:reject_entry", args=[two.pk]), follow=True).content.decode()
    assert FileEntry.objects.get(value="要机油", superseded_by=None).source == "customer"
    assert "要轮胎" not in page.partition('id="file"')[2].partition("</section>")[0]
