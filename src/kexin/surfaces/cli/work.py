"""The worker process: a django-q2 cluster for slices, and beside it what is looked after every second."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, connections
from django.utils import timezone

from kexin.ground.jobs import actions, registry, sweeper, workers

log = logging.getLogger("kexin.worker")

EVERY = 1.0  # seconds between two looks at leases and repeating work
LISTEN = 0.5  # seconds between two looks for announcements, when there was none
SIGN_OF_LIFE = timedelta(seconds=10)
AFTER_FAULT = 2.0


def run() -> int:
    """Work until stopped. Otherwise than 0: the cluster ended by itself. GIVEN_UP asks for a new one at once."""
    from kexin.surfaces.cli import cluster as clusters  # noqa: PLC0415 -- django-q2 reads the settings when imported

    registry.autodiscover()  # before the fork: every process of the cluster shares what was imported
    connections.close_all()
    cluster = clusters.start()
    ended = threading.Event()
    loops = [
        threading.Thread(target=_keep_doing, args=(ended, _Sweep(), EVERY), name="sweeper", daemon=True),
        threading.Thread(target=_keep_doing, args=(ended, _listen, LISTEN), name="announcements", daemon=True),
    ]
    for loop in loops:
        loop.start()
    while cluster.sentinel is not None and cluster.sentinel.is_alive():
        time.sleep(0.2)
    ended.set()
    for loop in loops:
        loop.join(timeout=5)
    workers.gone()
    if cluster.has_stopped:
        return 0
    code = cluster.sentinel.exitcode or 0
    return clusters.GIVEN_UP if code == clusters.GIVEN_UP or code < 0 else 1  # given up, or killed itself


def _keep_doing(ended: threading.Event, work: Callable[[], bool], pause: float) -> None:
    """Do it again and again; True means there is more at once. The database being away is waited out."""
    while not ended.is_set():
        try:
            more = work()
        except (OperationalError, InterfaceError) as fault:
            log.warning("the database is away: %s", str(fault).strip().partition("\n")[0])
            connection.close()
            ended.wait(AFTER_FAULT)
        except Exception:
            log.exception("unexpected in the worker's %s", threading.current_thread().name)
            connection.close()
            ended.wait(AFTER_FAULT)
        else:
            if not more:
                ended.wait(pause)
    connection.close()


class _Sweep:
    """Leases, turns nobody queued, repeating work, and the sign of life."""

    def __init__(self) -> None:
        self.afresh = True
        self.said = timezone.now() - SIGN_OF_LIFE

    def __call__(self) -> bool:
        if timezone.now() - self.said >= SIGN_OF_LIFE:
            workers.alive(host=socket.gethostname(), pid=os.getpid())
            self.said = timezone.now()
            sweeper.start_repeating()
        sweeper.sweep(afresh=self.afresh)
        self.afresh = False
        return False


def _listen() -> bool:
    return actions.deliver_announcements() > 0
