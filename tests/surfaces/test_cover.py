"""Whoever stands in sees and does what the absent may, on every surface, and the day after no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import Caller, make_token

from kexin.ground.staff.actions import covers
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.models import Customer, Interaction
from kexin.loop.todo import actions as todos

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"
NAME = "司徒雪莹"


@pytest.fixture
def absent() -> User:
    return make_user(branch=make_branch(), role=Role.FRONT_LINE, sees=Sees.OWN)


@pytest.fixture
def deputy() -> User:
    """Of another branch, so that nothing but the cover lets them see."""
    return make_user(branch=make_branch(), role=Role.MANAGER, sees=Sees.OWN)


@pytest.fixture
def customer(absent: User) -> Customer:
    customer = actions.create_customer(name=NAME, phones=["13812342207"], branch=absent.branch, owner=absent, by=absent.actor)
    todos.open_todo(kind="call", title="回电给司徒", customer=customer, owner=absent, by=absent.actor)
    return customer


def surfaces(person: User, customer: Customer) -> Iterator[tuple[str, bool]]:
    """(surface, whether it shows the customer) for one person, now."""
    page = Client()
    page.force_login(person, backend=BACKEND)
    call = Caller(make_token(person))
    yield "page", page.get(reverse("customers:customer", args=[customer.pk])).status_code == 200
    yield "list", NAME in page.get(reverse("customers:list")).content.decode()
    yield "search", NAME in page.get(reverse("search:page"), {"q": "司徒"}).content.decode()
    yield "workbench", NAME in page.get("/").content.decode()
    yield "api", call.get(f"/customers/{customer.pk}").status_code == 200
    yield "api list", [row["name"] for row in call.get("/customers").json()["items"]] == [NAME]
    yield "api search", NAME in str(call.get("/search?q=司徒").json())
    exported: Any = page.post(reverse("lists:export", args=["customers"]), {"query": "", "ending": "csv"})
    yield "export", NAME in b"".join(exported.streaming_content).decode("utf-8-sig")
    said = page.post(reverse("customers:note", args=[customer.pk]), {"kind": "call", "text": f"{person} 打过电话"})
    yield "doing", said.status_code in {200, 204, 302} and Interaction.objects.filter(customer=customer, by=person).exists()


def test_a_deputy_sees_and_does_the_same_everywhere_until_the_last_day(absent: User, deputy: User, customer: Customer) -> None:
    other = make_customer(owner=make_user(branch=absent.branch), branch=absent.branch)
    today = timezone.localdate()
    before = dict(surfaces(deputy, customer))
    assert not any(before.values()), before

    cover = covers.name_cover(absent=absent, deputy=deputy, first_day=today, last_day=today, today=today, by=absent.actor)
    during = dict(surfaces(deputy, customer))

    assert all(during.values()), during
    page = Client()
    page.force_login(deputy, backend=BACKEND)
    assert page.get(reverse("customers:customer", args=[other.pk])).status_code == 404, "only what the absent may see"

    Interaction.objects.all().delete()
    type(cover).objects.filter(pk=cover.pk).update(first_day=today - dt.timedelta(days=3), last_day=today - dt.timedelta(days=1))
    after = dict(surfaces(deputy, customer))
    assert not any(after.values()), after
