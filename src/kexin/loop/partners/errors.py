"""What cannot be done with practices, partners and their offices.

KexinError
├── Refused
│   ├── StepNotOpen             a report does not go from here to there
│   ├── NotExamined             whoever hears the customer has taken the report up
│   ├── StatementMissing        nobody is judged unheard
│   ├── AnswerAbove             this answer is decided by somebody with more authority
│   ├── KindInUse               a kind of practice with incidents stays
│   └── PartnerIsCustomerAlready
├── Invalid
│   └── WordsMissing · DayAhead · HappenedAfterLearnt · AmountOutOfRange · CurrencyUnknown · MonthsOutOfRange · EndsBeforeItBegins
│       ReasonForOther · KindTaken · PartnerCodeTaken · FileTooLarge
├── Conflict
│   └── ChangedMeanwhile
└── NotFound
    └── IncidentNotFound · KindNotFound · PartnerNotFound · OfficeNotFound
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class StepNotOpen(Refused):
    code = "practice_step_not_open"
    text = _("This report is “%(now)s”; from there it does not become “%(wanted)s”. Reload the page.")


class NotExamined(Refused):
    code = "practice_not_examined"
    text = _("Nobody examines this now. Take it up first, then write down what the customer says.")


class StatementMissing(Refused):
    code = "practice_statement_missing"
    text = _("Hear the customer first: write down what they say, or that they were asked and did not answer.")


class AnswerAbove(Refused):
    code = "practice_answer_above"
    text = _("“%(answer)s” is decided by an administrator. Choose a milder answer, or ask one.")


class KindInUse(Refused):
    code = "practice_kind_in_use"
    text = _("Incidents of this kind are on file. Take it out of use instead: it stays readable and is no longer offered.")


class PartnerIsCustomerAlready(Refused):
    code = "partner_is_customer_already"
    text = _("%(customer)s is the partner “%(partner)s” already. One customer is one partner.")
    field = "customer"


class WordsMissing(Invalid):
    code = "partners_words_missing"
    text = _("Write something here.")


class DayAhead(Invalid):
    code = "partners_day_ahead"
    text = _("This day has not come yet.")


class HappenedAfterLearnt(Invalid):
    code = "practice_happened_after_learnt"
    text = _("It cannot have happened after it was learnt.")
    field = "happened_on"


class AmountOutOfRange(Invalid):
    code = "practice_amount_out_of_range"
    text = _("The amount goes from 0 to 99,999,999,999,999.")
    field = "amount"


class CurrencyUnknown(Invalid):
    code = "practice_currency_unknown"
    text = _("“%(value)s” is no currency: three capital letters, as in CNY.")
    field = "currency"


class MonthsOutOfRange(Invalid):
    code = "practice_months_out_of_range"
    text = _("From 1 to 240 months.")


class EndsBeforeItBegins(Invalid):
    code = "partner_ends_before_it_begins"
    text = _("The agreement ends before it begins.")
    field = "agreed_until"


class ReasonForOther(Invalid):
    code = "practice_reason_for_other"
    text = _("The standing answer is “%(proposed)s”. Say why this one differs.")
    field = "reason"


class KindTaken(Invalid):
    code = "practice_kind_taken"
    text = _("Another kind of practice is called so already.")
    field = "name_zh"


class PartnerCodeTaken(Invalid):
    code = "partner_code_taken"
    text = _("Another partner has the code “%(value)s”.")
    field = "code"


class FileTooLarge(Invalid):
    code = "practice_file_too_large"
    text = _("A file may have %(limit)s MB at most.")
    field = "document"


class ChangedMeanwhile(Conflict):
    code = "partners_changed_meanwhile"
    text = _("Somebody else saved this meanwhile. Reload the page to see it.")


class IncidentNotFound(NotFound):
    code = "practice_not_found"


class KindNotFound(NotFound):
    code = "practice_kind_not_found"


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class OfficeNotFound(NotFound):
    code = "partner_office_not_found"
