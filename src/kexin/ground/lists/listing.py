"""A listing: what can be listed of one kind of record: columns, filters, order, views, bulk actions. Declared once, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Field, QuerySet
from django.utils.functional import Promise

from kexin.ground.audit.actor import Actor
from kexin.ground.lists.editable import EditField
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User

Label = Promise | str
Choices = Sequence[tuple[str, Label]]
NUMERIC = frozenset({"money", "number", "percent"})


@dataclass(frozen=True)
class Column:
    """One column. `value` is what the cell shows and a person's export holds: masked where the page masks."""

    name: str
    label: Label
    value: Callable[[Any], Any]
    format: str = "text"  # text, link, money, number, percent, date, datetime, tier, chips, phone, tags, act
    order: str = ""  # the field it is sorted by, as an ORM path; empty: not sortable. Needs an index (field, tie)
    tie: str = "pk"  # what decides between equal values: the key, from the same table as `order` so that one index serves
    default: bool = True
    fixed: bool = False  # always shown
    note: Callable[[Any], Any] | None = None  # small words behind the value; for a tier: the tier before
    url: Callable[[Any], str] | None = None  # set by the surface: where a link leads, where a masked value is revealed
    currency: Callable[[Any], str] | None = None  # of a money column
    permission: str = ""  # who may see it at all, sort by it and export it
    fetch: Callable[[list[Any]], None] | None = None  # what its cells need besides, read in bulk; only when it is shown
    # Sorted by what is not a field of the records: `joined` adds it to them under the name in `order`, `kept_as` is its field.
    joined: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    kept_as: Field[Any, Any] | None = None

    @property
    def numeric(self) -> bool:
        return self.format in NUMERIC


@dataclass(frozen=True)
class Filter:
    """One condition people can set.

    kind: text (contains), choice (one or several), number and date (`name_min`, `name_max`), flag, days (longer ago
    than N days, or never), within (at most N days ago), tag. `apply` replaces the usual condition on `path`; it gets the records, the value
    (str, list of str, (low, high), True or int) and the person.
    """

    name: str
    label: Label
    kind: str
    path: str = ""
    choices: Callable[[User], Choices] | Choices = ()
    apply: Callable[[QuerySet[Any], Any, User], QuerySet[Any]] | None = None
    unit: Label = ""
    permission: str = ""

    def choices_for(self, user: User) -> Choices:
        return self.choices(user) if callable(self.choices) else self.choices


@dataclass(frozen=True)
class DefaultView:
    """A view that comes with the product. `query` is what stands in the address."""

    name: Label
    query: str


@dataclass(frozen=True)
class Done:
    """What a bulk action did: how many, and whom it left out for which reason (reason: count)."""

    done: int
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BulkAction:
    """Something done to chosen records at once. `run(ids, value, actor, user)` is idempotent and one transaction.

    `choices` asks for a value first; `free` lets people type one. `check(ids, user)` tells beforehand whom it would
    leave out and why.
    """

    name: str
    label: Label
    run: Callable[[list[int], str, Actor, User], Done]
    icon: str = ""
    permission: str = ""
    choices: Callable[[User], Choices] | None = None
    free: bool = False
    check: Callable[[list[int], User], Mapping[str, int]] | None = None


@dataclass(frozen=True)
class Listing:
    """Everything one list page, its export and its command need to know."""

    name: str
    title: Label
    records: Callable[[User], QuerySet[Any]]  # only what this person may see
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    default_order: str = "-pk"  # a column's name, with - for descending; or pk
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None  # e.g. search.queries.within("customer")
    search_hint: Label = ""
    views: tuple[DefaultView, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    edits: Callable[[User], tuple[EditField, ...]] | None = None  # what can be given to many at once, by this person
    edit_kind: str = ""  # what the audit trail calls its records
    edit_permission: str = ""  # without it nothing can be
    tag_kind: str = ""
    permission: str = ""
    export_permission: str = "export.run"
    decorate: Callable[[list[Any], User], None] | None = None  # fetch in bulk what the shown rows need besides
    row_url: Callable[[Any], str] | None = None
    unit: Label = ""  # 户, 单: what is counted
    one: Label = ""  # the same of exactly one; empty: as above
    empty: tuple[Label, Label, str] | None = None  # nothing at all yet: sentence, first thing to do, address name
    # What an administrator added, for this person: columns and conditions. Their names begin with `added_prefix`.
    added: Callable[[User], tuple[tuple[Column, ...], tuple[Filter, ...]]] | None = None
    added_prefix: str = ""
    kept_from: frozenset[str] | None = None  # what this person may not use, by name; None: nobody was asked about yet

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def edits_for(self, user: User) -> list[EditField]:
        if self.edits is None or (self.edit_permission and not staff.may(user, self.edit_permission)):
            return []
        found = self.edits(user)
        return [field for field in found if not field.permission or staff.may(user, field.permission)]

    def seen_by(self, user: User) -> Listing:
        """As this person may see it: without the columns and conditions that are not theirs, with those an administrator added."""
        if self.kept_from is not None:
            return self
        columns, filters = self.columns, self.filters
        if self.added is not None:
            more_columns, more_filters = self.added(user)
            columns, filters = columns + more_columns, filters + more_filters
        named = [(one.name, one.permission) for one in columns] + [(one.name, one.permission) for one in filters]
        kept_from = {name for name, permission in named if permission and not staff.may(user, permission)}
        return replace(
            self,
            columns=tuple(column for column in columns if column.name not in kept_from),
            filters=tuple(one for one in filters if one.name not in kept_from),
            kept_from=frozenset(kept_from),
        )

    def keeps(self, parameter: str) -> bool:
        """Whether something in an address is a condition that exists for somebody, but not (or no longer) for this person."""
        name = parameter.removesuffix("_min").removesuffix("_max")
        return name in (self.kept_from or ()) or bool(self.added_prefix and name.startswith(self.added_prefix))

    def linked(self, urls: Mapping[str, Callable[[Any], str]], *, row_url: Callable[[Any], str] | None = None) -> Listing:
        """The same listing with the addresses a surface knows."""
        columns = tuple(replace(column, url=urls.get(column.name, column.url)) for column in self.columns)
        return replace(self, columns=columns, row_url=row_url or self.row_url)


_listings: dict[str, Listing] = {}


def register(listing: Listing) -> Listing:
    """Make a listing known by its name to exports, saved views and bulk jobs."""
    _listings[listing.name] = listing
    return listing


def find(name: str) -> Listing | None:
    return _listings.get(name)


def all_listings() -> list[Listing]:
    return sorted(_listings.values(), key=lambda listing: listing.name)
