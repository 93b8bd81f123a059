"""`kexin demo`: a simulated company in a data folder of its own, built once, then served."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from kexin.ground.errors import KexinError
from kexin.surfaces.cli.words import gettext as _

MARKER = "demo.json"  # a data folder without it is somebody's own and never touched
PASSWORD = "demo-password"  # noqa: S105 -- the name of the file that holds it
CUSTOMERS = 2_000
FEWEST, MOST = 300, 1_000_000
PORT = 8000


class NotADemo(KexinError):
    """The data folder holds something that `kexin demo` did not make."""

    code = "not_a_demo"

    def sentence(self) -> str:
        return _("{folder} is not a demo company's data folder; nothing was changed. Choose another one with KEXIN_HOME.").format(
            **self.data
        )


class DemoRunning(KexinError):
    """Another process works in the demo's data folder, so it is not built anew."""

    code = "demo_running"

    def sentence(self) -> str:
        return _("The demo company in {folder} is open in another terminal. Stop it there first.").format(**self.data)


@click.command(
    "demo",
    help=_(
        "Try Kexin with a simulated company: a dealership group with branches, staff, customers and three years of orders.\n\n"
        "It lives in a data folder of its own (KEXIN_HOME, else kexin-demo in your data folder) and never in one that holds anything "
        "else. The first time builds it, the next time only serves it. Every name, number and amount is made up."
    ),
)
@click.option("--no-serve", is_flag=True, help=_("Build the company and stop."))
@click.option(
    "--customers",
    type=click.IntRange(FEWEST, MOST),
    help=_("How many customers. Asking for another number than there are builds the company anew. Default: 2000."),
)
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help=_("First port to try; the next free one is used.")
)
def demo(no_serve: bool, customers: int | None, port: int) -> None:  # noqa: FBT001 -- a flag of the command line
    folder = demo_home()
    _choose(folder)
    from kexin.surfaces.cli import running  # noqa: PLC0415 -- needs the data folder chosen above

    with running.alone() as alone:
        about = _standing(folder)
        if about is None or customers not in {None, about["customers"]}:
            if not alone:
                raise DemoRunning(folder=folder)
            about = _build(folder, customers or CUSTOMERS)
        else:
            _refresh()
    if no_serve:
        _say(_introduction(folder, about, ""))
        return

    from kexin.surfaces.cli import serve  # noqa: PLC0415 -- needs the data folder chosen above

    chosen = serve.free_port(first=port)
    if chosen != port:
        _say(_("Port {port} is taken; using {next}.").format(port=port, next=chosen))
    serve.run(port=chosen, ready=_introduction(folder, about, f"http://127.0.0.1:{chosen}/"))


def demo_home() -> Path:
    """Where the demo company lives. NotADemo where something else lives there."""
    chosen = os.environ.get("KEXIN_HOME")
    folder = (Path(chosen) if chosen else Path.home() / ".local" / "share" / "kexin-demo").absolute()
    if folder.exists() and not (folder.is_dir() and ((folder / MARKER).is_file() or not any(folder.iterdir()))):
        raise NotADemo(folder=folder)
    return folder


def _choose(folder: Path) -> None:
    """Settle the data folder for this process and those it starts, before any settings are read."""
    ignored = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.pop(name, "")]
    if ignored:
        _say(_("{names} is left alone: the demo company keeps to its own data folder.").format(names=", ".join(ignored)))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / MARKER).exists():
        _mark(folder, {"simulated": True, "state": "empty"})
    os.environ["KEXIN_HOME"] = str(folder)
    import django  # noqa: PLC0415 -- the data folder first

    from kexin.surfaces.cli import words  # noqa: PLC0415 -- the same

    django.setup()
    from django.utils import translation  # noqa: PLC0415 -- needs settings

    translation.activate(words.chosen(os.environ))


def _mark(folder: Path, about: dict[str, Any]) -> None:
    fresh = folder / f".{MARKER}"
    fresh.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(folder / MARKER)


def _standing(folder: Path) -> dict[str, Any] | None:
    """What the marker says of a finished company; None where there is none, or only a half-built one."""
    about: dict[str, Any] = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    return about if about.get("state") == "ready" else None


