"""Keeps child processes running: starts them, restarts what ends, stops them together, leaves none behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psutil  # type: ignore[import-untyped]  # it ships none

from kexin.surfaces.cli import kinship

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before a restart; doubled each time
STEADY_AFTER = 60.0  # seconds a child must have lived for its next restart to be quick again
PATIENCE = 15.0  # seconds to end politely in
POLL = 0.1


@dataclass
class Child:
    """One command kept running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0
    restarts: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        environment = {**os.environ, **self.environment, kinship.SUPERVISOR: str(os.getpid())}
        # A session of its own: Ctrl+C in the terminal reaches the supervisor only, which then ends its children in order.
        self.process = subprocess.Popen(self.command, env=environment, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603 -- our own commands
        self.started = time.monotonic()


class Supervisor:
    def __init__(self, children: list[Child], *, say: Callable[[str], None], restarted: str) -> None:
        self.children = children
        self.say = say
        self.restarted = restarted  # a sentence with {name}, {code} and {seconds}
        self.stopping = False

    def run(self, *, each_round: Callable[[], None] = lambda: None) -> None:
        """Run until asked to stop by a signal."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup asked for the terminal's end to be ignored
                signal.signal(number, self._stop)
        try:
            while not self.stopping:
                for child in self.children:
                    self._look_after(child)
                each_round()
                time.sleep(POLL)
        finally:
            self._end_all()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                child.start()
            return
        code = child.process.poll()
        if code is None:
            return
        child.wait = FIRST_WAIT if now - child.started > STEADY_AFTER else min(child.wait * 2, LONGEST_WAIT)
        child.process, child.due = None, now + child.wait
        child.restarts += 1
        self.say(self.restarted.format(name=child.name, code=code, seconds=round(child.wait, 1)))

    def _stop(self, _signal: int, _frame: object) -> None:
        self.stopping = True

    def _end_all(self) -> None:
        processes = [child.process for child in self.children if child.process is not None]
        families = [member for process in processes for member in _family(process.pid)]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        give_up = time.monotonic() + PATIENCE
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, give_up - time.monotonic()))
        for member in families:
            # By identity, not by number: psutil refuses to signal a process that got the number meanwhile.
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


def kexin(*arguments: str) -> list[str]:
    """The command line of one of our own commands, run by the same Python."""
    return [sys.executable, "-m", "kexin.surfaces.cli.main", *arguments]
