"""The page of a list: what ground.lists reads, shown with the frame's components. Works without JavaScript; htmx makes it quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render as render_page
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kexin.ground.errors import KexinError
from kexin.ground.lists import asking, queries, reading
from kexin.ground.lists.asking import Asked
from kexin.ground.lists.listing import Column, Filter, Listing
from kexin.ground.lists.models import SavedView
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.surfaces.frame import answers, formats
from kexin.surfaces.frame.templatetags import frame as components


@dataclass(frozen=True)
class Cell:
    column: Column
    shown: SafeString | str


@dataclass(frozen=True)
class Row:
    record: Any
    cells: list[Cell]
    url: str
    name: str


@dataclass(frozen=True)
class Chip:
    """A condition that is set, and the address without it."""

    words: str
    without: str


def render(request: HttpRequest, listing: Listing, *, template: str = "frame/list/page.html", **context: Any) -> HttpResponse:
    """A whole list page; asked by htmx from within the list, only the list."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a list page is for signed-in staff")  # access.page has seen to it
    listing = listing.seen_by(user)
    saved = list(queries.views_of(listing.name, user))
    kept = next((view.query for view in saved if not view.name), "")
    try:
        page = reading.read(listing, request.GET, user, kept=kept)
    except KexinError as error:
        return answers.refused(request, error)
    part = request.headers.get("HX-Target") == "list" and not request.headers.get("HX-History-Restore-Request")
    shown = {**_context(listing, page, user, saved), "columns_kept": bool(kept), **context}
    return render_page(request, "frame/list/list.html" if part else template, shown)


def _context(listing: Listing, page: reading.Page, user: User, saved: Sequence[SavedView]) -> dict[str, Any]:
    asked = page.asked
    columns = [_heading(column, asked) for column in asked.columns]
    bulk = [action for action in listing.bulk if not action.permission or staff.may(user, action.permission)]
    may_edit_many = listing.edits is not None and (not listing.edit_permission or staff.may(user, listing.edit_permission))
    return {
        "listing": listing,
        "page": page,
        "asked": asked,
        "columns": columns,
        "rows": [_row(listing, page, record) for record in page.rows],
        **conditions_of(listing, asked, user, saved),
        "choice": _choice(listing, asked),
        "all_shown": asked.address(cols=",".join(column.name for column in asked.columns)),
        "unit": listing.one if page.count == 1 and not page.more and listing.one else listing.unit,
        "count": formats.number(page.count) + ("+" if page.more else ""),
        "bulk": bulk,
        "may_edit_many": may_edit_many,
        "choosable": bool(bulk) or may_edit_many,
        "may_export": staff.may(user, listing.export_permission),
        "may_share": staff.may(user, "view.share"),
        "query": asked.address(),
        "nothing_asked": not asked.text and not asked.values,
        "may_search": listing.search is not None,  # a template would call the function itself
        "empty": _empty(listing),
    }


def conditions_of(listing: Listing, asked: Asked, user: User, saved: Sequence[SavedView] | None = None) -> dict[str, Any]:
    """What is asked for and what else could be: for a list, and for a board of the same records."""
    return {
        "chips": [chip for f in listing.filters for chip in _chips(f, asked, user)],
        "conditions": [_condition(listing, f, asked, user) for f in listing.filters],
        "kept": [(name, value) for name, value in asked.params if name in {"sort", "cols", "size"}],
        "views": _views(listing, asked, user, list(queries.views_of(listing.name, user)) if saved is None else saved),
    }


def _heading(column: Column, asked: Asked) -> dict[str, Any]:
    sorted_by = asked.order.removeprefix("-") == column.name
    falling = asked.order.startswith("-")
    # The first click sorts numbers from the top and words from the start; the next one turns round.
    turned = f"-{column.name}" if (not falling if sorted_by else column.numeric) else column.name
    return {
        "column": column,
        "url": asked.address(sort=turned, after=None, before=None) if column.order else "",
        "sorted": ("descending" if falling else "ascending") if sorted_by else "",
    }


def _row(listing: Listing, page: reading.Page, record: Any) -> Row:
    cells = [Cell(column, _cell(column, record, page.tags.get(record.pk, []))) for column in page.asked.columns]
    return Row(record=record, cells=cells, url=listing.row_url(record) if listing.row_url else "", name=str(record))


def _cell(column: Column, record: Any, tags: list[str]) -> SafeString | str:
    if column.format == "tags":
        return format_html_join(" ", '<span class="kx-chip kx-line">{}</span>', ((tag,) for tag in tags))
    value = column.value(record)
    note = column.note(record) if column.note is not None else ""
    if column.format == "tier":
        return components.tier(value, note or "")
    shown = _formatted(column, record, value)
    return format_html('{} <span class="kx-s kx-2">{}</span>', shown, note) if note not in (None, "") else shown


