"""Cells as people fill them in, read as what they mean. Pure: text in, value or Bad out.

A parser never guesses silently: what may mean two things is Bad, and says so.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

PLACES = Decimal("0.0001")
DECIMALS = 4
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?")
LARGEST = Decimal(10) ** 14
SERIAL_FROM, SERIAL_TO = 1.0, 110_000.0  # Excel's day numbers: 1900 to 2201
SERIAL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 -- a wall-clock moment without a zone, as Excel means it
SHOWN = 40  # characters of a cell repeated in a reason
SHORT_YEAR_PIVOT = 70

YMD = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*(?:日|号)?[T\s]*"
    r"(?:(上午|下午|AM|PM)?\s*(\d{1,2})\s*[:时]\s*(\d{1,2})\s*(?:[:分]\s*(\d{1,2})(?:\.\d+)?\s*秒?|分)?\s*(AM|PM)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
XXY = re.compile(
    r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?\s*(AM|PM)?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2})(?::?(\d{2}))?)?")
MONTHS = {
    name: number
    for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}
WORDED = re.compile(r"(\d{1,2})[-\s]([A-Za-z]{3})[a-z]*[-\s,]+(\d{4}|\d{2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[,'’\s]\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?")
MONEY_WORDS = re.compile(r"^(?:RMB|CNY|USD|EUR|GBP|HKD|[￥¥$€£])|(?:元|圆|RMB|CNY|USD|EUR|GBP|HKD|[￥¥$€£])$", re.IGNORECASE)
SOLAR_DAY = re.compile(r"(?:(\d{4})[-/.年])?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")

CURRENCIES = {
    "人民币": "CNY", "元": "CNY", "￥": "CNY", "¥": "CNY", "RMB": "CNY", "CNH": "CNY", "美元": "USD", "$": "USD", "US$": "USD",
    "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "港币": "HKD", "港元": "HKD", "HK$": "HKD", "日元": "JPY", "新台币": "TWD",
}  # fmt: skip

CHINESE_MONTHS = {
    "正": 1, "元": 1, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
    "十一": 11, "冬": 11, "十二": 12, "腊": 12,
}  # fmt: skip
CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
LUNAR = re.compile(
    r"(?:农历|阴历|旧历)?\s*(?:(\d{4})年)?\s*(闰)?(正|元|冬|腊|十[一二]|[一二三四五六七八九十]|\d{1,2})月(初?[\d一二三四五六七八九十廿卅]{1,3})日?"
)


@dataclass(frozen=True)
class Bad:
    """A cell that cannot be taken: a code of reasons.py and what it needs to be said."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


def clean(raw: str) -> str:
    """A cell without what copying adds around it: tabs, newlines, wide digits and letters, a leading apostrophe."""
    if raw.isascii() and raw.isprintable():
        text = raw.strip() if raw[:1] == " " or raw[-1:] == " " else raw
        if "  " in text:
            text = " ".join(text.split())
    else:
        text = unicodedata.normalize("NFKC", raw)
        text = "".join(char for char in text if char.isprintable() or char.isspace())
        text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and len(text) > 1 else text


