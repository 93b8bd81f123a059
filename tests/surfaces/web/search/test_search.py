"""One box finds customers, orders and products, and only those the person may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.search import actions as search
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers.models import Customer
from kexin.loop.orders.models import Order, Product

pytestmark = pytest.mark.django_db


def add(name: str, **fields: Any) -> Customer:
    customer = make_customer(name=name, **fields)
    search.index("customer", [search.Document(id=customer.pk, words=[name], codes=[customer.code], phones=["13812342207"])])
    return customer


def signed_in(**fields: Any) -> Client:
    client = Client()
    client.force_login(make_user(role=Role.MANAGER, **fields), backend="kexin.surfaces.web.account.adapter.Backend")
    return client


def order(number: str, customer: Customer | None = None) -> Order:
    at = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
    return Order.objects.create(number=number, customer=customer, currency="CNY", occurred_at=at, occurred_on=at.date())


@pytest.mark.parametrize("asked", ["王", "王伟", "wangw", "ww", "2207"])
def test_a_customer_is_found(asked: str) -> None:
    customer = add("王伟")
    add_other = make_customer(name="李娜")
    answer = signed_in(sees=Sees.ALL).get("/search/suggest/", {"q": asked})
    assert f"/customers/{customer.pk}/" in answer.text
    assert f"/customers/{add_other.pk}/" not in answer.text


def test_orders_and_products_are_found_by_the_start_of_their_number() -> None:
    found, product = order("SO-2026-0001", add("王伟")), Product.objects.create(code="BRK-100", name="刹车片")
    other = order("SP-1")
    client = signed_in(sees=Sees.ALL)
    for asked in ("SO-2026", "so-2026-0001"):
        answer = client.get("/search/", {"q": asked}).text
        assert f"/orders/{found.pk}/" in answer
        assert f"/orders/{other.pk}/" not in answer
    assert f"/orders/products/{product.pk}/" in client.get("/search/", {"q": "brk"}).text


def test_others_records_are_not_found() -> None:
    mine, others = make_branch(), make_branch()
    here, there = add("王伟", branch=mine), add("王伟", branch=others)
    answer = signed_in(sees=Sees.BRANCH, branch=mine).get("/search/", {"q": "王伟"}).text
    assert f"/customers/{here.pk}/" in answer
    assert f"/customers/{there.pk}/" not in answer


@pytest.mark.parametrize("asked", ["", " ", "'", '"', "\x00", "%", "*", "🙂", "王" * 500, "a" * 1000, "\\", "NEAR(", "AND"])
def test_no_question_breaks_it(asked: str) -> None:
    client = signed_in(sees=Sees.ALL)
    assert client.get("/search/suggest/", {"q": asked}).status_code == 200
    assert client.get("/search/", {"q": asked}).status_code == 200


def test_statements_do_not_grow_with_what_is_found() -> None:
    client = signed_in(sees=Sees.ALL)
    add("王伟")
    client.get("/search/suggest/", {"q": "王"})
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/search/suggest/", {"q": "王"}).status_code == 200
        counts.append(len(captured))
        for name in ("王芳", "王强"):
            add(name, branch=make_branch())
    assert counts[0] == counts[1] <= 10


def test_who_is_not_signed_in_finds_nothing() -> None:
    assert Client().get("/search/suggest/", {"q": "王"}).status_code in {302, 401, 403}
