"""The data folder of one installation: where it is, what lies in it, its secret key."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def home() -> Path:
    """The data folder: KEXIN_HOME, else a `kexin` folder under the user's data folder. Created private to its owner."""
    chosen = os.environ.get("KEXIN_HOME")
    folder = Path(chosen) if chosen else Path.home() / ".local" / "share" / "kexin"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_keys(folder: Path) -> list[str]:
    """The installation's keys, newest first, readable by their owner only. The first start writes one.

    A new key is put in a line above the old ones: what was signed or encrypted with those can still be read.
    """
    path = folder / "secret.key"
    if not path.exists():
        handle, fresh = tempfile.mkstemp(prefix=".secret.key.", dir=folder)  # readable by its owner only
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all: of two processes starting at once one key wins, and both read it.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text(encoding="ascii").split()


def uploads(folder: Path) -> Path:
    """Where an upload waits until it is kept."""
    waiting = folder / "uploads"
    waiting.mkdir(mode=0o700, exist_ok=True)
    return waiting


def logs(folder: Path) -> Path:
    """The log file. Beside the database, readable by its owner only."""
    (folder / "logs").mkdir(mode=0o700, exist_ok=True)
    return folder / "logs" / "kexin.log"


def static(folder: Path) -> Path:
    """Where an installation may keep static files of its own, a logo for example."""
    own = folder / "static"
    own.mkdir(mode=0o755, exist_ok=True)
    return own
