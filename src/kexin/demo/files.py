"""Writes the simulated company as the files its old systems would give: customers, contacts and orders as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from kexin.demo import orders as selling
from kexin.demo.customers import DAYS, Customers, Sort, chunks
from kexin.demo.orders import CHANNELS, Orders
from kexin.demo.truth import Book
from kexin.demo.words import PRODUCTS

# Field of the loader: heading in the file. Both are handed to the import, so that no guess is left to chance.
CUSTOMER_COLUMNS = {
    "code": "客户编号",
    "name": "客户名称",
    "kind": "客户类型",
    "salutation": "称呼",
    "phone": "手机",
    "email": "邮箱",
    "tax_number": "统一社会信用代码",
    "region": "地区",
    "address": "地址",
    "branch": "网点",
    "owner": "负责人",
    "source": "来源",
}
CONTACT_COLUMNS = {"code": "客户编号", "contact_name": "联系人", "contact_role": "职务", "contact_phone": "联系电话"}
ORDER_COLUMNS = {
    "order_number": "订单号",
    "line_number": "行号",
    "ordered_at": "下单时间",
    "customer_code": "客户编号",
    "branch": "网点",
    "channel": "渠道",
    "kind": "类型",
    "undoes": "原订单号",
    "product_code": "商品编号",
    "description": "商品名称",
    "category": "类别",
    "quantity": "数量",
    "unit_price": "单价",
    "unit_cost": "成本",
    "currency": "币种",
    "promised_on": "承诺交付",
    "delivered_on": "实际交付",
    "cancelled_on": "取消日期",
}
KINDS = ("销售", "取消", "退货")


@dataclass(frozen=True)
class Files:
    customers: Path
    contacts: Path
    orders: Path
    customer_count: int
    order_count: int
    line_count: int


def write(folder: Path, *, count: int, seed: int, last_day: date, book: Book) -> Files:
    """Write the three files and tell `book` the truth. Made in chunks: memory stays flat however many customers there are."""
    paths = (folder / "customers.csv", folder / "contacts.csv", folder / "orders.csv")
    orders = lines = 0
    with ExitStack() as stack:
        customer_file, contact_file, order_file = (
            csv.writer(stack.enter_context(path.open("w", encoding="utf-8", newline=""))) for path in paths
        )
        customer_file.writerow(CUSTOMER_COLUMNS.values())
        contact_file.writerow(CONTACT_COLUMNS.values())
        order_file.writerow(ORDER_COLUMNS.values())
        for number, customers in enumerate(chunks(count, seed)):
            sold = selling.generate(np.random.default_rng([seed, 2, number]), customers, last_day)
            customer_file.writerows(_customer_rows(customers))
            contact_file.writerows(_contact_rows(customers))
            order_file.writerows(_order_rows(customers, sold, first=orders, last_day=last_day))
            book.add(customers, sold, last_day)
            orders += len(sold)
            lines += len(sold.line_order)
    return Files(*paths, customer_count=count, order_count=orders, line_count=lines)


def _customer_rows(of: Customers) -> Iterable[Sequence[str]]:
    kind = np.where(of.sort == Sort.PERSON, "个人", "单位").tolist()
    return zip(
        of.code,
        of.name,
        kind,
        of.salutation,
        of.phone,
        of.email,
        of.tax_number,
        of.region,
        of.address,
        of.branch,
        of.owner,
        of.source,
        strict=True,
    )


def _contact_rows(of: Customers) -> Iterable[Sequence[str]]:
    rows = zip(of.code, of.contact, of.contact_role, of.contact_phone, strict=True)
    return (row for row in rows if row[1])


def _order_rows(customers: Customers, sold: Orders, *, first: int, last_day: date) -> Iterable[Sequence[object]]:
    """One row a line, in the order in which the orders were placed; undoing papers follow at the end, as books are kept."""
    start = last_day - timedelta(days=DAYS - 1)
    days = np.array([(start + timedelta(days=n)).isoformat() for n in range(DAYS + 90)] + [""])  # the last one: no day
    minutes = np.array([f" {n // 60:02d}:{n % 60:02d}" for n in range(24 * 60)])
    number = np.char.add("DD", np.char.zfill((first + 1 + np.arange(len(sold))).astype(str), 8))
    at = np.char.add(days[sold.day], minutes[sold.minute])
    code, branch = np.array(customers.code), np.array(customers.branch)
    product = sold.line_product
    names = [np.array([getattr(one, field) for one in PRODUCTS]) for field in ("code", "name", "category")]
    of = sold.line_order
    place = np.arange(len(of)) - np.searchsorted(of, of) + 1
    undone = np.where(sold.undoes >= 0, number[sold.undoes], "")
    cost = np.where(np.isnan(sold.line_cost), "", np.char.mod("%.2f", np.nan_to_num(sold.line_cost)))
    columns = (
        number[of],
        place,
        at[of],
        code[sold.customer][of],
        branch[sold.customer][of],
        np.array(CHANNELS)[sold.channel][of],
        np.array(KINDS)[sold.kind][of],
        undone[of],
        names[0][product],
        names[1][product],
        names[2][product],
        sold.line_quantity,
        np.char.mod("%.2f", sold.line_price),
        cost,
        np.full(len(of), "CNY"),
        days[sold.promised][of],
        days[sold.delivered][of],
        days[sold.cancelled][of],
    )
    return zip(*(column.tolist() for column in columns), strict=True)
