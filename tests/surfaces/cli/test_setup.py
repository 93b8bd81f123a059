"""`kexin setup` and `kexin user` as an administrator meets them."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def kexin(home: Path, *arguments: str, given: str = "", language: str = "en") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEXIN_") and name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "kexin.surfaces.cli.main", *arguments],
        env=kept | {"KEXIN_HOME": str(home), "KEXIN_LANG": language},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{home / 'kexin.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(sql).fetchall()


def test_setup_makes_everything_once_and_helps_people_in(tmp_path: Path) -> None:
    home = tmp_path / "home"

    refused = kexin(home, "setup", "--password-stdin", given="123\n")
    assert refused.returncode == 1
    assert "This password cannot be used" in refused.stderr
    assert rows(home, "select count(*) from staff_user") == [(0,)]

    given = ("--username", "Boss", "--name", "王总", "--company", "远景汽车", "--password-stdin")
    first = kexin(home, "setup", *given, given="满意 2026 再来\n")
    assert (first.returncode, first.stderr) == (0, "")
    assert rows(home, "select username, name, role, sees from staff_user") == [("boss", "王总", "administrator", "all")]
    assert rows(home, "select name from staff_company") == [("远景汽车",)]
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700

    again = kexin(home, "setup", "--generate")
    assert again.returncode == 0
    assert "already (boss)" in again.stdout
    assert rows(home, "select count(*) from staff_user") == [(1,)]

    link = kexin(home, "user", "reset-link", "boss", "--url", "https://kexin.example.org/")
    assert link.stdout.startswith("https://kexin.example.org/accounts/link/")
    nobody = kexin(home, "user", "unlock", "nobody")
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "Nobody signs in as nobody." in nobody.stderr


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    home = tmp_path / "home"
    kexin(home, "setup", "--generate")
    with sqlite3.connect(home / "kexin.sqlite3") as database:
        database.execute("delete from pool_tierrule where tier = 'B'")
        database.execute("delete from django_migrations where app = 'pool' and name = '0002_delivered_rules'")

    refused = kexin(home, "user", "list")
    assert refused.returncode == 5
    done = kexin(home, "setup", "--yes")

    assert done.returncode == 0
    assert "kexin backup" in done.stdout
    assert rows(home, "select tier from pool_tierrule order by tier") == [("",), ("A",), ("B",), ("C",), ("D",), ("E",)]
    guards = "select name from sqlite_master where type = 'trigger' and tbl_name = 'audit_entry' order by name"
    assert ("audit_entry_no_delete",) in rows(home, guards)
    assert kexin(home, "user", "list").stdout.startswith("admin\t")
