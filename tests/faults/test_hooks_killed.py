"""Web hooks while processes die: what happened arrives at least once, always under the same id."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories.hooks import Receiver, receiver
from tests.faults.installation import Installation, kill, until

pytestmark = pytest.mark.fault

REGISTER = """
from django.utils import timezone
from kexin.ground.audit.actor import Actor
from kexin.ground.hooks import actions
hook, _ = actions.register_hook(
    name="ERP", url={url!r}, announcements=["customers.deactivated"], by=Actor.system("test"), now=timezone.now()
)
print(hook.pk)
"""
HAPPENED = """
from kexin.ground.jobs import actions
from kexin.loop.customers.announcements import CustomerDeactivated
actions.announce_all([CustomerDeactivated(n) for n in range({count})])
"""
LEASES_RAN_OUT = """
from datetime import timedelta
from django.utils import timezone
from kexin.ground.hooks import actions
from kexin.ground.hooks.models import Delivery
Delivery.objects.filter(state="waiting").update(leased_until=timezone.now() - timedelta(seconds=1))
actions.see_to({hook})
"""


@pytest.fixture
def gate() -> threading.Event:
    """Open: the receiver answers. Closed: it has taken the event and thinks."""
    return threading.Event()


@pytest.fixture
def server(gate: threading.Event) -> Iterator[Receiver]:
    def answer(handler: Any) -> None:
        gate.wait(30)
        handler.send_response(204)
        handler.end_headers()

    with receiver(answer) as here:
        yield here


def registered(installation: Installation, server: Receiver) -> int:
    installation.environment |= {
        "KEXIN_HOOK_HTTP": "true",
        "KEXIN_HOOK_PORTS": str(server.port),
        "KEXIN_HOOK_NETWORKS": "127.0.0.1/32",
    }
    return int(installation.python(REGISTER.format(url=server.url)))


def states(installation: Installation) -> Counter[str]:
    return Counter(state for (state,) in installation.rows("SELECT state FROM hooks_delivery"))


def sender(installation: Installation) -> int | None:
    """The process that sends now."""
    found = installation.rows("SELECT id FROM jobs_job WHERE kind = 'hooks.send'")
    return installation.holder(found[0][0]) if found else None


def test_killed_between_sending_and_writing_it_is_sent_again_under_the_same_id(
    installation: Installation, server: Receiver, gate: threading.Event
) -> None:
    hook = registered(installation, server)
    installation.spawn("worker")
    installation.python(HAPPENED.format(count=1))
    until(lambda: len(server.heard) == 1, log=installation.log)

    killed = until(lambda: sender(installation), log=installation.log)
    kill(killed)
    gate.set()
    until(lambda: sender(installation) != killed, log=installation.log)
    assert states(installation) == {"waiting": 1}, "nobody wrote down that it arrived"
    installation.python(LEASES_RAN_OUT.format(hook=hook))

    until(lambda: states(installation) == {"delivered": 1}, log=installation.log)
    assert len(server.heard) >= 2
    assert len({heard.headers["webhook-id"] for heard in server.heard}) == 1
    assert len({heard.body for heard in server.heard}) == 1


def test_two_workers_send_each_event_once(installation: Installation, server: Receiver, gate: threading.Event) -> None:
    gate.set()
    registered(installation, server)
    installation.spawn("worker")
    installation.spawn("worker")
    installation.python(HAPPENED.format(count=40))

    until(lambda: states(installation) == {"delivered": 40}, log=installation.log)

    heard = Counter(one.headers["webhook-id"] for one in server.heard)
    assert (len(heard), set(heard.values())) == (40, {1})
