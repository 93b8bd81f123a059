"""Which processes use the data folder now. `kexin restore` must not replace it under them."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


@contextlib.contextmanager
def marked_as_running() -> Iterator[None]:
    """Hold the data folder, together with others who do. The system lets go of it, however the process ends."""
    with _lock_file().open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """Hold the data folder alone; False if somebody else does."""
    with _lock_file().open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lock_file() -> Path:
    return Path(settings.HOME) / "running.lock"
