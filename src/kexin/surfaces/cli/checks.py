"""What `kexin check` looks at. Each check answers with one finding; none stops the others."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from kexin.surfaces.cli import database

State = Literal["good", "note", "bad"]
SQLITE_OLDEST = (3, 38, 0)
POSTGRES_OLDEST = 15
MB = 1024 * 1024
SPARSE = 2048 * MB  # less free space than this deserves a word


@dataclass(frozen=True)
class Finding:
    name: str
    state: State
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def everything() -> list[Finding]:
    findings: list[Finding] = []
    for check in (_folder, _key, _disk, _languages):
        findings += check()
    reachable = list(_database())
    findings += reachable
    if any(finding.state == "bad" for finding in reachable):
        return findings
    migrated = list(_migrations())
    findings += migrated
    if not any(finding.state == "bad" for finding in migrated):
        for check in (_administrator, _worker, _announcements):
            findings += check()
    return findings + list(_settings())


def _folder() -> Iterator[Finding]:
    home = Path(settings.HOME)
    for folder in (home, home / "files", home / "logs", home / "uploads"):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            yield Finding("folder", "bad", _("The folder %(path)s cannot be written to.") % {"path": folder})
            return
    if stat.S_IMODE(home.stat().st_mode) & 0o077:
        yield Finding(
            "folder", "note", _("Others on this machine can look into the data folder %(path)s: chmod 700 keeps them out.") % {"path": home}
        )
    else:
        yield Finding("folder", "good", _("The data folder is %(path)s, private and writable.") % {"path": home})


def _key() -> Iterator[Finding]:
    path = Path(settings.HOME) / "secret.key"
    if not path.exists():
        yield Finding("key", "bad", _("The secret key %(path)s is missing.") % {"path": path})
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("key", "bad", _("Others can read the secret key: chmod 600 %(path)s") % {"path": path})
    else:
        yield Finding("key", "good", _("The secret key is readable by its owner only."))


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free
    words = {"free": f"{free // MB:,}", "least": f"{settings.FILES_KEEP_FREE // MB:,}"}
    if free < settings.FILES_KEEP_FREE:
        yield Finding("disk", "bad", _("The disk is full: %(free)s MB are free, uploads stop below %(least)s MB.") % words)
    elif free < SPARSE:
        yield Finding("disk", "note", _("Only %(free)s MB are free on the disk of the data folder.") % words)
    else:
        yield Finding("disk", "good", _("%(free)s MB are free on the disk of the data folder.") % words)


def _languages() -> Iterator[Finding]:
    missing = [path.parent.parent.parent.parent.name for path in _catalogues() if not path.with_suffix(".mo").exists()]
    if missing:
        yield Finding("languages", "bad", _("Catalogues are not compiled: %(rooms)s") % {"rooms": ", ".join(missing)})
    else:
        yield Finding("languages", "good", _("Chinese and English are complete."))


def _catalogues() -> list[Path]:
    import kexin  # noqa: PLC0415 -- the package's own folder

    return sorted(Path(kexin.__file__).parent.glob("**/LC_MESSAGES/django.po"))


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        yield Finding("database", "bad", _("The database cannot be reached: %(reason)s") % {"reason": reason})
        return
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _sqlite() -> Iterator[Finding]:
    import sqlite3  # noqa: PLC0415 -- only where it is used

    words = {"version": sqlite3.sqlite_version, "path": settings.DATABASES["default"]["NAME"]}
    if sqlite3.sqlite_version_info < SQLITE_OLDEST:
        yield Finding("database", "bad", _("SQLite %(version)s is too old: 3.38 or newer is needed.") % words)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        (answer,) = cursor.fetchone()
        if answer != "ok":
            yield Finding("database", "bad", _("The database file %(path)s is damaged: restore a backup.") % words)
            return
    yield Finding("database", "good", _("The database is SQLite %(version)s, %(path)s.") % words)


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000")
        version, number = cursor.fetchone()
        cursor.execute("SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()")
        encoding, ctype = cursor.fetchone()
    words = {"version": version, "encoding": encoding, "ctype": ctype}
    if number < POSTGRES_OLDEST:
        yield Finding("database", "bad", _("PostgreSQL %(version)s is too old: 15 or newer is needed.") % words)
    elif encoding != "UTF8":
        yield Finding("database", "bad", _("The database's encoding is %(encoding)s: make it anew with ENCODING 'UTF8'.") % words)
    elif not str(ctype).lower().replace("-", "").endswith("utf8"):
        text = _("The database's LC_CTYPE is %(ctype)s, so Chinese words would not be found: make it anew with a UTF-8 one.")
        yield Finding("database", "bad", text % words)
    else:
        yield Finding("database", "good", _("The database is PostgreSQL %(version)s, %(encoding)s, %(ctype)s.") % words)


def _migrations() -> Iterator[Finding]:
    applied = database.applied_migrations()
    missing, unknown = database.compare(applied)
    if not applied:
        yield Finding("migrations", "bad", _("The database is empty: kexin setup builds it."))
    elif missing:
        yield Finding("migrations", "bad", _("The database is of an older version: kexin setup brings it up to date."))
    elif unknown:
        yield Finding("migrations", "bad", _("The database is of a newer version than this program."))
    else:
        yield Finding("migrations", "good", _("The database is up to date."))


def _administrator() -> Iterator[Finding]:
    from kexin.ground.staff.models import User  # noqa: PLC0415 -- only where the table is there
    from kexin.ground.staff.rules import ADMIN  # noqa: PLC0415 -- the same

    if User.objects.filter(role=ADMIN, is_active=True).exists():
        yield Finding("administrator", "good", _("An administrator can sign in."))
    else:
        yield Finding("administrator", "bad", _("There is no administrator: kexin setup makes the first."))


def _worker() -> Iterator[Finding]:
    from kexin.ground.jobs import queries  # noqa: PLC0415 -- only where the table is there

    living, waiting = queries.living_workers().count(), queries.active_jobs().count()
    words = {"workers": living, "jobs": waiting}
    if living:
        yield Finding("worker", "good", _("A worker is running; jobs not ended: %(jobs)s.") % words)
    else:
        state: State = "bad" if waiting else "note"
        yield Finding("worker", state, _("No worker is running (kexin serve, or kexin worker); jobs not ended: %(jobs)s.") % words)


def _announcements() -> Iterator[Finding]:
    from kexin.ground.jobs import queries  # noqa: PLC0415 -- only where the table is there

    aside = queries.set_aside().count()
    if aside:
        yield Finding(
            "announcements", "bad", _("Announcements nobody could hear: %(n)s. See the log, then: kexin jobs deliver-again") % {"n": aside}
        )


def _settings() -> Iterator[Finding]:
    """What is fine on one's own machine and not on a network."""
    local = {"127.0.0.1", "localhost", "[::1]"}
    if set(settings.ALLOWED_HOSTS) <= local:
        yield Finding("hosts", "note", _("Only this machine may open the pages (KEXIN_ALLOWED_HOSTS)."))
    elif not settings.HTTPS:
        yield Finding("https", "bad", _("Other machines may open the pages without TLS: put a proxy before it and set KEXIN_HTTPS=1."))
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("hosts", "bad", _("KEXIN_ALLOWED_HOSTS=* accepts every name: write the names people use."))
