"""What is kept for a time only.

A room that keeps such things registers each kind with how to find and remove what is over:

retention.register(Kept("imports.files", gettext_lazy("Files of finished imports"), days=180, expired=…, remove=…))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from kexin.ground.audit.actor import Actor


@dataclass(frozen=True)
class Kept:
    """`expired(before)` finds the rows whose time was over then; `remove(row, by)` removes one of them, None: the rows are deleted."""

    name: str
    label: str | Promise
    why: str | Promise
    days: int | None  # unless the administrator says otherwise; None: for ever
    expired: Callable[[datetime], QuerySet[Any]]
    remove: Callable[[Any, Actor], None] | None = None
    least: int = 1  # days below which it would break something


_registered: dict[str, Kept] = {}


def register(kept: Kept) -> Kept:
    _registered[kept.name] = kept
    return kept


def registered() -> list[Kept]:
    return sorted(_registered.values(), key=lambda kept: kept.name)


def named(name: str) -> Kept | None:
    return _registered.get(name)
