"""Rules as a form: rows of metric, comparison and value, by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kexin.loop.customers.choices import Behaviour, CustomerClass
from kexin.loop.standing.rules import (
    AT_LEAST,
    AT_MOST,
    BEHAVIOURS,
    CLASSES,
    MAX_CONDITIONS,
    MONEY_METRICS,
    TIERS,
    Definition,
)
from kexin.loop.standing.wording import WORDS

GROUPS = {"tiers": TIERS[:-1], "classes": CLASSES[:-1], "behaviours": BEHAVIOURS}


@dataclass(frozen=True)
class Row:
    """One condition as it stands in the form."""

    name: str  # of its three fields
    metric: str
    operator: str
    value: str
    unit: str
    was: str = ""  # the value in force, where it differs
    added: bool = False


@dataclass(frozen=True)
class Group:
    kind: str
    name: str
    label: str
    rows: list[Row]
    changed: bool


def typed(posted: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as a definition's JSON. Numbers that are none stay text: the rules say so."""
    plain: dict[str, Any] = {"schema": 1, "tiers": {}, "classes": {}, "behaviours": {}}
    for kind, names in GROUPS.items():
        for name in names:
            rows = []
            for position in range(MAX_CONDITIONS + 1):
                key = f"{kind}.{name}.{position}"
                metric = posted.get(f"{key}.metric", "")
                if metric:
                    rows.append([metric, posted.get(f"{key}.operator", ""), _number(posted.get(f"{key}.value", ""))])
            plain[kind][name] = rows
    margin = _number(posted.get("margin", ""))
    plain["hysteresis"] = {"margin": margin / 100 if isinstance(margin, float) else margin, "patience": _whole(posted.get("patience", ""))}
    plain["abc"] = [_number(posted.get("abc_a", "")), _number(posted.get("abc_b", ""))]
    return plain


def groups(plain: Mapping[str, Any], in_force: Definition | None, currency: str) -> list[Group]:
    """The form's rows of a definition, or of what was typed instead of one."""
    standing = in_force.as_json() if in_force is not None else {}
    found = []
    for kind, names in GROUPS.items():
        for name in names:
            was = {(metric, operator): value for metric, operator, value in standing.get(kind, {}).get(name, [])}
            rows = []
            for position, (metric, operator, value) in enumerate(plain.get(kind, {}).get(name, [])):
                old = was.get((metric, operator))
                differs = bool(was) and old != value
                rows.append(
                    Row(
                        name=f"{kind}.{name}.{position}",
                        metric=metric,
                        operator=operator,
                        value=_shown(value),
                        unit=_unit(metric, currency),
                        was=_shown(old) if differs and old is not None else "",
                        added=differs and old is None,
                    )
                )
            changed = bool(was) and (any(row.was or row.added for row in rows) or len(rows) != len(was))
            found.append(Group(kind=kind, name=name, label=_label(kind, name), rows=rows, changed=changed))
    return found


def metric_choices() -> list[tuple[str, str]]:
    return [(name, str(words.label)) for name, words in WORDS.items()]


def operator_choices() -> list[tuple[str, str]]:
    return [(AT_LEAST, _("at least")), (AT_MOST, _("at most"))]


def whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 -- fits the column


def _label(kind: str, name: str) -> str:
    if kind == "tiers":
        return name
    return str(CustomerClass(name).label if kind == "classes" else Behaviour(name).label)


def _unit(metric: str, currency: str) -> str:
    if metric in MONEY_METRICS:
        return currency
    return str(WORDS[metric].unit) if metric in WORDS else ""


def _number(text: str) -> float | str:
    """Full-width digits and thousands separators are what people type."""
    try:
        return float(text.strip().replace(",", "").replace("，", "").rstrip("%％"))
    except ValueError:
        return text


def _whole(text: str) -> int | str:
    return int(text) if text.strip().isdecimal() and len(text) < 6 else text  # noqa: PLR2004 -- a count of runs


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else f"{value:.0f}" if isinstance(value, float) else str(value)  # noqa: PLR2004 -- beyond a million %g turns to exponents
