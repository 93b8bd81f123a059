"""What can go wrong with assessments and rules.

KexinError
├── Refused
│   ├── AssessmentRunning   one is under way already
│   ├── DraftThere          a draft exists: go on with it or drop it first
│   ├── NotADraft           only drafts are edited, simulated and applied
│   ├── NothingAssessed     there is no finished assessment to simulate on
│   ├── NumbersGone         the numbers of the last assessment were cleared away
│   ├── NotSimulated        these very rules were not simulated on the latest assessment
│   └── NotLookedAt         key customers would slip and nobody has looked at them
├── Invalid
│   ├── AsOfInFuture
│   └── RulesInvalid        what is wrong in the rules, and where
└── Conflict
    └── EditedMeanwhile     another person saved the draft first
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, Refused


class AssessmentRunning(Refused):
    code = "standing_assessment_running"
    text = _("An assessment is under way already. Wait for it to end, or cancel it.")


class DraftThere(Refused):
    code = "standing_draft_there"
    text = _("Version %(number)s is a draft already. Go on with it, or drop it first.")


class NotADraft(Refused):
    code = "standing_not_a_draft"
    text = _("Version %(number)s is not a draft: it cannot be changed any more.")


class NothingAssessed(Refused):
    code = "standing_nothing_assessed"
    text = _("Nothing has been assessed yet, so there is nothing to simulate on. Assess first.")


class NumbersGone(Refused):
    code = "standing_numbers_gone"
    text = _("The numbers of the last assessment were cleared away. Assess again, then simulate.")


class NotSimulated(Refused):
    code = "standing_not_simulated"
    text = _("Simulate exactly these rules on the latest assessment first: they changed since, or something was assessed.")


class NotLookedAt(Refused):
    code = "standing_not_looked_at"
    text = _("%(count)s key customers would slip. Look at them first, then apply.")


class AsOfInFuture(Invalid):
    code = "standing_as_of_in_future"
    text = _("Nobody can be assessed as of %(day)s: that day has not come yet.")
    field = "as_of"


SENTENCES = {
    "not_rules": _("These are not rules this version understands."),
    "unknown_group": _("There is nothing called %(group)s to write rules for."),
    "too_many_conditions": _("%(group)s has more than %(limit)s conditions."),
    "no_conditions": _("%(group)s needs at least one condition, or everybody would belong to it."),
    "condition_twice": _("%(group)s asks the same thing twice."),
    "not_a_condition": _("A condition of %(group)s is incomplete."),
    "unknown_metric": _("%(group)s asks for “%(metric)s”, which is not known."),
    "unknown_operator": _("A condition of %(group)s compares in a way that is not known."),
    "not_a_number": _("A value of %(group)s is not a number."),
    "margin_out_of_range": _("The margin for who holds a tier lies between 0 and 50 percent."),
    "patience_out_of_range": _("A tier is kept for 1 to %(limit)s assessments."),
    "abc_out_of_range": _("The ABC lines are percentages, the first not above the second."),
}


class RulesInvalid(Invalid):
    """Carries the code and data of a rules.DefinitionError."""

    code = "standing_rules_invalid"

    def __init__(self, *, reason: str, **data: Any) -> None:
        super().__init__(**data)
        self.reason = reason

    def sentence(self) -> str:
        return str(SENTENCES[self.reason]) % self.data


class EditedMeanwhile(Conflict):
    code = "standing_edited_meanwhile"
