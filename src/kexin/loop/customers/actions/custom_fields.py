"""Fields an administrator adds: defined, renamed, retired, removed when somebody means it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.staff.rules import EVERYONE, is_currency
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.credit import default_currency
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.choices import FieldFor, FieldKind
from kexin.loop.customers.models import CustomChoice, CustomField, CustomPick, CustomValue

CHANGEABLE = (
    *("label_zh", "label_en", "help_zh", "help_en", "applies_to", "is_required", "is_searchable"),
    *("roles", "currency", "position", "is_active"),
)
CHOOSING = frozenset({FieldKind.CHOICE, FieldKind.SEVERAL})
FEWEST_CHOICES, LONGEST_CHOICE = 2, 40
AT_ONCE = 500  # files found anew in one go


@transaction.atomic
def define_field(*, kind: str, by: Actor, choices: Sequence[str] = (), **given: Any) -> CustomField:
    """Add a field. `choices` are lines: 中文, or 中文 | English."""
    kind = FieldKind(kind)
    values = _checked(kind, {"applies_to": FieldFor.ALL, "is_active": True, **given})
    lines = _lines(kind, choices)
    field = CustomField.objects.create(kind=kind, **values)
    _write_choices(field, lines)
    said = {
        "kind": [None, kind.value],
        **{name: [None, checking.plain(value)] for name, value in values.items() if value not in ("", False)},
    }
    audit.record(action="field.define", kind="custom_field", record_id=field.pk, label=field.label_zh, by=by, changes=said)
    return field


@transaction.atomic
def change_field(*, field_id: int, version: int | None, by: Actor, choices: Sequence[str] | None = None, **given: Any) -> CustomField:
    """Rename, retire, show to others. Values stay; a choice that is left out is retired, not taken from those who have it."""
    field = CustomField.objects.select_for_update().filter(pk=field_id).first()
    if field is None:
        raise errors.FieldGone
    values = _checked(FieldKind(field.kind), {name: given.get(name, getattr(field, name)) for name in CHANGEABLE})
    checking.untouched(field, kind="custom_field", version=version, fields=values)
    lines = _lines(FieldKind(field.kind), choices) if choices is not None else None
    changes = checking.changes_between(field, values)
    was_found = _is_found(field)
    for name, value in values.items():
        setattr(field, name, value)
    field.version += 1
    audit.record(
        action="field.change", kind="custom_field", record_id=field.pk, label=field.label_zh, by=by,
        changes={**changes, "version": [field.version - 1, field.version]},
    )  # fmt: skip
    field.save()
    if lines is not None:
        _write_choices(field, lines)
    if was_found or _is_found(field):
        _find_anew(field)
    return field


@transaction.atomic
def remove_field(*, field_id: int, by: Actor, meant: bool = False) -> int:
    """Take a field away with all its values. Where there are some, only when somebody says that they mean it. How many there were."""
    field = CustomField.objects.select_for_update().filter(pk=field_id).first()
    if field is None:
        raise errors.FieldGone
    customers = list(CustomValue.objects.filter(field=field).order_by().values_list("customer_id", flat=True).distinct())
    if customers and not meant:
        raise errors.FieldHasValues(count=len(customers), label=str(field))
    audit.record(
        action="field.remove", kind="custom_field", record_id=field.pk, label=field.label_zh, by=by, changes={"files": [len(customers), 0]}
    )
    was_found = _is_found(field)
    CustomPick.objects.filter(value__field=field).delete()
    CustomValue.objects.filter(field=field).delete()
    field.delete()
    if was_found:
        for start in range(0, len(customers), AT_ONCE):
            index_customers(customers[start : start + AT_ONCE])
    return len(customers)


def _checked(kind: FieldKind, given: dict[str, Any]) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(CustomField, {name: given[name] for name in CHANGEABLE if name in given}, causes)
    if not values.get("label_zh"):
        causes["label_zh"] = errors.NameMissing(beside="label_zh")
    roles = [role for role in str(values.get("roles") or "").split(",") if role in EVERYONE]
    values["roles"] = "" if len(roles) == len(EVERYONE) else ",".join(sorted(roles))
    values["currency"] = (values.get("currency") or default_currency()).upper() if kind == FieldKind.MONEY else ""
    if values["currency"] and not is_currency(values["currency"]):
        causes["currency"] = errors.UnknownCurrency(value=values["currency"])
    checking.refuse(causes)
    return values


def _lines(kind: FieldKind, choices: Sequence[str]) -> list[tuple[str, str]]:
    if kind not in CHOOSING:
        return []
    lines: dict[str, str] = {}
    for line in choices:
        zh, _bar, en = (part.strip() for part in plain_text.tidy(line).partition("|"))
        if zh:
            lines.setdefault(zh, en)
    if len(lines) < FEWEST_CHOICES:
        raise errors.FieldNeedsChoices
    if any(len(word) > LONGEST_CHOICE for pair in lines.items() for word in pair):
        raise errors.TextTooLong(beside="choices", limit=LONGEST_CHOICE)
    return list(lines.items())


def _write_choices(field: CustomField, lines: Sequence[tuple[str, str]]) -> None:
    """Choices are known by their Chinese name: the same again keeps its values, what is left out is retired."""
    there = {option.label_zh: option for option in field.options.all()}
    for position, (zh, en) in enumerate(lines, start=1):
        option = there.pop(zh, None) or CustomChoice(field=field, label_zh=zh)
        option.label_en, option.position, option.is_active = en, position, True
        option.save()
    field.options.filter(pk__in=[option.pk for option in there.values()]).update(is_active=False)


def _is_found(field: CustomField) -> bool:
    return field.is_searchable and not field.roles


def _find_anew(field: CustomField) -> None:
    customers = list(CustomValue.objects.filter(field=field, is_current=True).order_by().values_list("customer_id", flat=True))
    for start in range(0, len(customers), AT_ONCE):
        index_customers(customers[start : start + AT_ONCE])
