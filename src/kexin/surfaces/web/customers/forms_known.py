"""Forms for what is known of a customer beside file entries: credit, projects, relations, what became of assets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.actions.credit import default_currency
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Credit
from kexin.surfaces.web.customers.forms import VersionedForm, _day, _line


def _amount(label: Any, *, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        help_text=hint,
        max_digits=18,
        decimal_places=4,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _days(label: Any, *, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=36_500, help_text=hint)


class CreditForm(VersionedForm):
    limit = _amount(_("Credit limit"))
    payment_days = _days(_("Days to pay"), hint=_("0: cash on delivery"))
    rating = _line(_("Credit rating"), 10, hint=_("AA, B+ … as you or your agency write it"))
    overdue_amount = _amount(_("Overdue amount"))
    overdue_days = _days(_("Days overdue"), hint=_("Of the oldest open invoice"))
    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.DEALINGS)
    collected_on = _day(_("When we learnt it"), hint=_("Left empty: today"))
    currency = _line(_("Currency"), 3)
    purpose = _line(_("What it is kept for"), 60)
    note = _line(_("Note"), 300)

    folded = ("currency", "purpose", "note")

    @classmethod
    def about(cls, credit: Credit | None) -> dict[str, Any]:
        """What is known now stands in the form: who changes one thing need not type the others again."""
        if credit is None:
            return {"currency": default_currency()}
        names = ("limit", "payment_days", "rating", "overdue_amount", "overdue_days", "currency", "purpose", "note")
        said = {name: getattr(credit, name) for name in names}
        return said | {name: typed(said[name]) for name in ("limit", "overdue_amount")}


def typed(amount: Decimal | None) -> str:
    """An amount as somebody would type it: 500000, 12.5."""
    text = "" if amount is None else format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
