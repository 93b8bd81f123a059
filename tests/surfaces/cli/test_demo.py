"""`kexin demo` as a newcomer meets it: each test runs the command itself, in a process of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest


def _demo(home: Path, *arguments: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("KEXIN_") and name not in {"DATABASE_URL", "REDIS_URL"}
    }
    return subprocess.run(
        [sys.executable, "-m", "kexin.surfaces.cli.main", "demo", "--no-serve", *arguments],
        env=kept | {"KEXIN_HOME": str(home), "KEXIN_LANG": "en", **surroundings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo company of 300 customers, built once for the tests below."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = _demo(home, "--customers", "300", DATABASE_URL="postgresql://nobody@192.0.2.1/not-there")
    assert (done.returncode, done.stderr) == (0, "")
    return home


def _rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{home / 'kexin.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(sql).fetchall()


@pytest.mark.slow
def test_the_company_is_as_large_as_asked_and_marked_simulated(company: Path) -> None:
    about = json.loads((company / "demo.json").read_text(encoding="utf-8"))

    assert (about["simulated"], about["state"], about["customers"]) == (True, "ready", 300)
    assert _rows(company, "select name, simulated, currency from staff_company") == [("澄湖汽车集团", 1, "CNY")]
    assert _rows(company, "select count(*) from customers_customer") == [(300,)]
    assert _rows(company, "select count(*), sum(line_count) from orders_order") == [(about["orders"], about["lines"])]


@pytest.mark.slow
def test_the_truth_agrees_with_what_was_loaded(company: Path) -> None:
    truth = {row["code"]: row for row in pq.read_table(company / "demo-truth.parquet").to_pylist()}
    loaded = _rows(
        company,
        """
        select c.code,
               count(distinct case when o.kind = 'sale' then o.id end),
               count(distinct case when o.kind = 'sale' and o.cancelled_on is not null then o.id end),
               count(distinct case when o.kind <> 'sale' then o.id end),
               round(coalesce(sum(case when o.kind = 'sale' and o.cancelled_on is null and l.quantity > 0 then l.quantity * l.unit_price end), 0), 2),
               max(case when o.kind = 'sale' and o.cancelled_on is null then o.occurred_on end)
          from customers_customer c
          left join orders_order o on o.customer_id = c.id
          left join orders_orderline l on l.order_id = o.id
         group by c.code
        """,  # noqa: E501 -- one column a line
    )

    assert len(truth) == len(loaded) == 300
    assert {code: tuple(rest) for code, *rest in loaded} == {
        code: (
            row["orders"],
            row["cancelled"],
            row["returned"],
            row["gross_amount"],
            row["last_order_on"].isoformat() if row["last_order_on"] else None,
        )
        for code, row in truth.items()
    }


@pytest.mark.slow
def test_places_are_written_down_and_somebody_moved(company: Path) -> None:
    assert _rows(company, "select count(*) from standing_run where state = 'done'") == [(4,)]
    ((places,),) = _rows(company, "select count(*) from customers_place where tier <> ''")
    ((moves,),) = _rows(company, "select count(*) from standing_transition")

    assert places > 200
    assert moves > 0


@pytest.mark.slow
def test_there_is_something_to_do_and_somebody_of_every_role(company: Path) -> None:
    ((todos,),) = _rows(company, "select count(*) from todo_todo where state = 'open'")
    roles = {role for (role,) in _rows(company, "select distinct role from staff_user")}

    assert todos >= 40
    assert roles == {"front_line", "manager", "analyst", "executive", "administrator"}


@pytest.mark.slow
def test_again_builds_nothing_and_is_quick(company: Path) -> None:
    before = (company / "kexin.sqlite3").stat().st_size
    started = time.monotonic()

    done = _demo(company)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Building" not in done.stdout
    assert (company / "demo-password").read_text(encoding="ascii").strip() in done.stdout
    assert (company / "kexin.sqlite3").stat().st_size == before
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_the_password_is_for_its_owner_only_and_stored_as_a_hash(company: Path) -> None:
    password = (company / "demo-password").read_text(encoding="ascii").strip()

    assert (company / "demo-password").stat().st_mode & 0o777 == 0o600
    hashes = [str(stored) for (stored,) in _rows(company, "select password from staff_user where password not like '!%'")]

    assert [stored.split("$")[0] for stored in hashes] == ["argon2"] * 5
    assert password.encode() not in (company / "kexin.sqlite3").read_bytes()


def test_a_folder_that_is_no_demo_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kexin.sqlite3").write_bytes(b"somebody's own")

    done = _demo(tmp_path)

    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("kexin.sqlite3", b"somebody's own")]


@pytest.mark.parametrize("number", ["299", "1000001", "many"])
def test_a_company_too_small_or_too_large_is_refused(tmp_path: Path, number: str) -> None:
    done = _demo(tmp_path / "home", "--customers", number)

    assert done.returncode == 2
    assert not (tmp_path / "home").exists()
