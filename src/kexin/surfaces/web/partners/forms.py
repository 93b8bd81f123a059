"""Forms of practices, partners and offices. What is right, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.loop.customers.choices import CoordinateSystem
from kexin.loop.partners import queries
from kexin.loop.partners.choices import Answer, Role
from kexin.loop.partners.models import Incident, Office, Partner, PartnerContact, PracticeKind
from kexin.surfaces.web.customers.forms import VersionedForm, _day, _line
from kexin.surfaces.web.customers.forms_known import OtherCustomerField, _amount


def _text(label: Any, limit: int, *, hint: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": 3}))


def _number(label: Any, *, hint: Any = "", least: int = 0, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=36_500, help_text=hint, required=required)


class ReportForm(VersionedForm):
    kind = forms.ModelChoiceField(label=pgettext_lazy("practice", "Practice"), queryset=PracticeKind.objects.none(), empty_label=None)
    what = _text(
        pgettext_lazy("practice", "What happened"),
        2000,
        required=True,
        hint=_("What was seen or said, where, by whom. Facts, not opinions."),
    )
    happened_on = forms.DateField(label=_("When it happened"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    learnt_on = _day(_("When we learnt it"), hint=_("Left empty: today"))
    told_by = _line(_("Who told us"), 120, hint=_("Left empty: you saw it yourself"))
    amount = _amount(_("Amount at stake"))
    currency = _line(_("Currency"), 3)

    folded = ("currency",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset = queries.kinds(only_active=True)


class HearForm(VersionedForm):
    statement = _text(_("What the customer says"), 2000, hint=_("In their own words"))
    is_silent = forms.BooleanField(label=_("Was asked and did not answer"), required=False)
    heard_on = _day(pgettext_lazy("statement", "On"), hint=_("Left empty: today"))


class JudgeForm(VersionedForm):
    finding = _text(_("What the examination showed"), 1000, required=True)


class AnswerForm(VersionedForm):
    answer = forms.ChoiceField(label=pgettext_lazy("practice", "Answer"), choices=Answer.choices)
    reason = _text(_("Why, if it is another than the standing answer"), 500)
    follow_up_on = _day(_("Follow up on"), hint=_("Left empty: in 14 days"))

    @classmethod
    def about(cls, incident: Incident) -> dict[str, Any]:
        return {"answer": incident.proposed, "version": incident.version}


class EvidenceForm(forms.Form):
    document = forms.FileField(label=_("File"), help_text=_("A picture, a letter, a list; at most 20 MB"))


class RemoveEvidenceForm(forms.Form):
    stored = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class KindForm(VersionedForm):
    name_zh = _line(_("Name in Chinese"), 40, required=True)
    name_en = _line(_("Name in English"), 60, required=True)
    first = forms.ChoiceField(label=_("Answer to the first time"), choices=Answer.choices)
    second = forms.ChoiceField(label=_("to the second"), choices=Answer.choices)
    third = forms.ChoiceField(label=_("to the third and later"), choices=Answer.choices)
    repeat_months = _number(_("Counts as a repetition within, months"), least=1)
    counts_months = _number(_("No longer held against a customer after, months"), least=1)
    is_active = forms.BooleanField(label=pgettext_lazy("practice", "In use"), required=False, initial=True)
    about_zh = _line(_("What is meant, in Chinese"), 200)
    about_en = _line(_("What is meant, in English"), 200)
    position = _number(_("Place in the order"))

    folded = ("about_zh", "about_en", "position")

    @classmethod
    def about(cls, kind: PracticeKind | None) -> dict[str, Any]:
        if kind is None:
            return {"first": "talk", "second": "warning", "third": "stop", "repeat_months": 12, "counts_months": 24, "position": 100}
        return {name: getattr(kind, name) for name in cls.base_fields}


class PartnerForm(VersionedForm):
    name = _line(pgettext_lazy("partner", "Name"), 120, required=True)
    role = forms.ChoiceField(label=pgettext_lazy("partner", "What they are"), choices=Role.choices)
    covers_regions = _line(_("Covers regions"), 300, hint=_("Provinces, cities, with a comma between"))
    covers_products = _line(_("Covers products"), 300)
    agreed_from = _day(_("Agreed from"))
    agreed_until = _day(_("Agreed until"))
    remind_days = _number(_("Remind so many days before"), required=False)
    price_agreement = _text(
        _("Price comparison"), 500, hint=_("Agreed comparison of prices among suppliers: with whom, how often, by what")
    )
    prices_compared_on = _day(_("Prices compared on"))
    customer = OtherCustomerField(
        label=pgettext_lazy("partner", "Customer too"),
        required=False,
        help_text=_("Where this partner is a customer as well: code, name, pinyin or the end of a phone number"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code = _line(_("Code"), 40, hint=_("Left empty: the next free one"))
    is_active = forms.BooleanField(label=pgettext_lazy("partner", "We work together"), required=False, initial=True)
    note = _text(_("Note"), 500)

    folded = ("price_agreement", "prices_compared_on", "customer", "code", "note")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Any = self.fields["customer"]
        customer.user = user

    @classmethod
    def about(cls, partner: Partner | None) -> dict[str, Any]:
        if partner is None:
            return {"remind_days": 60}
        said = {name: getattr(partner, name) for name in cls.base_fields if name != "customer"}
        return said | {"customer": partner.customer.code if partner.customer else ""}


class OfficeForm(VersionedForm):
    name = _line(pgettext_lazy("office", "Name"), 80, required=True)
    region = _line(_("Region"), 60, hint=_("Province, city, district"))
    address = _line(_("Address"), 200)
    hours = _line(_("Opening hours"), 120, hint=_("Mon–Fri 9–18, for example"))
    coordinates = _line(_("Coordinates"), 60, hint=_("Latitude first, as a map gives them: 31.23, 121.47"))
    system = forms.ChoiceField(label=_("Read from"), choices=CoordinateSystem.choices)
    is_active = forms.BooleanField(label=pgettext_lazy("office", "Open"), required=False, initial=True)

    @classmethod
    def about(cls, office: Office | None) -> dict[str, Any]:
        if office is None:
            return {}
        place = "" if office.latitude is None else f"{office.latitude}, {office.longitude}"
        return {name: getattr(office, name) for name in ("name", "region", "address", "hours", "is_active", "version")} | {
            "coordinates": place
        }


class ContactForm(VersionedForm):
    name = _line(pgettext_lazy("person", "Name"), 80, required=True)
    role = _line(_("Asked for what"), 60, hint=_("Deliveries, invoices, complaints …"))
    office = forms.ModelChoiceField(
        label=pgettext_lazy("partner", "Office"), queryset=Office.objects.none(), required=False, empty_label="–"
    )
    phone = _line(_("Phone"), 40)
    email = _line(_("E-mail"), 120)
    note = _line(_("Note"), 200)

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office: Any = self.fields["office"]
        office.queryset = Office.objects.filter(partner=partner).order_by("name")

    @classmethod
    def about(cls, contact: PartnerContact | None) -> dict[str, Any]:
        return {} if contact is None else {name: getattr(contact, name) for name in cls.base_fields}
