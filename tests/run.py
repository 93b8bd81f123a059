"""Runs every test this machine can run, on SQLite and on PostgreSQL, and names what it left out and why.

    python tests/run.py                     everything
    python tests/run.py --only lint         one stage: lint, docs, sqlite, postgresql
    python tests/run.py -- tests/kit -x     what follows -- goes to pytest, in both runs

KEXIN_TEST_NO_SKIP=1 turns everything left out into a failure. KEXIN_TEST_DATABASE_URL names a PostgreSQL server to use;
without it a throw-away one is started where PostgreSQL's programs are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("KEXIN_TEST_NO_SKIP") == "1"
PYTHON = sys.executable
BIN = Path(PYTHON).parent
# What asks no database, asks one of its own, or asks the same of any: once is enough.
NO_DATABASE = (
    "src/kexin/measures",
    "tests/architecture",
    "tests/demo",
    "tests/docs",
    "tests/journeys/test_pages.py",
    "tests/kit",
    "tests/measures",
    "tests/surfaces/assistants/test_http.py",
    "tests/surfaces/assistants/test_stdio.py",
    "tests/surfaces/cli/test_demo.py",
    "tests/surfaces/cli/test_setup.py",
)


@dataclass
class Tally:
    """What ran, what failed, what was left out and why."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def leave_out(self, what: str, why: str) -> None:
        if STRICT:
            self.fail(f"{what}: {why}")
        else:
            self.skipped.append(f"{what}: {why}")

    def fail(self, what: str) -> None:
        self.failed += 1
        self.failures.append(what)


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 -- this is a program for the terminal


def surroundings(database: str = "") -> dict[str, str]:
    """The environment of one stage: the caller's, without an installation of theirs."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KEXIN_") or name.startswith(("KEXIN_TEST_", "KEXIN_CHROMIUM"))
    }
    kept.pop("DATABASE_URL", None)
    kept.pop("REDIS_URL", None)
    # Hundreds of processes are started: what the first one compiled, the others read.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept["DJANGO_SETTINGS_MODULE"] = "kexin.project.settings"
    if database:
        kept["DATABASE_URL"] = database
    return kept


def check(tally: Tally, name: str, *command: str, home: Path) -> None:
    """One tool that says yes or no counts as one test."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings() | {"KEXIN_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        say(done.stdout + done.stderr)
        tally.fail(name)
    else:
        tally.passed += 1
    say(f"{'FAILED' if done.returncode else 'passed'}  {name}  ({time.monotonic() - started:.0f} s)")


def lint(tally: Tally, home: Path) -> None:
    check(tally, "ruff check", str(BIN / "ruff"), "check", "--quiet", ".", home=home)
    check(tally, "ruff format", str(BIN / "ruff"), "format", "--check", "--quiet", ".", home=home)
    check(tally, "import map", str(BIN / "lint-imports"), "--no-cache", home=home)
    check(tally, "texts people read are complete and compiled", PYTHON, "-m", "tools.messages", "--check", home=home)
    check(tally, "types", PYTHON, "-m", "mypy", home=home)


def docs(tally: Tally, home: Path) -> None:
    check(
        tally,
        "documentation builds without a warning",
        PYTHON,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "docs",
        str(home / "site"),
        home=home,
    )


def tests(tally: Tally, database: str, name: str, more: list[str]) -> None:
    """The whole suite on one database, counted from pytest's own report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        workers = os.environ.get("KEXIN_TEST_WORKERS", "auto")
        command = [
            PYTHON,
            "-m",
            "pytest",
            "-q",
            "-n",
            workers,
            "--dist",
            "worksteal",
            f"--junitxml={report}",
            "-o",
            "junit_family=xunit1",
            *more,
        ]
        code = subprocess.run(command, cwd=ROOT, env=surroundings(database), stdin=subprocess.DEVNULL, check=False).returncode
        failed_before = tally.failed
        if report.exists():
            for case in ET.parse(report).iter("testcase"):  # noqa: S314 -- written by the line above
                _count(tally, case, name)
        if code and tally.failed == failed_before:
            tally.fail(f"{name}: pytest ended with code {code}")


def _count(tally: Tally, case: ET.Element, name: str) -> None:
    title = f"{name}: {case.get('file') or case.get('classname')}::{case.get('name')}"
    if case.find("failure") is not None or case.find("error") is not None:
        tally.fail(title)
    elif (left := case.find("skipped")) is not None:
        tally.skipped.append(f"{title}: {left.get('message')}")
    else:
        tally.passed += 1


def programs() -> Path | None:
    """Where PostgreSQL's own programs are; Debian keeps them off the path, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A throw-away PostgreSQL on a free port, gone with its data afterwards."""
    at = programs()
    if at is None:
        raise LookupError("PostgreSQL's programs (initdb, pg_ctl) are not installed")
    # PostgreSQL refuses to run as root, so root starts it as its own user.
    account = None
    if os.geteuid() == 0:
        try:
            account = pwd.getpwnam("postgres")
        except KeyError:
            account = pwd.getpwnam("nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, word = folder / "data", secrets.token_hex(16)
    (folder / "word").write_text(word)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(*command: str) -> None:
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **as_user,
        )
        if done.returncode:
            raise LookupError(f"PostgreSQL did not start: {done.stdout[-500:]}")

    call(
        str(at / "initdb"),
        "-D",
        str(data),
        "-U",
        "kexin",
        "-A",
        "scram-sha-256",
        f"--pwfile={folder / 'word'}",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    # What is lost when the machine fails does not matter here, so nothing waits for the disk.
    fast = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    call(str(at / "pg_ctl"), "-D", str(data), "-o", fast, "-w", "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://kexin:{word}@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(LookupError):
            call(str(at / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


def once(more: list[str]) -> list[str]:
    """Leave out what ran on SQLite already and would answer the same; unless somebody named their own tests."""
    return more or [f"--ignore={path}" for path in NO_DATABASE]


def on_postgresql(tally: Tally, more: list[str]) -> None:
    given = os.environ.get("KEXIN_TEST_DATABASE_URL")
    if given:
        tests(tally, given, "PostgreSQL", once(more))
        return
    with tempfile.TemporaryDirectory(prefix="kexin-pg-", ignore_cleanup_errors=True) as folder:
        try:
            with postgresql(Path(folder)) as url:
                tests(tally, url, "PostgreSQL", once(more))
        except LookupError as missing:
            tally.leave_out("every test on PostgreSQL", str(missing))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["lint", "docs", "sqlite", "postgresql"])
    parser.add_argument("more", nargs="*", help="arguments for pytest, after --")
    chosen = parser.parse_args()
    started, tally = time.monotonic(), Tally()

    with tempfile.TemporaryDirectory(prefix="kexin-check-") as folder:
        if chosen.only in (None, "lint"):
            lint(tally, Path(folder))
        if chosen.only in (None, "docs"):
            docs(tally, Path(folder))
    if chosen.only in (None, "sqlite"):
        say("== the tests on SQLite")
        tests(tally, "", "SQLite", chosen.more)
    if chosen.only in (None, "postgresql"):
        say("== the same tests on PostgreSQL")
        on_postgresql(tally, chosen.more)

    for what in tally.skipped:
        say(f"SKIPPED {what}")
    for what in tally.failures:
        say(f"FAILED {what}")
    counts = [f"{tally.failed} failed"] if tally.failed else []
    counts += [f"{tally.passed} passed"]
    counts += [f"{len(tally.skipped)} skipped"] if tally.skipped else []
    say(f" {', '.join(counts)} in {time.monotonic() - started:.2f}s ".center(80, "="))
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
