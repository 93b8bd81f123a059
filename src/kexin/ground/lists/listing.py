"""What a list is: its records, columns, filters, views and bulk actions, declared once and read by pages, exports and jobs.

A domain declares its list beside its pages and registers it:

    CUSTOMERS = register(Listing(name="customers", records=customers_visible_to, columns=(…), …))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

Words = str | Promise
Format = Literal["text", "link", "money", "number", "date", "datetime", "tier", "chips", "phone", "percent"]
FilterType = Literal["text", "choice", "choices", "number", "date", "flag", "tag", "owner", "branch", "quiet"]


@dataclass(frozen=True)
class Column:
    """One column: what it shows of a row, how, and by which field it can be ordered (empty: it cannot)."""

    name: str  # in the address
    label: Words
    value: Callable[[Any], Any]  # of one row; must not ask the database: join or decorate instead
    order: str = ""  # ORM path
    format: Format = "text"
    nullable: bool = False  # whether the order field may be NULL, or comes through a join that may find nothing
    order_key: str = "pk"  # breaks ties; for a joined field the joined table's key, so that its own index serves
    note: Callable[[Any], Any] | None = None  # small grey words behind the value
    was: Callable[[Any], str] | None = None  # previous tier, for format "tier"
    currency: Callable[[Any], str] | None = None  # for format "money"; without one the company's
    reveal: Callable[[Any], str] | None = None  # for format "phone": address that shows it, with a trace
    required: bool = False  # cannot be hidden
    export_name: str = ""  # machine heading in full exports; empty: the column is not part of them
    on_phone: bool = True  # shown on the cards of a phone


@dataclass(frozen=True)
class Filter:
    """One condition. Its values stand in the address under its name; ranges use `<name>_from` and `<name>_to`.

    text: part of `field` · choice, choices: one, several of `choices` · number, date: a range of `field` · flag: yes or no of
    `field` · tag: records with all the tags · owner: me, none, or an id · branch: that one and all below it · quiet: `field` is empty
    or older than so many days. `apply(records, value, user)` replaces what the type would do.
    """

    name: str
    label: Words
    type: FilterType = "text"
    field: str = ""  # ORM path; by default the name
    choices: Iterable[tuple[Any, Words]] | Callable[[Any], Iterable[tuple[Any, Words]]] = ()  # or a function of the user
    apply: Callable[[QuerySet[Any], Any, Any], QuerySet[Any]] | None = None
    unit: Words = ""

    def choices_for(self, user: Any) -> list[tuple[str, Words]]:
        found = self.choices(user) if callable(self.choices) else self.choices
        return [(str(value), label) for value, label in found]

    @property
    def path(self) -> str:
        return self.field or self.name


@dataclass(frozen=True)
class View:
    """A view that every installation has, as a query of the address ("owner=me&sort=-net"); `{today}` and the like are not known."""

    name: str
    label: Words
    query: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Records a bulk action will not touch, and why. Said before it acts."""

    reason: str
    ids: Sequence[int]


@dataclass(frozen=True)
class BulkAction:
    """Something done to many records at once.

    `run(ids=…, by=Actor, **fields)` is called with at most `batch` ids a time and returns how many it changed; `leaves_out(ids, user)`
    tells beforehand which it will not touch. `fields` are HTML form fields by name: `{"owner": forms.ModelChoiceField(…)}`.
    """

    name: str
    label: Words
    run: Callable[..., int]
    icon: str = ""
    permission: str = "customer.bulk"
    leaves_out: Callable[[Sequence[int], Any], Sequence[LeftOut]] | None = None
    fields: Callable[[Any], dict[str, Any]] | None = None  # of the user
    batch: int = 500


@dataclass(frozen=True)
class Listing:
    """One list."""

    name: str  # in saved views, exports and jobs
    title: Words
    records: Callable[[Any], QuerySet[Any]]  # what this user may see
    columns: tuple[Column, ...]
    permission: str
    default_order: str  # name of a column, "-" before it for descending
    default_columns: tuple[str, ...] = ()  # names; empty: all
    filters: tuple[Filter, ...] = ()
    views: tuple[View, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    search_kind: str = ""  # kind in the search index; empty: the list has no search field
    search_hint: Words = ""
    tag_kind: str = ""  # records may be tagged
    tag_permission: str = "customer.bulk"
    export_permission: str = "export.run"
    row_link: Callable[[Any], str] | None = None
    row_name: Callable[[Any], str] = field(default=str)  # what a screen reader calls the row
    related: tuple[str, ...] = ()  # select_related of the page: joined after counting and finding
    decorate: Callable[[list[Any], Any], None] | None = None  # read in bulk what the columns show
    empty: Words = ""
    empty_action: tuple[Words, str] | None = None  # label and URL name

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def filter(self, name: str) -> Filter | None:
        return next((one for one in self.filters if one.name == name), None)

    @property
    def starting_columns(self) -> tuple[str, ...]:
        return self.default_columns or tuple(column.name for column in self.columns)


Row = Model
_listings: dict[str, Listing] = {}


def register(listing: Listing) -> Listing:
    _listings[listing.name] = listing
    return listing


def named(name: str) -> Listing:
    """A list by its name. Lists stand beside their pages, so the pages' addresses are read first."""
    if name not in _listings:
        from django.urls import get_resolver  # noqa: PLC0415 -- reading the addresses imports every page

        _ = get_resolver().url_patterns
    return _listings[name]
