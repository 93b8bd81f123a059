"""No process of ours outlives the one that started it, however that one ended (kill -9 included).

Linux tells the kernel (prctl PR_SET_PDEATHSIG); elsewhere a thread looks once a second whether the parent is still there.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
SUPERVISOR = "KEXIN_SUPERVISOR"  # the supervisor's process id, given to its children

_forking_from = 0


def die_with(parent: int) -> None:
    """End this process with SIGKILL when `parent` ends. At once, if it already has."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent watch").start()
    if os.getppid() != parent:
        os._exit(1)


def bind_family() -> None:
    """Bind this process to its supervisor, if it has one, and every process it will fork to itself."""
    supervisor = os.environ.get(SUPERVISOR)
    if supervisor and supervisor.isdigit():
        die_with(int(supervisor))
    os.register_at_fork(before=_remember, after_in_child=_die_with_forker)


def _remember() -> None:
    global _forking_from  # noqa: PLW0603 -- the child must know whom it was forked from; there is no other way to tell it
    _forking_from = os.getpid()


def _die_with_forker() -> None:
    die_with(_forking_from)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
