"""Writing: a list as a file, as shown. Rows come by key, a batch at a time, so memory is flat in their number."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from kexin.ground.lists import reading
from kexin.ground.lists.asking import Asked
from kexin.ground.lists.listing import Column, Listing
from kexin.ground.staff.models import User
from kexin.ground.staff.queries import company

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
EXCEL_ROWS = 1_048_575  # below the heading
Progress = Callable[[int], None]


def safe(value: object) -> object:
    """A cell a spreadsheet will not run: text that begins like a formula gets an apostrophe before it. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write(listing: Listing, asked: Asked, user: User, path: Path, *, progress: Progress | None = None) -> int:
    """Write what the list shows to `path`, .csv or .xlsx by its ending, and return the number of rows.

    Headings are as the page shows them in the reader's language, and values as masked as there.
    """
    heading = [str(column.label) for column in asked.columns]
    return write_rows(path, heading, _cells(listing, asked, user, progress=progress))


def write_rows(path: Path, heading: list[str], rows: Iterator[list[Any]], *, for_excel: bool = True) -> int:
    """Write a table, .csv or .xlsx by the ending, and return the number of rows. Programs read CSV without Excel's mark at the start."""
    with timezone.override(company().zone):  # times in files are the company's, whoever writes them, and imports read them so
        if path.suffix.lower() == ".xlsx":
            return _write_workbook(path, heading, rows)
        return _write_csv(path, heading, rows, encoding="utf-8-sig" if for_excel else "utf-8")


def _cells(listing: Listing, asked: Asked, user: User, *, progress: Progress | None) -> Iterator[list[Any]]:
    done = 0
    for rows in reading.each(listing, asked, user):
        tags = reading.tags_of(listing, asked.columns, rows)
        for row in rows:
            yield [_cell(column, row, tags) for column in asked.columns]
        done += len(rows)
        if progress is not None:
            progress(done)


def _cell(column: Column, row: Any, tags: dict[int, list[str]]) -> Any:
    if column.format == "tags":
        return ", ".join(tags.get(row.pk, []))
    value = column.value(row)
    if value is None or isinstance(value, bool | int | float | Decimal | dt.date):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)


def _write_csv(path: Path, heading: list[str], rows: Iterator[list[Any]], *, encoding: str = "utf-8-sig") -> int:
    count = 0
    # The mark at the start is what makes Excel read UTF-8.
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe(name) for name in heading])
        for count, row in enumerate(rows, start=1):  # noqa: B007 -- counted for the caller
            writer.writerow([_as_text(value) for value in row])
    return count


def _as_text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return safe(value)


def _plain(value: Decimal) -> str:
    """100.5000 → 100.5; never an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_workbook(path: Path, heading: list[str], rows: Iterator[list[Any]]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = _sheet(book, heading, bold)
        for count, row in enumerate(rows, start=1):
            at = (count - 1) % EXCEL_ROWS + 1
            if at == 1 and count > 1:
                sheet = _sheet(book, heading, bold)  # a sheet holds 1,048,576 rows: the rest goes on the next
            for place, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(at, place, timezone.localtime(value).replace(tzinfo=None), moment)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(at, place, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, bool | int | float | Decimal):
                    sheet.write_number(at, place, float(value))
                elif value is not None:
                    sheet.write_string(at, place, str(safe(value)))
    return count


def _sheet(book: Any, heading: list[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(heading):
        sheet.write_string(0, place, str(safe(name)), bold)
    return sheet
