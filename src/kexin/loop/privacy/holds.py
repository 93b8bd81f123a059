"""What keeps a person from being erased just now.

Each room that works on something of theirs says so itself:

holds.register(lambda customer: [gettext("a complaint is open")] if … else [])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kexin.loop.customers.models import Customer

Hold = Callable[[Customer], Iterable[str]]
_registered: list[Hold] = []


def register(hold: Hold) -> None:
    if hold not in _registered:
        _registered.append(hold)


def of(customer: Customer) -> list[str]:
    return [str(reason) for hold in _registered for reason in hold(customer)]
