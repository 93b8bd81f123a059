"""An import killed at random moments, again and again, ends as if nobody had touched it."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.installation import PATIENCE, ROOT, Installation, until

pytestmark = [pytest.mark.fault, pytest.mark.slow]
KILLS = int(os.environ.get("KEXIN_TEST_KILLS", "3"))
CONTENT = """
SELECT o.number, o.kind, o.occurred_at, o.amount, o.line_count, c.code, l.key, l.quantity, l.unit_price, l.amount, p.code
  FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id JOIN orders_product p ON p.id = l.product_id
  LEFT JOIN customers_customer c ON c.id = o.customer_id
 ORDER BY o.number, l.key
"""


def kexin(at: Installation, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        at.command(*words), env=at.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def done(process: subprocess.Popen[bytes]) -> str:
    output = process.communicate(timeout=PATIENCE)[0].decode()
    assert process.returncode == 0, output
    return output


def at_work(at: Installation, process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has begun its slice, however long it took to start; or has ended."""
    mine = at.rows(f"SELECT 1 FROM jobs_job WHERE lease_holder LIKE '%:{process.pid}:%'")  # noqa: S608 -- a number
    return bool(mine) or process.poll() is not None


def content(at: Installation) -> tuple[int, str]:
    rows = at.rows(CONTENT)
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()


def write_file(path: Path, lines: int) -> None:
    rng = random.Random(7)  # noqa: S311 -- a file of made-up orders
    with path.open("w", encoding="utf-8") as file:
        file.write("订单号,下单时间,客户编号,商品编码,商品名称,数量,单价\n")
        for _ in range(lines):
            order = rng.randrange(lines // 4)
            file.write(
                f"D{order},2024-03-{1 + order % 28:02d} 10:{rng.randrange(60):02d},K{order % 400},"
                f"P{rng.randrange(200)},物,{rng.randrange(1, 9)},{rng.randrange(1, 900) / 10}\n"
            )


@pytest.mark.sqlite
def test_killed_again_and_again_it_ends_as_if_untouched(install: Callable[..., Installation], tmp_path: Path) -> None:
    file, calm, rough = tmp_path / "orders.csv", install(), install()
    write_file(file, 12_000)
    words = ["import", "orders", str(file)]
    done(kexin(calm, *words))

    rng = random.Random()  # noqa: S311 -- moments to kill at
    for _ in range(KILLS):
        process = kexin(rough, *words)
        until(lambda process=process: at_work(rough, process))
        time.sleep(rng.uniform(0, 0.8))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        runs = rough.rows("SELECT id, state, position, added + changed + unchanged + refused FROM imports_run ORDER BY id DESC")
        if runs:
            number, state, position, counted = runs[0]
            assert [(position,)] == [(counted,)] == rough.rows("SELECT COUNT(*) FROM orders_orderline")
            if state == "done":
                break  # quicker than the kills: there is nothing left to interrupt
            words = ["import", "resume", str(number)]
    else:
        done(kexin(rough, *words))

    assert content(rough) == content(calm)
    assert content(rough)[0] == 12_000
