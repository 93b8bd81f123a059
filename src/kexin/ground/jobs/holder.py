"""Who holds a lease: a process of this machine, named so that others on the machine can tell whether it still lives."""

from __future__ import annotations

import functools
import hashlib
import os
import socket
import threading
import uuid
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships none


@functools.cache
def node() -> str:
    """Name this machine since it was started, as this process sees it: two containers on one host are two nodes."""
    parts = [socket.gethostname(), str(psutil.boot_time() // 60)]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            parts.append(str(Path(path).readlink()) if path.endswith("ns/pid") else Path(path).read_text(encoding="ascii").strip())
        except OSError:
            continue
    if len(parts) == 4:  # noqa: PLR2004 -- the boot id is exact; the boot time drifts with the clock
        del parts[1]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def me() -> str:
    """Name this process and this run of a slice: `node:pid:birth:random`, at most 60 characters."""
    pid = os.getpid()
    return f"{node()}:{pid}:{_birth(pid)}:{uuid.uuid4().hex[:6]}{threading.get_ident() % 0xFFFF:x}"


def is_dead(holder: str) -> bool:
    """Whether the process is known to have ended. Processes of other machines are never known to."""
    where, _, rest = holder.partition(":")
    if where != node():
        return False
    pid, _, rest = rest.partition(":")
    birth = rest.partition(":")[0]
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or _birth(int(pid)) != birth
    except psutil.NoSuchProcess:
        return True
    except (psutil.Error, ValueError):
        return False


def _birth(pid: int) -> str:
    try:
        # Ticks since the machine started: unlike a time of day, it never drifts.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except FileNotFoundError:
        return f"{int(psutil.Process(pid).create_time())}"
