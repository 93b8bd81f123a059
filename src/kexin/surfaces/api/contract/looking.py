"""That a program read personal data: one customer once a day, lists at most once a minute (docs/decisions/0104)."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

from django.utils import timezone

from kexin.ground.audit import looks
from kexin.surfaces.api.contract.access import Caller

LISTS_EVERY = timedelta(minutes=1)
MOST_REMEMBERED = 200_000
_noted: set[tuple[int, int]] = set()  # (token, customer) already written down on that day by this process
_lists: dict[tuple[int, str], tuple[datetime, int]] = {}  # (token, operation) → when last written down, how often since
_day: list[date] = []
_lock = threading.Lock()


def note(caller: Caller, name: str, *, many: bool) -> None:
    """Called after an answer to a reading token; a page's own script reads for the person, whose page it is."""
    if caller.token is None:
        return
    now = timezone.now()
    for customer_id in caller.looked_at:
        if _first_today((caller.token.pk, customer_id), now):
            looks.note(by=caller.actor, what="api.file", subject=customer_id, at=now)
    if many:
        times = _due((caller.token.pk, name), now)
        if times:
            looks.note(by=caller.actor, what="api.list", times=times, at=now)


def forget() -> None:
    """As a process that has just begun: for tests."""
    with _lock:
        _noted.clear()
        _lists.clear()
        _day.clear()


def _first_today(which: tuple[int, int], now: datetime) -> bool:
    with _lock:
        today = timezone.localtime(now, timezone.get_default_timezone()).date()
        if _day != [today] or len(_noted) > MOST_REMEMBERED:
            _noted.clear()
            _day[:] = [today]
        if which in _noted:
            return False
        _noted.add(which)
        return True


def _due(which: tuple[int, str], now: datetime) -> int:
    """How many lists to write down now: the first at once, those of the next minute with the one after it."""
    with _lock:
        written, waiting = _lists.get(which, (now - LISTS_EVERY, 0))
        if now - written < LISTS_EVERY:
            _lists[which] = written, waiting + 1
            return 0
        _lists[which] = now, 0
        return waiting + 1
