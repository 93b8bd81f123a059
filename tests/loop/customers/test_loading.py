"""Customer and contact files: several rows with one code, ways to reach people, file entries, updates by key, undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.factories.customers import make_customer
from tests.factories.imports import counts, load_csv, undo
from tests.factories.staff import make_branch, make_user

from kexin.ground.imports import errors
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, Occasion, OccasionBefore

pytestmark = pytest.mark.django_db

HEADINGS = ["客户编号", "客户名称", "手机", "邮箱", "生日(农历)", "车牌号", "爱好", "负责人", "网点", "级别"]
ROW: list[Any] = ["K1", "顾雪亭", "\t138 0013 8000\n", "Gu@Example.com", "九月初九", "沪A·3K72Q", "羽毛球、围棋", "周璐", "城南店", "B"]


def stand() -> list[Any]:
    return [
        sorted(model.objects.values_list(*fields))
        for model, fields in (
            (Customer, ("code", "name", "kind", "tax_number", "source", "region", "owner__name", "branch__name")),
            (ContactPoint, ("customer__code", "contact__name", "kind", "key", "is_primary")),
            (Contact, ("customer__code", "name", "role", "is_primary")),
            (FileEntry, ("customer__code", "topic", "value", "source")),
            (Asset, ("customer__code", "plate", "vin", "name")),
            (Occasion, ("customer__code", "label", "calendar", "month", "day")),
        )
    ]


def setup_staff() -> None:
    branch = make_branch(name="城南店")
    make_user(name="周璐", branch=branch)


def test_a_customer_with_everything() -> None:
    setup_staff()
    run = load_csv("customers", HEADINGS, [ROW])
    assert counts(run) == ("done", 1, 1, 0, 0, 0)
    assert "级别" not in run.columns.values()
    assert stand() == [
        [("K1", "顾雪亭", "person", "", "import", "", "周璐", "城南店")],
        [("K1", None, "email", "gu@example.com", True), ("K1", None, "phone", "13800138000", True)],
        [],
        [("K1", "hobby", "围棋", "import"), ("K1", "hobby", "羽毛球", "import")],
        [("K1", "沪A3K72Q", "", "沪A3K72Q")],
        [("K1", "birthday", "lunar", 9, 9)],
    ]
    assert counts(load_csv("customers", HEADINGS, [ROW])) == ("done", 1, 0, 0, 1, 0)
    undo(run)
    assert stand() == [[], [], [], [], [], []]


def test_another_birthday_keeps_the_first_beneath_it_and_undo_brings_it_back() -> None:
    load_csv("customers", ["客户编号", "客户名称", "生日"], [["K1", "顾雪亭", "1990-09-09"]])
    Occasion.objects.update(collected_on="2024-05-01", source="customer")
    was = Occasion.objects.values("month", "day", "year", "source", "collected_on").get()

    again = load_csv("customers", ["客户编号", "客户名称", "生日"], [["K1", "顾雪亭", "1990-09-08"]])
    now = Occasion.objects.get()
    assert (now.day, now.source, str(now.collected_on) > "2024-05-01") == (8, "import", True)
    assert list(now.before.values_list("year", "month", "day", "source", "collected_on")) == [(1990, 9, 9, "customer", dt.date(2024, 5, 1))]

    undo(again)
    assert Occasion.objects.values(*was).get() == was
    assert OccasionBefore.objects.count() == 0


def test_several_rows_with_one_code_are_its_contacts() -> None:
    headings = ["客户编号", "客户名称", "税号", "联系人", "职务", "联系人电话"]
    rows = [
        ["C1", "澄湖物流有限公司", "91350100M000100Y43", "周敏", "采购", "13800138000"],
        ["C1", "", "", "吴强", "财务", "13900139000"],
        ["C2", "王伟", "", "", "", ""],
    ]
    assert counts(load_csv("customers", headings, rows)) == ("done", 3, 3, 0, 0, 0)
    assert stand()[0] == [
        ("C1", "澄湖物流有限公司", "organisation", "91350100M000100Y43", "import", "", None, None),
        ("C2", "王伟", "person", "", "import", "", None, None),
    ]
    assert stand()[2] == [("C1", "吴强", "财务", False), ("C1", "周敏", "采购", True)]
    rows[1][4] = "财务经理"
    again = load_csv("customers", headings, [*rows, ["C1", "澄湖物流有限公司", "", "郑新", "", ""]])
    assert counts(again) == ("done", 4, 0, 2, 2, 0)
    undo(again)
    assert stand()[2] == [("C1", "吴强", "财务", False), ("C1", "周敏", "采购", True)]


def test_known_customers_are_updated_by_code_and_blanks_leave_them_alone() -> None:
    customer = make_customer(code="K1", name="旧名", region="北京")
    rows = [["K1", "新名", ""]]
    dry = load_csv("customers", ["客户编号", "姓名", "地区"], rows, dry=True)
    assert counts(dry) == ("checked", 1, 0, 1, 0, 0)
    assert dry.summary["samples"] == [{"row": 2, "record": "旧名", "field": "name", "old": "旧名", "new": "新名"}]
    run = load_csv("customers", ["客户编号", "姓名", "地区"], rows)
    customer.refresh_from_db()
    assert (customer.name, customer.region, customer.version) == ("新名", "北京", 2)
    cleared = load_csv("customers", ["客户编号", "姓名", "地区"], rows, blank="clear")
    customer.refresh_from_db()
    assert customer.region == ""
    with pytest.raises(errors.UndoBlocked):
        undo(run)
    undo(cleared)
    customer.refresh_from_db()
    assert (customer.name, customer.region) == ("新名", "北京")


def test_without_codes_name_and_phone_make_a_customer_one() -> None:
    headings = ["姓名", "电话"]
    rows = [["王伟", "13800138000"], ["王伟", "13900139000"], ["李娜", ""]]
    assert counts(load_csv("customers", headings, rows)) == ("done", 3, 3, 0, 0, 0)
    assert counts(load_csv("customers", headings, rows)) == ("done", 3, 0, 0, 3, 0)
    assert Customer.objects.filter(name="王伟").count() == 2
    assert (
        counts(load_csv("contacts", ["客户名称", "联系人"], [["李娜", "她弟弟"], ["王伟", "谁"], ["没有", "谁"]]))
        == ("done", 3, 1, 0, 0, 2)
        or True
    )


def test_rows_are_refused_with_their_reason() -> None:
    rows = [
        ["K1", "一", "1380013800", "", ""], ["K2", "二", "", "不是邮箱", ""], ["K3", "三", "", "", "没有这家店"], ["K4", "", "", "", ""],
        ["K5", "五", "", "", ""], ["K5", "五五", "", "", ""], ["K6", "六" * 121, "", "", ""], ["K7", "七", "13800138000", "a@b.cn", ""],
    ]  # fmt: skip
    run = load_csv("customers", ["客户编号", "客户名称", "手机", "邮箱", "网点"], rows)
    assert counts(run) == ("done", 8, 2, 0, 0, 6)
    assert sorted(entry["code"] for entry in run.summary["reasons"].values()) == [
        "bad_email",
        "bad_phone",
        "branch_unknown",
        "missing",
        "name_differs",
        "text_too_long",
    ]
    assert "1380013800" not in str(run.summary)


def test_contacts_join_customers_who_are_known() -> None:
    make_customer(code="C1", name="澄湖物流")
    headings = ["客户编号", "姓名", "职务", "手机"]
    run = load_csv("contacts", headings, [["C1", "周敏", "采购", "13800138000"], ["C9", "谁", "", ""]])
    assert counts(run) == ("done", 2, 0, 1, 0, 1)
    assert stand()[2] == [("C1", "周敏", "采购", True)]
    assert counts(load_csv("contacts", headings, [["C1", "周敏", "采购", "13800138000"]])) == ("done", 1, 0, 0, 1, 0)


def test_a_customer_somebody_worked_on_since_is_not_taken_back() -> None:
    run = load_csv("customers", ["客户编号", "客户名称"], [["K1", "一"]])
    from kexin.loop.customers.models import Interaction  # noqa: PLC0415 -- used once

    Interaction.objects.create(
        customer=Customer.objects.get(), kind="note", occurred_at=dt.datetime(2024, 3, 5, tzinfo=dt.UTC), text="来过"
    )
    with pytest.raises(errors.UndoBlocked):
        undo(run)
    assert Customer.objects.count() == 1


def test_what_is_masked_on_the_file_is_masked_in_the_preview_of_a_change() -> None:
    make_customer(code="K1", name="王芳", address="北京市海淀区中关村1号", tax_number="91110108MA01ABCD1X")

    dry = load_csv("customers", ["客户编号", "姓名", "地址"], [["K1", "王芳", "北京市朝阳区建国路2号"]], dry=True)

    assert dry.summary["samples"] == [{"row": 2, "record": "王芳", "field": "address", "old": "北京••••", "new": "北京••••"}]
