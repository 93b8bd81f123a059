from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.lists import asking, reading
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.actions import PlaceRow
from kexin.loop.customers.listing import CUSTOMERS
from kexin.loop.customers.models import Customer

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def names(user: User, **asked: str) -> list[str]:
    return [row.name for row in reading.read(CUSTOMERS, asked, user).rows]


@pytest.fixture
def boss() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.ALL)


def placed(name: str, tier: str = "", was: str = "", net: int = 0, **fields: Any) -> Customer:
    customer = make_customer(name=name, **fields)
    actions.place(
        rows=[
            PlaceRow(
                customer_id=customer.pk,
                tier=tier,
                previous_tier=was,
                net_amount=Decimal(net),
                customer_class="key" if tier == "A" else "general",
                behaviours="heavy,key" if tier == "A" else "",
                last_order_on=date(2026, 1, 1) + timedelta(days=net),
                as_of=date(2026, 9, 16),
                currency="CNY",
            )
        ],
        by=BY,
    )
    return customer


def test_statements_do_not_grow_with_the_rows(boss: User, django_assert_num_queries: Any) -> None:
    for count in (1, 3):
        Customer.objects.all().delete()
        for number in range(count):
            actions.create_customer(name=f"王伟{number}", phones=["13812342207", "13900000000"], owner=boss, branch=make_branch(), by=BY)
        with django_assert_num_queries(5):  # own fields, rows with values, rows without, how many, first phones
            page = reading.read(CUSTOMERS, {}, boss)
        assert len(page.rows) == count
        assert [str(row.owner) + str(row.branch) + row.first_phone for row in page.rows]


def test_each_condition_finds_its_customers(boss: User) -> None:
    north = make_branch(name="城北店")
    below = make_branch(name="城北二店", parent=north)
    now = timezone.now()
    placed("甲", "A", "A", 300, owner=boss, branch=below, last_contact_at=now)
    placed("乙", "B", "A", 200, region="澄湖市 城南区", last_contact_at=now - timedelta(days=40))
    placed("丙", "C", "D", 100, source="events", kind="organisation")
    make_customer(name="丁", created_at=now - timedelta(days=400))

    assert names(boss, mine="1") == ["甲"]
    assert names(boss, branch=str(north.pk)) == ["甲"]
    assert names(boss, owner=str(boss.pk)) == ["甲"]
    assert names(boss, moved="slipped") == ["乙"]
    assert names(boss, moved="risen") == ["丙"]
    assert names(boss, **{"class": "key"}) == ["甲"]
    assert names(boss, behaviour="heavy") == ["甲"]
    assert names(boss, net_min="150", sort="-net") == ["甲", "乙"]
    assert names(boss, last_order_max="2026-04-15") == ["丙"]
    assert set(names(boss, quiet="30")) == {"乙", "丙", "丁"}
    assert names(boss, region="城南") == ["乙"]
    assert names(boss, source="events") == ["丙"]
    assert names(boss, kind="organisation") == ["丙"]
    assert names(boss, created_max=(now - timedelta(days=300)).date().isoformat()) == ["丁"]
    assert names(boss, sort="-net")[:3] == ["甲", "乙", "丙"]


def test_views_that_come_with_the_product_can_be_read(boss: User) -> None:
    from django.http import QueryDict  # noqa: PLC0415 -- beside its one use

    placed("甲", "A", "B", 300)
    for view in CUSTOMERS.views:
        reading.read(CUSTOMERS, QueryDict(view.query), boss)


def test_two_characters_pinyin_initials_tail_plate_and_contact_find(boss: User) -> None:
    customer = actions.create_customer(name="曾令仪", phones=["13812342207"], by=BY)
    actions.add_asset(customer_id=customer.pk, name="云岫", plate="澄A·3K72Q", by=BY)
    actions.add_contact(customer_id=customer.pk, name="郭先生", phone="13900000416", by=BY)
    make_customer(name="别人")
    for typed in ("曾令", "令仪", "zengling", "zly", "2207", "0416", "澄A3K72Q", customer.code, "郭先"):
        assert names(boss, q=typed) == ["曾令仪"], typed
    actions.change_customer(customer_id=customer.pk, version=1, fields={"name": "曾新名"}, by=BY)
    assert names(boss, q="令仪") == []
    assert names(boss, q="新名") == ["曾新名"]


def test_numbers_are_masked_on_the_list(boss: User) -> None:
    actions.create_customer(name="甲", phones=["13812342207"], by=BY)
    row = reading.read(CUSTOMERS, {}, boss).rows[0]
    phone = CUSTOMERS.column("phone")
    assert phone is not None
    assert "1234" not in phone.value(row)


def test_bulk_acts_reach_only_what_the_person_sees(boss: User) -> None:
    here, there = make_branch(), make_branch()
    manager = make_user(role=Role.MANAGER, branch=here)
    colleague = make_user(branch=here, name="何志远")
    mine, theirs, already = make_customer(branch=here), make_customer(branch=there), make_customer(branch=here, owner=colleague)
    chosen = [mine.pk, theirs.pk, already.pk]
    bulk = {action.name: action for action in CUSTOMERS.bulk}

    assert bulk["deactivate"].run(chosen, "", manager.actor, manager).done == 2
    assert names(boss) == [theirs.name]


@pytest.mark.sqlite
@pytest.mark.parametrize(("moved", "index"), [("slipped", "customers_place_slipped"), ("risen", "customers_place_risen")])
def test_who_slipped_or_rose_is_read_from_an_index_of_them_alone(moved: str, index: str, boss: User) -> None:
    asked = asking.read(CUSTOMERS, {"moved": moved, "sort": "-net"})
    records = reading.matching(CUSTOMERS, asked, boss)

    plan = records.filter(place__net_amount__isnull=False).order_by("-place__net_amount", "-place__customer")[:51].explain()

    assert f"customers_place USING INDEX {index}" in plan
