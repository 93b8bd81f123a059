"""Formats: numbers, money, dates and spans of time as the reader's language writes them.

Chinese follows the house style: 9 月 16 日, ¥1.82 万 in prose and ¥18,200 in tables, − for minus, – between two ends.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_compact_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kexin.kit.money import locale_of, written

NOTHING = "–"
Number = int | float | Decimal


def locale() -> Locale:
    return locale_of(get_language())


def _chinese() -> bool:
    return locale().language == "zh"


def _minus(text: str) -> str:
    return text.replace("-", "−")


def number(value: Number | None, digits: int | None = None) -> str:
    """12,486 · −0.5. Without `digits` whole numbers stay whole and others show at most two places."""
    if value is None:
        return NOTHING
    pattern = "#,##0.##" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return _minus(format_decimal(value, format=pattern, locale=locale()))


def signed(value: Number | None, digits: int | None = None) -> str:
    """+21 · −9 · 0."""
    if value is None:
        return NOTHING
    return ("+" if value > 0 else "") + number(value, digits)


def percent(share: Number | None, digits: int = 0) -> str:
    """A share (0.415) as 42% or 41.5%."""
    return NOTHING if share is None else number(Decimal(str(share)) * 100, digits) + "%"


def interval(low: Number | None, high: Number | None, digits: int | None = None) -> str:
    """80.9 – 83.9."""
    if low is None or high is None:
        return NOTHING
    return f"{number(low, digits)} – {number(high, digits)}"


def money(amount: Number | None, currency: str = "", digits: int | None = None) -> str:
    """¥18,200 in tables: cents only where there are any. An unknown currency leaves a plain number."""
    if amount is None:
        return NOTHING
    amount = Decimal(str(amount))
    if currency:
        return written(amount, currency, language=get_language(), digits=digits)
    if digits is None:
        amount = round(amount, 2)
        digits = 0 if amount == amount.to_integral_value() else 2
    return number(amount, digits)


def prose_money(amount: Number | None, currency: str = "") -> str:
    """¥1.82 万 (English: CN¥18.2K): three leading digits are enough in a sentence."""
    if amount is None:
        return NOTHING
    amount = Decimal(str(amount))
    size = abs(amount)
    if size < 10_000:  # noqa: PLR2004 -- 万 begins here
        return money(round(amount), currency)
    if not _chinese():
        return _minus(format_compact_currency(amount, currency or "XXX", locale=locale(), fraction_digits=1).replace("¤", "").strip())
    unit, word = (Decimal(10) ** 8, "亿") if size >= 10**8 else (Decimal(10) ** 4, "万")
    scaled = amount / unit
    digits = 2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0  # noqa: PLR2004 -- three leading digits
    return f"{money(scaled, currency, digits)} {word}"


def _today() -> dt.date:
    return timezone.localdate()


def date(value: dt.date | dt.datetime | None, *, year: bool | None = None) -> str:
    """9 月 16 日; the year is written when it is not the current one, or when asked for."""
    if value is None:
        return NOTHING
    if isinstance(value, dt.datetime):
        value = _local(value).date()
    with_year = value.year != _today().year if year is None else year
    if _chinese():
        return f"{value.year} 年 {value.month} 月 {value.day} 日" if with_year else f"{value.month} 月 {value.day} 日"
    return format_date(value, "d MMM y" if with_year else "d MMM", locale=locale())


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def time(value: dt.datetime | dt.time | None) -> str:
    if value is None:
        return NOTHING
    return format_time(_local(value) if isinstance(value, dt.datetime) else value, "H:mm", locale=locale())


def datetime(value: dt.datetime | None, *, year: bool | None = None) -> str:
    """9 月 16 日 9:12."""
    return NOTHING if value is None else f"{date(value, year=year)} {time(value)}"


def relative(value: dt.datetime | dt.date | None) -> str:
    """今天 9:12 · 昨天 18:00 · 明天 9:00 · 9 月 14 日."""
    if value is None:
        return NOTHING
    local = _local(value) if isinstance(value, dt.datetime) else value
    day = local.date() if isinstance(local, dt.datetime) else local
    word = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((day - _today()).days)
    if word is None:
        return date(day)
    return f"{word} {time(local)}" if isinstance(local, dt.datetime) else word


def weekday(value: dt.date) -> str:
    return format_date(value, "EEEE", locale=locale())


def daterange(start: dt.date | None, end: dt.date | None) -> str:
    """9 月 1 日 – 9 月 16 日."""
    years = None if start is None or end is None or start.year == end.year == _today().year else True
    return f"{date(start, year=years)} – {date(end, year=years)}"


def duration(span: dt.timedelta) -> str:
    """38 分 · 1 小时 53 分 · 1 天 23 小时: the two largest units, rounded down."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    words = ("天", "小时", "分") if _chinese() else ("d", "h", "min")
    parts = [(days, words[0]), (hours, words[1]), (minutes, words[2])]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    return " ".join(f"{count} {word}" for index, (count, word) in enumerate(parts[:2]) if count or index == 0)


def size(count: int | None) -> str:
    """1.4 MB."""
    if count is None:
        return NOTHING
    amount, unit = Decimal(count), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):  # noqa: B007 -- the unit reached is the answer
        if amount < 1000:  # noqa: PLR2004 -- decimal units
            break
        amount /= 1000
    return f"{number(amount, 0 if unit == 'B' else 1)} {unit}"
