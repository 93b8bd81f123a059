"""The page components as template tags; docs/reference/frame.md lists them with an example each."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect, Select, Textarea
from django.template import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kexin.kit import text as plain_text
from kexin.surfaces.frame import formats

register = template.Library()

_ids = itertools.count(1)
# What cardactions leaves in a card's content for the card to find; unguessable, so that no text can fake it.
_MARK = f"<!--{secrets.token_hex(16)}-->"


def _id(prefix: str) -> str:
    return f"{prefix}-{next(_ids)}"


# Icons, chips, tiers


@register.simple_tag
def icon(name: str, size: int | None = None, label: str = "") -> SafeString:
    style = format_html(' style="width:{0}px;height:{0}px"', size) if size else ""
    name_for_readers = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html('<svg class="kx-i"{}{}><use href="{}#{}"></use></svg>', style, name_for_readers, static("kexin/icons.svg"), name)


@register.simple_tag
def chip(text: object, tone: str = "", icon_name: str = "") -> SafeString:
    return format_html('<span class="kx-chip{}">{}{}</span>', f" kx-{tone}" if tone else "", icon(icon_name) if icon_name else "", text)


@register.simple_tag
def tier(letter: str | None, was: str = "") -> SafeString:
    if not letter:
        return format_html('<span class="kx-2">{}</span>', formats.NOTHING)
    badge = format_html('<span class="kx-tier {0}"><span class="visually-hidden">{1} </span>{0}</span>', letter, _("Tier"))
    if not was or was == letter:
        return badge
    down = letter > was
    words = _("down from %(tier)s") if down else _("up from %(tier)s")
    return format_html('{} <span class="kx-s kx-nw">{}{}</span>', badge, icon("arrow-down" if down else "arrow-up"), words % {"tier": was})


@register.simple_tag(takes_context=True)
def pagetitle(context: Context) -> str:
    """What the page's `title` block says: a page that names no heading of its own is headed by its title."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block("title") if blocks is not None else None
    return "" if block is None else block.nodelist.render(context)


# Cards and what stands in them


@register.simple_block_tag
def cardactions(content: str) -> SafeString:
    return mark_safe(_MARK + content + _MARK)  # noqa: S308 -- rendered template


@register.simple_block_tag
def card(
    content: str,
    title: object = "",
    note: object = "",
    *,
    flush: bool = False,
    link: str = "",
    link_text: object = "",
    id: str = "",  # noqa: A002 -- the attribute's name
    tone: str = "",
) -> SafeString:
    actions = ""
    if _MARK in content:
        before, actions, after = content.split(_MARK, 2)
        content = before + after
    body = mark_safe(content) if flush else format_html('<div class="kx-cb">{}</div>', mark_safe(content))  # noqa: S308 -- rendered template
    attributes = format_html(' id="{}"', id) if id else ""
    if not title:
        return format_html('<section class="kx-c{}"{}>{}</section>', f" kx-edge-{tone}" if tone else "", attributes, body)
    heading = _id("card")
    return format_html(
        '<section class="kx-c{}"{} role="group" aria-labelledby="{}"><div class="kx-ch"><h2 id="{}">{}</h2>'
        '{}<span class="kx-sp"></span>{}{}</div>{}</section>',
        f" kx-edge-{tone}" if tone else "",
        attributes,
        heading,
        heading,
        title,
        format_html('<span class="kx-2">{}</span>', note) if note else "",
        format_html('<a class="kx-how" href="{}">{}</a>', link, link_text or _("More")) if link else "",
        mark_safe(actions),  # noqa: S308 -- rendered template
        body,
    )


@register.simple_block_tag
def strip(content: str, label: object = "") -> SafeString:
    return format_html('<section class="kx-c kx-strip" aria-label="{}">{}</section>', label or _("At a glance"), mark_safe(content))  # noqa: S308 -- rendered template


