"""Order files: identity of lines, updates by key, conflicts, unknown customers, undo."""

from __future__ import annotations

import datetime as dt
import random
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.factories.customers import make_customer
from tests.factories.imports import ORDER_HEADINGS, counts, load_csv, undo
from tests.factories.staff import make_branch

from kexin.ground.files.queries import path_of
from kexin.ground.imports import errors, queries
from kexin.ground.imports.models import Change, Run
from kexin.ground.staff.models import Company
from kexin.loop.customers.models import Customer
from kexin.loop.orders.loaders.linking import CANDIDATES
from kexin.loop.orders.models import Order, OrderLine, Product

pytestmark = pytest.mark.django_db


def stand() -> list[Any]:
    """Everything orders say, without ids."""
    return sorted(
        (
            order.number,
            order.kind,
            order.customer.code if order.customer else None,
            order.currency,
            order.occurred_at,
            order.amount,
            order.line_count,
            tuple(
                sorted(
                    (line.key, line.product.code if line.product else "", line.quantity, line.unit_price, line.amount, line.unit_cost)
                    for line in order.lines.all()
                )
            ),
        )
        for order in Order.objects.select_related("customer")
    )


def row(
    number: str = "D1",
    at: str = "2024-03-05 10:00",
    customer: str = "K1",
    product: str = "P1",
    name: str = "机油",
    quantity: object = 2,
    price: object = "10",
) -> list[object]:
    return [number, at, customer, product, name, quantity, price]


def test_lines_that_lie_apart_make_one_order_at_its_earliest_time() -> None:
    run = load_csv("orders", ORDER_HEADINGS, [row(), row("D2"), row(at="2024-03-04 23:30", product="P2", price="￥1,000.5")])
    assert counts(run) == ("done", 3, 3, 0, 0, 0)
    order = Order.objects.get(number="D1")
    assert (order.line_count, order.amount, order.occurred_at, order.occurred_on) == (
        2,
        Decimal(2021),
        dt.datetime(2024, 3, 4, 15, 30, tzinfo=dt.UTC),
        dt.date(2024, 3, 4),
    )
    assert order.customer is not None
    assert (order.customer.source, order.customer.code) == ("import", "K1")


def test_identical_lines_are_kept_apart_by_their_ordinal_and_known_again() -> None:
    rows = [row(), row(), row()]
    assert counts(load_csv("orders", ORDER_HEADINGS, rows)) == ("done", 3, 3, 0, 0, 0)
    assert counts(load_csv("orders", ORDER_HEADINGS, [*rows, row()])) == ("done", 4, 1, 0, 3, 0)
    assert Order.objects.get().amount == 80


def test_a_line_number_makes_a_line_one_that_can_change() -> None:
    headings = [*ORDER_HEADINGS, "行号"]
    load_csv("orders", headings, [[*row(), 1], [*row(product="P2"), 2]])
    dry = load_csv("orders", headings, [[*row(), 1], [*row(product="P2", price="12"), 2]], dry=True)
    assert counts(dry) == ("checked", 2, 0, 1, 1, 0)
    assert dry.summary["samples"][0] == {"row": 3, "record": "D1", "field": "unit_price", "old": "10", "new": "12"}
    assert Order.objects.get().amount == 40
    done = load_csv("orders", headings, [[*row(), 1], [*row(product="P2", price="12"), 2]])
    assert counts(done) == ("done", 2, 0, 1, 1, 0)
    assert (Order.objects.get().amount, Order.objects.get().version) == (44, 2)
    undo(done)
    assert Order.objects.get().amount == 40
    assert OrderLine.objects.get(key="#2").unit_price == 10


def test_what_contradicts_itself_within_an_order_is_refused_with_its_rows() -> None:
    headings = [*ORDER_HEADINGS, "币种", "类型"]
    rows = [
        [*row("A"), "CNY", ""], [*row("A"), "USD", ""],
        [*row("B", customer="K1"), "CNY", ""], [*row("B", customer="K2"), "CNY", ""],
        [*row("C"), "", "销售"], [*row("C"), "", "退货"],
        [*row("", customer="K9"), "", ""], [*row("E", quantity="许多"), "", ""], [*row("F", at=""), "", ""], [*row("G", price=""), "", ""],
        [*row("H", at="去年冬天"), "", ""], [*row("I"), "", "不知道"], [*row("J"), "金币", ""], [*row("OK"), "人民币", "销售"],
    ]  # fmt: skip
    run = load_csv("orders", headings, rows)
    assert counts(run) == ("done", 14, 1, 0, 0, 13)
    assert {code: entry["rows"] for code, entry in run.summary["reasons"].items()} == {
        "currency_conflict": 2,
        "customer_conflict": 2,
        "kind_conflict": 2,
        "missing order_number": 1,
        "missing ordered_at": 1,
        "missing unit_price": 1,
        "bad_number quantity": 1,
        "bad_date ordered_at": 1,
        "bad_choice kind": 1,
        "bad_currency currency": 1,
    }
    assert [order.number for order in Order.objects.all()] == ["OK"]
    assert run.refusals is not None
    with path_of(run.refusals).open("rb") as file:
        sheet = load_workbook(file).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))
    assert table[0][2:] == tuple(headings)
    assert [line[0] for line in table[1:]] == list(range(2, 15))
    assert all(line[1] for line in table[1:])
    assert "%(" not in str(table)


