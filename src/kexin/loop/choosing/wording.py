"""Sources, values and conditions in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.loop.choosing.models import Question
from kexin.loop.choosing.rules import conditions, sources
from kexin.loop.choosing.rules.checklists import Value
from kexin.loop.customers.choices import FieldKind
from kexin.loop.customers.models import CustomChoice, CustomField
from kexin.loop.customers.rules import custom_fields


@dataclass(frozen=True)
class Words:
    label: str | Promise
    unit: str | Promise = ""
    comes_from: str | Promise = ""


WORDS: dict[str, Words] = {
    "wishes": Words(gettext_lazy("Wishes we know"), "", gettext_lazy("wishes on the file, told or inferred")),
    "projects": Words(gettext_lazy("Projects open or won"), "", gettext_lazy("project cycle on the file")),
    "credit_limit": Words(gettext_lazy("Credit limit"), "", gettext_lazy("credit on the file")),
    "payment_days": Words(gettext_lazy("Days to pay"), gettext_lazy("days"), gettext_lazy("credit on the file")),
    "overdue_days": Words(gettext_lazy("Days overdue"), gettext_lazy("days"), gettext_lazy("credit on the file")),
    "undone_rate": Words(gettext_lazy("Orders undone"), "%", gettext_lazy("orders of 24 months: cancelled or returned, of at least 3")),
    "practices": Words(gettext_lazy("Irregular practices"), "", gettext_lazy("register: confirmed and not yet lapsed")),
    "distance": Words(gettext_lazy("Distance from the branch"), "km", gettext_lazy("addresses of customer and branch")),
    "growth": Words(gettext_lazy("Growth"), "%", gettext_lazy("orders of 12 months against the 12 before")),
    "orders_year": Words(pgettext_lazy("source", "Orders in 12 months"), "", gettext_lazy("orders not cancelled")),
    "months_year": Words(gettext_lazy("Months with an order, of 12"), "", gettext_lazy("orders not cancelled")),
    "tier": Words(gettext_lazy("Tier"), "", gettext_lazy("the latest assessment")),
}


READABLE = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.YES_NO, FieldKind.CHOICE)


@dataclass
class Vocabulary:
    """The words of many sources, read at once: three statements at most."""

    questions: dict[int, Question]
    fields: dict[int, CustomField]
    field_choices: dict[int, CustomChoice]

    @classmethod
    def of(cls, names: Iterable[str]) -> Vocabulary:
        wanted = set(names)
        questions = {number for name in wanted if (number := sources.question_of(name)) is not None}
        fields = {number for name in wanted if (number := sources.field_of(name)) is not None}
        return cls(
            {one.pk: one for one in Question.objects.filter(pk__in=questions)} if questions else {},
            {one.pk: one for one in CustomField.objects.filter(pk__in=fields)} if fields else {},
            {one.pk: one for one in CustomChoice.objects.filter(field__in=fields)} if fields else {},
        )

    def label(self, source: str) -> str:
        if source in WORDS:
            return str(WORDS[source].label)
        question, field = sources.question_of(source), sources.field_of(source)
        if question in self.questions:
            return str(self.questions[question])
        if field in self.fields:
            return str(self.fields[field])
        return source

    def comes_from(self, source: str) -> str:
        if source in WORDS:
            return str(WORDS[source].comes_from)
        return _("answered by a colleague") if sources.question_of(source) is not None else _("own field on the file")

    def knows(self, source: str) -> bool:
        """Whether there is such a source; an own field of a kind that can be compared."""
        field = sources.field_of(source)
        return (
            source in WORDS
            or sources.question_of(source) in self.questions
            or (field in self.fields and self.fields[field].kind in READABLE)
        )

    def unit(self, source: str) -> str:
        return str(WORDS[source].unit) if source in WORDS else ""

    def options(self, source: str) -> list[tuple[str, str]]:
        """What may be chosen; empty where the source is a number."""
        question, field = sources.question_of(source), sources.field_of(source)
        if question in self.questions:
            return self.questions[question].options
        if field in self.fields:
            if self.fields[field].kind == FieldKind.YES_NO:
                return [("yes", _("Yes")), ("no", _("No"))]
            return [(str(one.pk), str(one)) for one in self.field_choices.values() if one.field_id == field]
        known = sources.SOURCES.get(source)
        return [(one, one) for one in known.choices] if known is not None else []

    def is_choice(self, source: str) -> bool:
        field = sources.field_of(source)
        if field in self.fields:
            return self.fields[field].kind in {FieldKind.YES_NO, FieldKind.CHOICE}
        known = sources.SOURCES.get(source)
        return sources.question_of(source) is not None or (known is not None and known.kind == sources.CHOICE)

    def hides(self, source: str, *, role: str, credit: bool) -> bool:
        """Whether what a source says is kept from a reader: credit, and own fields for other roles. That it counts is told to all."""
        known, field = sources.SOURCES.get(source), sources.field_of(source)
        if known is not None and known.credit:
            return not credit
        return field in self.fields and not custom_fields.sees(self.fields[field].roles, role)

    def said(self, source: str, value: Value | None) -> str:
        """A value in words."""
        if value is None or not value.is_known:
            return ""
        if value.choice:
            return dict(self.options(source)).get(value.choice, value.choice)
        return self.amount(source, value.number, value.note if source == "credit_limit" else "")

    def amount(self, source: str, number: float | None, currency: str = "") -> str:
        if number is None:
            return "–"
        shown = f"{number:,.{0 if float(number).is_integer() else 1}f}".replace("-", "−")  # by thousands, as everywhere; not by 万
        unit = currency or self.unit(source)
        return f"{shown}{unit}" if unit == "%" else f"{shown} {unit}".strip()

    def wanted(self, condition: conditions.Condition) -> str:
        """What a condition asks for: at least 150 km."""
        if condition.operator == conditions.ONE_OF:
            names = dict(self.options(condition.source))
            return " / ".join(names.get(one, one) for one in condition.choices)
        words = _("at least %(value)s") if condition.operator == conditions.AT_LEAST else _("at most %(value)s")
        return words % {"value": self.amount(condition.source, condition.number)}


def offered() -> list[tuple[str, str]]:
    """Every source a criterion or condition may read, with its words: two statements."""
    named = [(name, str(words.label)) for name, words in WORDS.items()]
    named += [(f"question:{one.pk}", str(one)) for one in Question.objects.filter(is_active=True).order_by("position", "pk")]
    fields = CustomField.objects.filter(is_active=True, kind__in=READABLE).order_by("position", "pk")
    named += [(f"field:{one.pk}", _("Own field: %(name)s") % {"name": one}) for one in fields]
    return named


def problem(data: dict[str, Any]) -> dict[str, Any]:
    """What an error carries, with the source's name instead of its code."""
    source = data.get("source", "")
    return {**data, "source": Vocabulary.of([source]).label(source)} if source else data