def _formatted(column: Column, record: Any, value: Any) -> SafeString | str:  # noqa: C901, PLR0911 -- a table of formats, one line each
    url = column.url(record) if column.url is not None else ""
    if column.format == "phone":
        return components.masked(url, value)
    if column.format == "act":
        return components.act(url, column.label, value) if url and value else ""
    if value is None or value == "":
        return format_html('<span class="kx-2">{}</span>', formats.NOTHING)
    if column.format == "link":
        return format_html('<a class="kx-b" href="{}">{}</a>', url, value) if url else format_html('<span class="kx-b">{}</span>', value)
    if column.format == "money":
        return formats.money(value, column.currency(record) if column.currency is not None else "")
    if column.format == "number":
        return formats.number(value)
    if column.format == "percent":
        return formats.percent(value)
    if column.format == "date":
        return components.date_tag(value)
    if column.format == "datetime":
        return components.relative_tag(value)
    if column.format == "chips":
        return format_html_join(" ", '<span class="kx-chip">{}</span>', ((part,) for part in value))
    return format_html('<a href="{}">{}</a>', url, value) if url else str(value)


def _chips(f: Filter, asked: Asked, user: User) -> list[Chip]:  # noqa: PLR0911 -- a table of kinds, one line each
    if f.name not in asked.values:
        return []
    value = asked.values[f.name]
    if f.kind == "flag":
        return [Chip(str(f.label), asked.without(f))]
    if f.kind in {"number", "date"}:
        ends = [formats.date(end, year=True) if f.kind == "date" else formats.number(end) for end in value]
        words = f"{ends[0]} – {ends[1]}" if None not in value else f"≥ {ends[0]}" if value[0] is not None else f"≤ {ends[1]}"
        return [Chip(f"{f.label} {words}", asked.without(f))]
    if f.kind == "within":
        return [Chip(_("%(label)s: last %(days)s days") % {"label": f.label, "days": value}, asked.without(f))]
    if f.kind == "days":
        return [Chip(_("%(label)s: over %(days)s days") % {"label": f.label, "days": value}, asked.without(f))]
    if isinstance(value, list):
        labels = {str(key): label for key, label in f.choices_for(user)}
        return [Chip(f"{f.label} {labels.get(one, one)}", asked.without(f, one)) for one in value]
    return [Chip(f"{f.label} {value}", asked.without(f))]


def _condition(listing: Listing, f: Filter, asked: Asked, user: User) -> dict[str, Any]:
    given = dict(asked.params)
    choices = f.choices_for(user) if f.kind == "choice" else []
    if f.kind == "tag":
        choices = [(name, name) for name in reading.tag_names(listing.tag_kind)]
    chosen = set(asked.values.get(f.name) or ()) if f.kind in {"choice", "tag"} else set()
    return {
        "filter": f,
        "choices": [(str(value), label, str(value) in chosen) for value, label in choices],
        "value": given.get(f.name, ""),
        "low": given.get(f"{f.name}_min", ""),
        "high": given.get(f"{f.name}_max", ""),
    }


def _views(listing: Listing, asked: Asked, user: User, saved: Sequence[SavedView]) -> list[dict[str, Any]]:
    now = set(asked.params)

    def is_now(query: str) -> bool:
        return _params(listing, query) == now

    delivered = [{"name": one.name, "url": f"?{one.query}", "current": is_now(one.query)} for one in listing.views]
    own = [
        {
            "name": view.name,
            "url": f"?{view.query}",
            "current": is_now(view.query),
            "pk": view.pk,
            "mine": view.owner_id == user.pk,
            "is_segment": view.is_segment,
        }
        for view in saved
        if view.name
    ]
    return delivered + own


def _params(listing: Listing, query: str) -> set[tuple[str, str]]:
    try:
        return set(asking.read(listing, QueryDict(query)).params)
    except KexinError:
        return {("", "")}  # a view of before a change: it is shown, and says what is wrong when it is opened


def _choice(listing: Listing, asked: Asked) -> list[dict[str, Any]]:
    """Those shown in their order, then the others."""
    ordered = [*asked.columns, *(column for column in listing.columns if column not in asked.columns)]
    return [{"column": column, "shown": column in asked.columns, "fixed": column.fixed} for column in ordered]


def _empty(listing: Listing) -> dict[str, str]:
    if listing.empty is None:
        return {"text": _("Nothing here yet."), "action": "", "url": ""}
    text, action, address = listing.empty
    return {"text": str(text), "action": str(action), "url": reverse(address) if address else ""}
