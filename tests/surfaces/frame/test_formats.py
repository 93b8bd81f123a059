"""Numbers, money, dates and spans as each language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from kexin.surfaces.frame import formats


@pytest.fixture(autouse=True)
def _in_shanghai() -> Any:
    with timezone.override("Asia/Shanghai"):
        yield


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh-hans", ["12,486", "−0.5", "1.50", "–", "+21", "−9", "41.5%", "80.9 – 83.9"]),
        ("en", ["12,486", "−0.5", "1.50", "–", "+21", "−9", "41.5%", "80.9 – 83.9"]),
    ],
)
def test_numbers(language: str, shown: list[str]) -> None:
    with translation.override(language):
        assert [
            formats.number(12486),
            formats.number(-0.5),
            formats.number(1.5, 2),
            formats.number(None),
            formats.signed(21),
            formats.signed(-9),
            formats.percent(0.415, 1),
            formats.interval(80.9, 83.9, 1),
        ] == shown


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (Decimal(18200), "¥18,200", "CN¥18,200"),
        (Decimal("18200.50"), "¥18,200.50", "CN¥18,200.50"),
        (Decimal("-18200.0000"), "−¥18,200", "−CN¥18,200"),
        (0, "¥0", "CN¥0"),
        (None, "–", "–"),
    ],
)
def test_money_in_tables(amount: Decimal | None, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formats.money(amount, "CNY") == chinese
    with translation.override("en"):
        assert formats.money(amount, "CNY") == english


def test_money_without_a_currency_is_a_number() -> None:
    assert formats.money(Decimal("12.5")) == "12.50"


@pytest.mark.parametrize(
    ("amount", "chinese"),
    [
        (18200, "¥1.82 万"),
        (182_000, "¥18.2 万"),
        (1_820_000, "¥182 万"),
        (9_999, "¥9,999"),
        (-18_200, "−¥1.82 万"),
        (250_000_000, "¥2.50 亿"),
    ],
)
def test_money_in_prose(amount: int, chinese: str) -> None:
    with translation.override("zh-hans"):
        assert formats.prose_money(amount, "CNY") == chinese
    with translation.override("en"):
        assert formats.prose_money(18_200, "CNY") == "CN¥18.2K"


def test_dates() -> None:
    year = timezone.localdate().year
    day, other = dt.date(year, 9, 16), dt.date(2019, 9, 16)
    moment = dt.datetime(2019, 9, 16, 1, 12, tzinfo=dt.UTC)

    with translation.override("zh-hans"):
        assert [formats.date(day), formats.date(other), formats.datetime(moment), formats.weekday(other), formats.date(None)] == [
            "9 月 16 日",
            "2019 年 9 月 16 日",
            "2019 年 9 月 16 日 9:12",
            "星期一",
            "–",
        ]
    with translation.override("en"):
        assert [formats.date(day), formats.date(other), formats.datetime(moment), formats.weekday(other)] == [
            "16 Sept",
            "16 Sept 2019",
            "16 Sept 2019 9:12",
            "Monday",
        ]


def test_days_near_today_have_names() -> None:
    today = timezone.localdate()

    with translation.override("zh-hans"):
        assert [formats.relative(today + dt.timedelta(days=days)) for days in (-1, 0, 1)] == ["昨天", "今天", "明天"]


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0, "0 分", "0 min"),
        (38, "38 分", "38 min"),
        (113, "1 小时 53 分", "1 h 53 min"),
        (120, "2 小时", "2 h"),
        (2820, "1 天 23 小时", "1 d 23 h"),
        (1445, "1 天", "1 d"),
    ],
)
def test_spans(minutes: int, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formats.duration(dt.timedelta(minutes=minutes)) == chinese
    with translation.override("en"):
        assert formats.duration(dt.timedelta(minutes=-minutes)) == english


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_no_amount_shows_a_hyphen_for_minus(amount: Decimal) -> None:
    for shown in (formats.money(amount, "CNY"), formats.number(amount), formats.prose_money(amount, "CNY")):
        assert "-" not in shown


@given(st.integers(min_value=0, max_value=10**15))
def test_sizes_stay_short(count: int) -> None:
    assert len(formats.size(count)) <= len("1,000.0 TB")
