"""Files as people have them, read as one table: headings, then rows of text, one after the other.

CSV streams, whatever its length. A workbook's sheet is read whole by its reader, so its size is bounded beforehand, from the
archive's directory and without unpacking anything.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import io
import itertools
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from python_calamine import CalamineError, CalamineWorkbook

from kexin.ground.imports import errors
from kexin.ground.imports.parsing import clean

CHUNK = 1024 * 1024
MB = 1024 * 1024
CELL_LIMIT = 100_000
COLUMN_LIMIT = 2_000
HEADER_SEARCHED = 20  # rows among which the headings are looked for
UNPACKED_LIMIT = 16 * 1024 * MB  # of a gzipped CSV
UNPACKED_RATIO = 500  # gzip of real tables packs 5 to 30 times
SHEET_LIMIT = 400 * MB  # of one sheet's XML; its reader needs about three times as much
WORKBOOK_LIMIT = 800 * MB
WORKBOOK_MEMBERS = 5_000
UTF8_CERTAIN = 3  # three-byte characters before a fault: a file that is not UTF-8 hardly ever has them

ZIP, GZIP, OLE, PDF = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass
class Table:
    """An opened file. `rows` can be called again: each call reads from the first row below the headings."""

    headings: list[str]
    header_row: int
    rows: Callable[[], Iterator[tuple[int, list[str]]]]
    size: int  # bytes, or rows of a sheet: only for progress
    facts: dict[str, Any] = field(default_factory=dict)  # encoding, delimiter, sheet, other sheets

    def samples(self, count: int = 3, look: int = 200) -> list[list[str]]:
        """For each column the first different values that are not blank."""
        found: list[list[str]] = [[] for _ in self.headings]
        for _number, cells in itertools.islice(self.rows(), look):
            for place, cell in enumerate(cells[: len(found)]):
                text = " ".join(cell.split())
                if text and len(found[place]) < count and text not in found[place]:
                    found[place].append(text[:60])
        return found


Knows = Callable[[str], bool]


def open_table(path: Path, *, knows: Knows = lambda _heading: False, options: dict[str, Any] | None = None) -> Table:
    """Open a CSV (plain or gzipped) or an XLSX. `knows` says whether a heading is one of ours, to find the heading row."""
    chosen = options or {}
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise errors.EmptyFile
    if head.startswith(OLE):
        raise errors.OldWorkbook
    if head.startswith(PDF):
        raise errors.NotATable(type="PDF")
    if head.startswith(ZIP):
        return _open_workbook(path, knows, chosen)
    if head.startswith(b"PK"):
        raise errors.NotATable(type="ZIP")
    return _open_csv(path, knows, chosen, packed=head.startswith(GZIP))


# CSV


def _binary(path: Path, *, packed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def _open_csv(path: Path, knows: Knows, options: dict[str, Any], *, packed: bool) -> Table:
    read_as = options.get("read_as")  # what the file was found to be when it was taken in; it has not changed since
    encoding, size = (read_as, path.stat().st_size) if read_as else _encoding(path, options.get("encoding"), packed=packed)
    delimiter = options.get("delimiter") or _delimiter(path, encoding, packed=packed)

    def records() -> Iterator[list[str]]:
        csv.field_size_limit(CELL_LIMIT)
        with _binary(path, packed=packed) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter)
            try:
                yield from reader
            except csv.Error as error:
                raise errors.CellTooLong(row=_row_of_fault(path, encoding, delimiter, packed=packed), limit=CELL_LIMIT) from error
            except UnicodeDecodeError as error:
                raise errors.WrongEncoding(row=_row_of_fault(path, encoding, delimiter, packed=packed)) from error

    headings, header_row = _find_header(list(itertools.islice(records(), HEADER_SEARCHED)), knows, options)

    def rows() -> Iterator[tuple[int, list[str]]]:
        return enumerate(itertools.islice(records(), header_row, None), start=header_row + 1)

    return Table(headings, header_row, rows, size, {"encoding": encoding, "delimiter": delimiter})


def _row_of_fault(path: Path, encoding: str, delimiter: str, *, packed: bool) -> int:
    """The row at which reading breaks: counted only once it has broken, since counting every row costs time."""
    number = 0
    with _binary(path, packed=packed) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        try:
            for _cells in csv.reader(text, delimiter=delimiter):
                number += 1
        except (csv.Error, UnicodeDecodeError):
            pass
    return number + 1


def _encoding(path: Path, asked: str | None, *, packed: bool) -> tuple[str, int]:
    """UTF-8 strictly, else GB18030 strictly; never a guess. Also finds NUL characters, and archives that would not end."""
    with _binary(path, packed=packed) as file:
        try:
            head = file.read(4)
        except (OSError, EOFError, zlib.error) as error:
            raise errors.BrokenFile(detail=str(error)) from error
    if asked:
        candidates = [asked]
    elif head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # Excel's "Unicode text"
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    faults = []
    for encoding in candidates:
        row, wide, size = _decodes(path, encoding, packed=packed)
        if row is None:
            return encoding, size
        if encoding == "utf-8-sig" and wide >= UTF8_CERTAIN:
            raise errors.MixedEncodings(row=row)
        faults.append(row)
    raise errors.WrongEncoding(row=max(faults))


def _decodes(path: Path, encoding: str, *, packed: bool) -> tuple[int | None, int, int]:
    """(row of the first fault or None, three-byte characters before it, bytes read)."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
    except LookupError as error:
        raise errors.WrongEncoding(row=1) from error
    packed_size = path.stat().st_size
    row, wide, size = 1, 0, 0
    try:
        with _binary(path, packed=packed) as file:
            while True:
                chunk = file.read(CHUNK)
                size += len(chunk)
                if packed and (size > UNPACKED_LIMIT or (size > 100 * MB and size > UNPACKED_RATIO * packed_size)):
                    raise errors.UnpacksTooLarge(size=size // MB, limit=min(UNPACKED_LIMIT, UNPACKED_RATIO * packed_size) // MB)
                if encoding != "utf-16" and b"\0" in chunk:
                    raise errors.NulBytes(row=row + chunk[: chunk.index(b"\0")].count(b"\n"))
                try:
                    text = decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    good = error.object[: error.start]
                    wide += sum(1 for byte in good if byte & 0xF0 == 0xE0)  # noqa: PLR2004 -- first byte of a three-byte character
                    return row + good.count(b"\n"), wide, size
                if not chunk:
                    return None, wide, size
                row += text.count("\n")
                if not chunk.isascii():
                    wide += UTF8_CERTAIN if len(chunk) - len(text) > 2 * UTF8_CERTAIN else 0
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise errors.BrokenFile(detail=str(error)) from error


def _delimiter(path: Path, encoding: str, *, packed: bool) -> str:
    """The comma, semicolon, tab or bar that splits the first rows most evenly."""
    with _binary(path, packed=packed) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="", errors="replace") as text:
        head = list(itertools.islice(text, 50))
    best, best_score = ",", (0.0, 0)
    for delimiter in (",", "\t", ";", "|"):
        try:
            widths = [len(cells) for cells in csv.reader(head, delimiter=delimiter) if cells]
        except csv.Error:
            continue
        if not widths or max(widths) == 1:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)
        if score > best_score:
            best, best_score = delimiter, score
    return best


