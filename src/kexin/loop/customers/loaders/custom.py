"""Fields an administrator added, in customer files: found by their names, gone on with by their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kexin.ground.imports import bulk, parsing
from kexin.ground.imports.loaders import Field
from kexin.ground.imports.parsing import Bad
from kexin.ground.staff.models import User
from kexin.loop.customers.choices import FieldKind, Source
from kexin.loop.customers.models import CustomChoice, CustomField, CustomValue
from kexin.loop.customers.rules import custom_fields as rules

PARSE = {
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.YES_NO: "choice",
    FieldKind.CHOICE: "choice",
}
YES = frozenset({"是", "有", "对", "y", "yes", "true", "1", "√"})
NO = frozenset({"否", "无", "没有", "不", "n", "no", "false", "0", "×"})
COLUMNS = (
    *("customer_id", "field_id", "text", "number", "day", "flag", "choice_id"),
    *("source", "collected_on", "collected_by_id", "purpose", "recorded_at", "is_current"),
)
Parser = Callable[[str], Any]


def fields() -> tuple[Field, ...]:
    """What columns may mean beside what every file has. A retired field is never guessed, but a mapping that names it goes on."""
    return tuple(
        Field(
            field.name,
            str(field) if field.is_active else _("%(label)s (retired)") % {"label": field},
            tuple(filter(None, (field.label_zh, field.label_en))) if field.is_active else (),
            parse=PARSE.get(FieldKind(field.kind), "text"),
            group=_("Own fields"),
        )
        for field in CustomField.objects.order_by("position", "pk")
    )


class OwnFields:
    """The fields one file brings, as they are now: read anew with every batch, so that a rename in between changes nothing."""

    def __init__(self, names: Iterable[str], by: int | None) -> None:
        wanted = [int(name.removeprefix(rules.PREFIX)) for name in names if name.startswith(rules.PREFIX)]
        role = User.objects.filter(pk=by).values_list("role", flat=True).first() if wanted and by is not None else None
        self.fields = {
            field.name: field
            for field in (CustomField.objects.filter(pk__in=wanted) if wanted else ())
            if role is None or rules.sees(field.roles, role)  # a program of the server's own sees all
        }
        self.missing = len(wanted) - len(self.fields)
        self.options: dict[int, dict[str, int]] = defaultdict(dict)
        for option in CustomChoice.objects.filter(field__in=list(self.fields.values())) if self.fields else ():
            for label in (option.label_zh, option.label_en):
                if label:
                    self.options[option.field_id][label.casefold()] = option.pk

    def parsers(self, orders: Mapping[str, str]) -> dict[str, Parser]:
        return {name: self._parser(field, orders.get(name, "")) for name, field in self.fields.items()}

    def _parser(self, field: CustomField, order: str) -> Parser:
        options, kind = self.options[field.pk], FieldKind(field.kind)

        def bad(code: str, raw: str, **data: Any) -> Bad:
            return Bad(code, {"field": field.name, "value": parsing.shown(raw), **data})

        def read(raw: str) -> Any:  # noqa: PLR0911 -- a table of kinds, one line each
            text = parsing.clean(raw)
            if not text:
                return None
            if kind in {FieldKind.NUMBER, FieldKind.MONEY}:
                value = parsing.number(raw)
                return bad(value.code, raw) if isinstance(value, Bad) else value
            if kind == FieldKind.DATE:
                day = parsing.day(raw, order=order)
                return bad(day.code, raw) if isinstance(day, Bad) else day
            if kind == FieldKind.YES_NO:
                word = text.casefold()
                return True if word in YES else False if word in NO else bad("bad_choice", raw)
            if kind == FieldKind.CHOICE:
                return options.get(text.casefold()) or bad("bad_choice", raw)
            if kind == FieldKind.SEVERAL:
                chosen = [options.get(one.casefold()) for one in parsing.several(raw)]
                return bad("bad_choice", raw) if None in chosen else list(dict.fromkeys(chosen))
            return text if len(text) <= rules.LONGEST_TEXT else bad("text_too_long", raw, limit=rules.LONGEST_TEXT)

        return read

    def told(self, cells: Mapping[str, list[Any]], rows: list[int], numbers: list[int]) -> dict[int, tuple[Any, int]]:
        """Of each field the first cell that is not blank, with its row."""
        found: dict[int, tuple[Any, int]] = {}
        for name, field in self.fields.items():
            for row in rows if name in cells else ():
                if cells[name][row] not in (None, "", []):
                    found[field.pk] = (cells[name][row], numbers[row])
                    break
        return found


def known(customers: Sequence[int], fields: Iterable[CustomField]) -> dict[int, dict[int, CustomValue]]:
    """The current values of these customers by field."""
    found: dict[int, dict[int, CustomValue]] = defaultdict(dict)
    wanted = [field.pk for field in fields]
    if wanted and customers:
        values = CustomValue.objects.filter(customer__in=customers, field__in=wanted, is_current=True)
        for value in values.select_related("field", "choice").prefetch_related("picks__choice"):
            found[value.customer_id][value.field_id] = value
    return found


def rows(
    news: Sequence[tuple[int, CustomField, Any]], *, today: str, by: int | None, now: Any
) -> tuple[list[tuple[Any, ...]], list[list[int]]]:
    """Rows as the table keeps them, and beside each the choices it picks."""
    kept, picks = [], []
    for customer, field, content in news:
        column = rules.KEPT_IN[field.kind]
        cells: dict[str, Any] = {"text": "", "number": None, "day": None, "flag": None, "choice_id": None}
        if column == "day":
            cells["day"] = bulk.stored_day(content)
        elif column == "flag":
            cells["flag"] = int(content)
        elif column != "picks":
            cells[column] = bulk.stored_number(content) if isinstance(content, Decimal) else content
        kept.append((customer, field.pk, *cells.values(), Source.IMPORT.value, today, by, "", now, 1))
        picks.append(list(content) if column == "picks" else [])
    return kept, picks
