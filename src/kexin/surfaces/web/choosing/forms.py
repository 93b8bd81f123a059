"""Forms of choosing customers. What is right, the actions decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kexin.loop.choosing.choices import PropositionKind
from kexin.loop.choosing.models import Question, TermSet
from kexin.loop.choosing.queries.segments import Segment
from kexin.surfaces.web.customers.forms import VersionedForm, _line


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _lines(label: Any, *, rows: int = 3, required: bool = False, limit: int = 300, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}))


def _whole(label: Any, *, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=32_000, help_text=hint)


class AnswerForm(VersionedForm):
    choice = forms.ChoiceField(label=pgettext_lazy("question", "Answer"), widget=forms.RadioSelect)
    answered_on = _day(pgettext_lazy("question", "As of"))
    evidence = _lines(_("How do we know"), hint=_("Seen at a visit, told by whom, which paper."))

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["choice"]
        choice.choices = question.options


class GiveForm(VersionedForm):
    first_day = _day(_("From"))
    last_day = _day(pgettext_lazy("terms", "Until and with"))
    reason = _lines(_("Why"), hint=_("Needed where the conditions do not hold."))
    override_conditions = forms.BooleanField(label=_("All the same, although the conditions do not (all) hold"), required=False)

    def __init__(self, *args: Any, terms: TermSet, against: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].initial = today
        self.fields["last_day"].initial = today + timedelta(days=terms.valid_days)
        if not against:
            del self.fields["override_conditions"]


class DecideForm(VersionedForm):
    reason = _lines(_("Why"), rows=2)
    override_conditions = forms.BooleanField(label=_("All the same, although the conditions do not (all) hold"), required=False)

    def __init__(self, *args: Any, against: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not against:
            del self.fields["override_conditions"]


class EndForm(VersionedForm):
    reason = _lines(_("Why"), required=True, limit=200)


class SegmentForm(VersionedForm):
    """A form with a segment to choose: everybody, or a saved view of the customers list."""

    def __init__(self, *args: Any, offered: list[Segment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segment: Any = self.fields["segment_id"]
        segment.choices = [(one.id, one.name) for one in offered]


def _segment() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("For whom"),
        coerce=int,
        help_text=_("Everybody, or a saved view of the customers list. The view is read as its owner sees it."),
    )


class ChecklistForm(SegmentForm):
    name_zh = _line(_("Chinese name"), 60, required=True)
    name_en = _line(_("English name"), 60)
    segment_id = _segment()
    position = _whole(_("Place in the order"), hint=_("Of several checklists the first whose segment a customer is in applies."))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class QuestionForm(VersionedForm):
    name_zh = _line(_("Question in Chinese"), 60, required=True)
    name_en = _line(_("Question in English"), 60)
    choices = _lines(_("Choices"), rows=5, limit=2000, required=True, hint=_("One a line: code | 中文 | English. A code once given stays."))
    stale_days = _whole(_("Counts for so many days"), hint=_("An older answer counts as missing."))
    position = _whole(_("Place in the order"))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class TermsForm(VersionedForm):
    name_zh = _line(_("Chinese name"), 60, required=True)
    name_en = _line(_("English name"), 60)
    says_zh = _lines(_("The terms, in Chinese"))
    says_en = _lines(_("The terms, in English"))
    valid_days = _whole(_("Granted for so many days"), hint=_("Unless another day is chosen."))
    recheck_days = _whole(_("Looked at again after so many days"))
    position = _whole(_("Place in the order"))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class PropositionForm(SegmentForm):
    segment_id = _segment()
    kind = forms.ChoiceField(label=pgettext_lazy("proposition", "Kind"), choices=PropositionKind.choices)
    sentence_zh = _line(_("The sentence, in Chinese"), 200, required=True)
    sentence_en = _line(_("The sentence, in English"), 200)
    position = _whole(_("Place in the order"))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
