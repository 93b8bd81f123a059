"""One attempt, against servers that really listen on this machine and misbehave in every way we know of."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.factories.hooks import closes, drips, never, pours, receiver, says

from kexin.ground.hooks import sending
from kexin.ground.hooks.addresses import Allowed, Target
from kexin.ground.hooks.choices import Fault
from kexin.ground.hooks.sending import Limits, Outcome

HERE = (ipaddress.ip_network("127.0.0.1/32"),)
QUICK = Limits(connect=1, read=0.6, whole=1.5)


def post(port: int, *, host: str = "127.0.0.1", path: str = "/kexin", **more: Any) -> Outcome:
    options: dict[str, Any] = {"allowed": Allowed(http=True, networks=HERE), "limits": QUICK, **more}
    return sending.post(Target("http", host, port, path), body=b'{"a":1}', headers={"webhook-id": "msg_1"}, **options)


def test_what_is_sent_arrives_whole_and_the_answer_is_kept() -> None:
    with receiver(says(200, "收到了")) as server:
        outcome = post(server.port, path="/kexin?from=%E5%AE%A2")

    assert (outcome.fault, outcome.status, outcome.answer, outcome.address) == ("", 200, "收到了", "127.0.0.1")
    (heard,) = server.heard
    assert (heard.path, heard.body, heard.headers["webhook-id"]) == ("/kexin?from=%E5%AE%A2", b'{"a":1}', "msg_1")
    assert heard.headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("answer", "fault", "status"),
    [
        (says(201), "", 201),
        (says(204), "", 204),
        (says(400, "no"), Fault.STATUS, 400),
        (says(404), Fault.STATUS, 404),
        (says(429, Retry_After="60"), Fault.STATUS, 429),
        (says(500, "broken"), Fault.STATUS, 500),
        (says(410), Fault.GONE, 410),
        (says(304), Fault.REDIRECT, 304),
        (closes, Fault.CLOSED, None),
        (never, Fault.SLOW, None),
        (drips, Fault.SLOW, None),
        (pours, "", 200),
    ],
)
def test_whatever_a_receiver_does_ends_in_time_with_a_word_for_it(answer: Callable[[Any], None], fault: str, status: int | None) -> None:
    begun = time.monotonic()
    with receiver(answer) as server:
        outcome = post(server.port)

    assert (outcome.fault, outcome.status) == (fault, status)
    assert time.monotonic() - begun < 3
    assert len(outcome.answer) <= 500
    assert len(server.heard) == 1


def test_a_redirect_is_not_followed() -> None:
    with receiver(says(200)) as inside, receiver(says(302, Location=inside.url)) as server:
        outcome = post(server.port)

    assert (outcome.fault, outcome.status, inside.heard) == (Fault.REDIRECT, 302, [])


def test_retry_after_is_told() -> None:
    with receiver(says(503, Retry_After="17")) as server:
        assert post(server.port).retry_after == "17"


def test_what_is_no_http_at_all_is_closed_without_an_answer() -> None:
    def garbage(handler: Any) -> None:
        handler.wfile.write(b"220 smtp.example.com ready\r\n" * 5)
        closes(handler)

    with receiver(garbage) as server:
        assert post(server.port).fault == Fault.CLOSED


def test_signs_that_no_database_takes_are_not_kept() -> None:
    with receiver(says(500, "a\x00b\x1b[31m\u202ec")) as server:
        answer = post(server.port).answer

    assert answer.isprintable()
    assert (answer[0], answer[-1]) == ("a", "c")


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert post(free.getsockname()[1]).fault == Fault.CONNECT


def test_a_name_nobody_knows_and_a_name_server_that_never_answers() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    def silent(_host: str, _port: int) -> list[str]:
        time.sleep(3)
        return []

    assert post(9, host="erp.example.com", resolver=unknown).fault == Fault.NAME
    begun = time.monotonic()
    assert post(9, host="erp.example.com", resolver=silent, limits=replace(QUICK, connect=0.3)).fault == Fault.NAME
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("private", ["127.0.0.2", "169.254.169.254", "::1", "::ffff:7f00:2", "10.0.0.1"])
def test_a_name_that_leads_inside_is_not_called(private: str) -> None:
    outcome = post(9, host="erp.example.com", resolver=lambda _h, _p: ["127.0.0.1", private])

    assert (outcome.fault, outcome.address) == (Fault.ADDRESS, "")


def test_the_connection_goes_to_what_was_judged_though_the_name_answers_otherwise_a_moment_later() -> None:
    """A rebinding name: harmless at the first look, inside at every later one."""
    looks: list[str] = []

    def rebinding(_host: str, _port: int) -> list[str]:
        looks.append("127.0.0.1" if not looks else "127.0.0.2")
        return [looks[-1]]

    trap = socket.socket()
    with receiver(says(200)) as server:
        trap.bind(("127.0.0.2", server.port))
        trap.listen()
        trap.settimeout(0.2)
        outcome = post(server.port, host="rebinding.example.com", resolver=rebinding)
        with pytest.raises(TimeoutError):
            trap.accept()
    trap.close()

    assert (outcome.status, outcome.address, looks) == (200, "127.0.0.1", ["127.0.0.1"])
    assert server.heard[0].headers["host"].startswith("rebinding.example.com:")


def test_the_next_address_is_tried_where_no_connection_came_about() -> None:
    allowed = Allowed(http=True, networks=(ipaddress.ip_network("127.0.0.0/8"),))
    with receiver(says(200)) as server:
        outcome = post(server.port, host="erp.example.com", resolver=lambda _h, _p: ["127.0.0.9", "127.0.0.1"], allowed=allowed)

    assert (outcome.status, outcome.address) == (200, "127.0.0.1")


def test_proxies_of_the_surroundings_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(says(200)) as proxy, receiver(says(200)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(server.port).status == 200

    assert proxy.heard == []


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for erp.example.com and its key, signed by itself."""
    from cryptography import x509  # noqa: PLC0415 -- here only
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 -- the same
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 -- the same

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "erp.example.com")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("erp.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return paths


def test_tls_asks_for_the_hosts_name_though_the_connection_goes_to_an_address(authority: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _turn in range(3):
            plain, _ = listening.accept()
            try:
                with context.wrap_socket(plain, server_side=True) as secure:
                    while b"{}" not in secure.recv(65536):
                        pass
                    secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    port = listening.getsockname()[1]

    def told(host: str, trust: ssl.SSLContext | None) -> Outcome:
        return sending.post(
            Target("https", host, port, "/"), body=b"{}", headers={}, allowed=Allowed(networks=HERE), limits=QUICK,
            resolver=lambda _h, _p: ["127.0.0.1"], trust=trust,
        )  # fmt: skip

    trusting = ssl.create_default_context(cafile=str(authority[0]))
    outcomes = [told("erp.example.com", trusting), told("other.example.com", trusting), told("erp.example.com", None)]
    listening.close()

    assert [(one.fault, one.status) for one in outcomes] == [("", 204), (Fault.TLS, None), (Fault.TLS, None)]
    assert names == ["erp.example.com", "other.example.com", "erp.example.com"]
