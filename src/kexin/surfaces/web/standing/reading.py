"""What the standing pages show, read and put into words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kexin.ground.errors import Conflict, KexinError
from kexin.ground.jobs.models import Job
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.loop.customers.choices import Behaviour, CustomerClass
from kexin.loop.standing import queries
from kexin.loop.standing.models import RuleSet, RulesState, Run, RunState, Transition
from kexin.loop.standing.rules import TIERS, Definition, is_slip
from kexin.loop.standing.wording import WORDS, place_in_words, reason_in_words, warning_in_words
from kexin.loop.todo.choices import State
from kexin.loop.todo.models import ToDo
from kexin.surfaces.frame import formats
from kexin.surfaces.web.standing import editing

MOVERS = 6
MOVERS_A_PAGE = 50


def overview(request: HttpRequest) -> dict[str, Any]:
    """Everything on the standing page, in a fixed number of statements."""
    run, under_way = queries.latest_run(), queries.run_under_way()
    job = Job.objects.filter(pk=under_way.job_id).first() if under_way is not None and under_way.job_id is not None else None
    context: dict[str, Any] = {"run": run, "under_way": under_way, "job": job, "today": queries.today(), **_may(request.user)}
    if run is None:
        return context
    draft, in_force = queries.draft(), queries.rules_in_force()
    shown = draft or in_force
    return {
        **context,
        **_sums(run),
        "tiers": queries.tier_table(run),
        "moves": _moves(queries.movers(run, request.user, limit=MOVERS)),
        "draft": draft,
        "in_force": in_force,
        "rules": _rules_form(shown, in_force, run) if shown is not None else None,
        "simulation": _simulation(draft, run) if draft is not None else None,
    }


def of_run(run: Run, user: Any) -> dict[str, Any]:
    """One assessment: what it read, how it computed, what came out."""
    context: dict[str, Any] = {
        **_may(user),
        "run": run,
        "finished": run.state in {RunState.DONE, RunState.REPLACED},
        "warnings": warnings_of(run),
    }
    if not context["finished"]:
        return context
    return {
        **context,
        **_sums(run),
        "tiers": queries.tier_table(run),
        "moves": _moves(queries.movers(run, user, limit=MOVERS)) if run.state == RunState.DONE else [],
    }


def all_movers(run: Run | None, request: HttpRequest) -> dict[str, Any]:
    """Everybody who moved, losses first, paged by the change in value and id of the last one shown."""
    if run is None:
        return {"run": None}
    field = "class" if request.GET.get("field") == "class" else "tier"
    rows = queries.movers_from(run, request.user, field=field, after=_last_shown(request.GET.get("after", "")), limit=MOVERS_A_PAGE + 1)
    more = len(rows) > MOVERS_A_PAGE
    rows = rows[:MOVERS_A_PAGE]
    after = f"{'' if rows[-1].impact is None else rows[-1].impact}_{rows[-1].pk}" if more else None
    return {"run": run, "field": field, "moves": _moves(rows), "next": after, **_may(request.user)}


def _last_shown(given: str) -> tuple[Decimal | None, int] | None:
    """What `after` says, or None where somebody changed it."""
    found = re.fullmatch(r"(-?\d{1,14}(?:\.\d{1,4})?)?_(\d{1,18})", given, flags=re.ASCII)
    return (Decimal(found[1]) if found[1] else None, int(found[2])) if found else None


def of_rules(
    record: RuleSet, request: HttpRequest, *, typed: Mapping[str, Any] | None = None, error: KexinError | None = None
) -> dict[str, Any]:
    run, in_force = queries.latest_run(), queries.rules_in_force()
    return {
        "record": record,
        "draft": record if record.state == RulesState.DRAFT else None,
        "in_force": in_force,
        "run": run,
        "rules": _rules_form(record, in_force, run, typed=typed),
        "simulation": _simulation(record, run) if record.state == RulesState.DRAFT else None,
        "error": error,
        "version": error.version if isinstance(error, Conflict) and error.version is not None else record.version,
        **_may(request.user),
    }


def affected(record: RuleSet, user: Any) -> dict[str, Any]:
    rows = [
        {
            "customer": customer,
            **row,
            "old_class_words": place_in_words("class", row["old_class"]),
            "new_class_words": place_in_words("class", row["new_class"]),
        }
        for customer, row in queries.affected_by(record, user)
    ]
    return {"record": record, "simulation": record.simulation, "rows": rows, "currency": staff.company().currency, **_may(user)}


def warnings_of(run: Run) -> list[str]:
    return [warning_in_words(warning) for warning in run.warnings]


def _may(user: Any) -> dict[str, bool]:
    return {
        "sees_all": getattr(user, "sees", None) == Sees.ALL,
        "may_assess": staff.may(user, "standing.assess"),
        "may_edit": staff.may(user, "standing.rules"),
        "may_apply": staff.may(user, "standing.apply"),
        "may_follow": staff.may(user, "todo.edit"),
        "may_export": staff.may(user, "export.run"),
    }


def _sums(run: Run) -> dict[str, Any]:
    found = run.distributions
    sales, profit = found["sales"], found["profit"]
    leading = profit if "share80" in profit else sales
    return {
        "warnings": warnings_of(run),
        "value_word": _("Share of margin") if found["value_basis"] == "margin" else _("Share of sales"),
        "heading": _headline(profit, sales),
        "interval": _interval(leading),
        "beside": _beside(run, profit, sales),
        "curve": _chart(sales, profit) if "share80" in sales else None,
        "sales": sales,
        "profit": profit,
        "classes": [{"label": CustomerClass(name).label, **row} for name, row in found["classes"].items()],
        "behaviours": [{"name": name, "label": Behaviour(name).label, "customers": count} for name, count in found["behaviours"].items()],
        "abc": [{"letter": letter, **row} for letter, row in found["abc"].items()],
        "heat": _heat(found["rfm"]),
        "totals": found["totals"],
    }


def _headline(profit: Mapping[str, Any], sales: Mapping[str, Any]) -> str:
    if "share80" in profit:
        return _("%(share)s of customers make 80%% of the profit") % {"share": formats.percent(profit["share80"]["share"], 0)}
    if "share80" in sales:
        return _("%(share)s of customers make 80%% of sales") % {"share": formats.percent(sales["share80"]["share"], 0)}
    return _("There is nothing to share out yet")


def _interval(curve: Mapping[str, Any]) -> str:
    if "share80" not in curve:
        return ""
    made = curve["share80"]
    return _("interval %(low)s – %(high)s") % {"low": formats.percent(made["low"], 1), "high": formats.percent(made["high"], 1)}


def _beside(run: Run, profit: Mapping[str, Any], sales: Mapping[str, Any]) -> str:
    said = []
    if "share80" in profit and "share80" in sales:
        said.append(_("The same 80%% of sales takes %(share)s of customers.") % {"share": formats.percent(sales["share80"]["share"], 0)})
    elif "share80" in sales:
        said.append(_("No unit costs are known, so nothing can be said of profit yet."))
    if profit.get("losing"):
        said.append(_("%(count)s customers cost more than they bring.") % {"count": formats.number(profit["losing"])})
    elif sales.get("losing"):
        said.append(_("%(count)s customers gave back more than they bought.") % {"count": formats.number(sales["losing"])})
    last = run.distributions["tiers"][TIERS[-1]]
    if last["value_share"] is not None and last["value_share"] < 0:
        said.append(
            _("The %(count)s customers of tier %(tier)s together lose %(share)s.")
            % {"count": formats.number(last["customers"]), "tier": TIERS[-1], "share": formats.percent(-last["value_share"], 1)}
        )
    return " ".join(said)


def _chart(sales: Mapping[str, Any], profit: Mapping[str, Any]) -> dict[str, Any]:
    """The two curves for ECharts, and the same as a table. The axis goes as high as the curve does."""
    with_profit = "points" in profit
    highest = max(y for curve in (sales, profit) for _x, y in curve.get("points", [[0, 1]]))
    top = 100 if highest <= 1.0001 else 20 * (int(highest * 100 / 20) + 1)  # noqa: PLR2004 -- rounding is no loss
    shares = {which: curve["share80"]["share"] for which, curve in (("profit", profit), ("sales", sales)) if "share80" in curve}
    further = max(shares, key=lambda which: shares[which])  # its label goes right of its point, the other's left: they never meet
    series = []
    for which, name, curve, colour, dashed, leads in (
        ("profit", _("Profit (margin)"), profit, "var(--kx-accent)", False, True),
        ("sales", _("Sales"), sales, "var(--kx-ink-2)", with_profit, not with_profit),
    ):
        if "points" not in curve:
            continue
        share = round(curve["share80"]["share"] * 100, 1)
        series.append(
            {
                "name": name,
                "type": "line",
                "showSymbol": False,
                "clip": False,
                "data": [[round(x * 100, 2), round(y * 100, 2)] for x, y in curve["points"]],
                "lineStyle": {"width": 2.5 if leads else 2, "color": colour, "type": "dashed" if dashed else "solid"},
                "itemStyle": {"color": colour},
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "label": {"show": False},
                    "lineStyle": {"type": "dashed", "color": "var(--kx-control)"},
                    "data": [[{"coord": [0, 80]}, {"coord": [share, 80]}], [{"coord": [share, 0]}, {"coord": [share, 80]}]],
                },
                "markPoint": {
                    "symbol": "circle",
                    "symbolSize": 9,
                    "itemStyle": {"color": colour},
                    "data": [
                        {
                            "coord": [share, 80],
                            "label": {
                                "show": True,
                                "position": "right" if which == further else "left",
                                "formatter": f"{share:.0f}%",
                                "color": colour,
                            },
                        }
                    ],
                },
            }
        )
    series.append(
        {
            "name": _("All equal"),
            "type": "line",
            "showSymbol": False,
            "data": [[0, 0], [100, 100]],
            "lineStyle": {"width": 1, "type": "dotted", "color": "var(--kx-control)"},
            "itemStyle": {"color": "var(--kx-control)"},
        }
    )
    option = {
        "animation": False,
        "grid": {"left": 46, "right": 20, "top": 34, "bottom": 40},
        "legend": {"top": 0, "left": 40, "itemStyle": {"opacity": 0}},  # the line says which; its dot would be white
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "value",
            "min": 0,
            "max": 100,
            "interval": 20,
            "name": _("Customers, % of all, largest first"),
            "nameLocation": "middle",
            "nameGap": 24,
        },
        "yAxis": {"type": "value", "min": 0, "max": top, "interval": 20},
        "series": series,
    }
    return {"option": option, "table": _curve_table(sales, profit)}


def _curve_table(sales: Mapping[str, Any], profit: Mapping[str, Any]) -> dict[str, Any]:
    shares = [0.01, 0.05, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.80, 1.0]
    curves = [(_("Profit (margin)"), profit), (_("Sales"), sales)]
    drawn = [(name, curve["points"]) for name, curve in curves if "points" in curve]
    rows = [[formats.percent(share, 0), *(formats.percent(_at(points, share), 1) for _name, points in drawn)] for share in shares]
    return {"head": [_("Largest customers"), *(name for name, _points in drawn)], "rows": rows}


def _at(points: list[list[float]], share: float) -> float:
    """The curve at a share of customers: straight between two points."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x0 <= share <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return points[-1][1]