def test_refused_rows_are_taken_once_they_are_mended() -> None:
    run = load_csv("orders", ORDER_HEADINGS, [row(), row(quantity="两")])
    assert counts(run) == ("done", 2, 1, 0, 0, 1)
    assert run.refusals is not None
    with path_of(run.refusals).open("rb") as file:
        mended = load_workbook(file)
    sheet = mended.active
    assert sheet is not None
    sheet.cell(2, 8).value = 5
    place = path_of(run.refusals).with_name("mended.xlsx")
    mended.save(place)
    from tests.factories.imports import load_path  # noqa: PLC0415 -- used once

    again = load_path("orders", place)
    assert counts(again) == ("done", 1, 1, 0, 0, 0)
    assert Order.objects.get().amount == 70


def test_unknown_customers_are_created_or_refused() -> None:
    make_customer(code="K1")
    rows = [row(), row("D2", customer="K2"), row("D3", customer="")]
    refused = load_csv("orders", ORDER_HEADINGS, rows, unknown_customers="refuse")
    assert counts(refused) == ("done", 3, 2, 0, 0, 1)
    assert refused.summary["warnings"]["without_customer"] == {"rows": 1}
    created = load_csv("orders", [*ORDER_HEADINGS, "客户名称"], [[*line, "某公司"] for line in rows])
    assert counts(created) == ("done", 3, 1, 0, 2, 0)
    assert Customer.objects.get(code="K2").name == "某公司"


def test_cancellations_by_prefix_and_returns_by_kind_find_what_they_undo() -> None:
    headings = [*ORDER_HEADINGS, "原订单号"]
    sale = [
        [*row(), ""],
        [*row(product="P2", quantity=1, price="99"), ""],
        [*row("D2", at="2024-03-06", product="P2", quantity=1, price="99"), ""],
    ]
    back = [
        [*row("CD1", at="2024-03-07", quantity=-2), ""],
        [*row("CD2", at="2024-03-07", product="P2", quantity=-1, price="99"), ""],
        [*row("CD3", at="2024-03-08", product="P9", quantity=-1), "D2"],
    ]
    run = load_csv("orders", headings, [*sale, *back], cancellation_prefix="C")
    assert counts(run) == ("done", 6, 6, 0, 0, 0)
    orders = {order.number: order for order in Order.objects.select_related("undoes")}
    assert {number: (order.kind, order.undoes.number if order.undoes else None) for number, order in orders.items()} == {
        "D1": ("sale", None),
        "D2": ("sale", None),
        "CD1": ("cancellation", "D1"),
        "CD2": ("cancellation", None),
        "CD3": ("cancellation", "D2"),
    }
    assert counts(load_csv("orders", headings, [*sale, *back], cancellation_prefix="C")) == ("done", 6, 0, 0, 6, 0)
    undo(run)
    assert stand() == []


def test_status_and_delivery_columns() -> None:
    headings = [*ORDER_HEADINGS, "状态", "承诺交期", "交付日期", "渠道", "门店", "成本", "类别"]
    branch = make_branch(name="城南店")
    run = load_csv(
        "orders",
        headings,
        [
            [*row(), "已取消", "2024-03-10", "", "线上", "城南店", "6", "油品"],
            [*row("D2"), "已完成", "2024-03-10", "2024-03-12", "", "", "", ""],
            [*row("D3"), "", "", "", "", "别处", "", ""],
        ],
    )
    assert counts(run) == ("done", 3, 2, 0, 0, 1)
    first, second = Order.objects.order_by("number")
    assert (first.cancelled_on, first.promised_on, first.channel, first.branch) == (
        dt.date(2024, 3, 5),
        dt.date(2024, 3, 10),
        "线上",
        branch,
    )
    assert (second.cancelled_on, second.delivered_on) == (None, dt.date(2024, 3, 12))
    product = Product.objects.get()
    assert (product.category, product.unit_cost) == ("油品", 6)
    back = load_csv("orders", headings, [[*row(), "已完成", "", "2024-03-09", "", "", "", ""]])
    assert counts(back) == ("done", 1, 0, 1, 0, 0)
    first.refresh_from_db()
    assert (first.cancelled_on, first.delivered_on, first.promised_on, first.channel) == (
        None,
        dt.date(2024, 3, 9),
        dt.date(2024, 3, 10),
        "线上",
    )


def test_days_that_may_be_months_stop_the_file_until_somebody_decides() -> None:
    rows = [row(at="05/03/2024"), row("D2", at="06/03/2024")]
    stopped = load_csv("orders", ORDER_HEADINGS, rows)
    assert stopped.state == "failed"
    assert stopped.error["code"] == errors.DatesAmbiguous.code
    assert not Order.objects.exists()
    load_csv("orders", ORDER_HEADINGS, rows, date_order="dmy")
    assert [order.occurred_on for order in Order.objects.order_by("number")] == [dt.date(2024, 3, 5), dt.date(2024, 3, 6)]
    decided = load_csv("orders", ORDER_HEADINGS, [row("E1", at="05/03/2024"), row("E2", at="25/03/2024")])
    assert counts(decided) == ("done", 2, 2, 0, 0, 0)
    assert Order.objects.get(number="E1").occurred_on == dt.date(2024, 3, 5)