# XLSX


def _open_workbook(path: Path, knows: Knows, options: dict[str, Any]) -> Table:
    _look_inside(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if not names:
            raise errors.EmptyFile
        wanted = options.get("sheet") or names[0]
        if wanted not in names:
            raise errors.NoSuchSheet(sheet=wanted, sheets="、".join(names))
        sheet = book.get_sheet_by_name(wanted)
    except CalamineError as error:
        raise errors.BrokenFile(detail=str(error)[:120]) from error
    start = sheet.start
    if start is None:
        raise errors.EmptyFile
    # calamine leaves out what is empty above and, unless told otherwise, nothing to the left of the used area.
    first_row = start[0]

    def records() -> Iterator[list[str]]:
        for cells in sheet.iter_rows():
            yield [_text(cell) for cell in cells]

    head = list(itertools.islice(records(), HEADER_SEARCHED))
    above = _blank_above(head, first_row, sheet.total_height)
    headings, header_row = _find_header(head, knows, options, shift=above)

    def rows() -> Iterator[tuple[int, list[str]]]:
        return enumerate(itertools.islice(records(), header_row - above, None), start=header_row + 1)

    others = [name for name in names if name != wanted]
    return Table(headings, header_row, rows, sheet.total_height, {"sheet": wanted, "other_sheets": others})


def _blank_above(head: list[list[str]], first_row: int, total: int) -> int:
    """How many rows above the first yielded one the sheet has: yielded rows may begin at the used area or at row 1."""
    del total
    if first_row and head and any(head[0]):
        return first_row
    return 0


def _look_inside(path: Path) -> None:
    """Refuse an archive that would unpack too large, by what its directory says; nothing is unpacked to find out."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise errors.BrokenFile(detail=str(error)[:120]) from error
    total = sum(member.file_size for member in members)
    if len(members) > WORKBOOK_MEMBERS or total > WORKBOOK_LIMIT:
        raise errors.UnpacksTooLarge(size=total // MB, limit=WORKBOOK_LIMIT // MB)
    largest = max((member.file_size for member in members), default=0)
    if largest > SHEET_LIMIT:
        raise errors.SheetTooLarge(size=largest // MB, limit=SHEET_LIMIT // MB)
    names = {member.filename for member in members}
    if not any(name.startswith("xl/") for name in names):
        raise errors.NotATable(type="ZIP")


def _text(cell: Any) -> str:
    """A cell of a workbook as the text a person sees; dates and whole numbers without what Excel adds."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004 -- whole in a float
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


# Headings


def _find_header(head: Sequence[Sequence[str]], knows: Knows, options: dict[str, Any], *, shift: int = 0) -> tuple[list[str], int]:
    """The row whose cells we know best; where we know none, the first row that is not blank. Merged headings fill downwards."""
    asked = options.get("header_row")
    if asked:
        place = int(asked) - 1 - shift
        if not 0 <= place < len(head):
            raise errors.EmptyFile
    else:
        filled = [place for place, cells in enumerate(head) if any(clean(cell) for cell in cells)]
        if not filled:
            raise errors.EmptyFile
        known = {place: sum(1 for cell in head[place] if cell and knows(cell)) for place in filled}
        place = max(filled, key=lambda at: (known[at], -at))
        if known[place] == 0:
            place = filled[0]
    width = max(len(cells) for cells in head)
    if width > COLUMN_LIMIT:
        raise errors.TooManyColumns(row=place + 1 + shift, columns=width, limit=COLUMN_LIMIT)
    headings: list[str] = []
    seen: dict[str, int] = {}
    for column in range(len(head[place])):
        text = clean(head[place][column])
        if not text:  # a heading merged over several rows stands in its uppermost cell
            text = next(
                (
                    clean(head[above][column])
                    for above in range(place - 1, -1, -1)
                    if column < len(head[above]) and clean(head[above][column])
                ),
                "",
            )
            if text and not knows(text):
                text = ""
        text = text[:120] or f"#{column + 1}"
        seen[text] = seen.get(text, 0) + 1
        headings.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    while headings and headings[-1].startswith("#") and headings[-1] == f"#{len(headings)}":
        headings.pop()
    return headings, place + 1 + shift