def _heat(squares: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """RFM as five rows of five squares; the tint (percent of the accent) rises with the number of customers."""
    most = max((square["customers"] for square in squares), default=0)
    rows = []
    for r in range(5, 0, -1):
        cells = [square for square in squares if square["r"] == r]
        rows.append({"r": r, "cells": [{**cell, "tint": round(18 * cell["customers"] / most) if most else 0} for cell in cells]})
    return rows


def _moves(moves: list[Transition]) -> list[dict[str, Any]]:
    """Movers with their reason in words, and whether a to-do is open for them."""
    open_for = set(
        ToDo.objects.filter(
            customer__in=[move.customer_id for move in moves], cause__in=["standing.tier", "standing.class"], state=State.OPEN
        ).values_list("customer_id", "cause")
    )
    return [
        {
            "move": move,
            "slip": is_slip(move.field, move.old, move.new),
            "reason": reason_in_words(move.reason, move.run.currency),
            "old_words": place_in_words(move.field, move.old),
            "new_words": place_in_words(move.field, move.new),
            "followed": (move.customer_id, f"standing.{move.field}") in open_for,
        }
        for move in moves
    ]


def _rules_form(record: RuleSet, in_force: RuleSet | None, run: Run | None, *, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    plain = typed if typed is not None else record.definition
    compared = Definition.from_json(in_force.definition) if in_force is not None and in_force.pk != record.pk else None
    currency = run.currency if run is not None else staff.company().currency
    hysteresis, abc = plain["hysteresis"], plain["abc"]
    margin = hysteresis["margin"]
    return {
        "record": record,
        "groups": editing.groups(plain, compared, currency),
        "metrics": editing.metric_choices(),
        "operators": editing.operator_choices(),
        "explained": [{"label": words.label, "text": words.explained} for words in WORDS.values()],
        "margin": f"{margin * 100:g}" if isinstance(margin, float) else margin,
        "patience": hysteresis["patience"],
        "patience_count": hysteresis["patience"] if isinstance(hysteresis["patience"], int) else 2,  # what was typed may be no number
        "abc_a": f"{abc[0]:g}" if isinstance(abc[0], float) else abc[0],
        "abc_b": f"{abc[1]:g}" if isinstance(abc[1], float) else abc[1],
        "note": record.note,
    }


def _simulation(draft: RuleSet, run: Run | None) -> dict[str, Any] | None:
    """What the draft would do, while it is still about the latest assessment."""
    found = draft.simulation
    if not found or run is None:
        return None
    best = found["tiers"][TIERS[0]]
    return {
        **found,
        "current": found["run"] == run.pk,
        "best_now": best["value_now"],
        "best_then": best["value_then"],
        "looked": draft.looked_at_by is not None,
        "blocked": bool(found["key_slips"]) and draft.looked_at_by is None,
        "tier_rows": [{"tier": name, **row, "change": row["then"] - row["now"]} for name, row in found["tiers"].items()],
    }
