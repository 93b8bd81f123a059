"""Forms of the customer pages: the fewest fields that work, the rest folded. What is right, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Branch, User
from kexin.loop.customers.actions.looking import REVEALED
from kexin.loop.customers.choices import AssetKind, Calendar, Hobby, InteractionKind, Kind, PointKind, Source, Topic
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, Occasion

UNKNOWN = [("", "–")]


def _line(label: Any, limit: int, *, required: bool = False, hint: Any = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=limit,
        required=required,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
    )


def _day(label: Any, *, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class VersionedForm(forms.Form):
    """A form that remembers which version of the record its reader saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    folded: tuple[str, ...] = ()

    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.folded and name != "version"]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.folded if name in self.fields]

    def more_is_open(self) -> bool:
        return any(self[name].errors for name in self.folded if name in self.fields)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def seen_version(self) -> int | None:
        return self.cleaned_data.get("version")


class CustomerForm(VersionedForm):
    kind = forms.ChoiceField(label=pgettext_lazy("customer", "Kind"), choices=Kind.choices, initial=Kind.PERSON, widget=forms.RadioSelect)
    name = _line(_("Name or company"), 120, required=True)
    salutation = _line(_("Salutation"), 20, hint=_("Mr, Ms, Director … as they like to be called"))
    code = _line(_("Code"), 40, hint=_("Left empty, the next free number is given."))
    tax_number = _line(_("Unified social credit code"), 40)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), required=False, empty_label="–")
    source = forms.ChoiceField(label=_("How we met"), choices=Source.choices, initial=Source.DEALINGS)
    region = _line(_("Region"), 60, hint=_("Province, city, district"))
    address = _line(_("Address"), 200)
    preferred_channel = forms.ChoiceField(label=_("Prefers"), choices=UNKNOWN + list(PointKind.choices), required=False)
    preferred_hours = _line(_("Good hours"), 40, hint=_("12:00 – 13:30"))

    folded: tuple[str, ...] = ("salutation", "code", "tax_number", "source", "region", "address", "preferred_channel", "preferred_hours")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        branch: Any = self.fields["branch"]
        branch.queryset = staff.branches_visible_to(user)

    @classmethod
    def about(cls, customer: Customer) -> dict[str, Any]:
        names = ("kind", "name", "salutation", "code", "tax_number", "source", "region", "address", "preferred_channel", "preferred_hours")
        return {**{name: getattr(customer, name) for name in names}, "branch": customer.branch_id, "version": customer.version}


class EditCustomerForm(CustomerForm):
    folded = ()

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        # The branch it has stays choosable, even for its owner from elsewhere.
        branch.queryset = staff.branches_visible_to(self.user) | Branch.objects.filter(pk=customer.branch_id or 0)
        self.fields["code"].help_text = ""
        if customer.kind == Kind.PERSON and customer.is_pooled:
            for name in REVEALED:  # not to be seen before somebody claims them, so not to be changed either
                del self.fields[name]


