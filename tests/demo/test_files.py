"""The simulated company as files, and the truth beside them."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from kexin.demo import files
from kexin.demo.truth import SUMMARY, TABLE, Book

LAST = date(2026, 11, 21)


def _written(folder: Path, *, count: int = 400, seed: int = 7) -> files.Files:
    folder.mkdir()
    book = Book(folder, seed=seed)
    made = files.write(folder, count=count, seed=seed, last_day=LAST, book=book)
    book.close()
    return made


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_and_day_give_the_same_files_byte_for_byte(tmp_path: Path) -> None:
    _written(tmp_path / "one")
    _written(tmp_path / "other")

    assert {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "other").iterdir()
    }


def test_counts_agree_with_what_was_written(tmp_path: Path) -> None:
    made = _written(tmp_path / "one")
    lines = _rows(made.orders)
    counts = json.loads((tmp_path / "one" / SUMMARY).read_text(encoding="utf-8"))["counts"]

    assert (made.customer_count, made.order_count, made.line_count) == (
        len(_rows(made.customers)),
        len({row["订单号"] for row in lines}),
        len(lines),
    )
    assert (counts["customers"], counts["orders"], counts["lines"]) == (made.customer_count, made.order_count, made.line_count)


def test_every_line_belongs_to_a_customer_on_file_and_has_a_number_of_its_own(tmp_path: Path) -> None:
    made = _written(tmp_path / "one")
    codes = {row["客户编号"] for row in _rows(made.customers)}
    lines = _rows(made.orders)

    assert {row["客户编号"] for row in lines} <= codes
    assert len({(row["订单号"], row["行号"]) for row in lines}) == len(lines)


def test_papers_that_undo_name_an_order_in_the_same_file(tmp_path: Path) -> None:
    lines = _rows(_written(tmp_path / "one").orders)
    sales = {row["订单号"] for row in lines if row["类型"] == "销售"}
    undone = {row["原订单号"] for row in lines if row["类型"] != "销售"}

    assert undone
    assert undone <= sales


def test_the_truth_has_one_row_a_file_and_names_the_duplicates(tmp_path: Path) -> None:
    made = _written(tmp_path / "one")
    truth = pq.read_table(tmp_path / "one" / TABLE).to_pylist()
    codes = [row["客户编号"] for row in _rows(made.customers)]

    assert [row["code"] for row in truth] == codes
    assert {row["duplicate_of"] for row in truth if row["duplicate_of"]} <= set(codes)
    assert sum(1 for row in truth if row["duplicate_of"]) == 12
