"""`kexin serve`: pages and worker supervised together; `kexin pages` and `kexin worker`: each alone."""

from __future__ import annotations

import os
import socket
import sys

import click

from kexin.ground.errors import KexinError
from kexin.surfaces.cli import kinship, supervisor
from kexin.surfaces.cli.words import gettext as _

HOST, PORT = "127.0.0.1", 8000


class PortTaken(KexinError):
    code = "port_taken"

    def sentence(self) -> str:
        return _("Port {port} on {host} is already used. Choose another: kexin serve --port {next}").format(**self.data)


class PortForbidden(KexinError):
    code = "port_forbidden"

    def sentence(self) -> str:
        return _("The address {host}, port {port}, cannot be used: {reason}").format(**self.data)


def ensure_free(host: str, port: int) -> None:
    """PortTaken unless a page server could listen there now."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)  # a second listener on the port is only noticed here
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno not in {98, 48}:  # in use, on Linux and on macOS
            raise PortForbidden(host=host, port=port, reason=error.strerror or error) from error
        raise PortTaken(host=host, port=port, next=free_port(host, port + 1)) from error


def free_port(host: str = HOST, first: int = PORT) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + 200):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen(1)
            except OSError:
                continue
            return port
    return first


def run(*, host: str = HOST, port: int = PORT, workers: int | None = None, ready: str = "") -> None:
    """Supervise pages and worker until stopped. `ready` is said, once, when the first page can be opened."""
    from kexin.surfaces.cli import running  # noqa: PLC0415 -- needs Django's settings

    ensure_free(host, port)
    pages = ["pages", "--host", host, "--port", str(port), *(["--workers", str(workers)] if workers else [])]
    children = [
        supervisor.Child(name=_("page server"), command=supervisor.kexin(*pages)),
        supervisor.Child(name=_("worker"), command=supervisor.kexin("worker")),
    ]
    said = False
    address = f"http://{_shown(host)}:{port}/"

    def tell() -> None:
        nonlocal said
        if not said and _answers(host, port):
            said = True
            _say(ready or _("Kexin is ready: {address}   (Ctrl+C stops it)").format(address=address))

    with running.marked_as_running():
        restarted = _("The {name} ended ({code}); it starts again in {seconds} s.")
        supervisor.Supervisor(children, say=_warn, restarted=restarted).run(each_round=tell)
    _say(_("Stopped."))


@click.command(
    "serve",
    help=_(
        "Run pages and worker, supervised together: whichever ends is started again, and nothing is left behind.\n\n"
        "Stops with Ctrl+C. In production, `kexin pages` and `kexin worker` can run apart, as two system services."
    ),
)
@click.option("--host", default=HOST, show_default=True, envvar="KEXIN_HOST", help=_("Address to listen on; 0.0.0.0 for all."))
@click.option("--port", default=PORT, show_default=True, envvar="KEXIN_PORT", type=click.IntRange(1, 65535), help=_("Port to listen on."))
@click.option("--workers", type=click.IntRange(1, 64), help=_("Page processes. Default: chosen for this machine and database."))
def serve(host: str, port: int, workers: int | None) -> None:
    _remind(host)
    run(host=host, port=port, workers=workers)


@click.command("pages", help=_("Run the page server alone. A worker must run beside it: kexin worker."))
@click.option("--host", default=HOST, show_default=True, envvar="KEXIN_HOST", help=_("Address to listen on; 0.0.0.0 for all."))
@click.option("--port", default=PORT, show_default=True, envvar="KEXIN_PORT", type=click.IntRange(1, 65535), help=_("Port to listen on."))
@click.option("--workers", type=click.IntRange(1, 64), help=_("Page processes. Default: chosen for this machine and database."))
def pages(host: str, port: int, workers: int | None) -> None:
    from granian import Granian  # noqa: PLC0415 -- only the page server needs it
    from granian.constants import Interfaces  # noqa: PLC0415 -- the same
    from granian.log import LogLevels  # noqa: PLC0415 -- the same

    from kexin.surfaces.cli import running  # noqa: PLC0415 -- needs Django's settings

    ensure_free(host, port)
    kinship.bind_family()
    with running.marked_as_running():
        Granian(
            "kexin.project.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers or page_processes(),
            blocking_threads=THREADS,
            backpressure=64,
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
        ).serve()


@click.command("worker", help=_("Run the worker alone: background work, announcements and what repeats."))
def worker() -> None:
    from kexin.surfaces.cli import cluster, running, work  # noqa: PLC0415 -- needs Django

    kinship.bind_family()
    with running.marked_as_running():
        code = work.run()
    if code == cluster.GIVEN_UP:
        os.execv(sys.executable, supervisor.kexin("worker"))  # noqa: S606 -- the same process, anew, whoever supervises it
    sys.exit(code)


THREADS = 4  # of each page process; each holds one connection to the database


def page_processes() -> int:
    """Two on SQLite, where more only wait for its one writer; on a server database one a core, four at most."""
    from django.db import connection  # noqa: PLC0415 -- only when it is needed

    return 2 if connection.vendor == "sqlite" else max(2, min(4, os.cpu_count() or 2))


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=0.2):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 -- looked up, not listened on


def _shown(host: str) -> str:
    reachable = _reachable(host)
    return f"[{reachable}]" if ":" in reachable else reachable


def _remind(host: str) -> None:
    """Say beforehand what would else be a puzzle on the first page."""
    from django.conf import settings  # noqa: PLC0415 -- only when it is needed

    from kexin.ground.staff.models import User  # noqa: PLC0415 -- the same

    if not User.objects.exists():
        _say(_("Nobody can sign in yet. Make the first administrator: kexin setup"))
    local = {"127.0.0.1", "localhost", "[::1]"}
    if host not in {"127.0.0.1", "localhost", "::1"} and set(settings.ALLOWED_HOSTS) <= local:
        _say(_("Other machines are refused until their names for this one stand in KEXIN_ALLOWED_HOSTS."))


def _say(text: str) -> None:
    click.echo(text)
    sys.stdout.flush()


def _warn(text: str) -> None:
    click.echo(text, err=True)


commands = [serve, pages, worker]
