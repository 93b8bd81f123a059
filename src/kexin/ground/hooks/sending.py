"""One attempt: a signed POST to an address that was judged, within strict bounds of time and size.

Nothing is followed: not a redirect, not a proxy of the surroundings, not a second look at the name. The socket goes to the
very address that was judged; TLS still asks for a certificate of the host's name.
"""

from __future__ import annotations

import http.client
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from kexin.ground.hooks import addresses, errors
from kexin.ground.hooks.addresses import Allowed, Resolver, Target
from kexin.ground.hooks.choices import Fault

log = logging.getLogger("kexin.hooks")

READ, KEPT = 4096, 500  # bytes of an answer that are read, and signs of them that are kept
GONE, REDIRECTS = 410, range(300, 400)


@dataclass(frozen=True)
class Limits:
    """Seconds: to find the name and connect, for each read, and for the whole attempt whatever arrives."""

    connect: float = 5.0
    read: float = 10.0
    whole: float = 20.0


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt. `fault` is empty when it was delivered."""

    fault: str = ""
    status: int | None = None
    retry_after: str = ""
    answer: str = ""
    address: str = ""
    milliseconds: int = 0


def resolve(host: str, port: int) -> list[str]:
    """As the system resolves names: the hosts file, DNS, whatever it is set up with."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def post(
    target: Target,
    *,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Allowed,
    limits: Limits | None = None,
    resolver: Resolver = resolve,
    trust: ssl.SSLContext | None = None,
) -> Outcome:
    """Send once. Never raises for what the other side, the network or the name does: the outcome says it."""
    limits = limits or Limits()
    begun = time.monotonic()
    found = _judged(target, allowed, limits, resolver)
    if isinstance(found, str):
        return Outcome(fault=found, milliseconds=_since(begun))
    outcome = Outcome(fault=Fault.CONNECT)
    for address in found:
        left = limits.whole - (time.monotonic() - begun)
        if left <= 0:
            return Outcome(fault=Fault.SLOW, address=address, milliseconds=_since(begun))
        outcome = _attempt(target, address, left, body, headers, limits, trust)
        if outcome.fault != Fault.CONNECT:  # nothing was sent where no connection came about: the next address may be tried
            break
    return Outcome(**{**vars(outcome), "milliseconds": _since(begun)})


def _judged(target: Target, allowed: Allowed, limits: Limits, resolver: Resolver) -> list[str] | str:
    """The addresses to use, or why none may be. A name server that does not answer is not waited for longer than for a connection."""
    told: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            told.put(addresses.chosen(target, allowed, resolver))
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits, below
            told.put(error)

    threading.Thread(target=look, name="hooks-resolve", daemon=True).start()
    try:
        found = told.get(timeout=limits.connect)
    except queue.Empty:
        return Fault.NAME
    if isinstance(found, errors.AddressRefused):
        log.warning("a web hook to %s was not sent: %s is not allowed", target.host, found.data.get("address", ""))
        return Fault.ADDRESS
    if isinstance(found, OSError | UnicodeError) or not found:
        return Fault.NAME
    if isinstance(found, Exception):
        raise found
    return found


class _Wire:
    """Where one connection goes, and the end of its time. Closing comes from outside, so that drops of one byte a second end too."""

    def __init__(self, address: str, port: int, limits: Limits, seconds: float) -> None:
        self.address, self.port, self.limits = address, port, limits
        self.out_of_time = False
        self._ends: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def open(self) -> socket.socket:
        made = socket.create_connection((self.address, self.port), timeout=self.limits.connect)
        made.settimeout(self.limits.read)
        self._ends.append(made.dup())  # TLS takes the socket over; this one stays ours
        self._timer.start()
        return made

    def _cut(self) -> None:
        self.out_of_time = True
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        for end in self._ends:
            try:
                end.shutdown(how)
            except OSError:
                continue

    def close(self) -> None:
        self._timer.cancel()
        for end in self._ends:
            end.close()


class _Plain(HTTPConnection):
    wire: _Wire

    def _new_conn(self) -> socket.socket:
        return self.wire.open()


class _Secure(HTTPSConnection):
    wire: _Wire

    def _new_conn(self) -> socket.socket:
        return self.wire.open()


def _attempt(
    target: Target, address: str, seconds: float, body: bytes, headers: Mapping[str, str], limits: Limits, trust: ssl.SSLContext | None
) -> Outcome:
    wire = _Wire(address, target.port, limits, seconds)
    connection: _Plain | _Secure
    if target.scheme == "https":
        connection = _Secure(target.host, target.port, timeout=limits.read, ssl_context=trust or ssl.create_default_context())
    else:
        connection = _Plain(target.host, target.port, timeout=limits.read)
    connection.wire = wire
    fault: str = Fault.CONNECT
    try:
        connection.connect()
        fault = Fault.CLOSED
        sent = {"Host": target.shown_host, "Accept-Encoding": "identity", "Connection": "close", **headers}
        connection.request("POST", target.path, body=body, headers=sent, preload_content=False, decode_content=False)
        response = connection.getresponse()
        if wire.out_of_time:  # cut in the middle of the headers: what was read of them is no answer
            return Outcome(fault=Fault.SLOW, address=address)
        return Outcome(**_read(response), address=address)
    except (SSLError, ssl.SSLError):
        return Outcome(fault=Fault.SLOW if wire.out_of_time else Fault.TLS if fault == Fault.CONNECT else Fault.CLOSED, address=address)
    except TimeoutError:
        return Outcome(fault=fault if fault == Fault.CONNECT and not wire.out_of_time else Fault.SLOW, address=address)
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        log.info("a web hook to %s (%s) failed: %s", target.host, address, type(error).__name__)
        return Outcome(fault=Fault.SLOW if wire.out_of_time else fault, address=address)
    finally:
        connection.close()
        wire.close()


def _read(response: Any) -> dict[str, Any]:
    status = int(response.status)
    try:
        content = response.read(READ, decode_content=False) or b""
    except (HTTPError, http.client.HTTPException, OSError):
        content = b""  # the status was told; what came of the rest does not matter
    text = "".join(sign if sign.isprintable() else " " for sign in content.decode("utf-8", errors="replace"))
    fault: str = Fault.STATUS
    if 200 <= status < 300:  # noqa: PLR2004 -- what HTTP calls success
        fault = ""
    elif status == GONE:
        fault = Fault.GONE
    elif status in REDIRECTS:
        fault = Fault.REDIRECT
    return {"fault": fault, "status": status, "retry_after": response.headers.get("Retry-After") or "", "answer": text[:KEPT].strip()}


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
