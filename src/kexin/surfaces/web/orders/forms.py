"""What people type about orders and products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class DeliveryForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    promised_on = _day(label=_("Promised for"))
    delivered_on = _day(label=_("Delivered on"))


class CancelForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    cancelled_on = forms.DateField(label=_("Cancelled on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class ReinstateForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ProductForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    code = forms.CharField(label=_("Product code"), max_length=60)
    name = forms.CharField(label=_("Product name"), max_length=200, required=False)
    category = forms.CharField(label=_("Category"), max_length=80, required=False)
    unit_cost = forms.DecimalField(
        label=_("Unit cost"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=4,
        help_text=_("Counts for lines loaded from now on. Lines already loaded keep the cost they were loaded with."),
    )
    is_active = forms.BooleanField(label=_("On offer"), required=False, initial=True)
