"""Fields an administrator added and their values, as far as a person may see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kexin.loop.customers.choices import FieldFor, FieldKind
from kexin.loop.customers.models import Customer, CustomField, CustomValue
from kexin.loop.customers.rules import custom_fields as rules


@dataclass(frozen=True)
class Filled:
    """A field of one file and its current value, if there is one."""

    field: CustomField
    value: CustomValue | None

    @property
    def words(self) -> Any:
        return words_of(self.field, self.value)


def fields_seen_by(user: Any) -> list[CustomField]:
    """All fields this person may see, in their order, the retired too. One statement."""
    return [field for field in CustomField.objects.order_by("position", "pk") if rules.sees(field.roles, user.role)]


def fields_for(customer: Customer, user: Any) -> list[CustomField]:
    """What is asked for on this file."""
    return [field for field in fields_seen_by(user) if field.is_active and field.applies_to in {FieldFor.ALL, customer.kind}]


def custom_of(customer: Customer, user: Any) -> list[Filled]:
    """Fields of this file with their values: those in use, and retired ones that have a value. Two statements."""
    fields = fields_seen_by(user)
    if not fields:
        return []
    values = {value.field_id: value for value in _with_words(CustomValue.objects.filter(customer=customer, is_current=True))}
    asked = {field.pk for field in fields if field.is_active and field.applies_to in {FieldFor.ALL, customer.kind}}
    filled = {pk for pk, value in values.items() if value.content not in (None, [])}
    return [Filled(field, values.get(field.pk)) for field in fields if field.pk in asked | filled]


def custom_history(customer: Customer, user: Any) -> list[CustomValue]:
    """All values there ever were of the fields this person may see, newest first."""
    fields = [field.pk for field in fields_seen_by(user)]
    return list(_with_words(CustomValue.objects.filter(customer=customer, field__in=fields)).order_by("-collected_on", "-pk")[:200])


def fetching(fields: list[CustomField]) -> Callable[[list[Any]], None]:
    """A way to read the values of these fields for the rows of a list: two statements, however many fields and rows."""

    def fetch(rows: list[Any]) -> None:
        found = custom_values_of([row.pk for row in rows], fields)
        for row in rows:
            row.custom = found.get(row.pk, {})

    return fetch


def custom_values_of(customers: Sequence[int], fields: Sequence[CustomField]) -> dict[int, dict[int, CustomValue]]:
    """The current values of these fields: by customer, by field. Two statements, however many."""
    found: dict[int, dict[int, CustomValue]] = {}
    values = CustomValue.objects.filter(is_current=True, customer__in=customers, field__in=fields)
    for value in _with_words(values):
        found.setdefault(value.customer_id, {})[value.field_id] = value
    return found


def words_of(field: CustomField, value: CustomValue | None) -> Any:
    """The value as a cell shows it: numbers and days as such, choices and yes/no in words."""
    if value is None:
        return None
    if field.kind == FieldKind.YES_NO:
        return None if value.flag is None else _("yes") if value.flag else _("no")
    if field.kind == FieldKind.CHOICE:
        return str(value.choice) if value.choice is not None else None
    if field.kind == FieldKind.SEVERAL:
        return [str(pick.choice) for pick in value.picks.all()] or None
    return value.content


def _with_words(values: QuerySet[CustomValue]) -> QuerySet[CustomValue]:
    return values.select_related("choice", "field", "collected_by").prefetch_related("picks__choice")
