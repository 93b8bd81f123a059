"""The data folder of one installation: where it is, what lies in it, its secret key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The data folder: KEXIN_HOME, else a `kexin` folder under the user's data folder. Created private to its owner."""
    chosen = os.environ.get("KEXIN_HOME")
    folder = Path(chosen) if chosen else Path.home() / ".local" / "share" / "kexin"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The installation's signing key. Written once, readable by its owner only; two first starts agree on one key."""
    path = folder / "secret.key"
    try:
        # O_EXCL: of two processes starting at once only one writes, the other reads what it wrote.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()
