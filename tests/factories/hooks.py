"""Receivers of web hooks that really listen, and hooks that lead to them."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.hooks import actions
from kexin.ground.hooks.models import Hook
from kexin.ground.staff import secrets


@dataclass
class Heard:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A server of this machine. `answers` are given one after the other, the last one again and again."""

    url: str
    port: int
    answers: list[Callable[[Any], None]]
    heard: list[Heard] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_answer(self) -> Callable[[Any], None]:
        with self.lock:
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def says(status: int, body: str = "", **headers: str) -> Callable[[Any], None]:
    def answer(handler: Any) -> None:
        content = body.encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def closes(handler: Any) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def never(handler: Any) -> None:
    time.sleep(5)


def drips(handler: Any) -> None:
    """A byte now and then, for longer than anybody should wait."""
    with contextlib.suppress(OSError):
        for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
            handler.wfile.write(bytes([sign]))
            handler.wfile.flush()
            time.sleep(0.1)


def pours(handler: Any) -> None:
    """An answer without end."""
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"y" * 65536)


@contextlib.contextmanager
def receiver(*answers: Callable[[Any], None]) -> Iterator[Receiver]:
    held: list[Receiver] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            held[0].heard.append(Heard(self.path, headers, body))
            held[0].next_answer()(self)

        do_GET = do_POST  # noqa: N815 -- the library's name

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            pass  # whoever hung up did so on purpose

    server = Server(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    held.append(Receiver(f"http://127.0.0.1:{port}/kexin", port, list(answers) or [says(204)]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield held[0]
    finally:
        server.shutdown()
        server.server_close()


def reach_here(settings: Any, *ports: int) -> None:
    """What an installation sets whose receivers stand in its own network."""
    from ipaddress import ip_network  # noqa: PLC0415 -- here only

    settings.HOOKS_HTTP, settings.HOOKS_PORTS, settings.HOOKS_NETWORKS = True, (443, *ports), (ip_network("127.0.0.1/32"),)


def make_hook(
    url: str = "https://erp.example.com/kexin", *, announcements: tuple[str, ...] = ("customers.deactivated",), **fields: Any
) -> Hook:
    values = {"name": "ERP", "by": Actor.system("cli"), "now": timezone.now() - timedelta(minutes=1), **fields}
    return actions.register_hook(url=url, announcements=announcements, **values)[0]


def secret_of(hook: Hook) -> str:
    return secrets.decrypt(hook.secret, purpose="hooks.secret")
