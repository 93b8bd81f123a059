"""Editable: fields of a list's records that many can be given at once. The domain that keeps the records declares and writes them.

    Listing(…, edits=(EditField("owner", _("Owner"), read=…, hold=…, write=…, words=…, choices=…), …))

Lists never write another room's tables: `write` calls that domain's action, in the transaction of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User

Label = Promise | str


@dataclass(frozen=True)
class Held:
    """One record as it stands: what it holds (as JSON), its version, and why it cannot be changed, where it cannot."""

    name: str
    value: Any
    version: int = 0
    refused: Label = ""


def equal(holds: Any, wanted: Any) -> bool:
    return bool(holds == wanted)


@dataclass(frozen=True)
class EditField:
    """One field. Values are plain JSON, so that a journal can keep them.

    `read(text, user)` turns what was typed or chosen into a value, or raises a KexinError in words.
    `hold(ids, user, wanted)` tells what records hold, and locks them inside a transaction. A record this person may not
    see is left out; with `user=None` (an undo) all that are there. `wanted` is the value they are to get.
    `write(values, by)` gives each record its value, a wanted one or one that was held, in one go: one audit entry,
    announcements as single changes have. It returns what each holds afterwards, with its version.
    `same(holds, wanted)` says whether a record needs no change. `words(values)` names values as people read them.
    """

    name: str
    label: Label
    read: Callable[[str, User], Any]
    hold: Callable[[Sequence[int], User | None, Any], Mapping[int, Held]]
    write: Callable[[Mapping[int, Any], Actor], Mapping[int, Held]]
    words: Callable[[Iterable[Any]], list[str]]
    kind: str = "choice"  # choice, text, number, date, moment: what is shown to enter it
    choices: Callable[[User], Sequence[tuple[str, Label]]] | None = None
    suggestions: Callable[[User], Sequence[str]] | None = None
    permission: str = ""
    same: Callable[[Any, Any], bool] = equal
    clears: Label = ""  # what choosing nothing means; empty: something must be chosen
    free: bool = False  # the value is typed prose: it does not go into the audit trail
    trail: str = ""  # what entries of the trail call this field; empty: its name
    record_kind: str = ""  # what entries of the trail call these records
    ended: Callable[[Any, int], None] | None = None  # told once, with the value and how many got it, when an edit is done
    slot_of: Callable[[Any], str] | None = None

    def slot(self, value: Any) -> str:
        return self.slot_of(value) if self.slot_of is not None else self.name
