"""The receiver of the how-to: run as it stands, it takes what we send, and nothing else."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.hooks import make_hook, reach_here, secret_of

from kexin.ground.audit.actor import Actor
from kexin.ground.hooks import actions, signing
from kexin.ground.hooks.choices import State
from kexin.ground.hooks.models import Delivery, Hook
from kexin.ground.jobs import actions as jobs
from kexin.loop.customers.announcements import CustomerDeactivated

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs" / "how-to"
CODE = re.compile(r"^```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def code(page: str) -> str:
    (found,) = CODE.findall((DOCS / page).read_text(encoding="utf-8"))
    return str(found)


def test_both_languages_show_the_same_receiver() -> None:
    assert code("web-hooks.md") == code("web-hooks.zh.md")


@pytest.fixture
def hook(settings: Any, tmp_path: Path) -> Iterator[tuple[Hook, Path]]:
    """A hook that leads to the receiver of the page, which writes what it was told to a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reach_here(settings, port)
    made = make_hook(f"http://127.0.0.1:{port}/")
    (tmp_path / "receiver.py").write_text(code("web-hooks.md"), encoding="utf-8")
    surroundings = {**os.environ, "HOOK_KEY": secret_of(made), "PORT": str(port)}
    with (tmp_path / "told").open("wb") as told:
        running = subprocess.Popen([sys.executable, "receiver.py"], cwd=tmp_path, env=surroundings, stdout=told, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield made, tmp_path / "told"
    finally:
        running.kill()
        running.wait()


def _wait_for(port: int) -> None:
    for _turn in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


def _post(hook: Hook, headers: dict[str, str], body: bytes) -> int:
    asked = urllib.request.Request(hook.url, data=body, headers=headers, method="POST")  # noqa: S310 -- our own address
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_it_takes_what_we_send_once(hook: tuple[Hook, Path]) -> None:
    _made, told = hook
    jobs.announce(CustomerDeactivated(7))
    jobs.deliver_announcements()
    delivery = Delivery.objects.get()
    actions.send(delivery_id=delivery.pk)
    actions.send_again(delivery_id=delivery.pk, by=Actor.system(), now=timezone.now())
    actions.send(delivery_id=delivery.pk)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_status) == (State.DELIVERED, 2, 200)
    assert told.read_text() == "customers.deactivated {'customer_id': 7}\n"


def test_it_refuses_what_is_old_forged_or_changed(hook: tuple[Hook, Path]) -> None:
    made, told = hook
    now, body = int(time.time()), b'{"id":"msg_1","kind":"x","data":{}}'

    def signed(moment: int, *, key: str = "", what: bytes = body) -> dict[str, str]:
        return signing.headers([key or secret_of(made)], message_id="msg_1", timestamp=moment, body=what)

    refused = [
        _post(made, {}, body),
        _post(made, signed(now - 301), body),
        _post(made, signed(now + 301), body),
        _post(made, signed(now, key=signing.fresh_secret()), body),
        _post(made, signed(now, what=b"{}"), body),
        _post(made, signed(now) | {"webhook-id": "msg_2"}, body),
        _post(made, signed(now) | {"webhook-timestamp": str(now + 1)}, body),
        _post(made, signed(now) | {"webhook-signature": "v1,"}, body),
    ]
    assert refused == [401] * 8
    assert told.read_text() == ""
    assert _post(made, signed(now), body) == 204
    renewed, _shown = actions.renew_secret(hook_id=made.pk, by=Actor.system(), now=timezone.now())
    both = signing.headers([secret_of(renewed), secret_of(made)], message_id="msg_3", timestamp=now, body=body)
    assert _post(made, both, body) == 204, "while both keys sign, the receiver with the old one goes on"
