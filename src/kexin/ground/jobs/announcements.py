"""Announcements: what happened, in the past tense, as a small frozen class of JSON values; and who wants to hear it.

    @announcement("customers.moved")          # in <domain>/announcements.py
    @dataclass(frozen=True)
    class CustomerMoved:
        customer_id: int

    @hears(CustomerMoved)                     # in <domain>/receivers.py
    def open_review(event: CustomerMoved) -> None: …

    @hears_all(wants=kinds_somebody_asked_for)  # for who passes announcements on, whatever they are
    def pass_on(told: Told) -> None: …

A receiver runs in a transaction of its own together with the note that it heard, so what it writes to the database
happens once. It may still be asked twice for what it does elsewhere: it is idempotent. Work longer than a moment is a job.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar

Event = TypeVar("Event")
Receiver = Callable[[Any], None]

EVENTS: dict[str, type[Any]] = {}
NAMES: dict[type[Any], str] = {}
RECEIVERS: dict[str, dict[str, Receiver]] = {}  # announcement -> receiver's name -> receiver


@dataclass(frozen=True)
class Told:
    """An announcement as its row keeps it, for whoever hears all of them."""

    id: int
    name: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Listener:
    """Hears announcements of every name in `wants()`, which is asked once before each round of deliveries."""

    hear: Callable[[Told], None]
    wants: Callable[[], Collection[str]]


LISTENERS: dict[str, Listener] = {}


def announcement(name: str) -> Callable[[type[Event]], type[Event]]:
    """Register a frozen dataclass under a name that never changes: rows of it may lie in the database."""

    def register(event: type[Event]) -> type[Event]:
        known = EVENTS.get(name)
        if known is not None and known.__qualname__ != event.__qualname__:
            raise ValueError(f"two announcements are called {name}")
        EVENTS[name] = event
        NAMES[event] = name
        return event

    return register


def hears(event: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Let the function below hear every announcement of that class."""

    def register(receiver: Callable[[Event], None]) -> Callable[[Event], None]:
        RECEIVERS.setdefault(NAMES[event], {})[f"{receiver.__module__}.{receiver.__qualname__}"] = receiver
        return receiver

    return register


def hears_all(*, wants: Callable[[], Collection[str]]) -> Callable[[Callable[[Told], None]], Callable[[Told], None]]:
    """Let the function below hear announcements of every name somebody wants at that moment."""

    def register(hear: Callable[[Told], None]) -> Callable[[Told], None]:
        LISTENERS[f"{hear.__module__}.{hear.__qualname__}"] = Listener(hear, wants)
        return hear

    return register


def payload_of(event: object) -> dict[str, Any]:
    if not is_dataclass(event) or isinstance(event, type):
        raise TypeError(f"{event!r} is not an announcement")
    return asdict(event)


def event_of(name: str, payload: dict[str, Any]) -> Any:
    """The announcement again. Fields that a newer version no longer has are left out, so that old rows can be heard."""
    kind = EVENTS[name]
    known = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in payload.items() if key in known})


def receivers_of(name: str) -> dict[str, Receiver]:
    from kexin.ground.jobs import registry  # noqa: PLC0415 -- the registry imports the domains, which import this module

    registry.autodiscover()
    return RECEIVERS.get(name, {})


def wanted() -> dict[str, frozenset[str]]:
    """Which names each listener wants to hear now."""
    from kexin.ground.jobs import registry  # noqa: PLC0415 -- as above

    registry.autodiscover()
    return {name: frozenset(listener.wants()) for name, listener in LISTENERS.items()}
