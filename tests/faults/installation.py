"""A whole installation in a folder of its own: real processes, a real database, ways to hurt them and to see what is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # seconds after which something is taken not to happen at all; nothing here is about speed


class Installation:
    """One KEXIN_HOME with its database. Every process started here is ended by `close`."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.home = home
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.database_url = database_url
        self.port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KEXIN_", "DATABASE_URL", "DJANGO_"))},
            "KEXIN_HOME": str(home),
            "KEXIN_LANG": "en",
            "KEXIN_KEEP_FREE_MB": "0",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            **({"DATABASE_URL": database_url} if database_url else {}),
        }

    # Commands

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "kexin.surfaces.cli.main", *arguments]

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            **options,
        )

    def spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.home / "processes.log").open("ab") as log:
            process = subprocess.Popen(
                self.command(*arguments), env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def python(self, code: str) -> str:
        """Run some lines with Django set up, and give what they print."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, *many: dict[str, Any]) -> list[int]:
        """Ask for jobs of the kind faults.count; gives their numbers."""
        printed = self.python(
            "from kexin.ground.audit.actor import Actor\n"
            "from kexin.ground.jobs import actions\n"
            f"for arguments in {list(many)!r}:\n"
            "    print(actions.start(kind='faults.count', arguments=arguments, by=Actor.system('test')).pk)\n"
        )
        return [int(line) for line in printed.splitlines()]

    # Looking

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if self.database_url:
            with psycopg.connect(self.database_url.replace("postgres://", "postgresql://")) as database:
                return database.execute(query).fetchall()
        with contextlib.closing(sqlite3.connect(self.home / "kexin.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchall()

    def job(self, number: int) -> dict[str, Any]:
        names = "state, done, total, lease_holder, attempts, turn, error, checkpoint"
        row = dict(zip(names.split(", "), self.rows(f"SELECT {names} FROM jobs_job WHERE id = {number}")[0], strict=True))  # noqa: S608 -- our own names
        return row | {"checkpoint": json.loads(row["checkpoint"]) if isinstance(row["checkpoint"], str) else row["checkpoint"]}

    def traces(self, action: str, job: int) -> list[int]:
        """The numbers a job (or whoever heard of it) left, in the order they were left."""
        found = self.rows(f"SELECT label FROM audit_entry WHERE action = '{action}' AND record_id = '{job}' ORDER BY id")  # noqa: S608 -- the same
        return [int(label) for (label,) in found]

    def holder(self, number: int) -> int | None:
        """The process that runs a slice of the job now."""
        holder = str(self.job(number)["lease_holder"])
        return int(holder.split(":")[1]) if holder else None

    def answers(self, path: str = "/accounts/login/") -> int:
        """The status of a page; 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (urllib.error.URLError, OSError):
            return 0

    def family(self) -> list[psutil.Process]:
        """Every living process of this installation, whoever its parent is now."""
        mine = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("KEXIN_HOME") == str(self.home) and process.status() != psutil.STATUS_ZOMBIE:
                    mine.append(process)
        return mine

    def log(self) -> str:
        texts = [path.read_text(errors="replace") for path in (self.home / "processes.log", self.home / "logs/kexin.log") if path.exists()]
        return "\n".join(text[-6000:] for text in texts)

    def close(self) -> None:
        for process in self.processes:
            process.poll()
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def until(true: Callable[[], Any], *, within: float = PATIENCE, every: float = 0.1, log: Callable[[], str] = lambda: "") -> Any:
    """Wait until something is so; fail with the log if it does not become so in time."""
    give_up = time.monotonic() + within
    while True:
        if answer := true():
            return answer
        if time.monotonic() > give_up:
            raise AssertionError(f"not within {within} s\n{log()}")
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Wire:
    """A wire to the database server that can be cut for a while: connections break, new ones are refused."""

    def __init__(self, host: str, port: int) -> None:
        self.target, self.port = (host, port), free_port()
        self.lock, self.ends, self.listener = threading.Lock(), list[socket.socket](), None
        self.mend()

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        assert self.listener is not None
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for end in self.ends:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self.ends.clear()

    @contextlib.contextmanager
    def broken(self) -> Iterator[None]:
        self.cut()
        try:
            yield
        finally:
            self.mend()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _address = listener.accept()
                far = socket.create_connection(self.target)
            except OSError:
                return
            with self.lock:
                self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()  # each of the two threads closes the end it read from
