"""Fields an administrator added, given to many customers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.lists.editable import EditField, Held
from kexin.ground.lists.errors import ValueMissing, ValueUnreadable
from kexin.ground.staff.models import User
from kexin.loop.customers import actions, queries
from kexin.loop.customers.actions.custom_values import fitting
from kexin.loop.customers.choices import FieldFor, FieldKind
from kexin.loop.customers.holding import held
from kexin.loop.customers.models import CustomChoice, Customer, CustomField, CustomValue

ENTERED = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.YES_NO: "choice",
    FieldKind.CHOICE: "choice",
}
YES, NO = "1", "0"
NOTHING = gettext_lazy("(nothing)")


def edits(user: User) -> tuple[EditField, ...]:
    """Those in use that this person sees; of several choices there is none, for one value would replace a list."""
    fields = [field for field in queries.fields_seen_by(user) if field.is_active and field.kind in ENTERED]
    options: dict[int, list[tuple[str, str]]] = {}
    for option in CustomChoice.objects.filter(field__in=fields, is_active=True).order_by("position", "pk") if fields else ():
        options.setdefault(option.field_id, []).append((str(option.pk), str(option)))
    return tuple(_edit(field, options.get(field.pk, [])) for field in fields)


def _edit(field: CustomField, options: Sequence[tuple[str, str]]) -> EditField:
    choices = [(YES, gettext_lazy("yes")), (NO, gettext_lazy("no"))] if field.kind == FieldKind.YES_NO else options
    chosen = field.kind in {FieldKind.YES_NO, FieldKind.CHOICE}
    return EditField(
        field.name,
        str(field),
        read=_reading(field, options),
        hold=_holding(field),
        write=_writing(field),
        words=_words(field),
        kind=ENTERED[FieldKind(field.kind)],
        choices=(lambda _user: choices) if chosen else None,
        permission="customer.bulk",
        clears="" if field.is_required else NOTHING,
        free=not chosen,
        trail=f"field.{field.label_zh}",
        record_kind="customer",
    )


def to_plain(content: Any) -> Any:
    """As a journal keeps it: a number without trailing zeros, so that two ways to write it are one."""
    if isinstance(content, Decimal):
        return f"{content.normalize():f}"
    return content.isoformat() if isinstance(content, date) else content


def from_plain(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind in {FieldKind.NUMBER, FieldKind.MONEY}:
        return Decimal(value)
    return date.fromisoformat(value) if kind == FieldKind.DATE else value


def _reading(field: CustomField, options: Sequence[tuple[str, str]]) -> Callable[[str, User], Any]:
    known = {int(pk): CustomChoice(pk=int(pk)) for pk, _label in options}

    def read(text: str, user: User) -> Any:  # noqa: ARG001 -- who sees the field may write it
        wrong = ValueUnreadable(beside="value", value=text[:60], field=str(field))
        if not text:
            if field.is_required:
                raise ValueMissing(beside="value")
            return None
        try:
            content: Any = _content(field.kind, text)
        except (ValueError, InvalidOperation) as error:
            raise wrong from error
        refusal, fitted = fitting(field, content, known)
        if refusal is not None:
            raise wrong from refusal
        return to_plain(fitted)

    return read


def _content(kind: str, text: str) -> Any:
    if kind in {FieldKind.NUMBER, FieldKind.MONEY}:
        number = Decimal(text.replace(",", "").replace("，", ""))
        if not number.is_finite() or number != round(number, 4):
            raise ValueError(text)
        return number
    if kind == FieldKind.DATE:
        return date.fromisoformat(text)
    if kind == FieldKind.YES_NO:
        return {YES: True, NO: False}.get(text)
    return int(text) if kind == FieldKind.CHOICE else text


def _holding(field: CustomField) -> Callable[[Sequence[int], User | None, Any], Mapping[int, Held]]:
    def hold(ids: Sequence[int], user: User | None, wanted: Any) -> Mapping[int, Held]:  # noqa: ARG001 -- as declared
        values = CustomValue.objects.filter(customer__in=list(ids), field=field.pk, is_current=True).select_related("field")
        now = {value.customer_id: to_plain(value.content) for value in values}
        return held(ids, user, lambda row: now.get(row.pk), refused=lambda row: _unfit(field, row))

    return hold


def _unfit(field: CustomField, row: Customer) -> str:
    fits = field.applies_to in {FieldFor.ALL, row.kind}
    return "" if fits else _("this field is not for this kind of customer")


def _writing(field: CustomField) -> Callable[[Mapping[int, Any], Actor], Mapping[int, Held]]:
    def write(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
        contents = {pk: from_plain(field.kind, value) for pk, value in values.items()}
        versions = actions.give_fields(field_id=field.pk, values=contents, by=by)
        return {pk: Held("", values[pk], version) for pk, version in versions.items()}

    return write


def _words(field: CustomField) -> Callable[[Iterable[Any]], list[str]]:
    def words(values: Iterable[Any]) -> list[str]:
        wanted = list(values)
        if field.kind == FieldKind.CHOICE:
            named = {one.pk: str(one) for one in CustomChoice.objects.filter(field=field.pk)}
            return [str(named.get(value, NOTHING)) for value in wanted]
        if field.kind == FieldKind.YES_NO:
            return [str(NOTHING) if value is None else _("yes") if value else _("no") for value in wanted]
        return [str(NOTHING) if value is None else str(value) for value in wanted]

    return words