def _build(folder: Path, customers: int) -> dict[str, Any]:
    from kexin.demo import build  # noqa: PLC0415 -- needs Django
    from kexin.surfaces.cli import database  # noqa: PLC0415 -- the same

    started = time.monotonic()
    _say(_("Building the simulated company, {customers} customers …").format(customers=f"{customers:,}"))
    _mark(folder, {"simulated": True, "state": "building"})
    _empty(folder)
    database.migrate()
    password = _new_password(folder)
    built = build.build(
        folder=folder,
        customers=customers,
        password=password,
        today=today(),
        tell=_Progress() if sys.stderr.isatty() else lambda _what, _part: None,
    )
    about = {
        "simulated": True,
        "state": "ready",
        "customers": built.customers,
        "orders": built.orders,
        "lines": built.lines,
        "seed": built.seed,
        "last_day": built.last_day,
    }
    _mark(folder, about)
    _say(_("Built in {seconds:.0f} s.").format(seconds=time.monotonic() - started))
    return about


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _empty(folder: Path) -> None:
    """Remove what an earlier or half-built demo left, but for what this process already holds open."""
    from django.db import connections  # noqa: PLC0415 -- needs the data folder chosen

    connections.close_all()
    kept = {MARKER, "secret.key", "running.lock", "logs"}
    for path in folder.iterdir():
        if path.name in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / "uploads").mkdir(mode=0o700, exist_ok=True)
    (folder / "static").mkdir(exist_ok=True)


def _refresh() -> None:
    """A demo company of an older version is brought up to date by itself; nobody has anything to lose in it."""
    from kexin.surfaces.cli import database  # noqa: PLC0415 -- needs the data folder chosen

    missing, _unknown = database.compare(database.applied_migrations())
    if missing:
        database.migrate()


def _new_password(folder: Path) -> str:
    """One random password for the suggested names, kept beside the demo for its owner's eyes only."""
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    path = folder / PASSWORD
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(password + "\n")
    return password


def _introduction(folder: Path, about: dict[str, Any], address: str) -> str:
    from kexin.demo.company import PEOPLE, SUGGESTED, TREE  # noqa: PLC0415 -- needs Django
    from kexin.demo.words import COMPANY  # noqa: PLC0415 -- the same
    from kexin.ground.staff.choices import Role  # noqa: PLC0415 -- the same

    branches = {code: name for code, name, _above in TREE}
    known = {person.username: person for person in PEOPLE}
    password = (folder / PASSWORD).read_text(encoding="ascii").strip()
    lines = [
        "",
        _("{company}: {customers} customers, {orders} orders. All of it is simulated.").format(
            company=COMPANY, customers=f"{about['customers']:,}", orders=f"{about['orders']:,}"
        ),
        "",
        *([_("  Address   {address}").format(address=address)] if address else []),
        _("  Password  {password}   (for each of these names; kept in {file})").format(password=password, file=folder / PASSWORD),
        "",
    ]
    for username in SUGGESTED:
        person = known[username]
        lines.append(f"  {username:<10}{Role(person.role).label} · {person.name} · {branches[person.branch]}")
    lines += ["", _("Ctrl+C stops it; the same command starts it again.") if address else _("Start it with: kexin demo")]
    return "\n".join(lines)


class _Progress:
    """One line on the terminal that says what is being done and how far it came."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, what: str, part: float | None) -> None:
        names = {
            "found": _("branches and staff"),
            "write": _("inventing customers and orders"),
            "customers": _("loading customers"),
            "contacts": _("loading contacts"),
            "orders": _("loading orders"),
            "details": _("vehicles, days, entries, calls"),
            "duplicates": _("files that may be one customer"),
            "assess": _("assessing where customers stand"),
        }
        text = names[what] + ("" if part is None else f" {part:.0%}")
        if text != self._last:
            self._last = text
            click.echo(f"\r\x1b[2K  {text}", nl=False, err=True)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", nl=False, err=True)
    click.echo(text)
    sys.stdout.flush()


commands = [demo]
