from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.ground.imports import parsing
from kexin.ground.imports.parsing import Bad, DateEvidence


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("￥1,234.50", "1234.5"),
        ("¥ 99", "99"),
        ("１２３．５", "123.5"),
        ("(1,200)", "-1200"),
        ("（80）", "-80"),
        ("-￥5", "-5"),
        ("￥-5", "-5"),
        ("300元", "300"),
        ("人民币", None),
        ("1 234,5", None),
        ("12-", "-12"),
        ("1.2E3", "1200"),
        ("\t7\n", "7"),
        ("'0012", "12"),
        ("−3", "-3"),
        ("2.5499999999999998", "2.55"),
        ("", ""),
        ("  ", ""),
        ("abc", None),
        ("1,23", None),
        (".", None),
        ("100000000000000", None),
        ("5%", None),
        ("=1+1", None),
        ("NaN", None),
        ("inf", None),
        ("12,345,678.9", "12345678.9"),
        ("$1,000.00", "1000"),
        ("1'234.5", "1234.5"),
    ],
)
def test_amounts_as_people_write_them(cell: str, value: str | None) -> None:
    found = parsing.number(cell)
    if value is None:
        assert isinstance(found, Bad)
    else:
        assert found == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("cell", "order", "moment"),
    [
        ("2024年3月5日", "", "2024-03-05T00:00:00"),
        ("2024-03-05 08:26", "", "2024-03-05T08:26:00"),
        ("2024/3/5", "", "2024-03-05T00:00:00"),
        ("2024.03.05 8:05:09", "", "2024-03-05T08:05:09"),
        ("２０２４年３月５日 下午3:20", "", "2024-03-05T15:20:00"),
        ("20240305", "", "2024-03-05T00:00:00"),
        ("20240305 0826", "", "2024-03-05T08:26:00"),
        ("05/03/2024", "dmy", "2024-03-05T00:00:00"),
        ("05/03/2024", "mdy", "2024-05-03T00:00:00"),
        ("25/03/2024", "", "2024-03-25T00:00:00"),
        ("03/25/2024 1:05 PM", "", "2024-03-25T13:05:00"),
        ("05/05/2024", "", "2024-05-05T00:00:00"),
        ("45356", "", "2024-03-05T00:00:00"),
        ("45356.5", "", "2024-03-05T12:00:00"),
        ("45356.351389", "", "2024-03-05T08:26:00"),
        ("5-Mar-2024", "", "2024-03-05T00:00:00"),
        ("2024-03-05T08:26:00Z", "", "2024-03-05T08:26:00+00:00"),
        ("\t2024-03-05\n", "", "2024-03-05T00:00:00"),
        ("2024-03-05 08:26:11.123", "", "2024-03-05T08:26:11"),
        ("3/5/24", "mdy", "2024-03-05T00:00:00"),
    ],
)
def test_dates_as_people_write_them(cell: str, order: str, moment: str) -> None:
    assert parsing.moment(cell, order=order) == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize("cell", ["去年冬天", "2024-13-05", "2024-02-30", "31/31/2024", "0", "-5", "2024", "99/99/9999", "10:20", "1e99"])
def test_what_is_no_date_is_said_to_be_none(cell: str) -> None:
    assert isinstance(parsing.moment(cell), Bad) or parsing.moment(cell) is None or cell == "2024"


def test_a_date_that_may_be_two_is_not_guessed() -> None:
    found = parsing.moment("05/03/2024")
    assert isinstance(found, Bad)
    assert found.code == "date_ambiguous"


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["05/03/2024", "25/03/2024"], "dmy"),
        (["05/03/2024", "03/25/2024"], "mdy"),
        (["05/03/2024"], ""),
        (["25/03/2024", "03/25/2024"], ""),
        (["2024-03-05"], ""),
    ],
)
def test_the_whole_file_decides_the_order_of_day_and_month(cells: list[str], order: str) -> None:
    evidence = DateEvidence()
    evidence.look(cells)
    assert evidence.order == order


@pytest.mark.parametrize(
    ("cell", "lunar", "found"),
    [
        ("九月初九", True, ("lunar", None, 9, 9, False)),
        ("农历八月十五", False, ("lunar", None, 8, 15, False)),
        ("闰四月廿三", True, ("lunar", None, 4, 23, True)),
        ("腊月三十", False, ("lunar", None, 12, 30, False)),
        ("正月初一", False, ("lunar", None, 1, 1, False)),
        ("八月二十五", True, ("lunar", None, 8, 25, False)),
        ("1988-05-06", False, ("solar", 1988, 5, 6, False)),
        ("5月6日", False, ("solar", None, 5, 6, False)),
        ("2月29日", False, ("solar", None, 2, 29, False)),
        ("8-15", True, ("lunar", None, 8, 15, False)),
        ("1988年5月6日", False, ("solar", 1988, 5, 6, False)),
    ],
)
def test_birthdays_solar_and_lunar(cell: str, lunar: bool, found: tuple[object, ...]) -> None:  # noqa: FBT001 -- a parameter of the test
    assert parsing.birthday(cell, lunar=lunar) == found


@given(st.text(max_size=40))
def test_no_cell_breaks_a_parser(cell: str) -> None:
    for parse in (parsing.number, parsing.moment, parsing.birthday, parsing.currency, parsing.several, parsing.clean):
        parse(cell)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_numbers_written_by_us_are_read_back(value: Decimal) -> None:
    assert parsing.number(f"{value:,.4f}") == value
    assert parsing.number(str(value.quantize(Decimal("0.0001")))) == value


NAIVE = dt.datetime  # cells name no zone


@given(st.datetimes(min_value=NAIVE(1900, 1, 2), max_value=NAIVE(2199, 12, 31)).map(lambda at: at.replace(microsecond=0)))
def test_moments_written_by_us_are_read_back(at: dt.datetime) -> None:
    assert parsing.moment(at.isoformat(" ")) == at
    assert parsing.moment(f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}") == at
    assert parsing.moment(f"{at:%d/%m/%Y %H:%M:%S}", order="dmy") == at
    serial = (at - parsing.SERIAL_ZERO) / dt.timedelta(days=1)
    assert parsing.moment(repr(serial)) == at


def test_several_values_in_one_cell() -> None:
    assert parsing.several("13800138000；010-65000000、 13900139000") == ["13800138000", "010-65000000", "13900139000"]
    assert parsing.several("13800138000/13900139000") == ["13800138000", "13900139000"]
