"""Kinds of jobs. A domain writes one function a kind in its `jobs.py`; the registry finds it.

The function does batches until `slice.time_left()` is used up, keeps its checkpoint with each batch, and answers
`Again()` or `Finished(…)`. A checkpoint kept inside the batch's own transaction makes the batch's effects happen exactly
once, whatever dies when:

    with transaction.atomic():
        write(batch)
        slice.progress(done=batch.end, checkpoint={"row": batch.end})
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from kexin.ground.audit.actor import Actor

if TYPE_CHECKING:
    from kexin.ground.jobs.models import Job

SLICE_SECONDS = 20.0


class Cancelled(Exception):
    """Raised by `progress` when somebody cancelled the job. The batch it was called in is rolled back."""


class LeaseLost(Exception):
    """Raised by `progress` when this process no longer holds the job. The batch it was called in is rolled back."""


@dataclass(frozen=True)
class Again:
    """There is more to do. A checkpoint given here replaces the one kept before; None keeps that one.

    With `wait` nothing is to be done until then; no process is held meanwhile.
    """

    checkpoint: dict[str, Any] | None = None
    wait: timedelta | None = None


@dataclass(frozen=True)
class Finished:
    """Nothing is left to do. The result is JSON: numbers to show on the job's page, or ids for its own page."""

    result: dict[str, Any] = field(default_factory=dict)


Progress = Callable[..., None]


@dataclass
class Slice:
    """What the function of a kind is given: what to do, how far it came, how long it may go on."""

    job_id: int
    arguments: dict[str, Any]
    checkpoint: dict[str, Any]
    by: Actor
    link: str
    deadline: float  # of time.monotonic()
    keep: Progress

    def time_left(self) -> float:
        """Seconds left of this slice; zero or less means: answer `Again`."""
        return self.deadline - time.monotonic()

    def progress(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None, checkpoint: dict[str, Any] | None = None
    ) -> None:
        """Say how far it came and keep the lease. Inside a transaction it also makes sure that the job is still ours.

        Raises `Cancelled` or `LeaseLost`; let both pass. Outside a transaction it writes twice a second at most.
        """
        self.keep(done=done, total=total, message=message, checkpoint=checkpoint)
        if checkpoint is not None:
            self.checkpoint = checkpoint


@dataclass(frozen=True)
class Kind:
    name: str
    title: str | Promise
    run: Callable[[Slice], Again | Finished]
    every: timedelta | None = None  # started by the worker itself, once in each period
    ended: Callable[[Job], None] | None = None  # in the transaction that ends the job, however it ends


KINDS: dict[str, Kind] = {}


def job(
    name: str, *, title: str | Promise, every: timedelta | None = None, ended: Callable[[Job], None] | None = None
) -> Callable[[Callable[[Slice], Again | Finished]], Callable[[Slice], Again | Finished]]:
    """Register the function below as a kind of job."""

    def register(run: Callable[[Slice], Again | Finished]) -> Callable[[Slice], Again | Finished]:
        known = KINDS.get(name)
        if known is not None and known.run.__qualname__ != run.__qualname__:
            raise ValueError(f"two kinds of jobs are called {name}")
        KINDS[name] = Kind(name=name, title=title, run=run, every=every, ended=ended)
        return run

    return register


def find(name: str) -> Kind:
    """The kind of that name. KeyError means a programming error, or a job left by a newer version."""
    if name in KINDS:
        return KINDS[name]
    from kexin.ground.jobs import registry  # noqa: PLC0415 -- the registry imports the domains, which import this module

    registry.autodiscover()
    return KINDS[name]


def known(name: str) -> bool:
    try:
        find(name)
    except KeyError:
        return False
    return True


def repeating() -> list[Kind]:
    from kexin.ground.jobs import registry  # noqa: PLC0415 -- the registry imports the domains, which import this module

    registry.autodiscover()
    return [kind for kind in KINDS.values() if kind.every is not None]