def _explained(shown: object, explanation: object, style: str) -> SafeString:
    return format_html(
        '<details class="kx-explain"><summary class="{}">{}</summary><div class="kx-pop kx-s">{}</div></details>', style, shown, explanation
    )


@register.simple_tag
def stat(
    label: object,
    value: object,
    unit: object = "",
    interval: object = "",
    note: object = "",
    why: str = "",
    explain: object = "",
    tone: str = "",
) -> SafeString:
    shown = format_html('<span class="v{}">{}</span>', f" kx-{tone}" if tone else "", value)
    if explain:
        shown = _explained(shown, explain, "kx-why")
    elif why:
        shown = format_html('<a class="kx-why" href="{}">{}</a>', why, shown)
    return format_html(
        '<dl class="kx-stat m-0"><dt>{}</dt><dd>{}{}</dd>{}{}</dl>',
        label,
        shown,
        format_html('<span class="u">{}</span>', unit) if unit else "",
        format_html('<dd class="ci">{}</dd>', interval) if interval else "",
        format_html('<dd class="kx-s kx-2">{}</dd>', note) if note else "",
    )


@register.simple_block_tag
def why(content: str, value: object) -> SafeString:
    return _explained(value, mark_safe(content), "kx-why")  # noqa: S308 -- rendered template


@register.simple_block_tag
def how(content: str, words: object = "") -> SafeString:
    return _explained(words or _("How is this computed?"), mark_safe(content), "kx-how")  # noqa: S308 -- rendered template


def _nothing(text: object, action: object = "", url: str = "", icon_name: str = "") -> SafeString:
    button = format_html('<div class="mt-2"><a class="btn" href="{}">{}</a></div>', url, action) if action and url else ""
    return format_html('<div class="kx-empty">{}{}{}</div>', icon(icon_name) if icon_name else "", text, button)


register.simple_tag(_nothing, name="empty")
register.simple_tag(_nothing, name="nothing")  # for use directly inside {% for %}, where Django reads "empty" as its own


@register.simple_tag
def steps(items: Iterable[Mapping[str, Any]]) -> SafeString:
    states = {"done": _("done"), "now": _("now")}
    rows = format_html_join(
        "",
        '<li class="{}" data-n="{}"{}>{}<span class="visually-hidden"> {}</span><small>{}</small></li>',
        (
            (
                item.get("state", "") if item.get("state") in states else "",
                number_,
                mark_safe(' aria-current="step"') if item.get("state") == "now" else "",
                item["label"],
                states.get(item.get("state", ""), ""),
                item.get("note", ""),
            )
            for number_, item in enumerate(items, 1)
        ),
    )
    return format_html('<ol class="kx-steps" tabindex="0" aria-label="{}">{}</ol>', _("Steps"), rows)


@register.simple_tag
def bar(value: float, label: object = "", tone: str = "") -> SafeString:
    return format_html(
        '<div class="kx-bar" role="progressbar" aria-label="{}" aria-valuenow="{}" aria-valuemin="0" aria-valuemax="100">'
        '<i class="{}" style="width:{}%"></i></div>',
        label or _("Progress"),
        round(value),
        tone,
        f"{min(max(float(value), 0), 100):.1f}",
    )


@register.simple_tag
def progress(job: Any) -> str:
    return render_to_string("frame/parts/progress.html", {"job": job, "share": 100 * job.done / job.total if job.total else None})


@register.simple_tag(name="range")
def interval_bar(
    low: float, value: float, high: float, scale_from: float, scale_to: float, mark: float | None = None, label: object = ""
) -> SafeString:
    def at(x: float) -> str:
        return f"{min(max((float(x) - float(scale_from)) / (float(scale_to) - float(scale_from) or 1), 0), 1) * 100:.1f}%"

    tick = "" if mark is None else format_html('<line class="g" x1="{0}" x2="{0}" y1="0" y2="12"></line>', at(mark))
    return format_html(
        '<svg class="kx-rng" role="img" aria-label="{}"><line class="t" x1="0" x2="100%" y1="6" y2="6"></line>{}'
        '<line class="w" x1="{}" x2="{}" y1="6" y2="6"></line><circle class="d" cx="{}" cy="6" r="4"></circle></svg>',
        label or formats.interval(low, high),
        tick,
        at(low),
        at(high),
        at(value),
    )


