from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.ground.hooks import queries
from kexin.surfaces.web.hooks import wording


class HookForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("web hook", "Who receives it"), max_length=80, help_text=_("Such as: ERP, data warehouse"))
    url = forms.CharField(
        label=pgettext_lazy("web hook", "Address"), max_length=500, help_text=_("Such as https://erp.example.com/kexin"),
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    announcements = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = wording.grouped(queries.announcement_names())
        self.fields["announcements"].choices = [(name, words) for _group, named in self.groups for name, words in named]  # type: ignore[attr-defined]  # a MultipleChoiceField

    def grouped_boxes(self) -> list[tuple[Any, list[Any]]]:
        """The boxes by group, for the template."""
        boxes = {box.data["value"]: box for box in self["announcements"]}
        return [(group, [boxes[name] for name, _words in named if name in boxes]) for group, named in self.groups]