class NewCustomerForm(CustomerForm):
    phone = _line(_("Phone"), 60, inputmode="tel")
    email = _line(_("E-mail"), 120, inputmode="email")
    wecom = _line(_("WeCom"), 64)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet"))
    confirmed = forms.BooleanField(label=_("None of these: open a new file"), required=False)

    field_order = ("kind", "name", "phone", "branch", "owner")
    folded = ("email", "wecom", *CustomerForm.folded)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = staff.owners_for(self.user)

    def shown(self) -> list[forms.BoundField]:
        return [bound for bound in super().shown() if bound.name != "confirmed"]


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("interaction", "Kind"), choices=InteractionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("What was said or done"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    occurred_at = forms.DateTimeField(
        label=pgettext_lazy("interaction", "When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


class EntryForm(VersionedForm):
    topic = forms.ChoiceField(label=_("About"), choices=Topic.choices)
    choice = forms.ChoiceField(label=_("Which hobby"), choices=UNKNOWN + list(Hobby.choices), required=False)
    value = _line(_("What we know"), 300)
    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.DEALINGS)
    collected_on = _day(_("When we learnt it"), hint=_("Left empty: today"))
    purpose = _line(_("What it is kept for"), 60)
    is_inference = forms.BooleanField(label=_("Nobody said so: we concluded it"), required=False)
    certainty = forms.IntegerField(label=_("How certain (%)"), required=False, min_value=1, max_value=99)
    evidence = _line(_("Evidence"), 300, hint=_("What makes us think so"))

    folded = ("purpose", "is_inference", "certainty", "evidence")

    @classmethod
    def about(cls, entry: FileEntry) -> dict[str, Any]:
        names = ("topic", "choice", "value", "source", "purpose", "is_inference", "certainty", "evidence")
        return {name: getattr(entry, name) for name in names}


class SupersedeForm(EntryForm):
    topic = None  # type: ignore[assignment]  # Django's way to leave a field of the parent out


class ContactForm(VersionedForm):
    name = _line(_("Name"), 80, required=True)
    role = _line(_("Role"), 60, hint=_("Spouse, driver, purchasing …"))
    note = _line(_("Note"), 200)
    is_primary = forms.BooleanField(label=_("Speaks for the customer first"), required=False)

    @classmethod
    def about(cls, contact: Contact) -> dict[str, Any]:
        return {name: getattr(contact, name) for name in ("name", "role", "note", "is_primary", "version")}


class NewContactForm(ContactForm):
    phone = _line(_("Phone"), 60, inputmode="tel")
    email = _line(_("E-mail"), 120, inputmode="email")
    wecom = _line(_("WeCom"), 64)

    field_order = ("name", "role", "phone", "email", "wecom")


class PointForm(VersionedForm):
    value = _line(_("Number or address"), 120, required=True)
    note = _line(_("Note"), 80)

    @classmethod
    def about(cls, point: ContactPoint) -> dict[str, Any]:
        # The number itself is typed anew: showing it would need a trace.
        return {"value": "", "note": point.note, "version": point.version}


class NewPointForm(PointForm):
    kind = forms.ChoiceField(label=pgettext_lazy("point", "Kind"), choices=PointKind.choices)
    contact_id = forms.ChoiceField(label=_("Whose"), required=False)
    is_primary = forms.BooleanField(label=_("Use it first"), required=False)

    field_order = ("kind", "value", "contact_id")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whose: Any = self.fields["contact_id"]
        whose.choices = [("", customer.name), *customer.contacts.order_by("-is_primary", "pk").values_list("pk", "name")[:200]]


class AssetForm(VersionedForm):
    kind = forms.ChoiceField(label=pgettext_lazy("asset", "Kind"), choices=AssetKind.choices, initial=AssetKind.VEHICLE)
    name = _line(_("Model or name"), 120)
    plate = _line(_("Plate"), 20)
    vin = _line(_("VIN"), 30)
    acquired_on = _day(_("Since"))
    note = _line(_("Note"), 200)

    folded = ("vin", "note")

    @classmethod
    def about(cls, asset: Asset) -> dict[str, Any]:
        return {name: getattr(asset, name) for name in ("kind", "name", "plate", "vin", "acquired_on", "note", "version")}


class OccasionForm(VersionedForm):
    label = _line(_("Occasion"), 40, required=True, hint=_("Birthday, delivery of the car, founding day …"))
    calendar = forms.ChoiceField(label=_("Calendar"), choices=Calendar.choices, initial=Calendar.SOLAR)
    month = forms.IntegerField(label=_("Month"), min_value=1, max_value=12)
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1850, max_value=2150, help_text=_("If known"))
    is_leap_month = forms.BooleanField(label=_("Leap month"), required=False)
    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.CUSTOMER)
    purpose = _line(_("What it is kept for"), 60)

    folded = ("is_leap_month", "source", "purpose")

    @classmethod
    def about(cls, occasion: Occasion) -> dict[str, Any]:
        names = ("label", "calendar", "month", "day", "year", "is_leap_month", "source", "purpose", "version")
        return {name: getattr(occasion, name) for name in names}


class HandOverForm(VersionedForm):
    owner = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody"))
    reason = _line(pgettext_lazy("hand-over", "Why"), 200)
    note = forms.CharField(
        label=_("Note for the next owner"),
        required=False,
        max_length=1000,
        help_text=_("It stands on their workbench and stays on the file."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = staff.owners_for(user)
        owner.widget.attrs["class"] = "kx-pick"


class ReasonForm(VersionedForm):
    reason = _line(pgettext_lazy("deactivation", "Why"), 200)


class ProposalForm(forms.Form):
    why = forms.CharField(
        label=_("What makes you sure"),
        max_length=200,
        help_text=_("For instance: the same person called from the other number, and gave the same address."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
