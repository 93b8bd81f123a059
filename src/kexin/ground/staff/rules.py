"""What each role may do. Which records they may do it to is the person's own `sees`."""

from __future__ import annotations

import itertools
import re
from datetime import time
from functools import lru_cache
from zoneinfo import available_timezones

from kexin.kit.calendar import Slot

FRONT, MANAGER, ANALYST, EXECUTIVE, ADMIN = "front_line", "manager", "analyst", "executive", "administrator"
EVERYONE = frozenset({FRONT, MANAGER, ANALYST, EXECUTIVE, ADMIN})

MAY: dict[str, frozenset[str]] = {
    "customer.view": EVERYONE,
    "customer.edit": frozenset({FRONT, MANAGER, ADMIN}),
    "customer.reveal": frozenset({FRONT, MANAGER, ADMIN}),  # show a masked phone or birthday, with a trace
    "customer.bulk": frozenset({MANAGER, ADMIN}),
    "customer.merge": frozenset({MANAGER, ADMIN}),  # two files into one, and back
    "customer.credit": frozenset({MANAGER, ANALYST, EXECUTIVE, ADMIN}),  # limit, terms, what is overdue
    "customer.credit_edit": frozenset({MANAGER, ADMIN}),
    "cover.name": frozenset({FRONT, MANAGER, ADMIN}),  # who stands in for oneself
    "cover.manage": frozenset({MANAGER, ADMIN}),  # who stands in for others, and what becomes of all somebody's customers
    "pool.view": EVERYONE,
    "pool.claim": frozenset({FRONT, MANAGER, ADMIN}),
    "pool.manage": frozenset({MANAGER, ADMIN}),  # assign, hold, release; numbers
    "pool.rules": frozenset({MANAGER, ADMIN}),
    "privacy.consent": frozenset({FRONT, MANAGER, ADMIN}),  # note what a customer agreed to
    "privacy.manage": frozenset({ADMIN}),  # copies and erasures of persons, purposes, retention, the officer's report
    "practice.report": frozenset({FRONT, MANAGER, ADMIN}),  # say what a customer is said to have done
    "practice.examine": frozenset({MANAGER, ADMIN}),  # read reports, hear the customer, confirm or not, decide the answer
    "practice.end": frozenset({ADMIN}),  # decide that we no longer work together
    "practice.rules": frozenset({MANAGER, ADMIN}),  # kinds of practices and the standing answer to each
    "partner.view": EVERYONE,
    "partner.edit": frozenset({MANAGER, ADMIN}),
    "todo.view": EVERYONE,
    "todo.edit": frozenset({FRONT, MANAGER, ADMIN}),
    "order.view": EVERYONE,
    "order.edit": frozenset({FRONT, MANAGER, ADMIN}),  # promised, delivered, cancelled
    "product.edit": frozenset({MANAGER, ADMIN}),
    "standing.view": EVERYONE,
    "standing.assess": frozenset({MANAGER, ANALYST, ADMIN}),
    "standing.rules": frozenset({MANAGER, ADMIN}),  # edit and simulate
    "standing.apply": frozenset({MANAGER, ADMIN}),
    "choosing.view": EVERYONE,
    "choosing.answer": frozenset({FRONT, MANAGER, ADMIN}),  # what the file does not know of a customer
    "choosing.score": frozenset({MANAGER, ANALYST, ADMIN}),  # everybody anew
    "choosing.rules": frozenset({ADMIN}),  # checklists, questions, terms, propositions
    "terms.ask": frozenset({FRONT, MANAGER, ADMIN}),  # individual terms for a customer
    "terms.grant": frozenset({MANAGER, ADMIN}),  # approve, refuse, end; against the conditions with a reason
    "import.run": frozenset({MANAGER, ADMIN}),
    "export.run": frozenset({MANAGER, ANALYST, EXECUTIVE, ADMIN}),
    "view.share": frozenset({MANAGER, ADMIN}),
    "job.view": EVERYONE,  # their own; administrators everybody's
    "staff.manage": frozenset({ADMIN}),
    "settings.manage": frozenset({ADMIN}),
    "hook.manage": frozenset({ADMIN}),  # addresses that are told what happens
    "audit.view": frozenset({ADMIN, EXECUTIVE}),
}


def may(role: str, permission: str) -> bool:
    """Whether a role may do a thing. An unknown permission is a programming error and raises KeyError."""
    return role in MAY[permission]


def path_of(pk: int, *, below: str = "") -> str:
    """A branch's path: "/1/7/" for branch 7 below branch 1."""
    return f"{below or '/'}{pk}/"


def is_zone(name: str) -> bool:
    return name in _zones()


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def overlapping(ordered: list[tuple[time, time]]) -> list[tuple[tuple[time, time], tuple[time, time]]]:
    """Neighbours among sorted opening times of which the second begins before the first ends."""
    return [(first, second) for first, second in itertools.pairwise(ordered) if second[0] < first[1]]


def is_sign_in_name(name: str) -> bool:
    return bool(re.fullmatch(r"[\w.@+-]{1,150}", name))


def is_currency(code: str) -> bool:
    """Three capital letters, as ISO 4217 writes them."""
    return bool(re.fullmatch(r"[A-Z]{3}", code))


# Where nobody has entered opening times yet.
DEFAULT_WEEK = {weekday: (Slot(time(9), time(12)), Slot(time(13), time(18))) for weekday in range(5)}
