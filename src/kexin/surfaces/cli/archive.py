"""Backups: one archive with the database as of one moment, the stored files it speaks of, and the keys.

manifest.json        version, date, what is inside with its SHA-256
database.sqlite3     or database.dump (PostgreSQL's custom format)
secret.key
files/ab/cd/…        as in the data folder
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, ClassVar, cast

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kexin import __version__
from kexin.ground.errors import KexinError
from kexin.ground.files import actions as files
from kexin.ground.files.errors import DiskFull
from kexin.loop.privacy.actions.erasing import LIST
from kexin.loop.privacy.actions.replaying import MARK
from kexin.surfaces.cli import running

FORMAT = 1
MANIFEST, KEY, SQLITE, DUMP = "manifest.json", "secret.key", "database.sqlite3", "database.dump"
CHUNK = 1024 * 1024
DUMP_OPTIONS = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges")


class BackupError(KexinError):
    code = "backup_failed"


class NoDatabaseYet(BackupError):
    code = "backup_nothing"
    text: ClassVar[str | Promise] = _("There is nothing to back up: the data folder has no database yet.")


class FileThere(BackupError):
    code = "backup_there"
    text: ClassVar[str | Promise] = _("%(path)s is there already. Choose another name, or --force.")


class ToolMissing(BackupError):
    code = "backup_tool"
    text: ClassVar[str | Promise] = _("%(tool)s is not installed. On Debian or Ubuntu: apt install postgresql-client")


class ToolFailed(BackupError):
    code = "backup_tool_failed"
    text: ClassVar[str | Promise] = _("%(tool)s ended with an error: %(reason)s")


class NotABackup(BackupError):
    code = "restore_not_a_backup"
    text: ClassVar[str | Promise] = _("%(path)s is not a backup of Kexin, or it is cut off.")


class Damaged(BackupError):
    code = "restore_damaged"
    text: ClassVar[str | Promise] = _("The backup is damaged at %(name)s. Nothing was changed.")


class TooNew(BackupError):
    code = "restore_too_new"
    text: ClassVar[str | Promise] = _("The backup was made by version %(theirs)s; this is %(ours)s. Install that version first.")


class OtherDatabase(BackupError):
    code = "restore_other_database"
    text: ClassVar[str | Promise] = _("The backup is of %(theirs)s, the database here is %(ours)s (DATABASE_URL).")


class DataThere(BackupError):
    code = "restore_data_there"
    text: ClassVar[str | Promise] = _("There is data here already. --force replaces it; what was there is then kept beside it.")


class StillRunning(BackupError):
    code = "restore_running"
    text: ClassVar[str | Promise] = _("Pages or worker are running on this data folder. Stop them first.")


@dataclass(frozen=True)
class Made:
    path: Path
    files: int
    missing: int


@dataclass(frozen=True)
class Restored:
    date: datetime
    version: str
    files: int
    before: Path | None  # where what was there before is kept

    def words(self) -> dict[str, Any]:
        return {"date": self.date.astimezone().strftime("%Y-%m-%d %H:%M"), "version": self.version, "files": self.files}


def back_up(target: Path | None, *, replace: bool) -> Made:
    """Write a backup. The database is as of one moment; nobody has to wait for it, and files never change once kept."""
    home = Path(settings.HOME)
    if target is None:
        folder = home / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"kexin-{timezone.localtime():%Y%m%d-%H%M%S}.tar.gz"
    if target.exists() and not replace:
        raise FileThere(path=target)
    if connection.vendor == "sqlite" and not _database_file().exists():
        raise NoDatabaseYet

    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=home, prefix=".backup-") as scratch:
            database = _dump_database(Path(scratch))
            made = _write(part, database)
        part.replace(target)
    except OSError as error:
        if error.errno in files.FULL:
            raise DiskFull(free=shutil.disk_usage(target.parent).free // files.MB) from error
        raise
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise DiskFull(free=shutil.disk_usage(home).free // files.MB) from error
        raise
    finally:
        part.unlink(missing_ok=True)
    return Made(path=target, files=made[0], missing=made[1])


def restore(source: Path, *, force: bool, erasures: Path | None = None) -> Restored:
    """Check the whole archive, then put it in place of what is there.

    Erasures after the backup are due again: they are done before anything else runs (database.erase_again). `erasures` is a
    list of them kept elsewhere, where the one in the data folder is lost.
    """
    home = Path(settings.HOME)
    with running.alone() as alone:
        if not alone:
            raise StillRunning
        if _has_data() and not force:
            raise DataThere
        staged = Path(tempfile.mkdtemp(dir=home, prefix=".restore-"))
        try:
            manifest = _unpack(source, staged)
            before = _swap(home, staged, keep=_has_data())
            _note_erasures(home, erasures)
        except OSError as error:
            if error.errno in files.FULL:
                raise DiskFull(free=shutil.disk_usage(home).free // files.MB) from error
            raise
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    stored = sum(name.startswith("files/") for name in manifest["members"])
    return Restored(date=datetime.fromisoformat(manifest["made_at"]), version=manifest["version"], files=stored, before=before)


def _note_erasures(home: Path, more: Path | None) -> None:
    """From now on nothing runs until they are done again."""
    if more is not None:
        with (home / LIST).open("a", encoding="utf-8") as known:
            known.write(more.read_text(encoding="utf-8").rstrip("\n") + "\n")
    (home / MARK).touch(mode=0o600)


# Backing up


def _dump_database(scratch: Path) -> Path:
    if connection.vendor == "sqlite":
        copy = scratch / SQLITE
        # A read in WAL mode: writers go on meanwhile, and the copy is of the moment it began.
        with contextlib.closing(sqlite3.connect(_database_file(), timeout=60)) as database:
            database.execute("VACUUM INTO ?", [str(copy)])
        return copy
    copy = scratch / DUMP
    _tool("pg_dump", *DUMP_OPTIONS, f"--file={copy}")
    return copy


def _stored_in(database: Path) -> list[tuple[str, int, str]]:
    """Path, size and SHA-256 of every stored file. From the copy itself, where there is one to ask: exactly of its moment."""
    query = "SELECT path, size, sha256 FROM files_storedfile ORDER BY id"
    if database.name == SQLITE:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as copy:
            return [(str(path), int(size), str(sha256)) for path, size, sha256 in copy.execute(query)]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(str(path), int(size), str(sha256)) for path, size, sha256 in cursor.fetchall()]


def _write(part: Path, database: Path) -> tuple[int, int]:
    home = Path(settings.HOME)
    members: dict[str, tuple[Path, str]] = {
        database.name: (database, _sha256(database)),
        KEY: (home / KEY, _sha256(home / KEY)),
    }
    missing = 0
    for path, size, sha256 in _stored_in(database):
        place = home / "files" / path
        if place.exists() and place.stat().st_size == size:
            members[f"files/{path}"] = (place, sha256)
        else:
            missing += 1
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "made_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "missing": missing,
        "members": {name: sha256 for name, (_path, sha256) in members.items()},
    }
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as archive:
        _add(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        for name, (place, _digest) in members.items():
            archive.add(place, arcname=name, recursive=False)
        archive.close()
        raw.flush()
        os.fsync(raw.fileno())
    return sum(name.startswith("files/") for name in members), missing


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), 0o600, int(datetime.now(UTC).timestamp())
    archive.addfile(member, io.BytesIO(content))


# Restoring


def _unpack(source: Path, staged: Path) -> dict[str, Any]:
    """Unpack into a folder of its own, comparing every checksum on the way. Only names the manifest lists are written."""
    manifest: dict[str, Any] | None = None
    seen: set[str] = set()
    try:
        with tarfile.open(source, mode="r|gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    raise NotABackup(path=source)
                if manifest is None:
                    manifest = _manifest(source, member.name, content)
                    continue
                expected = manifest["members"].get(member.name)
                if expected is None or not _safe(member.name):
                    raise Damaged(name=member.name)
                if _copy(content, staged / member.name) != expected:
                    raise Damaged(name=member.name)
                seen.add(member.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno in files.FULL:
            raise
        raise NotABackup(path=source) from error
    if manifest is None:
        raise NotABackup(path=source)
    lost = set(manifest["members"]) - seen
    if lost:
        raise Damaged(name=min(lost))
    return manifest


def _manifest(source: Path, name: str, content: IO[bytes]) -> dict[str, Any]:
    try:
        manifest = cast("dict[str, Any]", json.load(content)) if name == MANIFEST else {}
    except ValueError as error:
        raise NotABackup(path=source) from error
    if not isinstance(manifest.get("members"), dict) or "version" not in manifest:
        raise NotABackup(path=source)
    if int(manifest.get("format", 0)) > FORMAT or _number(manifest["version"]) > _number(__version__):
        raise TooNew(theirs=manifest["version"], ours=__version__)
    if manifest["database"] != connection.vendor:
        raise OtherDatabase(theirs=manifest["database"], ours=connection.vendor)
    return manifest


def _safe(name: str) -> bool:
    path = Path(name)
    return name in {SQLITE, DUMP, KEY} or (path.parts[:1] == ("files",) and ".." not in path.parts and not path.is_absolute())


def _copy(content: IO[bytes], target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _swap(home: Path, staged: Path, *, keep: bool) -> Path | None:
    """Put what was unpacked in the place of what is there, by renames within one disk. If one fails, all are taken back."""
    before = home / f"before-restore-{timezone.localtime():%Y%m%d-%H%M%S}"
    before.mkdir(mode=0o700)
    if (staged / DUMP).exists():
        _swap_server_database(staged / DUMP, before if keep and _has_tables() else None)
    ours = _database_file() if (staged / SQLITE).exists() else None
    connections.close_all()

    moves = [(home / name, before / name) for name in ("files", KEY)]
    moves += [(staged / name, home / name) for name in ("files", KEY)]
    if ours is not None:
        moves += [(ours.with_name(ours.name + end), before / (ours.name + end)) for end in ("-wal", "-shm", "")]
        moves += [(staged / SQLITE, ours)]
    moved: list[tuple[Path, Path]] = []
    try:
        for old, new in moves:
            if old.exists():
                old.rename(new)
                moved.append((old, new))
    except OSError:
        for old, new in reversed(moved):
            new.rename(old)
        raise

    if not keep:
        shutil.rmtree(before)
        return None
    return before


def _swap_server_database(dump: Path, before: Path | None) -> None:
    """In one transaction: the server's database is wholly the old one or wholly the restored one."""
    if before is not None:
        _tool("pg_dump", *DUMP_OPTIONS, f"--file={before / DUMP}")
    connections.close_all()
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction")
    _tool("pg_restore", *options, f"--dbname={_database_name()}", str(dump))


def _has_data() -> bool:
    """Whether somebody would miss what is here: people who can sign in, or stored files."""
    if any((Path(settings.HOME) / "files").glob("*/*/*")):
        return True
    if connection.vendor == "sqlite" and not _database_file().exists():
        return False
    if not _has_tables():
        return False
    from kexin.ground.staff.models import User  # noqa: PLC0415 -- only where the table is there

    return User.objects.exists()


def _has_tables() -> bool:
    tables = connection.introspection.table_names()
    return "staff_user" in tables


def _database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _database_name() -> str:
    return str(connection.settings_dict["NAME"])


def _tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools. The password travels in the environment, where other users cannot read it."""
    path = shutil.which(name)
    if path is None:
        raise ToolMissing(tool=name)
    database = connection.settings_dict
    variables = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {**os.environ, **{name: str(database[key]) for name, key in variables.items() if database.get(key)}}
    done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- a tool of the database, found on the path
    if done.returncode:
        raise ToolFailed(tool=name, reason=(done.stderr.strip().splitlines() or ["?"])[-1])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
