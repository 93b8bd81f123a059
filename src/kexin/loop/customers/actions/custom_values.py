"""Values of the fields an administrator added: written as they are learnt, older ones kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, learnt
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.choices import FieldKind, Source
from kexin.loop.customers.models import CustomChoice, Customer, CustomField, CustomPick, CustomValue
from kexin.loop.customers.rules import custom_fields as rules


@transaction.atomic
def write_fields(
    *,
    customer_id: int,
    values: Mapping[int, Any],
    by: Actor,
    source: str = Source.DEALINGS,
    collected_on: date | None = None,
    purpose: str = "",
) -> list[CustomValue]:
    """Write values by the field's number: text, Decimal, date, bool, a choice's number, several of them; None takes a value away.

    Only what differs from what is known is written. Nothing is when one of them does not fit.
    """
    customer = checking.open_file(customer_id)
    causes: dict[str, KexinError] = {}
    common: dict[str, Any] = {"collected_on": collected_on, "purpose": plain_text.tidy(purpose)[:60]}
    learnt.date_it(customer, common, causes)
    fields = CustomField.objects.in_bulk(list(values))
    if len(fields) != len(values):
        raise errors.FieldGone
    now = {
        value.field_id: value.content
        for value in CustomValue.objects.filter(customer=customer, field__in=fields, is_current=True)
        .select_related("field")
        .prefetch_related("picks")
    }
    options = options_of(fields.values())
    news: dict[int, Any] = {}
    for field_id, given in values.items():
        field = fields[field_id]
        refusal, content = fitting(field, given, options.get(field_id, {}))
        if refusal is not None:
            causes[field.name] = refusal
        elif not rules.same(now.get(field_id), content):
            news[field_id] = content
    checking.refuse(causes)

    written = [_write(customer, fields[field_id], content, by, Source(source), common) for field_id, content in news.items()]
    if written:
        said = {
            f"field.{fields[pk].label_zh}": [_plain(now.get(pk), options.get(pk)), _plain(content, options.get(pk))]
            for pk, content in news.items()
        }
        learnt.tell(customer, "write_fields", said, by)
        if any(fields[pk].is_searchable for pk in news):
            index_customers([customer.pk])
    return written


def fitting(field: CustomField, given: Any, options: Mapping[int, CustomChoice]) -> tuple[KexinError | None, Any]:  # noqa: PLR0911 -- a table of kinds, one line each
    """The value as it will be kept, or why it cannot be."""
    wrong = errors.FieldValueWrong(beside=field.name, label=str(field), kind=FieldKind(field.kind).label)
    if given in (None, "", [], ()):
        missing = errors.FieldMissing(beside=field.name, label=str(field)) if field.is_required and field.is_active else None
        return missing, None
    if field.kind == FieldKind.TEXT:
        text = plain_text.tidy(str(given))
        return (errors.TextTooLong(beside=field.name, limit=rules.LONGEST_TEXT) if len(text) > rules.LONGEST_TEXT else None), text
    if field.kind in {FieldKind.NUMBER, FieldKind.MONEY}:
        fits = isinstance(given, (Decimal, int)) and not isinstance(given, bool) and abs(Decimal(given)) < rules.LARGEST
        return (None if fits else wrong), given
    if field.kind == FieldKind.DATE:
        return (None if isinstance(given, date) else wrong), given
    if field.kind == FieldKind.YES_NO:
        return (None if isinstance(given, bool) else wrong), given
    chosen = list(dict.fromkeys(given)) if field.kind == FieldKind.SEVERAL else [given]
    if any(not isinstance(pk, int) or pk not in options for pk in chosen):
        return wrong, None
    return None, chosen if field.kind == FieldKind.SEVERAL else given


def give(
    customer: Customer,
    field: CustomField,
    content: Any,
    *,
    options: Mapping[int, CustomChoice],
    by: Actor,
    source: Source,
    common: Mapping[str, Any],
) -> CustomValue:
    """Write one value as one of many; who calls it writes the trail."""
    refusal, fitted = (None, None) if content is None else fitting(field, content, options)
    if refusal is not None:
        raise refusal
    return _write(customer, field, fitted, by, source, common)


def settle(customer: Customer) -> None:
    """Which value of each field is current, anew: after files became one, or parted."""
    for field_id in CustomValue.objects.filter(customer=customer).order_by().values_list("field_id", flat=True).distinct():
        learnt.settle(CustomValue.objects.filter(customer=customer, field_id=field_id))


def _write(customer: Customer, field: CustomField, content: Any, by: Actor, source: Source, common: Mapping[str, Any]) -> CustomValue:
    column = rules.KEPT_IN[field.kind]
    kept = {} if content is None or column == "picks" else {column: content}
    value = CustomValue.objects.create(customer=customer, field=field, source=source, collected_by_id=by.id, **common, **kept)
    if column == "picks":
        CustomPick.objects.bulk_create([CustomPick(value=value, choice_id=pk) for pk in content or ()])
    learnt.settle(CustomValue.objects.filter(customer=customer, field=field))
    return value


def options_of(fields: Any) -> dict[int, dict[int, CustomChoice]]:
    found: dict[int, dict[int, CustomChoice]] = {}
    for option in CustomChoice.objects.filter(field__in=list(fields)):
        found.setdefault(option.field_id, {})[option.pk] = option
    return found


def _plain(content: Any, options: Mapping[int, CustomChoice] | None) -> Any:
    if options and content is not None:
        return ", ".join(options[pk].label_zh for pk in (content if isinstance(content, list) else [content]) if pk in options)
    return checking.plain(content)
