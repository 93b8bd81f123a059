"""What the workbench shows, put together from the domains' queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from lunar_python import Solar

from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import queries as customers
from kexin.loop.todo import queries as todos
from kexin.loop.todo import rules
from kexin.loop.todo.models import ToDo
from kexin.surfaces.frame import formats
from kexin.surfaces.web.workbench import glance

COMING_DAYS, COMING = 7, 8  # days to remember: how far ahead, how many
SHOWN = 60  # rows of the list; the rest is one click away
KIND_ICONS = {
    "call": "phone",
    "promise": "heart-handshake",
    "follow_up": "phone-call",
    "review": "search",
    "task": "checks",
    "take_over": "users",
    "pool": "alert-triangle",
}
# Where a to-do leads that came from somewhere else than the customer's page. Everything else leads to the customer.
ORIGINS = {"pair": ("customer.merge", "customers:pair")}
GROUPS: dict[rules.Group, str | Promise] = {
    rules.Group.OVERDUE: pgettext_lazy("to-dos", "Overdue"),
    rules.Group.SOON: gettext_lazy("Within 4 hours"),
    rules.Group.TODAY: gettext_lazy("Later today"),
    rules.Group.LATER: pgettext_lazy("to-dos", "Later"),
    rules.Group.UNDATED: gettext_lazy("Without a deadline"),
}


@dataclass(frozen=True)
class Group:
    label: str
    rows: list[ToDo]
    name: str


def workbench(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    if not isinstance(user, User):
        raise TypeError(user)
    now = timezone.now()
    listed = the_list(request, user, now)
    return {
        **listed,
        "greeting": _greeting(user, now),
        "headline": headline(listed["groups"]),
        "today": _today(now),
        "has_customers": customers.customers_visible_to(user).exists(),
        "may_import": staff.may(user, "import.run"),
        "may_edit": staff.may(user, "todo.edit"),
        "glance": glance.of(user),
        "coming": _coming(user),
    }


def _coming(user: User) -> list[customers.Coming]:
    """Days to remember of the customers this person sees: today's first."""
    if not staff.may(user, "customer.view"):
        return []
    return customers.days_coming_up(user, today=timezone.localdate(), days=COMING_DAYS, limit=COMING)


def the_list(request: HttpRequest, user: User, now: datetime) -> dict[str, Any]:
    """To-dos by how soon they press, with the counts of each scope: two statements."""
    scope = request.GET.get("scope") or request.POST.get("scope") or _usual_scope(user)
    if scope not in todos.SCOPES:
        scope = _usual_scope(user)
    every = request.GET.get("all") == "1"
    counts = todos.counts(user, now=now, soon=now + rules.SOON)
    total = {todos.MINE: counts.mine, todos.BRANCH: counts.branch, todos.UNASSIGNED: counts.unassigned}[scope]
    found = todos.open_todos(user, scope=scope)
    rows = list(found[: 500 if every else SHOWN])
    return {
        "scope": scope,
        "scopes": [
            (todos.MINE, pgettext("to-dos", "Mine"), counts.mine),
            *(
                []
                if user.sees == Sees.OWN
                else [(todos.BRANCH, _("Everybody's"), counts.branch), (todos.UNASSIGNED, _("Unassigned"), counts.unassigned)]
            ),
        ],
        "counts": counts,
        "groups": grouped(rows, now, user),
        "hidden": max(total - len(rows), 0),
        "may_edit": staff.may(user, "todo.edit"),
        "pressing": counts.overdue + counts.soon,
    }


def grouped(rows: list[ToDo], now: datetime, user: User) -> list[Group]:
    day_ends = (timezone.localtime(now) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for row in rows:
        dress(row, user)
    order = list(rules.Group)
    named = sorted(((rules.group_of(row.due_at, now=now, day_ends=day_ends), row) for row in rows), key=lambda pair: order.index(pair[0]))
    return [
        Group(str(GROUPS[name]), [row for _name, row in members], name.value) for name, members in groupby(named, key=lambda pair: pair[0])
    ]


def dress(row: ToDo, user: User) -> ToDo:
    """What only the template reads: a picture, the customer's tier, where the title leads this person."""
    permission, name = ORIGINS.get(row.origin_kind, ("", ""))
    if permission and row.origin_id is not None and staff.may(user, permission):
        row.leads_to = reverse(name, args=[row.origin_id])  # type: ignore[attr-defined]  # as below
    elif row.customer_id is not None:
        row.leads_to = reverse("customers:customer", args=[row.customer_id])  # type: ignore[attr-defined]  # as below
    row.icon = KIND_ICONS.get(row.kind, "checks")  # type: ignore[attr-defined]  # only for the template
    place = getattr(row.customer, "place", None) if row.customer is not None else None
    row.tier = place.tier if place is not None else ""  # type: ignore[attr-defined]  # as above
    return row


def _usual_scope(user: User) -> str:
    return todos.BRANCH if staff.may(user, "customer.bulk") and user.sees != Sees.OWN else todos.MINE


def _greeting(user: User, now: datetime) -> str:
    hour = timezone.localtime(now).hour
    word = _("Good evening") if hour >= 18 or hour < 5 else _("Good afternoon") if hour >= 12 else _("Good morning")  # noqa: PLR2004 -- hours of a day
    name = str(user)
    if len(name) == 3 and name != "管理员" and all("\u4e00" <= sign <= "\u9fff" for sign in name):  # noqa: PLR2004 -- a surname and a given name of two
        name = name[1:]
    return _("%(greeting)s, %(name)s") % {"greeting": word, "name": name}


def headline(groups: list[Group]) -> str:
    """The sentence that says what presses, of the to-dos that are shown."""
    pressing = {group.name: len(group.rows) for group in groups}
    overdue, soon = pressing.get(rules.Group.OVERDUE.value, 0), pressing.get(rules.Group.SOON.value, 0)
    if overdue:
        return ngettext("%(n)s thing is overdue", "%(n)s things are overdue", overdue) % {"n": overdue}
    if soon:
        return ngettext("%(n)s thing is due within 4 hours", "%(n)s things are due within 4 hours", soon) % {"n": soon}
    return _("nothing is due in the next 4 hours")


def _today(now: datetime) -> dict[str, Any]:
    local = timezone.localtime(now)
    lunar = Solar.fromYmd(local.year, local.month, local.day).getLunar()
    chinese = (get_language() or "zh").startswith("zh")
    return {
        "day": formats.date(local.date(), year=True),
        "weekday": formats.weekday(local.date()),
        "time": formats.time(local),
        "lunar": f"农历{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}" if chinese else "",
        "festival": "、".join([*lunar.getFestivals(), *([lunar.getJieQi()] if lunar.getJieQi() else [])]) if chinese else "",
    }


def page_address(scope: str) -> str:
    return f"{reverse('workbench:page')}?scope={scope}"
