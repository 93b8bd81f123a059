"""What a domain offers to the imports room: its fields with their words, and how its rows become records.

A domain registers its loaders in `<domain>/loaders/offer.py` by `register(…)`; they are found when first needed.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit.actor import Actor
from kexin.ground.imports import errors
from kexin.ground.imports.matching import Words, plain
from kexin.ground.imports.parsing import Bad

Text = str | Promise


@dataclass(frozen=True)
class Field:
    """One thing a column may mean. `parse` tells people and staging what is in it: text, number, date, birthday and so on."""

    name: str
    label: Text
    synonyms: tuple[str, ...] = ()
    parse: str = "text"
    required: bool = False
    group: Text = ""
    help: Text = ""


@dataclass(frozen=True)
class BuiltinMapping:
    """A mapping that ships with the product, for files everybody meets."""

    name: str
    columns: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Batch:
    """Rows of whole groups (an order, a customer), sorted by group. Columns hold the raw cells, one list a field."""

    numbers: list[int]  # row numbers as a spreadsheet shows them
    keys: list[str]
    columns: dict[str, list[str]]

    def column(self, name: str) -> list[str]:
        """The cells of a field; blanks where no column was matched to it."""
        return self.columns.get(name) or [""] * len(self.numbers)


@dataclass
class Sample:
    """One change a reader can look at before it happens."""

    row: int
    record: str
    field: Text
    old: str
    new: str

    def plain(self) -> dict[str, Any]:
        return {"row": self.row, "record": self.record, "field": str(self.field), "old": self.old, "new": self.new}


@dataclass
class Journal:
    """What a batch did: ranges of added ids, and old values of changed records, in the order in which it was done."""

    added: list[tuple[str, int, int]] = field(default_factory=list)
    changed: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Plan:
    """What a batch would do. The four counts add up to its rows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[tuple[int, Bad]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    warnings: dict[str, dict[str, Any]] = field(default_factory=dict)  # code -> {name: amount to add, or a word}
    work: Any = None  # the loader's own

    def refuse(self, row: int, bad: Bad) -> None:
        self.refusals.append((row, bad))

    def warn(self, code: str, **amounts: int) -> None:
        sums = self.warnings.setdefault(code, {})
        for name, amount in amounts.items():
            sums[name] = sums.get(name, 0) + amount


class PlanOvertaken(Exception):
    """Raised while a batch is written: what its plan rests on is no longer so. Nothing of the batch stays."""


class Session(Protocol):
    """A loader at work on one file: knows the options, keeps caches of parsed cells and known records."""

    def plan(self, batch: Batch) -> Plan:
        """What the batch would do, read from the database as it is now. Writes nothing."""

    def write(self, plan: Plan, *, change: int) -> Journal:
        """Do it, inside the caller's transaction. `change` is the audit entry of the batch."""

    def forget(self) -> None:
        """The last batch was rolled back: drop what was remembered of the database."""

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        """A little of what remains when all rows are in (linking); None when nothing is left."""


@dataclass(frozen=True)
class Undo:
    """One journal row on its way back."""

    kind: str
    first: int
    last: int
    old: dict[str, Any] | None
    change: int


@dataclass(frozen=True)
class Loader:
    kind: str
    label: Text
    fields: tuple[Field, ...]
    group_keys: Callable[[Mapping[str, Sequence[str]], int], list[str]]  # (columns, rows) -> key of each row
    session: Callable[[Context], Session]
    blockers: Callable[[Sequence[Undo], int], list[Text]]  # what stands in the way of taking these back; run id
    undo: Callable[[Sequence[Undo], int], None]  # take back, in this order; change number
    record_label: Text = ""
    one_of: tuple[tuple[str, ...], ...] = ()  # of each tuple at least one field must be matched
    mappings: tuple[BuiltinMapping, ...] = ()
    derived: tuple[str, ...] = ()  # headings that are never taken, because what they hold is computed here
    order: int = 0  # among the kinds on the page
    # Fields an administrator added; their names begin with `added_prefix`. Asked for whenever the loader is found.
    added: Callable[[], tuple[Field, ...]] | None = None
    added_prefix: str = ""

    @functools.cached_property
    def words(self) -> Words:
        return Words((item.name, item.synonyms) for item in self.fields)

    def is_derived(self, heading: str) -> bool:
        return plain(heading) in {plain(word) for word in self.derived} and not self.words.same(heading)

    def field(self, name: str) -> Field:
        for item in self.fields:
            if item.name == name:
                return item
        if self.added_prefix and name.startswith(self.added_prefix):
            return Field(name, _("A field that was removed"))  # an old run's mapping still names it
        raise errors.NoSuchField(field=name, fields=", ".join(item.name for item in self.fields))


@dataclass(frozen=True)
class Context:
    """What a session needs to know beside the rows."""

    run_id: int
    columns: Mapping[str, str]  # field -> heading
    options: Mapping[str, Any]
    date_orders: Mapping[str, str]  # field -> dmy, mdy or ""
    by: Actor
    dry: bool
    # (field, after group, limit) -> [(group, cell)] of the rows where that field is not blank, in the order of groups
    pairs: Callable[[str, str, int], list[tuple[str, str]]]

    def option(self, name: str, default: Any = None) -> Any:
        value = self.options.get(name)
        return default if value in (None, "") else value


LOADERS: dict[str, Loader] = {}


def register(loader: Loader) -> None:
    LOADERS[loader.kind] = loader


_lock = threading.RLock()
_found = False


def autodiscover() -> None:
    """Import `<app>.loaders.offer` of every app of ours, once, when first needed."""
    global _found  # noqa: PLW0603 -- once a process
    with _lock:
        if _found:
            return
        for app in apps.get_app_configs():
            name = f"{app.name}.loaders"
            if app.name.startswith("kexin.") and importlib.util.find_spec(name) is not None and app.name != "kexin.ground.imports":
                importlib.import_module(f"{name}.offer")
        _found = True


def find(kind: str) -> Loader:
    autodiscover()
    try:
        return _complete(LOADERS[kind])
    except KeyError:
        raise errors.NoSuchKind(kind=kind, kinds=", ".join(LOADERS)) from None


def kinds() -> list[Loader]:
    autodiscover()
    return sorted((_complete(loader) for loader in LOADERS.values()), key=lambda loader: loader.order)


def _complete(loader: Loader) -> Loader:
    more = loader.added() if loader.added is not None else ()
    return replace(loader, fields=loader.fields + more) if more else loader
