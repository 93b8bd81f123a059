from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.files import queries, rules
from kexin.ground.files.errors import DiskFull, FileTooBig
from kexin.ground.files.models import StoredFile

MB = 1024 * 1024
CHUNK = MB
LOOK_AGAIN = 64 * MB  # free space is looked at again after so many bytes
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

Content = BinaryIO | Path | Iterable[bytes]


def store(
    *,
    content: Content,
    name: str,
    purpose: str,
    by: Actor,
    kind: str = "",
    record_id: int | None = None,
    keep_days: float | None = None,
) -> StoredFile:
    """Keep a file: its bytes first, whole and on the disk, then its row. What lies in the folder without a row is cleared away.

    Not one transaction on purpose: writing a gigabyte must not hold the database's write lock.
    """
    ensure_room(0)
    part = queries.root() / "incoming" / secrets.token_hex(16)
    part.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        size, sha256 = _write(content, part)
        media_type = _sniff(part, name)
        place = f"{(token := secrets.token_hex(16))[:2]}/{token[2:4]}/{token}"
        final = queries.root() / place
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.replace(final)
        _sync_folder(final.parent)
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(free=_free() // MB) from error
        raise
    finally:
        part.unlink(missing_ok=True)

    with transaction.atomic():
        stored = StoredFile.objects.create(
            name=rules.safe_name(name),
            media_type=media_type,
            size=size,
            sha256=sha256,
            path=place,
            purpose=purpose,
            kind=kind,
            record_id=record_id,
            created_by=by.id,
            keep_until=None if keep_days is None else timezone.now() + timedelta(days=keep_days),
        )
        audit.record(
            action="file.store", kind="file", record_id=stored.pk, label=stored.name, by=by, changes={"purpose": purpose, "bytes": size}
        )
    return stored


def ensure_room(needed: int) -> None:
    """DiskFull unless so many bytes fit and the reserve for the database stays free."""
    free = _free()
    if free - needed < settings.FILES_KEEP_FREE:
        raise DiskFull(free=free // MB)


@transaction.atomic
def attach(*, stored: StoredFile, kind: str, record_id: int) -> None:
    """Say to which record a file belongs; from now on who may see the record may download it."""
    stored.kind, stored.record_id = kind, record_id
    stored.save(update_fields=["kind", "record_id"])


@transaction.atomic
def remove(*, stored: StoredFile, by: Actor) -> None:
    """Remove a file: its row now, its bytes once the row is surely gone."""
    path = queries.path_of(stored)
    audit.record(action="file.remove", kind="file", record_id=stored.pk, label=stored.name, by=by, changes={"purpose": stored.purpose})
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


@transaction.atomic
def note_download(*, stored: StoredFile, by: Actor) -> None:
    audit.record(action="file.download", kind="file", record_id=stored.pk, label=stored.name, by=by, changes={"purpose": stored.purpose})


def orphans(*, older_than: timedelta) -> Iterator[Path]:
    """Bytes no row speaks of: left by a transaction that was rolled back, or a process that died while writing."""
    root, before = queries.root(), timezone.now().timestamp() - older_than.total_seconds()
    for path in root.rglob("*"):
        if not path.is_file() or path.stat().st_mtime > before:
            continue
        if not StoredFile.objects.filter(path=path.relative_to(root).as_posix()).exists():
            yield path


def _write(content: Content, part: Path) -> tuple[int, str]:
    digest, size, looked = hashlib.sha256(), 0, 0
    with part.open("xb") as file:
        part.chmod(0o600)
        for chunk in _chunks(content):
            size += len(chunk)
            if size > settings.FILES_MAX_SIZE:
                raise FileTooBig(limit=settings.FILES_MAX_SIZE // MB)
            if size - looked >= LOOK_AGAIN:
                ensure_room(0)
                looked = size
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _chunks(content: Content) -> Iterator[bytes]:
    if isinstance(content, Path):
        with content.open("rb") as file:
            yield from iter(lambda: file.read(CHUNK), b"")
    elif hasattr(content, "read"):
        yield from iter(lambda: content.read(CHUNK), b"")
    else:
        yield from content


def _sniff(part: Path, name: str) -> str:
    with part.open("rb") as file:
        head = file.read(rules.SNIFFED)
    members: tuple[str, ...] = ()
    if head.startswith(b"PK"):
        try:
            with zipfile.ZipFile(part) as archive:
                members = tuple(archive.namelist()[:2000])
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            members = ()
    return rules.media_type(head, name=name, members=members)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free() -> int:
    return shutil.disk_usage(queries.root()).free
