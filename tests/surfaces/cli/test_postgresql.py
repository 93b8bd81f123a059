"""Backup and restore of an installation whose database is PostgreSQL, with its own tools and a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.databases import database, server_url
from tests.surfaces.cli.test_commands import kexin

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]
DATABASE = "kexin_backup_test"
CUSTOMERS = "客户编号,客户名称,电话\nK1,王伟,13812342207\nK2,李芳,13812342208\n"


@pytest.fixture
def address() -> Iterator[str]:
    """A database beside the one the tests use, gone afterwards."""
    with database(server_url(), DATABASE) as url:
        yield url


def names(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM customers_customer ORDER BY code")]


def test_a_backup_brings_back_what_was_there_and_keeps_what_it_replaces(address: str, tmp_path: Path) -> None:
    home, archive, file = tmp_path / "home", tmp_path / "kept.tar.gz", tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    loaded = kexin("import", "customers", str(file), home=home, DATABASE_URL=address)
    assert loaded.returncode == 0, loaded.stderr
    assert kexin("backup", str(archive), home=home, DATABASE_URL=address).returncode == 0
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE customers_customer SET name = '改错了'")

    refused = kexin("restore", str(archive), home=home, DATABASE_URL=address)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert names(address) == ["改错了", "改错了"]

    restored = kexin("restore", "--force", str(archive), home=home, DATABASE_URL=address)
    assert restored.returncode == 0, restored.stderr
    assert names(address) == ["王伟", "李芳"]
    assert len(list(home.glob("before-restore-*/*"))) > 0
    again = kexin("import", "customers", str(file), "--json", home=home, DATABASE_URL=address)
    assert '"unchanged": 2' in again.stdout, again.stderr


def test_whom_somebody_erased_stays_erased_when_an_older_backup_is_restored(address: str, tmp_path: Path) -> None:
    home, archive, file = tmp_path / "home", tmp_path / "kept.tar.gz", tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    assert kexin("import", "customers", str(file), home=home, DATABASE_URL=address).returncode == 0
    assert kexin("backup", str(archive), home=home, DATABASE_URL=address).returncode == 0
    erased = kexin("privacy", "erase", "K1", "--confirm", "K1", home=home, DATABASE_URL=address)
    assert erased.returncode == 0, erased.stderr

    restored = kexin("restore", "--force", str(archive), home=home, DATABASE_URL=address)

    assert restored.returncode == 0, restored.stderr
    assert f"Erased again: certificate {erased.stdout.split()[-1]}" in restored.stdout
    assert names(address) == ["K1", "李芳"]
    with psycopg.connect(address) as connection:
        points = connection.execute("SELECT value FROM customers_contactpoint ORDER BY value").fetchall()
    assert points == [("13812342208",)]
