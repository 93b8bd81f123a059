"""Forms of the privacy pages. What is right, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.loop.customers.choices import PointKind
from kexin.loop.privacy.choices import Checked, ConsentState, Ground, How
from kexin.loop.privacy.models import Purpose


class ConsentForm(forms.Form):
    purpose = forms.ModelChoiceField(label=_("Purpose"), queryset=Purpose.objects.none(), empty_label=None)
    state = forms.ChoiceField(label=_("Consent"), choices=ConsentState.choices, initial=ConsentState.GIVEN, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("every channel")), *PointKind.choices])
    how = forms.ChoiceField(label=_("How it was said"), choices=How.choices, initial=How.SPOKEN)
    words = forms.CharField(
        label=_("In these words"),
        required=False,
        max_length=500,
        help_text=_("What was said or signed. Needed when consent is given, unless a document is attached."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    document = forms.FileField(label=_("Document"), required=False, help_text=_("The signed sheet or a recording, at most 20 MB"))
    occurred_at = forms.DateTimeField(
        label=pgettext_lazy("consent", "When"),
        required=False,
        help_text=_("Left empty: now"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purpose: Any = self.fields["purpose"]
        purpose.queryset = Purpose.objects.filter(is_active=True).order_by("position", "pk")


class PurposeForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    code = forms.SlugField(label=_("Short name"), max_length=30, help_text=_("Programs ask by this: letters, digits, - and _"))
    needs_consent = forms.BooleanField(
        label=_("Only with consent"),
        required=False,
        help_text=_("Unticked: done until the customer objects, for example to keep a contract"),
    )
    ground_zh = forms.CharField(label=_("Legal ground in Chinese"), max_length=200, required=False)
    ground_en = forms.CharField(label=_("Legal ground in English"), max_length=200, required=False)
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, initial=0)
    is_active = forms.BooleanField(label=pgettext_lazy("purpose", "In use"), required=False, initial=True)

    @classmethod
    def about(cls, purpose: Purpose) -> dict[str, Any]:
        return {name: getattr(purpose, name) for name in cls.base_fields}


class CopyForm(forms.Form):
    checked = forms.ChoiceField(
        label=_("How we know it is them"),
        choices=[pair for pair in Checked.choices if pair[0] != Checked.NOT_ASKED],
        initial=Checked.DOCUMENT,
    )
    language = forms.ChoiceField(label=_("Language of the page"), choices=[("zh-hans", "简体中文"), ("en", "English")])


class EraseForm(forms.Form):
    ground = forms.ChoiceField(label=_("Why"), choices=Ground.choices, initial=Ground.ASKED)
    checked = forms.ChoiceField(label=_("How we know it is them"), choices=Checked.choices, initial=Checked.DOCUMENT)
    sure = forms.BooleanField(label=_("I know that this cannot be taken back"))
    confirmation = forms.CharField(
        label=_("The customer's code, typed once more"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class KeepForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    days = forms.IntegerField(label=_("Days"), required=False, min_value=1, max_value=36_500)