def shown(raw: str) -> str:
    text = " ".join(raw.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def number(raw: str) -> Decimal | Bad | None:  # noqa: C901 -- one way to write an amount after the other
    """￥1,234.50, １２３, (1,200), 1 234, 1.2E3, 300元. Four decimals are kept; blank is None."""
    if PLAIN_NUMBER.fullmatch(raw):  # nearly every cell
        return Decimal(raw)
    text = clean(raw)
    if not text:
        return None
    negative = False
    if text[0] in "((" and text[-1] in "))":
        negative, text = True, text[1:-1].strip()
    text = text.replace("−", "-").replace("–", "-")
    if text[:1] in "+-":
        negative, text = negative ^ (text[0] == "-"), text[1:].strip()
    elif text[-1:] == "-":
        negative, text = True, text[:-1].strip()
    for _twice in range(2):
        text = MONEY_WORDS.sub("", text).strip()
    if text[:1] == "-" and not negative:
        negative, text = True, text[1:].strip()
    if not text or not NUMBER.fullmatch(text) or not any(char.isdigit() for char in text):
        return Bad("bad_number", {"value": shown(raw)})
    try:
        value = Decimal(re.sub(r"[,'’\s]", "", text))
    except InvalidOperation:
        return Bad("bad_number", {"value": shown(raw)})
    if abs(value) >= LARGEST:
        return Bad("number_too_large", {"value": shown(raw)})
    if int(value.as_tuple().exponent) < -DECIMALS:  # finite: the pattern has no NaN
        value = value.quantize(PLACES)
    return -value if negative else value


def moment(raw: str, *, order: str = "") -> dt.datetime | Bad | None:  # noqa: PLR0911 -- one form of date after the other
    """A wall-clock moment; with a zone only where the cell names one. `order` is "dmy" or "mdy" for 05/03/2024."""
    text = clean(raw)
    if not text:
        return None
    found = YMD.fullmatch(text)
    if found:
        year, month, day, before, hour, minute, second, after, zone = found.groups()
        return _moment(raw, (year, month, day), (hour, minute, second), half=before or after, zone=zone)
    found = XXY.fullmatch(text)
    if found:
        first, other, year, hour, minute, second, half = found.groups()
        year = _long_year(year)
        if int(first) > 12 >= int(other) or (order == "dmy" and int(other) <= 12):  # noqa: PLR2004 -- months of a year
            return _moment(raw, (year, other, first), (hour, minute, second), half=half)
        if int(other) > 12 >= int(first) or order == "mdy" or first == other:  # noqa: PLR2004 -- months of a year
            return _moment(raw, (year, first, other), (hour, minute, second), half=half)
        return Bad("date_ambiguous" if not order else "bad_date", {"value": shown(raw)})
    found = COMPACT.fullmatch(text)
    if found:
        year, month, day, hour, minute, second = found.groups()
        return _moment(raw, (year, month, day), (hour, minute, second))
    found = WORDED.fullmatch(text)
    if found:
        day, word, year, hour, minute, second = found.groups()
        return _moment(raw, (_long_year(year), str(MONTHS.get(word.lower(), 0)), day), (hour, minute, second))
    try:
        serial = float(text)
    except ValueError:
        return Bad("bad_date", {"value": shown(raw)})
    if not SERIAL_FROM <= serial <= SERIAL_TO:
        return Bad("bad_date", {"value": shown(raw)})
    at = SERIAL_ZERO + dt.timedelta(days=serial)
    return (at + dt.timedelta(microseconds=500_000)).replace(microsecond=0)  # a day's fraction is not exact to the second


def day(raw: str, *, order: str = "") -> dt.date | Bad | None:
    at = moment(raw, order=order)
    return at.date() if isinstance(at, dt.datetime) else at


def _long_year(year: str) -> str:
    if len(year) == 4:  # noqa: PLR2004 -- digits of a year
        return year
    return f"{'19' if int(year) >= SHORT_YEAR_PIVOT else '20'}{year}"


def _moment(
    raw: str,
    day_of: tuple[str, str, str],
    time_of: tuple[str | None, str | None, str | None],
    *,
    half: str | None = None,
    zone: str | None = None,
) -> dt.datetime | Bad:
    hour = int(time_of[0] or 0)
    if half and half.upper() in {"PM", "下午"} and hour < 12:  # noqa: PLR2004 -- hours of half a day
        hour += 12
    elif half and half.upper() in {"AM", "上午"} and hour == 12:  # noqa: PLR2004 -- midnight
        hour = 0
    try:
        at = dt.datetime(int(day_of[0]), int(day_of[1]), int(day_of[2]), hour, int(time_of[1] or 0), int(time_of[2] or 0))  # noqa: DTZ001 -- the cell's wall clock
        if at.year < 1900:  # noqa: PLR2004 -- nothing a company keeps is older
            return Bad("bad_date", {"value": shown(raw)})
        return dt.datetime.fromisoformat(f"{at.isoformat()}{zone.replace('Z', '+00:00').replace('z', '+00:00')}") if zone else at
    except ValueError:
        return Bad("bad_date", {"value": shown(raw)})


@dataclass
class DateEvidence:
    """What the dates of one column say about their order: decided for the whole file, never row by row."""

    day_first: str = ""
    month_first: str = ""
    open: str = ""

    def look(self, values: Iterable[str]) -> None:
        for raw in values:
            if not raw or ("/" not in raw and "-" not in raw and "." not in raw):
                continue
            found = XXY.fullmatch(clean(raw))
            if not found:
                continue
            first, other = int(found[1]), int(found[2])
            if first > 12 >= other:  # noqa: PLR2004 -- months of a year
                self.day_first = self.day_first or shown(raw)
            elif other > 12 >= first:  # noqa: PLR2004 -- months of a year
                self.month_first = self.month_first or shown(raw)
            elif first != other:
                self.open = self.open or shown(raw)

    @property
    def order(self) -> str:
        """dmy, mdy, or empty where nothing decides it, or both were seen."""
        if self.day_first and not self.month_first:
            return "dmy"
        return "mdy" if self.month_first and not self.day_first else ""


def birthday(  # noqa: PLR0911 -- one form of birthday after the other
    raw: str, *, lunar: bool = False, order: str = ""
) -> tuple[str, int | None, int, int, bool] | Bad | None:
    """(calendar, year, month, day, leap): 九月初九, 农历8月15, 1988-05-06, 5月6日. `lunar`: plain numbers are lunar too."""
    text = clean(raw)
    if not text:
        return None
    found = LUNAR.fullmatch(text)
    if found and (lunar or not found[3].isdigit() or text[0] in "农阴旧" or not _plain_day(found[4])):
        year, leap, month_word, day_word = found.groups()
        month = int(month_word) if month_word.isdigit() else CHINESE_MONTHS[month_word]
        the_day = _lunar_day(day_word)
        if not 1 <= month <= 12 or not 1 <= the_day <= 30:  # noqa: PLR2004 -- a lunar year and month
            return Bad("bad_birthday", {"value": shown(raw)})
        return ("lunar", int(year) if year else None, month, the_day, bool(leap))
    found = SOLAR_DAY.fullmatch(text)
    if found:
        year, month, the_day = int(found[1]) if found[1] else None, int(found[2]), int(found[3])
    else:
        at = moment(raw, order=order)
        if not isinstance(at, dt.datetime):
            return Bad("bad_birthday", {"value": shown(raw)})
        year, month, the_day = at.year, at.month, at.day
    try:
        if lunar:
            if not 1 <= month <= 12 or not 1 <= the_day <= 30:  # noqa: PLR2004 -- a lunar year and month
                return Bad("bad_birthday", {"value": shown(raw)})
        else:
            dt.date(year or 2000, month, the_day)
    except ValueError:
        return Bad("bad_birthday", {"value": shown(raw)})
    return ("lunar" if lunar else "solar", year, month, the_day, False)


def _plain_day(word: str) -> bool:
    return word.isdigit()


def _lunar_day(word: str) -> int:
    text = word.removeprefix("初")
    if text.isdigit():
        return int(text)
    if text in CHINESE_DIGITS:
        return CHINESE_DIGITS[text]
    tens = {"十": 10, "廿": 20, "卅": 30, "二": 20, "三": 30}.get(text[0], 0)
    rest = text[1:].removeprefix("十") if text[0] in "二三" else text[1:]
    return tens + (CHINESE_DIGITS.get(rest, 100) if rest else 0)


def currency(raw: str) -> str | Bad | None:
    text = clean(raw)
    if not text:
        return None
    known = CURRENCIES.get(text) or CURRENCIES.get(text.upper())
    if known:
        return known
    code = text.upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else Bad("bad_currency", {"value": shown(raw)})  # noqa: PLR2004 -- ISO 4217


def choice(raw: str, *, words: Mapping[str, str]) -> str | Bad | None:
    """One of several known words, in any case."""
    text = clean(raw).casefold()
    if not text:
        return None
    return words.get(text) or Bad("bad_choice", {"value": shown(raw)})


def several(raw: str) -> list[str]:
    """Several values in one cell: "13800138000 / 010-6500、…"."""
    parts = re.split(r"[;；、，,\n\r\t|]|\s/\s|(?<=\d{7})/(?=\d{7})", unicodedata.normalize("NFKC", raw))
    return [part for part in (clean(part) for part in parts) if part]


def in_zone(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The instant in UTC. A moment without a zone is one of the company's."""
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(dt.UTC)


class Column(dict[str, Any]):
    """One column's values, each different text parsed once. Forgets when it grows too large, so memory stays flat."""

    LIMIT = 20_000

    def __init__(self, parse: Callable[[str], Any]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, raw: str) -> Any:
        if len(self) >= self.LIMIT:
            self.clear()
        value = self[raw] = self.parse(raw)
        return value

    def read(self, values: Sequence[str]) -> list[Any]:
        return list(map(self.__getitem__, values))
