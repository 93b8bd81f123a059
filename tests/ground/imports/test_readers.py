"""Files as they really come, and files that cannot be read: each ends in rows, or in one clear sentence."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from kexin.ground.imports import errors, readers
from kexin.ground.imports.readers import open_table

HEAD = "客户编号,客户名称,电话\n"
ROWS = "K1,王伟,13800138000\nK2,李娜,13900139000\n"
KNOWN = {"客户编号", "客户名称", "电话"}


def known(heading: str) -> bool:
    return heading in KNOWN


def write(tmp_path: Path, content: bytes, name: str = "f.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


EXPECTED = (["客户编号", "客户名称", "电话"], [(2, ["K1", "王伟", "13800138000"]), (3, ["K2", "李娜", "13900139000"])])


def read(path: Path, **options: object) -> tuple[list[str], list[tuple[int, list[str]]]]:
    table = open_table(path, knows=known, options=dict(options))
    return table.headings, list(table.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_csv_in_every_usual_form(tmp_path: Path, encoding: str, delimiter: str, packed: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    content = (HEAD + ROWS).replace(",", delimiter).encode(encoding)
    assert read(write(tmp_path, gzip.compress(content) if packed else content)) == EXPECTED


def test_quoted_newlines_and_delimiters_belong_to_their_cell(tmp_path: Path) -> None:
    path = write(tmp_path, (HEAD + 'K1,"王伟\n(老客户)","138,139"\n').encode())
    assert read(path)[1] == [(2, ["K1", "王伟\n(老客户)", "138,139"])]


def test_headings_are_found_below_a_title(tmp_path: Path) -> None:
    path = write(tmp_path, ("客户清单,,\n导出日期 2024-03-05,,\n" + HEAD + ROWS).encode())
    assert read(path) == (EXPECTED[0], [(4, EXPECTED[1][0][1]), (5, EXPECTED[1][1][1])])


def test_two_hundred_columns(tmp_path: Path) -> None:
    headings = [f"列{number}" for number in range(197)] + list(EXPECTED[0])
    path = write(tmp_path, (",".join(headings) + "\n" + ",".join(["x"] * 200) + "\n").encode())
    assert read(path) == (headings, [(2, ["x"] * 200)])


def test_headings_that_repeat_or_are_blank_stay_apart(tmp_path: Path) -> None:
    assert read(write(tmp_path, "电话,电话,,客户编号\n1,2,3,4\n".encode()))[0] == ["电话", "电话 (2)", "#3", "客户编号"]


@pytest.mark.parametrize(
    ("content", "error", "data"),
    [
        (b"", errors.EmptyFile, {}),
        (b"\n\n  \n", errors.EmptyFile, {}),
        ((HEAD + "K1,王\0伟,1\n").encode(), errors.NulBytes, {"row": 2}),
        (b"\x00" * 100, errors.NulBytes, {"row": 1}),
        (b"a,b\n\xff\xff\xff\n", errors.WrongEncoding, {"row": 2}),
        ((HEAD + ROWS).encode() + "K3,张三,13700137000\n".encode("gb18030"), errors.MixedEncodings, {"row": 4}),
        (b"%PDF-1.7", errors.NotATable, {"type": "PDF"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, errors.OldWorkbook, {}),
        (gzip.compress((HEAD + ROWS).encode(), mtime=0)[:-12], errors.BrokenFile, None),
        (b"\x1f\x8bnothing", errors.BrokenFile, None),
        (b"PK\x03\x04broken", errors.BrokenFile, None),
        (('a,b\n1,"' + "x" * 200_000 + "\n").encode(), errors.CellTooLong, {"row": 2, "limit": 100_000}),
        ((",".join(f"c{n}" for n in range(3000)) + "\n1\n").encode(), errors.TooManyColumns, {"row": 1, "columns": 3000, "limit": 2000}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_row(
    tmp_path: Path, content: bytes, error: type[errors.FileUnreadable], data: dict[str, object] | None
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(error) as caught:
        read(path)
    assert data is None or caught.value.data == data
    assert "%(" not in caught.value.sentence()


def test_gb18030_that_resembles_utf_8_is_read(tmp_path: Path) -> None:
    assert read(write(tmp_path, "客户编号,客户名称\nK1,联通\n".encode("gb18030")))[1] == [(2, ["K1", "联通"])]


# Workbooks


def book(path: Path, rows: list[list[object]]) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(path)
    return path


def test_cells_of_a_workbook_read_as_people_see_them(tmp_path: Path) -> None:
    path = book(
        tmp_path / "f.xlsx",
        [["客户编号", "电话", "生日", "金额", "时间"], [1001, 13800138000, dt.date(2024, 3, 5), 12.5, dt.datetime(2024, 3, 5, 8, 26)]],  # noqa: DTZ001 -- cells have no zone
    )
    assert read(path)[1] == [(2, ["1001", "13800138000", "2024-03-05", "12.5", "2024-03-05 08:26:00"])]


def test_merged_headings_fill_downwards(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet()
    sheet.merge_range("A1:A2", "客户编号")
    sheet.merge_range("B1:C1", "客户信息")
    sheet.write_row("B2", ["客户名称", "电话"])
    sheet.write_row("A3", ["K1", "王伟", "13800138000"])
    made.close()
    assert read(path) == (["客户编号", "客户名称", "电话"], [(3, ["K1", "王伟", "13800138000"])])


def test_a_sheet_that_begins_lower_and_further_right_keeps_its_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("客户")
    made.add_worksheet("说明")
    sheet.write_row("C4", ["客户编号", "客户名称"])
    sheet.write_row("C5", ["K1", "王伟"])
    made.close()
    table = open_table(path, knows=known)
    assert [heading for heading in table.headings if not heading.startswith("#")] == ["客户编号", "客户名称"]
    assert [(number, [cell for cell in cells if cell]) for number, cells in table.rows()] == [(5, ["K1", "王伟"])]
    assert (table.facts["sheet"], table.facts["other_sheets"]) == ("客户", ["说明"])
    with pytest.raises(errors.NoSuchSheet):
        open_table(path, options={"sheet": "没有"})


def test_formulas_give_the_value_last_computed(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet()
    sheet.write_row("A1", ["客户编号", "金额"])
    sheet.write("A2", "K1")
    sheet.write_formula("B2", "=6*7", value=42)
    made.close()
    assert read(path)[1] == [(2, ["K1", "42"])]


def test_an_empty_workbook_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(errors.EmptyFile):
        read(book(tmp_path / "f.xlsx", []))


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(readers.SHEET_LIMIT // readers.MB + 1):
                sheet.write(b"\0" * readers.MB)
    assert path.stat().st_size < 2 * readers.MB
    with pytest.raises(errors.SheetTooLarge):
        read(path)


def test_a_zip_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(errors.NotATable):
        read(path)


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(130):
            file.write(b"a,b\n" * (readers.MB // 4))
    with pytest.raises(errors.UnpacksTooLarge):
        read(path)