@register.simple_block_tag
def menu(content: str, words: object = "", icon: str = "dots", *, quiet: bool = False, right: bool = True) -> SafeString:
    return render_to_string(
        "frame/parts/menu.html",
        {"content": mark_safe(content), "words": words, "icon": icon, "quiet": quiet, "right": right},  # noqa: S308 -- rendered template
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: object) -> SafeString:  # noqa: A002 -- the attribute's name
    return render_to_string("frame/parts/dialog.html", {"content": mark_safe(content), "id": id, "title": title})  # noqa: S308 -- rendered template


# Deadlines and masked values

_MASKS = {"phone": plain_text.mask_phone, "email": plain_text.mask_email, "address": plain_text.mask_address}
SOON, SHORT = dt.timedelta(hours=2), dt.timedelta(hours=1)


@register.simple_tag
def clock(due: dt.datetime | None, done: dt.datetime | None = None, now: dt.datetime | None = None) -> SafeString:
    """Shape first (tick, ring, triangle, clock), then words, then colour."""
    if done is not None:
        return _clock("good", "circle-check", _("done"), formats.relative(done))
    if due is None:
        return _clock("", "clock-pause", _("no deadline"), "")
    left = due - (now or timezone.now())
    by = _("by %(moment)s") % {"moment": formats.time(due) if formats.relative(due).startswith(_("today")) else formats.relative(due)}
    if left < dt.timedelta():
        return _clock("bad", "alert-circle", _("overdue by %(span)s") % {"span": formats.duration(left)}, formats.relative(due))
    tone, shape = ("bad", "alert-circle") if left < SHORT else ("warn", "alert-triangle") if left < SOON else ("", "clock")
    return _clock(tone, shape, _("%(span)s left") % {"span": formats.duration(left)}, by)


def _clock(tone: str, shape: str, words: str, below: str) -> SafeString:
    return format_html(
        '<div class="kx-clock{}">{}<b>{}</b><small>{}</small></div>', f" kx-{tone}" if tone else "", icon(shape), words, below
    )


@register.simple_tag
def masked(url: str, value: str | None, kind: str = "phone") -> SafeString:
    if not value:
        return format_html('<span class="kx-2">{}</span>', formats.NOTHING)
    shown = value if "•" in value else _MASKS.get(kind, plain_text.mask_id)(value)
    if not url:
        return format_html('<span class="kx-mask">{}</span>', shown)
    name = _("Show it; looking is recorded")
    return format_html(
        '<span class="kx-mask">{}<button type="button" hx-post="{}" hx-target="closest .kx-mask" hx-swap="outerHTML"'
        ' title="{}" aria-label="{} ({})">{}</button></span>',
        shown,
        url,
        name,
        name,
        shown,
        icon("eye"),
    )


@register.simple_tag
def act(url: str, label: object, name: str) -> SafeString:
    """A button in a row of a list: the answer takes its place."""
    return format_html(
        '<button type="button" class="btn s" hx-post="{}" hx-target="closest td" hx-swap="innerHTML" hx-disabled-elt="this">'
        '{}<span class="visually-hidden"> {}</span></button>',
        url,
        label,
        name,
    )


# Forms


