"""Restoring a backup does not bring back whom somebody erased since; copies and erasures from the command line."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.surfaces.cli.test_commands import kexin

pytestmark = pytest.mark.sqlite

MAKE = """
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
User.objects.create(username="admin", name="王伟", role="administrator")
by = Actor.system("cli")
actions.create_customer(name="欧阳予倩", code="P-1", phones=["13812345678"], address="中关村南大街27号", by=by)
firm = actions.create_customer(name="李娜", code="P-2", phones=["13700000002"], by=by)
actions.add_contact(customer_id=firm.pk, name="慕容晓晓", phone="13987654321", by=by)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "home"
    assert kexin("jobs", home=folder).returncode == 0
    environment = {**os.environ, "KEXIN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "kexin.project.settings"}
    subprocess.run([sys.executable, "-c", f"import django; django.setup()\n{MAKE}"], env=environment, check=True)
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def names(folder: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "kexin.sqlite3")) as database:
        return [name for (name,) in database.execute("SELECT name FROM customers_customer ORDER BY code")]


def found_in(folder: Path, *values: str) -> list[str]:
    files = [path for path in folder.glob("*") if path.is_file()]
    return [path.name for path in files if any(value.encode() in path.read_bytes() for value in values)]


def test_whom_somebody_erased_stays_erased_when_an_older_backup_is_restored(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "before.tar.gz"
    assert kexin("backup", str(archive), home=home).returncode == 0
    erased = kexin("privacy", "erase", "P-1", "--confirm", "P-1", home=home)
    assert erased.returncode == 0, erased.stderr
    assert found_in(home, "欧阳予倩", "13812345678", "中关村南大街27号") == []

    restored = kexin("restore", str(archive), "--force", home=home)

    assert restored.returncode == 0, restored.stderr
    number = erased.stdout.split()[-1]
    assert f"Erased again: certificate {number}" in restored.stdout
    assert names(home) == ["P-1", "李娜"]
    assert found_in(home, "欧阳予倩", "13812345678", "中关村南大街27号") == []
    assert json.loads(kexin("privacy", "erasures", home=home).stdout)["number"] == number


def test_on_another_machine_the_list_is_given_along(home: Path, tmp_path: Path) -> None:
    archive, elsewhere = tmp_path / "before.tar.gz", tmp_path / "elsewhere"
    kexin("backup", str(archive), home=home)
    kexin("privacy", "erase", "P-1", "--confirm", "P-1", home=home)
    listed = tmp_path / "erasures.jsonl"
    listed.write_text(kexin("privacy", "erasures", home=home).stdout, encoding="utf-8")

    done = kexin("restore", str(archive), "--erasures", str(listed), home=elsewhere)

    assert done.returncode == 0, done.stderr
    assert names(elsewhere) == ["P-1", "李娜"]
    assert found_in(elsewhere, "欧阳予倩", "13812345678") == []


def test_without_the_code_typed_again_nothing_is_erased(home: Path) -> None:
    asked = kexin("privacy", "erase", "P-1", home=home)
    wrong = kexin("privacy", "erase", "P-1", "--confirm", "P-2", home=home)

    assert (asked.returncode, wrong.returncode) == (0, 1)
    assert names(home) == ["欧阳予倩", "李娜"]


def test_a_copy_is_written_to_a_file(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.zip"

    made = kexin("privacy", "export", "P-1", str(target), "--checked", "document", home=home)

    assert made.returncode == 0, made.stderr
    assert "13812345678" in zipfile.ZipFile(target).read("index.html").decode()
    assert kexin("privacy", "export", "P-9", str(target), "--force", "--checked", "document", home=home).returncode == 1


def test_one_contact_is_erased_by_name_and_the_file_stays(home: Path) -> None:
    asked = kexin("privacy", "erase", "P-2", "--contact", "慕容晓晓", home=home)
    nobody = kexin("privacy", "erase", "P-2", "--contact", "无此人", "--confirm", "P-2", home=home)
    assert (asked.returncode, nobody.returncode) == (0, 1)
    assert found_in(home, "慕容晓晓") != []

    done = kexin("privacy", "erase", "P-2", "--contact", "慕容晓晓", "--confirm", "P-2", home=home)

    assert done.returncode == 0, done.stderr
    assert found_in(home, "慕容晓晓", "13987654321") == []
    assert found_in(home, "李娜") != []
