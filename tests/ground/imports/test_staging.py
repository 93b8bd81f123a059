"""Rows set aside slice by slice are those of one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kexin.ground.imports import loaders, staging
from kexin.ground.imports.readers import open_table
from kexin.ground.imports.staging import Staging

COLUMNS = {"order_number": "订单号", "quantity": "数量"}
ROWS = [f"D{number % 7},{number}" if number % 11 else "," for number in range(1, 95)]


def rows_of(kept: Staging) -> list[tuple[Any, ...]]:
    batch = kept.read(0).take(1_000)
    assert batch is not None
    return list(zip(batch.keys, batch.numbers, *batch.columns.values(), strict=True))


def test_rows_taken_in_many_slices_are_those_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["订单号,数量", *ROWS, ""]), encoding="utf-8")
    loader, table = loaders.find("orders"), open_table(path)
    whole = Staging(900_001, loader, COLUMNS, "whole")
    assert whole.fill(table, time_left=lambda: 0.0, on_rows=lambda _rows: None)
    expected = rows_of(whole)
    facts = whole.facts
    whole.close(keep=False)

    monkeypatch.setattr(staging, "CHUNK_ROWS", 10)
    monkeypatch.setattr(staging, "SKIP_ROWS", 7)
    monkeypatch.setattr(staging, "NEW_ROWS_SECONDS", 0.0)
    slices = 0
    while True:
        slices += 1
        part = Staging(900_002, loader, COLUMNS, "parts")  # opened anew, as by another process
        done = part.fill(open_table(path), time_left=lambda: 0.0, on_rows=lambda _rows: None)
        if done:
            break
        part.close(keep=True)

    assert (slices, rows_of(part), part.facts) == (10, expected, facts)
    part.close(keep=False)
    assert len(expected) == sum(1 for row in ROWS if row != ",")
    assert expected == sorted(expected, key=lambda row: (row[0], row[1]))
