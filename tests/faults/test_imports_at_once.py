"""Two processes import at the same moment, into the same orders and customers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.installation import PATIENCE, Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]
HEADINGS = "订单号,下单时间,客户编号,商品编码,商品名称,数量,单价\n"


def write_file(path: Path, orders: range) -> None:
    lines = [
        f"D{order},2024-03-{1 + order % 28:02d} 10:00,K{order % 90},P{line},物{line},1,{line}.5\n" for order in orders for line in (1, 2)
    ]
    path.write_text(HEADINGS + "".join(lines), encoding="utf-8")


def test_two_imports_at_once_lose_nothing_and_add_nothing_twice(install: Callable[..., Installation], tmp_path: Path) -> None:
    installation = install()
    files = [tmp_path / "one.csv", tmp_path / "other.csv"]
    write_file(files[0], range(2_000))
    write_file(files[1], range(1_000, 3_000))  # a thousand orders are in both

    processes = [
        subprocess.Popen(
            installation.command("import", "orders", str(file), "--json"),
            env=installation.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for file in files
    ]
    told = []
    for process in processes:
        output, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, (output.decode(), error.decode())
        told.append(json.loads(output))

    assert [(one["state"], one["read"], one["refused"], one["changed"]) for one in told] == [("done", 4_000, 0, 0)] * 2
    assert sum(one["added"] for one in told) == 6_000
    assert sum(one["unchanged"] for one in told) == 2_000
    assert installation.rows("SELECT COUNT(*), COUNT(DISTINCT number), SUM(line_count) FROM orders_order") == [(3_000, 3_000, 6_000)]
    assert installation.rows("SELECT COUNT(*) FROM orders_orderline") == [(6_000,)]
    assert installation.rows("SELECT COUNT(*), COUNT(DISTINCT code) FROM customers_customer") == [(90, 90)]
    assert installation.rows("SELECT COUNT(*) FROM orders_product") == [(2,)]
