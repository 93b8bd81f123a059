"""Makes the database ready for a command: a new one is built by itself, an older one asks for `kexin setup`."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.utils import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import KexinError

OTHER_VERSION = 5
LOCK = 0x6B657869  # "kexi": PostgreSQL's advisory lock of a migration


class DatabaseOlder(KexinError):
    code = "database_older"
    text: ClassVar[str | Promise] = _(
        "The database belongs to an older version of Kexin. Back it up (kexin backup), then bring it up to date with: kexin setup"
    )
    exit_code = OTHER_VERSION


class DatabaseNewer(KexinError):
    code = "database_newer"
    text: ClassVar[str | Promise] = _(
        "The database belongs to a newer version of Kexin (%(known)s). Install that version, or restore a backup."
    )
    exit_code = OTHER_VERSION


def ready() -> None:
    """Build a new database; refuse one of another version."""
    applied = applied_migrations()
    if not applied:
        migrate()
        return
    missing, unknown = compare(applied)
    if missing:
        raise DatabaseOlder
    if unknown:
        raise DatabaseNewer(known=", ".join(sorted(f"{app} {name}" for app, name in unknown)[:3]))
    erase_again()


def erase_again() -> list[str]:
    """After a restore, before anything else runs: whoever was erased since the backup is erased once more. Certificates' numbers."""
    from kexin.loop.privacy.actions import replaying  # noqa: PLC0415 -- needs the tables of this version

    if not replaying.due():
        return []
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same

    erased = replaying.replay(by=Actor.system("cli"))
    for erasure in erased:
        if erasure.job_id is not None:
            jobs.run_here(erasure.job_id)
    return [erasure.number for erasure in erased]


def migrate(*, verbosity: int = 0) -> None:
    """Bring the database up to date. Of several processes starting at once one does it, the others wait for it."""
    with _one_at_a_time():
        call_command("migrate", verbosity=verbosity, interactive=False)


def applied_migrations() -> set[tuple[str, str]]:
    """What the database says was applied; nothing, where it is new."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return {(str(app), str(name)) for app, name in cursor.fetchall()}
    except (ProgrammingError, OperationalError) as error:
        if "django_migrations" not in str(error):
            raise  # not a new database: one that cannot be reached
        return set()


def compare(applied: set[tuple[str, str]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Migrations of this version that are not applied, and applied ones of ours that this version does not know.

    Read from the names of the files: importing every migration would take longer than most commands.
    """
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("kexin.")}
    here = {(config.label, path.stem) for config in apps.get_app_configs() for path in (Path(config.path) / "migrations").glob("[0-9]*.py")}
    missing = {(app, name) for app, name in here - applied if app in ours} or _missing_of_others(here - applied)
    return missing, {(app, name) for app, name in applied - here if app in ours}


def _missing_of_others(candidates: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Other packages squash their migrations, so their file names alone do not tell: ask Django."""
    if not candidates:
        return set()
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- imports every migration

    executor = MigrationExecutor(connection)
    return {(step.app_label, step.name) for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())}


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(settings.HOME) / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
