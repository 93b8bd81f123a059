from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kexin.surfaces.web.settings.zones import ZONES

CURRENCIES = ("CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD", "AUD", "CAD", "CHF", "THB", "VND", "MYR", "IDR")


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Company name"), max_length=120, required=False)
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=ZONES, help_text=_("Times in imported files are read in this zone, unless a branch has its own.")
    )
    currency = forms.ChoiceField(
        label=_("Reporting currency"),
        required=False,
        help_text=_("Only amounts in this currency are summed. Left open, the first order file decides."),
    )
    simulated = forms.BooleanField(
        label=_("Say on every page that all data is simulated"), required=False, help_text=_("For demonstrations and training.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted({*CURRENCIES, *([currency] if currency else [])})
        self.fields["currency"].choices = [("", _("Not decided yet")), *((code, code) for code in offered)]  # type: ignore[attr-defined]  # a ChoiceField


class MeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("You can sign in with it too."))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("As this browser says")), *settings.LANGUAGES])
    theme = forms.ChoiceField(
        label=_("Colours"), required=False, choices=[("", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