@register.simple_tag
def field(bound: BoundField, label: object = "", hint: object = "", wide: bool = False, **attributes: Any) -> SafeString:  # noqa: FBT001, FBT002 -- read like an attribute
    """Label, input, help and error of one form field, tied together for screen readers."""
    widget = bound.field.widget
    if widget.is_hidden:
        return bound.as_widget()
    several = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    single_box = isinstance(widget, CheckboxInput)
    base = "" if several or single_box else "form-select" if isinstance(widget, Select) else "form-control"
    classes = " ".join(filter(None, [base, widget.attrs.get("class", ""), "is-invalid" if bound.errors else "", attributes.pop("css", "")]))
    extra: dict[str, Any] = {key.replace("_", "-"): value for key, value in attributes.items()}
    if classes:
        extra["class"] = classes
    if isinstance(widget, Textarea) and "rows" not in widget.attrs:
        extra.setdefault("rows", 3)
    help_text = hint or bound.help_text
    own = bound.id_for_label or bound.auto_id or bound.html_name
    described = [f"{own}_help"] if help_text else []
    described += [f"{own}_error"] if bound.errors else []
    if described:
        extra["aria-describedby"] = " ".join(described)
    return render_to_string(
        "frame/parts/field.html",
        {
            "field": bound,
            "widget": bound.as_widget(attrs=extra),
            "label": label or bound.label,
            "help": help_text,
            "own": own,
            "several": several,
            "single_box": single_box,
            "wide": wide,
            "optional": not bound.field.required,
        },
    )


@register.simple_tag
def errors(form: Form) -> str:
    found = list(form.non_field_errors())
    for hidden in form.hidden_fields():
        found.extend(hidden.errors)
    return render_to_string("frame/parts/errors.html", {"errors": found}) if found else ""


# Charts


@register.simple_tag
def chart(
    id: str,  # noqa: A002 -- the attribute's name
    option: Mapping[str, Any],
    heading: object = "",
    table: Mapping[str, Sequence[Any]] | None = None,
    height: int = 280,
    note: object = "",
    *,
    quiet: bool = False,
) -> str:
    return render_to_string(
        "frame/parts/chart.html",
        {
            "id": id,
            "option_id": f"{id}-option",
            "option": option,
            "heading": heading,
            "table": table,
            "height": height,
            "note": note,
            "quiet": quiet,
        },
    )


# Formats


@register.simple_tag(name="date")
def date_tag(value: dt.date | None, year: bool | None = None) -> SafeString:  # noqa: FBT001 -- read like an attribute
    return _time(value, formats.date(value, year=year))


@register.simple_tag(name="datetime")
def datetime_tag(value: dt.datetime | None, year: bool | None = None) -> SafeString:  # noqa: FBT001 -- read like an attribute
    return _time(value, formats.datetime(value, year=year))


@register.simple_tag(name="relative")
def relative_tag(value: dt.datetime | dt.date | None) -> SafeString:
    return _time(value, formats.relative(value))


def _time(value: dt.date | None, words: str) -> SafeString:
    if value is None:
        return format_html('<span class="kx-2">{}</span>', words)
    exact = formats.datetime(value, year=True) if isinstance(value, dt.datetime) else formats.date(value, year=True)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


@register.simple_tag(name="money")
def money_tag(amount: formats.Number | None, currency: str = "", prose: bool = False) -> str:  # noqa: FBT001, FBT002 -- read like an attribute
    return formats.prose_money(amount, currency) if prose else formats.money(amount, currency)


@register.simple_tag(name="number")
def number_tag(value: formats.Number | None, digits: int | None = None) -> str:
    return formats.number(value, digits)


@register.simple_tag(name="percent")
def percent_tag(share: formats.Number | None, digits: int = 0) -> str:
    return formats.percent(share, digits)


register.simple_tag(formats.interval, name="interval")
register.simple_tag(formats.daterange, name="daterange")

_FILTERS: dict[str, Callable[..., Any]] = {
    "as_date": formats.date,
    "as_datetime": formats.datetime,
    "as_relative": formats.relative,
    "as_number": formats.number,
    "as_signed": formats.signed,
    "as_percent": formats.percent,
    "as_money": formats.money,
    "as_prose_money": formats.prose_money,
    "as_size": formats.size,
    "as_duration": formats.duration,
}
for _name, _function in _FILTERS.items():
    register.filter(_name, _function)
