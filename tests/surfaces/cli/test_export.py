"""`kexin export`: everything, with headings for programs, in one piece or not at all."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from tests.factories.customers import make_customer

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.loop.customers import actions
from kexin.loop.customers.models import ContactPoint, CustomChoice, Customer, Place
from kexin.loop.orders.models import Order, OrderLine
from kexin.surfaces.cli.export import export

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(export, [str(argument) for argument in arguments])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def placed(code: str, **fields: Any) -> Customer:
    customer = make_customer(name="王伟", code=code)
    Place.objects.create(customer=customer, as_of=dt.date(2026, 5, 1), currency="CNY", **fields)
    return customer


def test_standing_has_stable_headings_plain_amounts_and_no_recency_without_orders(tmp_path: Path) -> None:
    placed(
        "K-1",
        tier="A",
        previous_tier="B",
        recency_days=3,
        orders=2,
        gross_amount="1200000.5",
        returned_amount="0.25",
        net_amount="1200000.25",
    )
    placed("K-2", tier="E")
    answer = run("standing", tmp_path / "s.csv")
    assert answer.exit_code == 0, answer.output
    wanted = ("customer_code", "recency_days", "orders", "gross_amount", "returned_amount", "net_amount", "tier", "previous_tier")
    assert [[row[name] for name in wanted] for row in read(tmp_path / "s.csv")] == [
        ["K-1", "3", "2", "1200000.5", "0.25", "1200000.25", "A", "B"],
        ["K-2", "", "0", "0", "0", "0", "E", ""],
    ]
    assert Entry.objects.get(action="export.run").changes == {"rows": 2, "where": []}


def test_customers_carry_how_to_reach_them(tmp_path: Path) -> None:
    customer = make_customer(name='=HYPERLINK("x")', code="K-9")
    ContactPoint.objects.create(customer=customer, kind="phone", value="13812342207", key="13812342207")
    ContactPoint.objects.create(customer=customer, kind="phone", value="13900000000", key="13900000000", is_primary=True)
    assert run("customers", tmp_path / "c.csv").exit_code == 0
    (row,) = read(tmp_path / "c.csv")
    assert (row["customer_code"], row["name"], row["phones"]) == ("K-9", '\'=HYPERLINK("x")', "13900000000; 13812342207")


def test_customers_carry_credit_and_the_fields_an_administrator_added(tmp_path: Path) -> None:
    rich, poor = make_customer(name="王伟", code="K-1"), make_customer(name="李娜", code="K-2")
    level = actions.define_field(label_zh="合同级别", kind="text", by=BY)
    days = actions.define_field(label_zh="回访日", kind="several", choices=["周一", "周五"], by=BY)
    chosen = list(CustomChoice.objects.filter(field=days).order_by("pk").values_list("pk", flat=True))
    actions.write_fields(customer_id=rich.pk, values={level.pk: "甲", days.pk: chosen}, by=BY)
    actions.change_field(field_id=level.pk, version=None, is_active=False, by=BY)
    actions.add_credit(customer_id=rich.pk, limit=Decimal(50000), payment_days=30, rating="AA", by=BY)

    assert run("customers", tmp_path / "c.csv").exit_code == 0

    wanted = ("customer_code", "phones", "credit_limit", "payment_days", "credit_rating", "overdue_amount", level.name, days.name)
    assert [[row[name] for name in wanted] for row in read(tmp_path / "c.csv")] == [
        [rich.code, "", "50000", "30", "AA", "", "甲", "周一; 周五"],
        [poor.code, "", "", "", "", "", "", ""],
    ]


def test_orders_have_one_row_a_line(tmp_path: Path) -> None:
    customer = make_customer(code="K-1")
    at = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
    order = Order.objects.create(number="SO-1", customer=customer, currency="CNY", occurred_at=at, occurred_on=at.date())
    for key, amount in (("1", "10"), ("2", "-2.5")):
        OrderLine.objects.create(order=order, key=key, quantity=1, unit_price=Decimal(amount), amount=Decimal(amount))
    assert run("orders", tmp_path / "o.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    by_name = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(row["order_number"], row["customer_code"], row["amount"]) for row in by_name] == [("SO-1", "K-1", 10), ("SO-1", "K-1", -2.5)]


def test_only_rows_that_meet_every_condition(tmp_path: Path) -> None:
    placed("K-1", tier="A", net_amount="100")
    placed("K-2", tier="A", net_amount="5000")
    placed("K-3", tier="B", net_amount="5000")
    assert run("standing", tmp_path / "s.csv", "--where", "tier=A", "--where", "net_amount>=1000").exit_code == 0
    assert [row["customer_code"] for row in read(tmp_path / "s.csv")] == ["K-2"]


@pytest.mark.parametrize("condition", ["tier", "secret=1", "net_amount>=much", "owner__password=x"])
def test_a_condition_that_cannot_be_read_is_wrong_usage(condition: str, tmp_path: Path) -> None:
    assert run("standing", tmp_path / "s.csv", "--where", condition).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("mine")
    assert run("customers", path).exit_code != 0
    assert path.read_text() == "mine"
    assert run("customers", path, "--force").exit_code == 0
    assert read(path) == []
    assert [found.name for found in tmp_path.iterdir()] == ["c.csv"]


def test_the_ending_says_what_is_written(tmp_path: Path) -> None:
    assert run("customers", tmp_path / "c.pdf").exit_code == 2
