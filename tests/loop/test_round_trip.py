"""What Kexin exports it reads again, and nothing has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.factories.imports import counts, load_csv, load_path

from kexin.loop.customers.models import ContactPoint, Customer
from kexin.loop.orders.models import Order, OrderLine
from kexin.surfaces.cli.export import export

pytestmark = pytest.mark.django_db


def written(what: str, path: Path) -> Path:
    answer = CliRunner().invoke(export, [what, str(path)])
    assert answer.exit_code == 0, answer.output
    return path


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_orders(tmp_path: Path, ending: str) -> None:
    headings = [
        "订单号",
        "下单时间",
        "客户编号",
        "商品编码",
        "商品名称",
        "数量",
        "单价",
        "成本",
        "渠道",
        "类型",
        "承诺交期",
        "交付日期",
        "行号",
    ]
    rows = [
        ["D1", "2024-03-04 10:20:30", "K1", "P1", "机油", "2", "10.5", "7", "门店", "销售", "2024-03-08", "2024-03-07", ""],
        ["D1", "2024-03-04 10:20:30", "K1", "P1", "机油", "2", "10.5", "7", "门店", "销售", "2024-03-08", "2024-03-07", ""],
        ["D1", "2024-03-04 10:20:30", "K1", "", "=工时", "0.5", "200", "", "门店", "销售", "2024-03-08", "2024-03-07", ""],
        ["D2", "2024-03-05 09:00", "", "P2", "滤芯", "1", "0.1234", "", "", "销售", "", "", "7"],
        ["D3", "2024-03-06 09:00", "K1", "P1", "机油", "-2", "10.5", "", "", "退货", "", "", ""],
    ]
    assert counts(load_csv("orders", headings, rows)) == ("done", 5, 5, 0, 0, 0)
    before = (list(Order.objects.order_by("pk").values()), list(OrderLine.objects.order_by("pk").values()))

    again = load_path("orders", written("orders", tmp_path / f"orders{ending}"))

    assert counts(again) == ("done", 5, 0, 0, 5, 0), (again.columns, again.summary)
    assert (list(Order.objects.order_by("pk").values()), list(OrderLine.objects.order_by("pk").values())) == before


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_customers(tmp_path: Path, ending: str) -> None:
    headings = ["客户编号", "客户名称", "客户类型", "称呼", "电话", "邮箱", "地区", "地址"]
    rows = [
        ["K1", "王伟", "个人", "王先生", "13800138000;010-65001234", "wang@example.cn", "北京", "朝阳区1号"],
        ["K2", "蓝海公司", "企业", "", "", "", "", "-2号楼"],
    ]
    assert counts(load_csv("customers", headings, rows)) == ("done", 2, 2, 0, 0, 0)
    before = (list(Customer.objects.order_by("pk").values()), list(ContactPoint.objects.order_by("pk").values()))

    again = load_path("customers", written("customers", tmp_path / f"customers{ending}"))

    assert counts(again) == ("done", 2, 0, 0, 2, 0), (again.columns, again.summary)
    assert {"phone", "email", "code", "name"} <= again.columns.keys()
    assert (list(Customer.objects.order_by("pk").values()), list(ContactPoint.objects.order_by("pk").values())) == before
