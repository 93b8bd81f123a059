"""The program itself: languages, exit codes, and no traceback for anybody who did not ask for one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kexin.surfaces.cli import words
from kexin.surfaces.cli.main import COMMANDS


def kexin(*arguments: str, home: Path, lang: str = "en", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kexin.surfaces.cli.main", *arguments],
        env={**os.environ, "KEXIN_HOME": str(home), "KEXIN_LANG": lang, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_TW"}, "zh-hans"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "KEXIN_LANG": "en"}, "en"),
    ],
)
def test_the_language_is_the_terminals_and_chinese_where_none_is_set(environ: dict[str, str], language: str) -> None:
    assert words.chosen(environ) == language


def test_help_lists_every_command_in_both_languages_without_loading_the_product(tmp_path: Path) -> None:
    english, chinese = (kexin("--help", home=tmp_path / "none", lang=lang) for lang in ("en", "zh"))

    assert (english.returncode, chinese.returncode) == (0, 0)
    for name in COMMANDS:
        assert re.search(rf"^  {name}\s", english.stdout, re.MULTILINE)
        assert re.search(rf"^  {name}\s+.*[\u4e00-\u9fff]", chinese.stdout, re.MULTILINE)
    assert not (tmp_path / "none").exists(), "asking for help makes no data folder"


@pytest.mark.parametrize("command", ["serve", "check", "backup", "restore", "jobs"])
def test_the_help_of_a_command_is_wholly_chinese(command: str, tmp_path: Path) -> None:
    text = kexin(command, "--help", home=tmp_path, lang="zh").stdout

    assert text.startswith("用法")
    assert "Options" not in text
    assert "Show this" not in text


def test_wrong_usage_is_2_and_told_in_one_line(tmp_path: Path) -> None:
    wrong = kexin("nonsense", home=tmp_path)

    assert wrong.returncode == 2
    assert "No such command 'nonsense'" in wrong.stderr
    assert "Traceback" not in wrong.stderr


@pytest.mark.sqlite
def test_a_new_data_folder_is_built_by_the_first_command_and_an_older_database_asks_for_setup(tmp_path: Path) -> None:
    import contextlib  # noqa: PLC0415 -- only this test changes a database by hand
    import sqlite3  # noqa: PLC0415 -- the same

    assert (kexin("jobs", home=tmp_path).returncode, kexin("jobs", home=tmp_path).stdout) == (0, "No background work yet.\n")

    with contextlib.closing(sqlite3.connect(tmp_path / "kexin.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    older = kexin("jobs", home=tmp_path)
    assert (older.returncode, older.stdout) == (5, "")
    assert older.stderr.startswith("The database belongs to an older version of Kexin.")

    with contextlib.closing(sqlite3.connect(tmp_path / "kexin.sqlite3")) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0001_initial', '2026-01-01')")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '9999_future', '2026-01-01')")
    newer = kexin("jobs", home=tmp_path)
    assert (newer.returncode, newer.stderr.startswith("The database belongs to a newer version of Kexin (jobs 9999_future)")) == (5, True)


def test_a_database_that_cannot_be_reached_is_4(tmp_path: Path) -> None:
    away = kexin("jobs", home=tmp_path, DATABASE_URL="postgres://nobody:x@127.0.0.1:1/none")

    assert away.returncode == 4
    assert away.stderr.startswith("The database cannot be used:")
    assert "Traceback" not in away.stderr
