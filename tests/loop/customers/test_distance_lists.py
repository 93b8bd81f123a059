"""Distance where people meet it in lists and files: sorted, asked for, imported, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from tests.factories.customers import make_customer
from tests.factories.imports import load_csv
from tests.factories.staff import make_administrator, make_branch

from kexin.ground.audit.actor import Actor
from kexin.ground.imports import actions as imports
from kexin.ground.jobs import actions as jobs
from kexin.ground.lists import reading
from kexin.ground.staff.models import Branch
from kexin.loop.customers import actions, queries
from kexin.loop.customers.listing import CUSTOMERS
from kexin.loop.customers.models import Coordinates, Customer

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
HEADINGS = ("客户编号", "客户名称", "网点", "纬度", "经度", "坐标系")


@pytest.fixture
def shop() -> Branch:
    made = make_branch(code="HZ", name="杭州店")
    return actions.locate_branch(branch_id=made.pk, given="30.2741, 120.1551", by=BY)


def at(shop: Branch, name: str, given: str) -> Customer:
    made = make_customer(name=name, branch=shop)
    actions.say_where(customer_id=made.pk, given=given, by=BY)
    return made


def rows(query: str, user: Any) -> list[Any]:
    return list(reading.read(CUSTOMERS.seen_by(user), QueryDict(query), user).rows)


def test_far_customers_are_asked_for_and_sorted_and_unknown_ones_stand_last(shop: Branch) -> None:
    user = make_administrator()
    near, far, farther = (at(shop, name, given) for name, given in (("近", "30.3, 120.2"), ("远", "31.9, 118.8"), ("更远", "39.9, 116.4")))
    make_customer(name="不知道", branch=shop)

    assert [row.name for row in rows("sort=-distance&cols=name,distance", user)] == ["更远", "远", "近", "不知道"]
    assert [row.name for row in rows("sort=distance&cols=name,distance", user)][:3] == ["近", "远", "更远"]
    assert {row.pk for row in rows("distance_min=150", user)} == {far.pk, farther.pk}
    assert {row.pk for row in rows("distance_max=150", user)} == {near.pk}  # who is not known is not near
    assert {row.pk for row in rows("placed=exact", user)} == {near.pk, far.pk, farther.pk}


@pytest.mark.parametrize("count", [1, 3])
def test_the_column_costs_one_statement_at_any_length(shop: Branch, count: int, django_assert_num_queries: Any) -> None:
    user = make_administrator()
    for number in range(count):
        at(shop, f"客户{number}", "31.9, 118.8")
    listing = CUSTOMERS.seen_by(user)
    reading.read(listing, QueryDict("cols=name,distance"), user)

    def read(query: str) -> None:
        reading.read(listing, QueryDict(query), user)

    with django_assert_num_queries(5):
        read("cols=name,distance,distance_how&sort=-distance&distance_min=150")


def test_a_file_brings_places_in_any_system_and_refuses_what_is_none(shop: Branch) -> None:
    run = load_csv(
        "customers",
        HEADINGS,
        [
            ("K-1", "甲", "HZ", "31.2304", "121.4737", ""),
            ("K-2", "乙", "HZ", "39.9101035", "116.4037436", "高德"),
            ("K-3", "丙", "HZ", "121.4737", "31.2304", ""),
            ("K-4", "丁", "HZ", "0", "0", ""),
            ("K-5", "戊", "HZ", "31.2304", "", ""),
            ("K-6", "己", "HZ", "很远", "121", ""),
            ("K-7", "庚", "HZ", "31.2", "121.4", "月球"),
            ("K-8", "辛", "HZ", "", "", ""),
        ],
    )

    assert (run.added, run.refused) == (3, 5)
    assert set(Coordinates.objects.values_list("customer__code", "system")) == {("K-1", "wgs84"), ("K-2", "gcj02")}
    beijing = Coordinates.objects.get(customer__code="K-2")
    assert (beijing.latitude, beijing.longitude) == pytest.approx((39.9087, 116.3975), abs=1e-5)
    assert queries.distance_km(Customer.objects.get(code="K-1")).km == pytest.approx(165, abs=2)
    assert queries.distance_km(Customer.objects.get(code="K-8")).unknown == "no_place"


def test_the_same_again_changes_nothing_another_place_keeps_the_old_and_undo_brings_it_back(shop: Branch) -> None:
    load_csv("customers", HEADINGS, [("K-1", "甲", "HZ", "31.2304", "121.4737", "")])
    again = load_csv("customers", HEADINGS, [("K-1", "甲", "HZ", "31.2304", "121.4737", "")], name="二.csv")
    assert (again.changed, again.unchanged) == (0, 1)

    other = load_csv("customers", HEADINGS, [("K-1", "甲", "HZ", "30.3", "120.2", "")], name="三.csv")
    customer = Customer.objects.get(code="K-1")
    assert other.changed == 1
    assert (Coordinates.objects.count(), (queries.distance_km(customer).km or 0) < 10) == (2, True)

    jobs.run_here(imports.undo(run_id=other.pk, by=BY, here=True).pk)
    assert Coordinates.objects.get().is_current
    assert (queries.distance_km(customer).km or 0) > 100
