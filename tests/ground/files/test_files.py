from __future__ import annotations

import hashlib
import io
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.files import actions, queries, rules, viewers
from kexin.ground.files.errors import DiskFull, FileGone, FileTooBig
from kexin.ground.files.models import StoredFile
from kexin.ground.jobs import actions as jobs

ME = Actor(id=7, name="王伟")
UNKNOWN = "application/octet-stream"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.FILES_KEEP_FREE = 0


def kept() -> list[Path]:
    return sorted(path for path in queries.root().rglob("*") if path.is_file())


def workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("shape", ["bytes", "stream", "path"])
def test_a_file_is_kept_as_it_came_under_a_name_of_chance(shape: str, tmp_path: Path) -> None:
    content = b"code,name\r\n" + "K-1,王伟\r\n".encode() * 200_000
    source = tmp_path / "source"
    source.write_bytes(content)
    given_as = {"bytes": iter([content[:5], content[5:]]), "stream": io.BytesIO(content), "path": source}[shape]

    stored = actions.store(content=given_as, name="客户 2024.csv", purpose="import", by=ME)

    assert queries.path_of(stored).read_bytes() == content
    assert (stored.name, stored.media_type, stored.size) == ("客户 2024.csv", "text/csv", len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert "客户" not in stored.path
    assert queries.path_of(stored).stat().st_mode & 0o077 == 0
    assert kept() == [queries.path_of(stored)]
    assert Entry.objects.get().action == "file.store"


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b"%PDF-1.7\n", "x", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "x.csv", "image/png"),
        (b"\xff\xd8\xff\xe0", "x", "image/jpeg"),
        (b"\x1f\x8b\x08", "x.csv.gz", "application/gzip"),
        (b"PK\x03\x04", "x.xlsx", "application/zip"),
        ("编号,姓名\n".encode("gb18030"), "客户.csv", "text/csv"),
        ("\ufeff编号,姓名\n".encode(), "客户", "text/plain"),
        (b"MZ\x90\x00\x03", "harmless.csv", UNKNOWN),
        (b"<script>alert(1)</script>", "page.html", "text/plain"),
        (b"", "empty.csv", "text/csv"),
    ],
)
def test_what_a_file_is_its_bytes_say(head: bytes, name: str, expected: str) -> None:
    assert rules.media_type(head, name=name) == expected


@pytest.mark.django_db
def test_a_workbook_is_told_from_other_archives_by_what_it_holds() -> None:
    assert actions.store(content=io.BytesIO(workbook()), name="x.zip", purpose="import", by=ME).media_type == rules.XLSX


@given(st.text(max_size=400))
def test_a_name_is_always_safe_to_show_and_to_keep(name: str) -> None:
    safe = rules.safe_name(name)

    assert 0 < len(safe) <= 200
    assert not set(safe) & set('/\\\r\n\0\u202e"<>|')
    assert rules.safe_name(safe) == safe


def test_a_name_keeps_its_ending() -> None:
    assert rules.safe_name("../../etc/pass\u202ewd\n.csv") == "passwd.csv"
    assert rules.safe_name("长" * 300 + ".xlsx") == "长" * 195 + ".xlsx"


@pytest.mark.django_db
def test_a_file_too_big_leaves_nothing_behind(settings: Any) -> None:
    settings.FILES_MAX_SIZE = 10

    with pytest.raises(FileTooBig):
        actions.store(content=iter([b"12345", b"67890", b"1"]), name="x", purpose="import", by=ME)

    assert (kept(), StoredFile.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_a_source_that_breaks_off_leaves_nothing_behind() -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        actions.store(content=broken(), name="x", purpose="import", by=ME)

    assert (kept(), StoredFile.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_the_reserve_of_the_disk_is_never_used(settings: Any) -> None:
    settings.FILES_KEEP_FREE = 2**60

    with pytest.raises(DiskFull) as caught:
        actions.store(content=io.BytesIO(b"x"), name="x", purpose="import", by=ME)

    assert "full" in caught.value.sentence() or "满" in caught.value.sentence()
    assert kept() == []


def test_a_disk_that_fills_while_writing_is_told_in_words_and_nothing_stays(tmp_path: Path) -> None:
    """A real limit of the system on how long a file may grow, in a process of its own."""
    script = f"""
import django, io, resource
django.setup()
from django.conf import settings
from pathlib import Path
settings.HOME, settings.FILES_KEEP_FREE = Path({str(tmp_path)!r}), 0
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions, errors
try:
    actions.store(content=io.BytesIO(b"x" * 3_000_000), name="x", purpose="import", by=Actor.system("cli"))
except errors.DiskFull as full:
    print(full.code)
"""
    limit = 2_000_000
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kexin.project.settings"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )

    assert done.stdout.strip() == "disk_full", done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_what_is_over_and_what_no_row_speaks_of_is_cleared_away() -> None:
    over = actions.store(content=io.BytesIO(b"over"), name="over", purpose="export", by=ME, keep_days=-1)
    stays = actions.store(content=io.BytesIO(b"stays"), name="stays", purpose="import", by=ME, keep_days=1)
    orphan = queries.root() / "ab" / "cd" / "orphan"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    fresh = orphan.with_name("being-written")
    fresh.write_bytes(b"x")
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    for path in (orphan, queries.path_of(stays)):
        os.utime(path, (yesterday, yesterday))

    job = jobs.run_here(jobs.start(kind="files.clean", by=Actor.system("job")).pk)

    assert (job.state, job.result) == ("done", {"removed": 2})
    assert kept() == sorted([queries.path_of(stays), fresh])
    assert list(StoredFile.objects.all()) == [stays]
    assert not queries.path_of(over).exists()


@pytest.mark.django_db
def test_who_may_download() -> None:
    creator, colleague, administrator = make_user(), make_user(), make_user(role="administrator")
    own = actions.store(content=io.BytesIO(b"x"), name="x", purpose="export", by=Actor(id=creator.pk, name="x"))
    assert [queries.may_download(user, own) for user in (creator, colleague, administrator)] == [True, False, True]

    viewers.of("tests.thing")(lambda user, record_id: user == colleague and record_id == 5)
    actions.attach(stored=own, kind="tests.thing", record_id=5)
    assert [queries.may_download(user, own) for user in (creator, colleague, administrator)] == [True, True, False]

    StoredFile.objects.update(keep_until=timezone.now() - timedelta(seconds=1))
    own.refresh_from_db()
    assert not queries.may_download(creator, own)


@pytest.mark.django_db
def test_bytes_that_are_gone_are_told_in_words() -> None:
    stored = actions.store(content=io.BytesIO(b"x"), name="名单.csv", purpose="export", by=ME)
    queries.path_of(stored).unlink()

    with pytest.raises(FileGone, match="名单"):
        queries.open_stored(stored)
