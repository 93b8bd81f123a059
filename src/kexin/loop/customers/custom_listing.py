"""Columns, conditions and orders of the fields an administrator added, for whoever may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kexin.ground.lists.listing import Column, Filter
from kexin.ground.staff.models import User
from kexin.loop.customers import queries
from kexin.loop.customers.choices import FieldKind
from kexin.loop.customers.models import CustomChoice, Customer, CustomField, CustomPick, CustomValue
from kexin.loop.customers.rules import custom_fields as rules

FORMATS = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "money",
    FieldKind.DATE: "date",
    FieldKind.YES_NO: "text",
    FieldKind.CHOICE: "text",
    FieldKind.SEVERAL: "chips",
}
CONDITIONS = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.YES_NO: "choice",
    FieldKind.CHOICE: "choice",
    FieldKind.SEVERAL: "choice",
}
YES, NO = "1", "0"


def added(user: User) -> tuple[tuple[Column, ...], tuple[Filter, ...]]:
    """One statement for the fields, one for their choices."""
    fields = [field for field in queries.fields_seen_by(user) if field.is_active]
    if not fields:
        return (), ()
    options: dict[int, list[tuple[str, str]]] = {}
    for option in CustomChoice.objects.filter(field__in=fields).order_by("position", "pk"):
        options.setdefault(option.field_id, []).append((str(option.pk), str(option)))
    fetch = queries.fetching(fields)
    return (
        tuple(_column(field, fetch) for field in fields),
        tuple(
            Filter(
                field.name,
                str(field),
                CONDITIONS[FieldKind(field.kind)],
                choices=[(YES, _("yes")), (NO, _("no"))] if field.kind == FieldKind.YES_NO else options.get(field.pk, []),
                apply=_condition(field),
            )
            for field in fields
        ),
    )


def _column(field: CustomField, fetch: Callable[[list[Any]], None]) -> Column:
    sortable = field.kind != FieldKind.SEVERAL
    kept_in = rules.KEPT_IN[field.kind].removesuffix("_id")
    return Column(
        field.name,
        str(field),
        lambda row: queries.words_of(field, row.custom.get(field.pk)),
        format=FORMATS[FieldKind(field.kind)],
        default=False,
        currency=lambda _row: field.currency,
        fetch=fetch,
        order=f"{field.name}_value" if sortable else "",
        joined=_joining(field, kept_in) if sortable else None,
        kept_as=CustomValue._meta.get_field("id" if kept_in == "choice" else kept_in) if sortable else None,  # type: ignore[arg-type]  # noqa: SLF001 -- a plain column; Django's documented model interface
    )


def _joining(field: CustomField, kept_in: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """The list with the current value of this field beside each record, found by the index of its kind."""

    def join(records: QuerySet[Any]) -> QuerySet[Any]:
        own = f"{field.name}_own"
        current = FilteredRelation("custom_values", condition=Q(custom_values__field=field.pk, custom_values__is_current=True))
        column = f"{kept_in}_id" if kept_in == "choice" else kept_in
        joined: QuerySet[Any] = records.annotate(**{own: current}).annotate(**{f"{field.name}_value": F(f"{own}__{column}")})
        return joined

    return join


def _condition(field: CustomField) -> Callable[[QuerySet[Customer], Any, User], QuerySet[Customer]]:
    def apply(customers: QuerySet[Customer], value: Any, user: User) -> QuerySet[Customer]:  # noqa: ARG001 -- records are theirs already
        values = CustomValue.objects.filter(field=field.pk, is_current=True)
        return customers.filter(pk__in=_matching(field, values, value).values("customer"))

    return apply


def _matching(field: CustomField, values: QuerySet[CustomValue], wanted: Any) -> QuerySet[CustomValue]:
    kind = FieldKind(field.kind)
    if kind == FieldKind.TEXT:
        return values.filter(text__icontains=wanted)
    if kind == FieldKind.YES_NO:
        return values.filter(flag__in=[one == YES for one in wanted if one in {YES, NO}])
    if kind in {FieldKind.CHOICE, FieldKind.SEVERAL}:
        chosen = [int(one) for one in wanted if one.isascii() and one.isdigit() and len(one) < 19]  # noqa: PLR2004 -- what a key holds
        if kind == FieldKind.CHOICE:
            return values.filter(choice__in=chosen)
        return values.filter(pk__in=CustomPick.objects.filter(choice__in=chosen).values("value"))
    low, high = wanted
    column = rules.KEPT_IN[field.kind]
    return values.filter(**{f"{column}__{end}": bound for end, bound in (("gte", low), ("lte", high)) if bound is not None})
