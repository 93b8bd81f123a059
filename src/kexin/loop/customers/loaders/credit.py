"""Credit in customer files: amounts, terms and rating become one dated entry where they differ from what is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from kexin.ground.imports import bulk, parsing
from kexin.ground.imports.parsing import Bad
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Credit

# field of the file -> column of the record
CREDIT = {
    "credit_limit": "limit",
    "payment_days": "payment_days",
    "credit_rating": "rating",
    "overdue_amount": "overdue_amount",
    "overdue_days": "overdue_days",
}
AMOUNTS = frozenset({"credit_limit", "overdue_amount"})
LONGEST_DAYS, LONGEST_RATING = 36_500, 10
KEPT = (*CREDIT.values(), "currency", "note")
COLUMNS = ("customer_id", *KEPT, "source", "collected_on", "collected_by_id", "purpose", "recorded_at", "is_current")


def parsers() -> dict[str, Callable[[str], Any]]:
    return {name: _parser(name) for name in CREDIT}


def _parser(name: str) -> Callable[[str], Any]:
    def read(raw: str) -> Any:
        if name == "credit_rating":
            text = parsing.clean(raw)
            return text if len(text) <= LONGEST_RATING else Bad("text_too_long", {"field": name, "limit": LONGEST_RATING})
        value = parsing.number(raw)
        if isinstance(value, Bad):
            return Bad(value.code, {**value.data, "field": name})
        if value is not None and value < 0:
            return Bad("negative", {"field": name, "value": parsing.shown(raw)})
        if value is None or name in AMOUNTS:
            return value
        whole = int(value)
        return whole if whole == value and whole <= LONGEST_DAYS else Bad("bad_number", {"field": name, "value": parsing.shown(raw)})

    return read


def told(cells: Mapping[str, list[Any]], rows: list[int], numbers: list[int]) -> dict[str, tuple[Any, int]]:
    """What the rows of one customer say: of each field the first cell that is not blank, with its row."""
    found: dict[str, tuple[Any, int]] = {}
    for name, column in CREDIT.items():
        for row in rows if name in cells else ():
            if cells[name][row] not in (None, ""):
                found[column] = (cells[name][row], numbers[row])
                break
    return found


def changed(
    current: Credit | None, read: Mapping[str, tuple[Any, int]], differs: Callable[[int, str, object, object], None]
) -> dict[str, Any]:
    """The new entry: what was known, with what the file says over it. Empty where the file says nothing new."""
    fields = {column: name for name, column in CREDIT.items()}
    news = {column: value for column, (value, _row) in read.items() if current is None or getattr(current, column) != value}
    for column, value in news.items():
        differs(read[column][1], fields[column], "" if current is None else _plain(getattr(current, column)), _plain(value))
    if not news:
        return {}
    return {**({name: getattr(current, name) for name in KEPT} if current is not None else {}), **news}


def row(customer: int, values: Mapping[str, Any], *, currency: str, today: str, by: int | None, now: Any) -> tuple[Any, ...]:
    """A row as the table keeps it."""
    kept = {"rating": "", "note": "", "currency": currency, **{name: value for name, value in values.items() if value is not None}}
    cells = [bulk.stored_number(kept[name]) if isinstance(kept.get(name), Decimal) else kept.get(name) for name in KEPT]
    return (customer, *cells, Source.IMPORT.value, today, by, "", now, 1)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value