def test_two_currencies_are_kept_and_the_first_is_the_company_s() -> None:
    run = load_csv("orders", [*ORDER_HEADINGS, "币种"], [[*row(), "人民币"], [*row("D2"), "USD"]])
    assert counts(run) == ("done", 2, 2, 0, 0, 0)
    assert Company.objects.get().currency == "CNY"
    assert [order.currency for order in Order.objects.order_by("number")] == ["CNY", "USD"]
    assert run.summary["warnings"]["currency_other"] == {"orders": 1, "currency": "CNY"}


def test_a_dry_run_says_what_an_import_then_does_and_writes_nothing() -> None:
    load_csv("orders", ORDER_HEADINGS, [row(), row("D2")])
    before = stand()
    rows = [row(), row("D2", customer="K2"), row("D3", customer="K3"), row("D4", quantity="x")]
    dry = load_csv("orders", ORDER_HEADINGS, rows, dry=True)
    assert counts(dry) == ("checked", 4, 1, 1, 1, 1)
    assert stand() == before
    assert not Customer.objects.filter(code="K3").exists()
    assert not Change.objects.filter(run=dry).exists()
    assert counts(load_csv("orders", ORDER_HEADINGS, rows)) == ("done", 4, 1, 1, 1, 1)


def test_undo_says_what_was_built_on_it_and_then_takes_nothing_back() -> None:
    first = load_csv("orders", ORDER_HEADINGS, [row()])
    load_csv("orders", ORDER_HEADINGS, [row("D2")])
    before = stand()
    with pytest.raises(errors.UndoBlocked) as caught:
        undo(first)
    assert "K1" in caught.value.sentence()
    assert stand() == before
    later = Run.objects.order_by("-pk")[0]
    undo(later)
    undo(first)
    assert (stand(), Customer.objects.count(), Product.objects.count()) == ([], 0, 0)


def test_amounts_stand_in_for_prices() -> None:
    run = load_csv(
        "orders",
        ["订单号", "日期", "商品", "数量", "金额"],
        [["D1", "2024年3月5日", "保养", 4, "￥1,000.00"], ["D2", "2024年3月5日", "洗车", 3, "100"]],
    )
    assert counts(run) == ("done", 2, 2, 0, 0, 0)
    assert [(line.unit_price, line.amount) for line in OrderLine.objects.order_by("pk")] == [
        (Decimal(250), Decimal(1000)),
        (Decimal("33.3333"), Decimal(100)),
    ]


def test_a_shifted_row_is_refused() -> None:
    run = load_csv("orders", ORDER_HEADINGS, [row(), [*row("D2"), "多出来的"]])
    assert counts(run) == ("done", 2, 1, 0, 0, 1)
    assert run.summary["reasons"]["too_many_cells"]["examples"][0]["row"] == 3
    assert queries.reasons_of(run)[0]["examples"][0]["row"] == 3


LINES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.integers(1, 28),
        st.sampled_from(["P1", "P2"]),
        st.integers(-3, 5),
        st.sampled_from(["0", "1.5", "20"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=15)
@given(lines=LINES, seed=st.integers(0, 999))
def test_the_order_of_lines_does_not_matter_and_twice_is_once(lines: list[tuple[str, int, str, int, str]], seed: int) -> None:
    rows = [
        row(number, f"2024-03-{day:02d}", f"K{number}", product, "物", quantity, price) for number, day, product, quantity, price in lines
    ]
    first = load_csv("orders", ORDER_HEADINGS, rows)
    stood = stand()
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)  # noqa: S311 -- an order of rows
    again = load_csv("orders", ORDER_HEADINGS, shuffled)
    assert counts(again) == ("done", len(rows), 0, 0, len(rows), 0)
    assert stand() == stood
    undo(first)
    assert stand() == []
    load_csv("orders", ORDER_HEADINGS, shuffled)
    assert stand() == stood
    undo(Run.objects.order_by("-pk")[0])


@pytest.mark.sqlite
def test_what_an_undoing_line_may_undo_is_looked_for_among_its_customer_s_orders_only() -> None:
    """SQLite knows nothing of frequencies: left alone it reads every line of a product, minutes in a file of 300,000 lines."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + CANDIDATES % "%s, %s", [1, 2])
        steps = [row[3] for row in cursor.fetchall()]

    tables = [re.sub(r"orders_\w+", "", step).split() for step in steps if "SEARCH" in step or "SCAN" in step]
    assert [(words[1], " ".join(words[-2:])) for words in tables] == [
        ("back", "KEY (rowid=?)"),
        ("sale", "AND occurred_at<?)"),
        ("undoing", "INDEX (order_id=?)"),
        ("sold", "INDEX (order_id=?)"),
        ("other", "INDEX (undoes_id=?)"),
    ]
