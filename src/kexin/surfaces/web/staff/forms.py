from __future__ import annotations

import re
import unicodedata
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kexin.ground.staff import queries
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch
from kexin.loop.customers.choices import CoordinateSystem
from kexin.surfaces.web.settings.zones import ZONES

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
HOLIDAYS = [
    ("CN", _("China, with exchanged working weekends")),
    ("HK", _("Hong Kong")),
    ("MO", _("Macau")),
    ("TW", _("Taiwan")),
    ("", _("None")),
]
RANGE = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:[-–—~～至到])\s*(\d{1,2})(?::(\d{2}))?")


class BranchChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Branches as a tree: indented by how deep they stand."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Branch.objects.filter(is_active=True).order_by("path"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.path.count('/') - 2)}{obj.name}"


class PersonForm(forms.Form):
    username = forms.CharField(label=_("Sign-in name"), max_length=150, help_text=_("Letters, digits and . _ - @ +"))
    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    sees = forms.ChoiceField(
        label=_("Sees"), choices=Sees.choices, initial=Sees.BRANCH, help_text=_("Which customers, orders and to-dos this person reaches.")
    )
    branch = BranchChoice(label=_("Branch"), required=False, empty_label=_("None"))
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Optional. They can sign in with it too."))


class PersonChangeForm(PersonForm):
    must_use_mfa = forms.BooleanField(label=_("Must use a second factor"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class BranchForm(forms.Form):
    name = forms.CharField(label=_("Branch name"), max_length=80)
    code = forms.CharField(label=_("Code"), max_length=30, help_text=_("As your files write it: imports find the branch by it."))
    zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES, initial="Asia/Shanghai")
    holidays = forms.ChoiceField(label=_("Public holidays"), choices=HOLIDAYS, required=False, initial="CN")


class NewBranchForm(BranchForm):
    parent = BranchChoice(label=_("Belongs to"), required=False, empty_label=_("Nothing: it stands at the top"))


class BranchChangeForm(BranchForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class CoordinatesForm(forms.Form):
    coordinates = forms.CharField(
        label=_("Coordinates"),
        max_length=60,
        required=False,
        help_text=_("Latitude first, as a map gives them: 31.23, 121.47"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    system = forms.ChoiceField(
        label=_("Read from"),
        choices=CoordinateSystem.choices,
        help_text=_("Chinese maps shift their coordinates by up to 700 m; they are converted."),
    )

    @staticmethod
    def of(branch: Branch) -> dict[str, str]:
        return {"coordinates": "" if branch.latitude is None else f"{branch.latitude}, {branch.longitude}"}


class MoveForm(forms.Form):
    parent = BranchChoice(label=_("Belongs to"), required=False, empty_label=_("Nothing: it stands at the top"))

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = (  # type: ignore[attr-defined]  # a ModelChoiceField
            Branch.objects.filter(is_active=True).exclude(path__startswith=branch.path).order_by("path")
        )


class HoursField(forms.CharField):
    """Opening times as people write them: 9:00-12:00, 13:30-18:00. Empty: closed."""

    def to_python(self, value: object) -> Any:
        text = unicodedata.normalize("NFKC", str(value or ""))
        hours: list[tuple[time, time]] = []
        for part in re.split(r"[,，、;；\s]+(?=\d{1,2}(?::\d{2})?\s*[-–—~～至到])", text.strip(" ,，、;；")):
            if not part:
                continue
            found = RANGE.fullmatch(part.strip(" ,，、;；"))
            if found is None:
                raise forms.ValidationError(_("Write it like 9:00-12:00, 13:30-18:00."), code="hours")
            try:
                hours.append((time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))))
            except ValueError as error:
                raise forms.ValidationError(_("Write it like 9:00-12:00, 13:30-18:00."), code="hours") from error
        return hours

    def validate(self, value: Any) -> None:
        """An empty list is an answer: closed."""


class WeekForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, label in enumerate(WEEKDAYS):
            self.fields[f"day{number}"] = HoursField(
                label=label, required=False, widget=forms.TextInput(attrs={"placeholder": "9:00-12:00, 13:00-18:00", "inputmode": "text"})
            )

    def days(self) -> list[forms.BoundField]:
        return [self[f"day{number}"] for number in range(7)]

    def week(self) -> dict[int, list[tuple[time, time]]]:
        return {number: self.cleaned_data[f"day{number}"] for number in range(7)}

    @classmethod
    def of(cls, branch: Branch) -> dict[str, Any]:
        week = queries.week_of(branch)
        return {
            "version": branch.version,
            **{
                f"day{number}": ", ".join(f"{slot.opens:%H:%M}-{slot.closes:%H:%M}" for slot in week.get(number, [])) for number in range(7)
            },
        }


class DayForm(forms.Form):
    day = forms.DateField(label=_("Which day"), widget=forms.DateInput(attrs={"type": "date"}))
    hours = HoursField(label=_("Open at"), required=False, help_text=_("Empty: closed all day."))
    reason = forms.CharField(label=_("Why"), max_length=80, required=False)
