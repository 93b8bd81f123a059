"""The menu: entries the pages' surface hands in once, shown to those who may open them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `route` is a URL name; `owns` are the URL namespaces during which it is the current one."""

    name: str
    label: str | Promise
    icon: str
    route: str
    permission: str | None = None
    owns: tuple[str, ...] = ()
    tab: bool = False  # stands in the five tabs of a phone
    count: Callable[[User], int] | None = None


@dataclass(frozen=True)
class Shown:
    """An entry as one person sees it on one page."""

    label: str
    icon: str
    url: str
    current: bool
    tab: bool
    count: int = 0


_entries: list[Entry] = []


def use(entries: Sequence[Entry]) -> None:
    """Called once, when the pages' app is ready."""
    _entries[:] = entries


def shown_to(user: User, *, namespaces: Sequence[str], chosen: str = "") -> list[Shown]:
    shown = []
    for entry in _entries:
        if entry.permission is not None and not staff.may(user, entry.permission):
            continue
        try:
            url = reverse(entry.route)
        except NoReverseMatch:  # its page is not part of this installation
            continue
        current = chosen == entry.name if chosen else any(space in entry.owns for space in namespaces)
        shown.append(Shown(str(entry.label), entry.icon, url, current, entry.tab, entry.count(user) if entry.count else 0))
    return shown
