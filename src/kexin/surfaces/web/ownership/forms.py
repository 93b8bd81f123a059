"""Forms about who looks after whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers import queries as customers
from kexin.loop.customers.choices import TeamRole
from kexin.loop.pool.models import Policy, TierRule
from kexin.surfaces.web.customers.forms import VersionedForm, _line


def _date(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _person(label: Any, **more: Any) -> forms.ModelChoiceField[User]:
    return forms.ModelChoiceField(label=label, queryset=User.objects.none(), widget=forms.Select(attrs={"class": "kx-pick"}), **more)


def _text(label: Any, limit: int, *, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": 3}))


class PeopleForm(VersionedForm):
    """A form with people to choose among: active ones of the branches this person sees."""

    people: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.people:
            field: Any = self.fields[name]
            field.queryset = staff.owners_for(user)


class TeamForm(PeopleForm):
    person = _person(_("Colleague"))
    role = forms.ChoiceField(label=pgettext_lazy("team", "Role"), choices=TeamRole.choices)

    people = ("person",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = User.objects.filter(is_active=True, is_integration=False).order_by("name", "username", "pk")  # of any branch


class CoverForm(PeopleForm):
    absent = _person(_("Who is away"))
    deputy = _person(_("Who stands in"))
    first_day = _date(_("First day"))
    last_day = _date(_("Last day"))
    note = _line(_("Note"), 200)

    people = ("absent", "deputy")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        absent: Any = self.fields["absent"]
        absent.initial = user.pk
        if not staff.may(user, "cover.manage"):
            absent.queryset = User.objects.filter(pk=user.pk)
            absent.empty_label = None


class EverythingForm(PeopleForm):
    person = _person(_("Whose customers"))
    owner = _person(_("New owner"), required=False, empty_label=_("nobody"))
    reason = _line(pgettext_lazy("hand-over", "Why"), 200, required=True)
    note = _text(_("Note for the next owner"), 1000, hint=_("It stands on their workbench and stays on every file."))

    people = ("person", "owner")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = customers.whose_customers(user)  # those who have left, too


class AssignForm(PeopleForm):
    owner = _person(_("New owner"))
    note = _text(_("Note for the next owner"), 1000)

    people = ("owner",)


class WhyForm(VersionedForm):
    reason = _line(pgettext_lazy("pool", "Why"), 200, required=True)


class HoldForm(VersionedForm):
    until = _date(_("Until and with"))
    reason = _line(pgettext_lazy("pool", "Why"), 200, required=True)


def _number(label: Any, *, hint: Any = "", required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=0, help_text=hint)


class RuleForm(VersionedForm):
    no_contact_days = _number(_("Days without contact"), hint=_("An order counts as contact. Empty: not for this."))
    no_order_days = _number(_("Days without an order"), hint=_("Empty: not for this."))
    is_on = forms.BooleanField(label=_("This rule is on"), required=False)

    @classmethod
    def about(cls, rule: TierRule) -> dict[str, Any]:
        return {name: getattr(rule, name) for name in ("no_contact_days", "no_order_days", "is_on", "version")}


class LimitsForm(VersionedForm):
    warn_days = _number(_("The owner is warned this many days before"), required=True)
    protect_assigned_days = _number(_("A new owner keeps a customer at least this many days"), required=True)
    cooldown_days = _number(_("The owner before may not claim it again for this many days"), required=True)
    claims_a_day = _number(_("Claims a person and day"), hint=_("Empty: no limit."))
    capacity = _number(_("Customers a person may have at most"), hint=_("Empty: no limit."))
    protect_key = forms.BooleanField(label=_("Key customers stay"), required=False)
    protect_orders = forms.BooleanField(label=_("Whoever waits for an order stays"), required=False)
    protect_projects = forms.BooleanField(label=_("Whoever has an open project stays"), required=False)

    @classmethod
    def about(cls, policy: Policy) -> dict[str, Any]:
        return {name: getattr(policy, name) for name in (*cls.base_fields,)}
