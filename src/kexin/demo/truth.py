"""What is true of the simulated customers, kept beside the product, which never reads it: later checks do."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kexin.demo.customers import DAYS, Customers, Segment, Sort
from kexin.demo.orders import Orders

TABLE, SUMMARY = "demo-truth.parquet", "demo-truth.json"
SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("sort", pa.string()),  # person, fleet, garage
        ("segment", pa.string()),  # how the customer truly behaves
        ("duplicate_of", pa.string()),  # the code of the first file of the same customer; empty: a file of its own
        ("duplicate_way", pa.string()),  # how it came about; empty: no duplicate
        ("joined_on", pa.date32()),
        ("leaves_on", pa.date32()),  # the first day without the customer; empty: still there
        ("orders_a_year", pa.float64()),  # before season and trend
        ("orders", pa.int64()),  # sales written to this file, called off or not
        ("cancelled", pa.int64()),
        ("returned", pa.int64()),  # papers that undo a sale
        ("gross_amount", pa.float64()),  # positive lines of sales that were not called off
        ("returned_amount", pa.float64()),
        ("last_order_on", pa.date32()),  # of sales that were not called off
    ]
)


class Book:
    """Writes the truth as it is told, chunk by chunk."""

    def __init__(self, folder: Path, **about: Any) -> None:
        self._folder = folder
        self._about = about
        self._writer = pq.ParquetWriter(folder / TABLE, SCHEMA)
        self._counts: Counter[str] = Counter()

    def add(self, customers: Customers, sold: Orders, last_day: date) -> None:
        start = last_day - timedelta(days=DAYS - 1)
        count = len(customers)
        sale, off = sold.kind == 0, sold.cancelled >= 0
        amount = sold.line_quantity * sold.line_price
        line_kept = (sale & ~off)[sold.line_order] & (sold.line_quantity > 0)
        last = np.full(count, -1)
        np.maximum.at(last, sold.customer[sale & ~off], sold.day[sale & ~off])

        def day(number: int) -> date | None:
            return start + timedelta(days=number) if 0 <= number < DAYS else None

        def sums(rows: Any, weights: Any = None) -> Any:
            return np.bincount(rows, weights, minlength=count)

        of_line = sold.customer[sold.line_order]
        columns = {
            "code": customers.code,
            "sort": [Sort(one).name.lower() for one in customers.sort.tolist()],
            "segment": [Segment(one).name.lower() for one in customers.segment.tolist()],
            "duplicate_of": [customers.code[row] if row >= 0 else None for row in customers.duplicate_of.tolist()],
            "duplicate_way": [way or None for way in customers.duplicate_way],
            "joined_on": [day(number) for number in customers.joined.tolist()],
            "leaves_on": [day(number) for number in customers.leaves.tolist()],
            "orders_a_year": customers.rate,
            "orders": sums(sold.customer[sale]),
            "cancelled": sums(sold.customer[sale & off]),
            "returned": sums(sold.customer[~sale]),
            "gross_amount": np.round(sums(of_line[line_kept], amount[line_kept]), 2),
            "returned_amount": np.round(-sums(of_line[~sale[sold.line_order]], amount[~sale[sold.line_order]]), 2),
            "last_order_on": [day(number) for number in last.tolist()],
        }
        self._writer.write_table(pa.table(columns, schema=SCHEMA))
        self._counts.update(columns["segment"])
        self._counts["duplicates"] += int((customers.duplicate_of >= 0).sum())
        self._counts["customers"] += count
        self._counts["orders"] += len(sold)
        self._counts["lines"] += len(sold.line_order)

    def close(self) -> None:
        self._writer.close()
        said = {"simulated": True, **self._about, "counts": dict(sorted(self._counts.items()))}
        (self._folder / SUMMARY).write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
