"""django-q2's cluster, given up when the death of one of its processes may have left the others waiting for ever.

A process that waits at a queue holds the queue's lock, and one that is killed never lets go of it: the others, and whoever is
started in its place, then wait for ever beside work that is due. Killed in the middle of a slice it holds none.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from django_q import cluster

log = logging.getLogger("kexin.worker")

GIVEN_UP = 75  # the exit code of the sentinel, and of the worker: start anew


class Sentinel(cluster.Sentinel):  # type: ignore[misc]  # django-q2 ships no types
    """Gives up, where the original would start one process anew beside a queue that may be locked."""

    def reincarnate(self, process: Any) -> None:
        killed = process.exitcode is not None and process.exitcode < 0
        in_a_slice = process in self.pool and process.timer.value > 0
        if killed and not in_a_slice:
            log.warning("a process of the cluster was killed while it waited at a queue; the worker starts anew")
            os._exit(GIVEN_UP)  # the rest of the family ends with it: see kinship
        super().reincarnate(process)


def start() -> Any:
    cluster.Sentinel = Sentinel
    started = cluster.Cluster()
    started.start()
    return started
