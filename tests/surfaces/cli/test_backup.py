"""A backup taken while running, restored elsewhere, is the same; a damaged one changes nothing."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest
from tests.surfaces.cli.test_commands import kexin

pytestmark = pytest.mark.sqlite

MAKE = """
import io
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions
from kexin.ground.staff.models import User
User.objects.create(username="admin", name="王伟", role="administrator")
actions.store(content=io.BytesIO(b"code,name" * 1000), name="名单.csv", purpose="import", by=Actor.system("cli"))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import os  # noqa: PLC0415 -- only here
    import subprocess  # noqa: PLC0415 -- only here
    import sys  # noqa: PLC0415 -- only here

    folder = tmp_path_factory.mktemp("home")
    assert kexin("jobs", home=folder).returncode == 0
    environment = {**os.environ, "KEXIN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "kexin.project.settings"}
    subprocess.run([sys.executable, "-c", f"import django; django.setup()\n{MAKE}"], env=environment, check=True)
    return folder


@pytest.fixture(scope="module")
def archive(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backups") / "one.tar.gz"
    made = kexin("backup", str(path), home=home)
    assert made.returncode == 0, made.stderr
    assert "1 stored files" in made.stdout
    return path


def names(folder: Path) -> list[tuple[str]]:
    with contextlib.closing(sqlite3.connect(folder / "kexin.sqlite3")) as database:
        return database.execute("SELECT name FROM staff_user").fetchall()


def stored(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / "files").glob("*/*/*")}


def test_restored_into_an_empty_folder_everything_is_there(home: Path, archive: Path, tmp_path: Path) -> None:
    done = kexin("restore", str(archive), home=tmp_path)

    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == [("王伟",)]
    assert stored(tmp_path) == stored(home) != {}
    assert (tmp_path / "secret.key").read_text() == (home / "secret.key").read_text()
    assert archive.stat().st_mode & 0o077 == 0
    assert kexin("jobs", home=tmp_path).returncode == 0


def test_data_that_is_there_is_kept_unless_forced_and_then_kept_beside_it(archive: Path, tmp_path: Path) -> None:
    kexin("restore", str(archive), home=tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "kexin.sqlite3")) as database, database:
        database.execute("UPDATE staff_user SET name = '李娜'")

    refused = kexin("restore", str(archive), home=tmp_path)
    assert (refused.returncode, names(tmp_path)) == (1, [("李娜",)])
    assert refused.stderr == "There is data here already. --force replaces it; what was there is then kept beside it.\n"

    forced = kexin("restore", str(archive), "--force", home=tmp_path)
    assert forced.returncode == 0, forced.stderr
    assert names(tmp_path) == [("王伟",)]
    (before,) = tmp_path.glob("before-restore-*")
    assert names(before) == [("李娜",)]


@pytest.mark.parametrize("harm", ["cut off", "changed", "not one", "another name"])
def test_a_damaged_backup_changes_nothing(harm: str, archive: Path, home: Path, tmp_path: Path) -> None:
    folder, bad = tmp_path / "home", tmp_path / "bad.tar.gz"
    whole = archive.read_bytes()
    if harm == "cut off":
        bad.write_bytes(whole[: len(whole) // 2])
    elif harm == "not one":
        bad.write_bytes(b"not a backup")
    else:
        unpacked = tmp_path / "unpacked"
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        (stored_file,) = unpacked.glob("files/*/*/*")
        if harm == "changed":
            stored_file.write_bytes(stored_file.read_bytes()[:-1] + b"X")
        else:
            shutil.copy(stored_file, unpacked / "files" / "evil")
        with tarfile.open(bad, "w:gz") as tar:
            for path in (unpacked / "manifest.json", *sorted(path for path in unpacked.rglob("*") if path.is_file())):
                if path.name != "manifest.json" or not tar.getnames():
                    tar.add(path, arcname=path.relative_to(unpacked).as_posix())

    done = kexin("restore", str(bad), home=folder)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (folder / "kexin.sqlite3").exists()
    assert list(folder.glob(".restore-*")) == []


def test_an_existing_file_is_not_written_over(archive: Path, home: Path) -> None:
    again = kexin("backup", str(archive), home=home)

    assert again.returncode == 1
    assert again.stderr.endswith("is there already. Choose another name, or --force.\n")
