from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.imports import load_csv, undo
from tests.factories.staff import make_administrator, make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.imports.errors import UndoBlocked
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions as customers
from kexin.loop.partners import actions, errors, queries
from kexin.loop.partners.models import Office, Partner, PartnerContact
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
HEADINGS = ("名称", "类型", "覆盖地区", "协议到期", "办事处", "地区", "坐标", "联系人", "电话")


def partner(name: str = "顺达物流", **fields: object) -> Partner:
    return actions.add_partner(fields={"name": name, "role": "carrier", **fields}, by=BY)


def test_the_nearest_offices_come_first_and_say_how_exactly() -> None:
    one = partner()
    actions.add_office(partner_id=one.pk, fields={"name": "宁波站"}, given="29.87, 121.55", by=BY)
    actions.add_office(partner_id=one.pk, fields={"name": "杭州站", "region": "浙江 杭州"}, by=BY)
    actions.add_office(partner_id=one.pk, fields={"name": "不知道"}, by=BY)
    closed = actions.add_office(partner_id=one.pk, fields={"name": "关了"}, given="30.27, 120.15", by=BY)
    actions.change_office(office_id=closed.pk, version=1, fields={"is_active": False}, by=BY)
    customer = make_customer(branch=make_branch())
    assert queries.nearest_offices(customer) == []

    customers.say_where(customer_id=customer.pk, given="30.2741, 120.1551", by=BY)

    found = queries.nearest_offices(customer)
    assert [(near.office.name, near.is_about) for near in found] == [("杭州站", True), ("宁波站", False)]
    assert found[1].km == pytest.approx(141.5, abs=0.5)
    assert found[0].within_km > 100


def test_whoever_keeps_it_is_reminded_once_before_an_agreement_ends() -> None:
    administrator, today = make_administrator(), staff.today()
    partner("快到期", agreed_until=today + timedelta(days=30))
    partner("还早", agreed_until=today + timedelta(days=90))

    assert [actions.remind_of_agreements(today=today) for _turn in range(2)] == [1, 0]
    told = ToDo.objects.get(origin_kind="partner")
    assert (told.owner, "快到期" in told.title) == (administrator, True)


@pytest.mark.parametrize("count", [1, 3])
def test_reminding_costs_the_same_for_one_and_three(count: int) -> None:
    owner, today = make_user(branch=make_branch()), staff.today()
    for _ in range(count):
        made = partner(agreed_until=today)
        Partner.objects.filter(pk=made.pk).update(customer=make_customer(owner=owner))
    assert actions.remind_of_agreements(today=today) == count
    assert ToDo.objects.filter(owner=owner, customer__isnull=False).count() == count  # erasing the customer finds its words

    with CaptureQueriesContext(connection) as told:
        assert actions.remind_of_agreements(today=today) == 0
    assert len([one for one in told if "SAVEPOINT" not in one["sql"]]) == 3  # who keeps it, agreements, to-dos


def test_an_office_is_changed_without_writing_over_its_partner() -> None:
    one = partner()
    office = actions.add_office(partner_id=one.pk, fields={"name": "站"}, by=BY)

    with CaptureQueriesContext(connection) as told:
        actions.change_office(office_id=office.pk, version=1, fields={"hours": "8–18"}, by=BY)

    written = [one["sql"] for one in told if one["sql"].startswith('UPDATE "partners_partner"')]
    assert len(written) == 1
    assert '"name"' not in written[0]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"code": "Z-1"}, "code"),
        ({"agreed_from": date(2027, 1, 1), "agreed_until": date(2026, 1, 1)}, "agreed_until"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(fields: dict[str, object], field: str) -> None:
    partner("先来", code="Z-1")

    with pytest.raises(KexinError) as told:
        partner(**{"name": "后来", **fields})

    assert field in told.value.fields()
    assert Partner.objects.count() == 1


def test_one_customer_is_one_partner() -> None:
    customer = make_customer()
    actions.add_partner(fields={"name": "甲"}, customer=customer, by=BY)

    with pytest.raises(errors.PartnerIsCustomerAlready):
        actions.add_partner(fields={"name": "乙"}, customer=customer, by=BY)


def test_a_file_brings_partners_with_offices_and_people_and_goes_again() -> None:
    rows = [
        ("顺达物流", "物流商", "浙江", "2027-12-31", "宁波站", "浙江 宁波", "29.87, 121.55", "老陈", "0574-1"),
        ("顺达物流", "", "", "", "杭州站", "浙江 杭州", "", "小季", "0571-2"),
        ("固优轮胎", "供应商", "", "", "", "", "", "", ""),
        ("写反了", "供应商", "", "", "站", "", "121.55, 29.87", "", ""),
        ("不认识", "邻居", "", "", "", "", "", "", ""),
    ]
    run = load_csv("partners", HEADINGS, rows)

    assert (run.added, run.changed, run.refused) == (2, 1, 2)
    assert (Partner.objects.count(), Office.objects.count(), PartnerContact.objects.count()) == (2, 2, 2)
    assert PartnerContact.objects.get(name="老陈").office == Office.objects.get(name="宁波站")
    again = load_csv("partners", HEADINGS, rows[:3], name="二.csv")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    other = load_csv("partners", HEADINGS, [("顺达物流", "", "浙江、江苏", "", "", "", "", "", "")], name="三.csv")
    assert Partner.objects.get(name="顺达物流").covers_regions == "浙江、江苏"

    undo(other)
    assert Partner.objects.get(name="顺达物流").covers_regions == "浙江"


def test_a_partner_called_by_code_and_by_name_in_one_file_is_one() -> None:
    partner("顺达物流", code="S-1")
    headings = ("编号", "名称", "覆盖地区", "覆盖产品")
    rows = [("S-1", "顺达物流", "浙江", ""), ("", "顺达物流", "", "配件"), ("N-1", "新来的", "江苏", ""), ("", "新来的", "", "轮胎")]

    run = load_csv("partners", headings, rows)

    assert (run.added, run.changed, run.refused) == (1, 3, 0)
    told = Partner.objects.order_by("pk").values_list("code", "covers_regions", "covers_products")
    assert list(told) == [("S-1", "浙江", "配件"), ("N-1", "江苏", "轮胎")]


def test_a_code_somebody_gave_is_not_given_again() -> None:
    first = partner("先来")
    taken = [f"Z-{first.pk + place:04d}" for place in (1, 2)]
    for code in taken:
        partner(f"有编号 {code}", code=code)

    run = load_csv("partners", ("名称",), [(f"没编号{place}",) for place in range(4)])

    assert (run.added, run.refused, Partner.objects.count()) == (4, 0, 7)
    assert Partner.objects.values("code").distinct().count() == 7


def test_a_file_goes_again_unless_somebody_built_on_it() -> None:
    first = load_csv("partners", HEADINGS, [("甲", "", "", "", "站", "", "", "老陈", "")])
    second = load_csv("partners", HEADINGS, [("乙", "", "", "", "站", "", "", "", "")], name="二.csv")
    actions.add_contact(partner_id=Partner.objects.get(name="乙").pk, fields={"name": "小季"}, by=BY)

    undo(first)
    with pytest.raises(UndoBlocked):
        undo(second)
    assert Partner.objects.get().name == "乙"
    actions.remove_contact(contact_id=PartnerContact.objects.get().pk, by=BY)
    assert (Partner.objects.count(), Office.objects.count(), PartnerContact.objects.count()) == (1, 1, 0)
