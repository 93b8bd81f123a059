"""Where customers stand, at a glance: the strip above the list and the cards beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kexin.ground.imports import queries as import_queries
from kexin.ground.imports.models import Run as ImportRun
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.standing import queries as standing
from kexin.loop.standing.models import Run, Transition
from kexin.loop.standing.wording import reason_in_words
from kexin.surfaces.frame import formats

MOVERS, IMPORTS = 6, 3


@dataclass(frozen=True)
class Stat:
    """One number of the strip in the words of the `stat` component."""

    label: str
    value: str
    unit: str = ""
    interval: str = ""
    note: str = ""


@dataclass(frozen=True)
class Glance:
    run: Run | None = None
    stats: list[Stat] = field(default_factory=list)
    movers: list[tuple[Transition, str]] = field(default_factory=list)
    moved: str = ""
    imports: list[ImportRun] = field(default_factory=list)


def of(user: User) -> Glance:
    """At most four statements, the same number whatever the size of the company."""
    run = standing.latest_run() if staff.may(user, "standing.view") else None
    imports = list(import_queries.runs_visible_to(user).order_by("-id")[:IMPORTS])
    if run is None:
        return Glance(imports=imports)
    moves = (
        standing.transitions_visible_to(user)
        .filter(run=run, field="tier")
        .exclude(old="")
        .aggregate(down=Count("pk", filter=Q(new__gt=F("old"))), up=Count("pk", filter=Q(new__lt=F("old"))))
    )
    movers = [(move, reason_in_words(move.reason, run.currency)) for move in standing.movers(run, user, limit=MOVERS) if move.old]
    return Glance(
        run=run,
        stats=_stats(run, moves, whole=user.sees == Sees.ALL),
        movers=movers,
        moved=_("%(down)s down, %(up)s up") % {"down": formats.number(moves["down"]), "up": formats.number(moves["up"])},
        imports=imports,
    )


def _stats(run: Run, moves: Mapping[str, int], *, whole: bool) -> list[Stat]:
    """Sums are the company's; movers are those this reader may see, and it says so where the two differ."""
    tiers = standing.tier_table(run)
    basis = _("of margin") if run.distributions.get("value_basis") == "margin" else _("of sales")
    assessed = _("assessed %(day)s, rules version %(number)s") % {"day": formats.date(run.as_of), "number": run.rules.number}
    found = [
        Stat(
            _("Customers") if whole else _("Customers of the company"),
            formats.number(run.customers),
            "",
            assessed,
            _("%(n)s orders read") % {"n": formats.number(run.orders)},
        )
    ]
    top = next((row for row in tiers if row.tier == "A"), None)
    if top is not None and top.value_share is not None:
        note = _("%(came)s came, %(left)s left") % {"came": formats.number(top.came), "left": formats.number(top.left)}
        share = _("%(share)s %(basis)s in twelve months") % {"share": formats.percent(top.value_share, 1), "basis": basis}
        found.append(Stat(_("Tier A"), formats.number(top.customers), "", share, note))
    since = _("against %(day)s") % {"day": formats.date(run.previous.as_of)} if run.previous else _("there was no run before")
    rose = ngettext("%(n)s customer rose", "%(n)s customers rose", moves["up"]) % {"n": formats.number(moves["up"])}
    found.append(
        Stat(_("Slipped to a lower tier") if whole else _("Slipped, of those you see"), formats.number(moves["down"]), "", since, rose)
    )
    found.extend(_concentration(run))
    return found


def _concentration(run: Run) -> list[Stat]:
    for name, what in (("profit", _("of profit")), ("sales", _("of sales"))):
        curve: Mapping[str, Any] = run.distributions.get(name) or {}
        made = curve.get("share80")
        if made and made.get("share") is not None:
            low, high = made.get("low"), made.get("high")
            between = "" if low is None or high is None else formats.interval(low * 100, high * 100, 1) + "%"
            note = _("of customers make 80%% %(what)s") % {"what": what}
            return [Stat(_("Concentration"), formats.number(made["share"] * 100, 1), "%", between, note)]
    return []
