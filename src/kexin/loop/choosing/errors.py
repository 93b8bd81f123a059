"""What cannot be done when customers are chosen.

KexinError
├── Refused
│   ├── NotADraft · DraftThere · TryFirst         versions of a checklist
│   ├── NotEligible · MayBeEligible               terms that may not be granted (yet)
│   └── GrantedAlready · NotWaiting · NotInForce · FileClosed
├── Invalid
│   ├── BadDefinition                             of a checklist or conditions, with what is wrong
│   ├── NameNeeded · UnknownSegment · SegmentTaken · WhyNeeded
│   └── UnknownChoice · DayAhead · DayUnreadable · DaysWrong · DaysOutOfRange · ChoicesWrong · ChoicesGone
├── Conflict
│   └── EditedMeanwhile
└── NotFound
    └── NotThere
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class NotADraft(Refused):
    code = "choosing_not_a_draft"
    text = _("What was published never changes. Begin a new draft.")


class DraftThere(Refused):
    code = "choosing_draft_there"
    text = _("There is a draft already. Go on with it, or drop it first.")


class TryFirst(Refused):
    code = "choosing_try_first"
    text = _("Try the draft first, as it stands now: then you know whose verdict changes.")


class NotEligible(Refused):
    code = "choosing_not_eligible"
    text = _("%(name)s does not meet the conditions: %(failing)s. A manager may grant the terms all the same and say why.")


class MayBeEligible(Refused):
    code = "choosing_may_be_eligible"
    text = _("It cannot be said yet whether %(name)s meets the conditions; not known: %(missing)s. Answer first, or say why not.")


class GrantedAlready(Refused):
    code = "choosing_granted_already"
    text = _("These terms hold already or are asked for: %(state)s.")


class NotWaiting(Refused):
    code = "choosing_not_waiting"
    text = _("Nobody waits for this any more: %(state)s.")


class NotInForce(Refused):
    code = "choosing_not_in_force"
    text = _("These terms are not in force: %(state)s.")


class FileClosed(Refused):
    code = "choosing_file_closed"
    text = _("This file is closed. Open it again first.")


DEFINITION: dict[str, str | Promise] = {
    "not_a_checklist": _("This is no checklist."),
    "no_criteria": _("A checklist needs at least one criterion."),
    "no_conditions": _("At least one condition is needed."),
    "too_many": _("At most %(limit)s lines."),
    "twice": _("%(source)s stands there twice."),
    "unknown_source": _("There is nothing called “%(source)s” to read."),
    "unknown_operator": _("Choose how %(source)s is compared."),
    "weight": _("The weight of %(source)s lies above 0, at most 1,000."),
    "points": _("Give points from 0 to 100 to the choices of %(source)s."),
    "no_choices": _("Tick at least one of the choices of %(source)s."),
    "flat_scale": _("0 points and 100 points for %(source)s need two different values."),
    "not_a_number": _("A number is needed for %(source)s."),
    "not_a_condition": _("This is no condition."),
    "suitable_from": _("Suitable from: a number above 0, at most 100."),
    "min_known": _("Known at least: from 0 to 100%%."),
}


class BadDefinition(Invalid):
    """Of a checklist or of conditions; `problem` names the sentence."""

    code = "choosing_bad_definition"
    text = _("This cannot be a checklist, or conditions.")  # each problem has its own sentence

    def __init__(self, problem: str, **data: Any) -> None:
        super().__init__(problem=problem, **data)
        self.problem = problem

    def sentence(self) -> str:
        return str(DEFINITION[self.problem]) % {"source": "", "limit": "", **self.data}


class NameNeeded(Invalid):
    code = "choosing_name_needed"
    text = _("It needs a Chinese name.")
    field = "name_zh"


class UnknownSegment(Invalid):
    code = "choosing_unknown_segment"
    text = _("This view of the customers list is no longer there. Choose another.")
    field = "segment_id"


class SegmentTaken(Invalid):
    code = "choosing_segment_taken"
    text = _("This segment has its proposition already: one each.")
    field = "segment_id"


class UnknownChoice(Invalid):
    code = "choosing_unknown_choice"
    text = _("Choose one of the answers.")
    field = "choice"


class DayAhead(Invalid):
    code = "choosing_day_ahead"
    text = _("The day lies in the future.")
    field = "answered_on"


class DayUnreadable(Invalid):
    code = "choosing_day_unreadable"
    text = _("“%(value)s” is no day. Write it as 2026-11-22.")
    field = "answered_on"


class DaysWrong(Invalid):
    code = "choosing_days_wrong"
    text = _("The last day is not before the first, and at most five years later.")
    field = "last_day"


class DaysOutOfRange(Invalid):
    code = "choosing_days_out_of_range"
    text = _("From %(least)s to %(most)s days.")


class ChoicesWrong(Invalid):
    code = "choosing_choices_wrong"
    text = _("Two to twelve lines, each: code | 中文 | English. Codes are small Latin letters, digits and _.")
    field = "choices"


class ChoicesGone(Invalid):
    code = "choosing_choices_gone"
    text = _("These choices were answered already or are counted in a checklist; they stay: %(codes)s.")
    field = "choices"


class WhyNeeded(Invalid):
    code = "choosing_why_needed"
    text = _("Say why, so that the next person knows.")
    field = "reason"


class EditedMeanwhile(Conflict):
    code = "choosing_edited_meanwhile"
    text = _("Somebody else saved this meanwhile. Reload the page to see it.")


class NotThere(NotFound):
    code = "choosing_not_there"
    text = _("This is not there, or not yours to see.")
