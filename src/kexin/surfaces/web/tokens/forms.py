from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.ground.tokens import rules
from kexin.surfaces.web.staff.forms import BranchChoice

SCOPE_WORDS = {
    "customers:read": _("Read customers, contacts and what is known of them"),
    "customers:write": _("Change customers, note calls and visits"),
    "customers:reveal": _("Show masked numbers and birthdays; each look is recorded"),
    "orders:read": _("Read orders and products"),
    "orders:write": _("Say what was promised, delivered, cancelled"),
    "standing:read": _("Read tiers, classes and assessments"),
    "todos:read": _("Read to-dos"),
    "todos:write": _("Open, finish and move to-dos"),
    "pool:read": _("Read the public pool"),
    "pool:write": _("Claim customers and give them up"),
    "choosing:read": _("Read who is suitable, and individual terms"),
    "choosing:write": _("Answer about customers, ask for individual terms and decide"),
    "practices:read": _("Read reports of irregular practices"),
    "practices:write": _("Report irregular practices"),
    "partners:read": _("Read the directory of partners"),
    "partners:write": _("Change the directory of partners"),
    "covers:read": _("Read who stands in for whom"),
    "covers:write": _("Name who stands in, and call it off"),
    "consents:read": _("Read what customers agreed to"),
    "consents:write": _("Note what customers agree to and withdraw"),
    "imports:read": _("Read how imports went"),
    "imports:write": _("Upload, start and take back imports"),
    "exports:read": _("Fetch exports"),
    "exports:write": _("Start exports"),
    "hooks:read": _("Read web hooks and what was sent"),
    "hooks:write": _("Register and change web hooks, send again"),
}


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80, help_text=_("Such as: ERP, night report"))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope, SCOPE_WORDS[scope]) for scope in rules.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than the role allows, and only with records within reach."),
    )
    days = forms.IntegerField(label=_("Days it lasts"), min_value=1, max_value=rules.LONGEST_DAYS, initial=rules.LASTS_DAYS)


class ProgramTokenForm(TokenForm):
    """For the administrator: a token of a program, never of another person."""

    owner = forms.ModelChoiceField(label=_("Program"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = User.objects.filter(is_integration=True, is_active=True).order_by("name", "pk")
        self.fields["owner"].queryset = programs  # type: ignore[attr-defined]  # a ModelChoiceField
        self.order_fields(["owner", "name", "scopes", "days"])


class ProgramForm(forms.Form):
    name = forms.CharField(label=_("Name of the program"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    sees = forms.ChoiceField(label=_("Sees"), choices=Sees.choices, initial=Sees.BRANCH)
    branch = BranchChoice(label=_("Branch"), required=False, empty_label=_("None"))
