from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_product
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions
from kexin.loop.orders import queries

BACKEND = "kexin.surfaces.web.account.adapter.Backend"
pytestmark = pytest.mark.django_db


def signed_in(**fields: object) -> Client:
    client = Client()
    client.force_login(make_user(**{"role": Role.MANAGER, "sees": Sees.ALL, "language": "en", **fields}), backend=BACKEND)
    return client


def test_the_list_asks_the_same_for_one_and_for_three() -> None:
    client, counts = signed_in(), []
    client.get("/orders/")
    for more in (1, 2):
        for _ in range(more):
            make_order(customer=make_customer(), lines=[(2, "10", "4")])
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/orders/")
        counts.append(len(asked.captured_queries))
        assert page.status_code == 200
    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize("few", [queries.FEW, 0])  # with none, every word is a common one and the list is walked
def test_orders_are_found_by_number_and_by_customer(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    fan = actions.create_customer(name="范静姝", phones=["13812342207"], by=Actor.system("test"))
    make_order(number="S-10", customer=fan)
    make_order(number="S-11")
    make_order(number="T-1", customer=make_customer(name="别人"))
    client = signed_in()

    def found(asked: dict[str, str]) -> set[str]:
        return set(re.findall(r">([ST]-\d+)<", client.get("/orders/", asked).content.decode()))

    assert found({"q": "S-1"}) == {"S-10", "S-11"}
    assert found({"q": "静姝"}) == found({"q": "fanjing"}) == found({"q": "2207"}) == {"S-10"}
    assert found({"q": "没有"}) == set()
    assert found({"customer": fan.code}) == {"S-10"}


def test_an_order_shows_its_lines_margin_and_what_took_it_back() -> None:
    order = make_order(customer=make_customer(name="范静姝"), number="S-1", lines=[(2, "10", "4"), (1, "5")])
    make_order(number="C-1", kind="cancellation", undoes=order, customer=order.customer, lines=[(-1, "5")])
    text = signed_in().get(f"/orders/{order.pk}/").content.decode()
    for shown in ("范静姝", "S-1", "C-1", "cost known for 1 of 2 lines"):
        assert shown in text


def test_two_people_note_delivery_and_the_later_is_told() -> None:
    order = make_order(on=dt.date(2025, 3, 1), lines=[(1, "5")])
    client = signed_in()
    typed = {"version": 1, "promised_on": "2025-03-05", "delivered_on": "2025-03-07"}
    assert client.post(f"/orders/{order.pk}/delivery/", typed).status_code == 302
    assert client.post(f"/orders/{order.pk}/delivery/", {**typed, "delivered_on": "2025-03-06"}).status_code == 409
    order.refresh_from_db()
    assert (order.delivered_on, order.version) == (dt.date(2025, 3, 7), 2)
    assert "2 days late" in client.get(f"/orders/{order.pk}/").content.decode()


def test_an_order_is_cancelled_and_reinstated() -> None:
    order = make_order(on=dt.date(2025, 3, 1), lines=[(1, "5")])
    client = signed_in()
    assert client.post(f"/orders/{order.pk}/cancel/", {"version": 1, "cancelled_on": "2025-02-01"}).status_code == 422
    assert client.post(f"/orders/{order.pk}/cancel/", {"version": 1, "cancelled_on": "2025-03-02"}).status_code == 302
    assert client.post(f"/orders/{order.pk}/reinstate/", {"version": 2}).status_code == 302
    order.refresh_from_db()
    assert (order.cancelled_on, order.version) == (None, 3)


def test_orders_of_another_branch_are_not_there() -> None:
    mine, other = make_branch(), make_branch()
    theirs, ours = make_order(branch=other), make_order(branch=mine)
    client = signed_in(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=mine)
    assert client.get(f"/orders/{ours.pk}/").status_code == 200
    assert client.get(f"/orders/{theirs.pk}/").status_code == 404
    assert client.post(f"/orders/{theirs.pk}/cancel/", {"version": 1, "cancelled_on": "2025-03-02"}).status_code == 404


def test_products_are_edited_by_managers_only() -> None:
    product = make_product(code="P-9")
    typed = {"version": 1, "code": "P-9", "name": "机油", "category": "养护", "unit_cost": "12.5", "is_active": "on"}
    assert signed_in(role=Role.ANALYST).post(f"/orders/products/{product.pk}/", typed).status_code == 403
    client = signed_in()
    assert client.post(f"/orders/products/{product.pk}/", typed).status_code == 302
    assert client.post(f"/orders/products/{product.pk}/", {**typed, "name": "别的"}).status_code == 409
    product.refresh_from_db()
    assert (product.name, str(product.unit_cost), product.version) == ("机油", "12.5000", 2)
