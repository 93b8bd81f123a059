"""Writes the two workbooks of the first tutorial. All names, numbers and amounts are simulated.

python docs/tutorial/data/make.py
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import xlsxwriter

HERE = Path(__file__).parent
NAMES = [
    "汪顺",
    "王胜",
    "李秀英",
    "张伟",
    "刘洋",
    "陈静",
    "杨帆",
    "赵敏",
    "黄磊",
    "周婷",
    "吴昊",
    "徐丽",
    "孙浩",
    "胡月",
    "朱琳",
    "高翔",
    "林涛",
    "何洁",
    "郭峰",
    "马超",
    "罗兰",
    "梁栋",
    "宋佳",
    "郑爽",
    "谢娜",
    "韩雪",
    "唐宁",
    "冯刚",
    "于谦",
    "董洁",
    "曾敏",
    "单雄",
    "解缙",
    "查良",
    "区伟",
    "仇英",
    "锦程汽修厂",
    "顺达汽配",
    "宏远物流",
    "安捷租车",
]
PRODUCTS = [
    ("保养-小", "小保养", 380, 210),
    ("保养-大", "大保养", 980, 560),
    ("轮胎", "轮胎 205/55R16", 520, 400),
    ("刹车片", "前刹车片", 460, 260),
    ("电瓶", "蓄电池 60Ah", 680, 470),
    ("滤芯", "空调滤芯", 120, 45),
]
FIRST = dt.date(2025, 7, 1)
DAYS = 365


def customers() -> list[list[str]]:
    rows = [
        [f"H{n:03d}", name, "单位" if len(name) > 3 else "个人", f"1380000{n:04d}", ["杭州", "宁波", "绍兴"][n % 3]]
        for n, name in enumerate(NAMES, start=1)
    ]
    rows.insert(17, ["H041", "", "个人", "13800000041", "杭州"])  # no name
    rows.append(["H005", "刘阳", "个人", "13800000042", "宁波"])  # a code that is taken
    return rows


def orders() -> list[list[object]]:
    rng = np.random.default_rng(20260630)
    rows: list[list[object]] = []
    number = 0
    for n, name in enumerate(NAMES, start=1):
        business = len(name) > 3
        visits = int(rng.poisson(30 if business else 1 + 60 / (n + 4)))
        leaves = DAYS // 2 if n % 9 == 0 else DAYS  # every ninth stops coming half-way
        for day in sorted(rng.integers(0, leaves, visits)):
            number += 1
            kind = "取消" if rng.random() < 0.03 else "退货" if rng.random() < 0.03 else "销售"
            for pick in rng.choice(len(PRODUCTS), int(rng.integers(1, 4)), replace=False):
                code, title, price, cost = PRODUCTS[pick]
                quantity = int(rng.integers(2, 9)) if business else 1
                rows.append(
                    [
                        f"S{number:05d}",
                        FIRST + dt.timedelta(days=int(day)),
                        f"H{n:03d}",
                        code,
                        title,
                        -quantity if kind != "销售" else quantity,
                        price,
                        cost,
                        kind,
                    ]
                )
    return rows


def write(name: str, heading: list[str], rows: list[list[object]] | list[list[str]]) -> None:
    with xlsxwriter.Workbook(HERE / name) as book:
        book.set_properties({"created": dt.datetime(2026, 7, 1, tzinfo=dt.UTC), "comments": "simulated 模拟数据"})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, heading)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, dt.datetime.combine(value, dt.time(10)), date)
                else:
                    sheet.write(at, column, value)


if __name__ == "__main__":
    write("customers.xlsx", ["客户编号", "客户名称", "客户类型", "手机", "地区"], customers())
    write("orders.xlsx", ["订单号", "日期", "客户编号", "商品编号", "商品名称", "数量", "单价", "成本", "类型"], orders())
