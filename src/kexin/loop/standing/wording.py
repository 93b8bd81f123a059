"""What rules ask, where customers stand and why they moved, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from kexin.loop.customers.choices import CustomerClass
from kexin.loop.standing.rules import AT_LEAST, METRICS, MONEY_METRICS


@dataclass(frozen=True)
class MetricWords:
    label: str | Promise
    unit: str | Promise
    explained: str | Promise


DAYS, ORDERS, PERCENT = gettext_lazy("days"), gettext_lazy("orders"), "%"

WORDS: dict[str, MetricWords] = {
    "net_year": MetricWords(gettext_lazy("Sales in 12 months"), "", gettext_lazy("Bought less returned, in the last twelve months.")),
    "margin_year": MetricWords(
        gettext_lazy("Margin in 12 months"), "", gettext_lazy("What is left after cost, where cost is known, in the last twelve months.")
    ),
    "orders_year": MetricWords(
        gettext_lazy("Orders in 12 months"), ORDERS, gettext_lazy("Orders not cancelled, in the last twelve months.")
    ),
    "net": MetricWords(gettext_lazy("Sales in all"), "", gettext_lazy("Bought less returned, over all time.")),
    "margin": MetricWords(gettext_lazy("Margin in all"), "", gettext_lazy("What is left after cost, where cost is known, over all time.")),
    "orders": MetricWords(gettext_lazy("Orders in all"), ORDERS, gettext_lazy("Orders not cancelled, over all time.")),
    "recency": MetricWords(
        gettext_lazy("Days since last order"), DAYS, gettext_lazy("Days from the last order not cancelled to the day of assessment.")
    ),
    "tenure": MetricWords(
        gettext_lazy("Days since first order"), DAYS, gettext_lazy("Days from the first order not cancelled to the day of assessment.")
    ),
    "sales_share": MetricWords(
        gettext_lazy("Share of larger customers"),
        PERCENT,
        gettext_lazy("Of twelve months' sales, how much larger customers make: 0 for the largest."),
    ),
    "margin_share": MetricWords(
        gettext_lazy("Share of margin made by larger customers"),
        PERCENT,
        gettext_lazy("Of twelve months' margin, how much larger customers make: 0 for the largest."),
    ),
    "sales_rank": MetricWords(
        gettext_lazy("Rank by sales"), PERCENT, gettext_lazy("Share of customers who bought more in twelve months: 0 for the largest.")
    ),
    "undone_rate": MetricWords(
        gettext_lazy("Cancelled or returned"), PERCENT, gettext_lazy("Cancellations and returns for each hundred orders placed.")
    ),
    "placed": MetricWords(gettext_lazy("Orders placed"), ORDERS, gettext_lazy("All orders, also those cancelled later.")),
    "growth": MetricWords(
        gettext_lazy("Growth in half a year"), PERCENT, gettext_lazy("Sales of the last 182 days against the 182 days before.")
    ),
}

if set(WORDS) != set(METRICS):  # a metric without words could not be shown
    raise RuntimeError(f"metrics without words: {set(WORDS) ^ set(METRICS)}")


WARNINGS: dict[str, str | Promise] = {
    "no_orders": gettext_lazy("There are no orders yet: everybody is in the last tier."),
    "stale": gettext_lazy(
        "The newest order is of %(newest)s, %(days)s days before this assessment: everybody looks %(days)s days more absent."
    ),
    "other_currencies": gettext_lazy("Amounts count orders in %(currency)s only. Left out of the sums: %(orders)s."),
    "unknown_customers": gettext_lazy("%(orders)s orders (%(lines)s lines) name no customer we know: nobody's standing counts them."),
    "future_orders": gettext_lazy("%(orders)s orders are dated after this day and were left out."),
    "closed_files": gettext_lazy("%(customers)s customers with orders were left out: their file is deactivated."),
    "changed_while_reading": gettext_lazy(
        "Orders were loaded while this assessment was reading them. Assess again when the import has ended."
    ),
    "cost_partly_known": gettext_lazy("Cost is known for %(share)s of sales: the profit curve and margins speak of these lines only."),
    "numbers_before_gone": gettext_lazy("The numbers of %(as_of)s were cleared away: this assessment compares with nothing."),
}


def warning_in_words(warning: Mapping[str, Any]) -> str:
    """What a reader must know before believing a run's numbers."""
    data = dict(warning["data"])
    if warning["code"] == "other_currencies":
        data["orders"] = ", ".join(f"{code} {count:,}" for code, count in sorted(data["orders"].items()))
    if warning["code"] == "cost_partly_known":
        data["share"] = f"{data['share']:.1%}"
    return str(WARNINGS[warning["code"]]) % data


CANNOT: dict[str, str | Promise] = {
    "nobody": gettext_lazy("Nobody has ordered or given anything back yet."),
    "no_cost": gettext_lazy("No line has a known cost, so nothing can be said of profit."),
    "not_positive": gettext_lazy("In all no more than zero is left: there is no whole to take shares of."),
    "one": gettext_lazy("One customer alone cannot be unequal."),
}


def cannot_in_words(code: str) -> str:
    """Why something cannot be computed."""
    return str(CANNOT.get(code, code))  # a run from before codes keeps its sentence


def place_in_words(field: str, name: str) -> str:
    if field == "class":
        return str(CustomerClass(name).label)
    return pgettext("tier", "tier %(letter)s") % {"letter": name}


def number_in_words(metric: str, value: float | None, currency: str = "") -> str:
    """A number as people read it: money with its currency, shares with %, days and orders with their word."""
    if value is None:
        return _("none")
    if metric in MONEY_METRICS:
        return _money(value, currency)
    sign = "−" if value < 0 else ""
    plain = f"{abs(value):,.1f}".removesuffix(".0")
    unit = str(WORDS[metric].unit)
    return f"{sign}{plain}%" if unit == PERCENT else f"{sign}{plain} {unit}".strip()


def reason_in_words(reason: Mapping[str, Any], currency: str = "") -> str:
    """Why somebody moved, in the language of whoever reads it now."""
    data = reason.get("data", {})
    if reason.get("code") not in {"slipped", "rose"}:
        return _("The rules changed")
    metric = data["metric"]
    line = number_in_words(metric, data["line"], currency)
    words = {
        "label": WORDS[metric].label,
        "old": number_in_words(metric, data["old"], currency),
        "new": number_in_words(metric, data["new"], currency),
        "line": _("at least %(line)s") % {"line": line} if data["operator"] == AT_LEAST else _("at most %(line)s") % {"line": line},
    }
    return _("%(label)s %(old)s → %(new)s (line: %(line)s)") % words


def _money(value: float, currency: str) -> str:
    from babel.numbers import format_currency, format_decimal  # noqa: PLC0415 -- not needed where nothing is shown

    locale = "en" if (get_language() or "").startswith("en") else "zh_Hans_CN"
    shown = format_currency(value, currency, locale=locale) if currency else format_decimal(round(value, 2), locale=locale)
    return str(shown).replace("-", "−")
