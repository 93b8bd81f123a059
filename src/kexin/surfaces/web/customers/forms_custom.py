"""Forms of the fields an administrator adds: their definition, and one form for all their values on a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.staff.choices import Role
from kexin.loop.customers.choices import FieldFor, FieldKind, Source
from kexin.loop.customers.models import CustomChoice, CustomField, CustomValue
from kexin.surfaces.web.customers.forms import UNKNOWN, VersionedForm, _day, _line
from kexin.surfaces.web.customers.forms_known import typed

COMMON = ("source", "collected_on", "purpose")


class FieldForm(VersionedForm):
    """What a field is. Its kind is chosen once."""

    label_zh = _line(_("Name in Chinese"), 40, required=True)
    label_en = _line(_("Name in English"), 40)
    kind = forms.ChoiceField(label=pgettext_lazy("field", "Kind"), choices=FieldKind.choices)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        help_text=_("One a line, for the two kinds of choices: 中文 | English. One that is left out is retired, not taken from anybody."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    applies_to = forms.ChoiceField(label=_("Asked of"), choices=FieldFor.choices)
    roles = forms.MultipleChoiceField(
        label=_("Who sees it"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everybody"),
    )
    is_required = forms.BooleanField(label=_("Must be filled"), required=False)
    is_searchable = forms.BooleanField(
        label=_("Can be searched"), required=False, help_text=_("Text and single choices, when everybody sees the field")
    )
    help_zh = _line(_("Help in Chinese"), 120)
    help_en = _line(_("Help in English"), 120)
    currency = _line(_("Currency"), 3, hint=_("Of money; left empty: the company's"))
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, initial=10)
    is_active = forms.BooleanField(label=pgettext_lazy("field", "In use"), required=False, initial=True)

    folded = ("help_zh", "help_en", "currency", "position")

    @classmethod
    def about(cls, field: CustomField) -> dict[str, Any]:
        names = (
            "label_zh",
            "label_en",
            "applies_to",
            "is_required",
            "is_searchable",
            "help_zh",
            "help_en",
            "currency",
            "position",
            "is_active",
            "version",
        )
        lines = [
            f"{one.label_zh} | {one.label_en}" if one.label_en else one.label_zh
            for one in field.options.filter(is_active=True).order_by("position", "pk")
        ]
        return {
            **{name: getattr(field, name) for name in names},
            "roles": field.roles.split(",") if field.roles else [],
            "choices": "\n".join(lines),
        }

    @property
    def given(self) -> dict[str, Any]:
        values = self.values
        return {**values, "roles": ",".join(values["roles"]), "choices": values["choices"].splitlines()}


class EditFieldForm(FieldForm):
    kind = None  # type: ignore[assignment]  # Django's way to leave a field of the parent out


class RemoveFieldForm(forms.Form):
    meant = forms.BooleanField(label=_("Remove it with all its values, for good"), required=False)


class ValuesForm(VersionedForm):
    """All own fields of one file; what is not changed is not written."""

    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.DEALINGS)
    collected_on = _day(_("When we learnt it"), hint=_("Left empty: today"))
    purpose = _line(_("What it is kept for"), 60)

    folded = ("purpose",)

    def __init__(self, *args: Any, fields: list[CustomField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {field.name: field for field in fields}
        options: dict[int, list[tuple[str, str]]] = {}
        for option in CustomChoice.objects.filter(field__in=fields, is_active=True).order_by("position", "pk"):
            options.setdefault(option.field_id, []).append((str(option.pk), str(option)))
        for field in fields:
            kept = self.initial.get(field.name)
            there = {value for value, _label in options.get(field.pk, [])}
            retired = [pk for pk in (kept if isinstance(kept, list) else [kept]) if isinstance(pk, str) and pk and pk not in there]
            words = (
                {str(one.pk): str(one) for one in CustomChoice.objects.filter(pk__in=[int(pk) for pk in retired if pk.isdigit()])}
                if retired
                else {}
            )
            self.fields[field.name] = _input(field, [*options.get(field.pk, []), *words.items()])
        self.order_fields([*self.own, "source", "collected_on", "purpose"])

    @classmethod
    def about(cls, filled: list[tuple[CustomField, CustomValue | None]]) -> dict[str, Any]:
        return {field.name: _typed(field, value) for field, value in filled}

    @property
    def written(self) -> dict[int, Any]:
        """Values by the field's number, as the action takes them."""
        return {field.pk: _read(field, self.cleaned_data.get(name)) for name, field in self.own.items()}


def _input(field: CustomField, options: list[tuple[str, str]]) -> forms.Field:
    common: dict[str, Any] = {"label": str(field), "required": field.is_required, "help_text": field.help_text}
    if field.kind in {FieldKind.NUMBER, FieldKind.MONEY}:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        if field.currency:
            common["label"] = f"{field} ({field.currency})"
        return forms.DecimalField(max_digits=18, decimal_places=4, widget=widget, **common)
    if field.kind == FieldKind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
    if field.kind == FieldKind.YES_NO:
        return forms.ChoiceField(choices=[*UNKNOWN, ("1", _("yes")), ("0", _("no"))], **common)
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=[*UNKNOWN, *options], **common)
    if field.kind == FieldKind.SEVERAL:
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    return forms.CharField(max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}), **common)


def _typed(field: CustomField, value: CustomValue | None) -> Any:
    if value is None:
        return None
    content = value.content
    if field.kind == FieldKind.YES_NO:
        return {True: "1", False: "0", None: ""}[content]
    if field.kind == FieldKind.SEVERAL:
        return [str(pk) for pk in content]
    if field.kind == FieldKind.CHOICE:
        return str(content or "")
    return typed(content) if field.kind in {FieldKind.NUMBER, FieldKind.MONEY} else content


def _read(field: CustomField, given: Any) -> Any:
    if given in (None, "", []):
        return None
    if field.kind == FieldKind.YES_NO:
        return given == "1"
    if field.kind == FieldKind.SEVERAL:
        return [int(pk) for pk in given]
    return int(given) if field.kind == FieldKind.CHOICE else given
