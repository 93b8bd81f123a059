"""What can go wrong with a customer file.

KexinError
├── Refused
│   ├── CodeTaken               another customer already has this code
│   ├── PointAlreadyThere       this phone, mail or WeCom id is already on the file
│   ├── EntryAlreadySuperseded  somebody wrote a newer value of this entry meanwhile
│   ├── FileClosed              the customer is deactivated: nothing is added to it
│   ├── FileMerged              the customer went up in another file
│   ├── FileErased              the person was erased
│   ├── MergeOfOne · MergeOfClosed · MergeOfErased
│   ├── MergeUndone · MergeUndoneInTurn · MergeForgotten
│   ├── RelationToItself · RelationThere · RelationAboveThere · RelationCircle
│   ├── AssetIsSo · AssetStaysHere
│   ├── OwnerIsThere · InTeamAlready · LeftAlready · HandOverToSame · NothingToHandOver · InPool
│   ├── NoStages · StageGone · StageIsSo
│   ├── FieldGone · FieldHasValues · ValueNotThere
│   └── NothingChosen           a bulk action without customers
├── Invalid (each stands beside its field)
│   ├── NameMissing · TextTooLong · TextMissing
│   ├── InvalidPhone · InvalidEmail · InvalidWecom · InvalidTaxNumber
│   ├── InvalidDay              the day does not exist in that calendar
│   ├── DayInFuture             something cannot have been learnt or have happened in the future
│   ├── EvidenceMissing         an inference without evidence or certainty
│   ├── LookPurposeUnknown · LookPurposeMissing
│   ├── OwnerGone · UnknownTeamRole · HandOverReasonMissing
│   ├── AmountOutOfRange · DaysOutOfRange · UnknownCurrency
│   ├── FieldMissing · FieldValueWrong · FieldNeedsChoices
│   └── EndBeforeStart          something ended before it began
├── Conflict
│   └── EditedMeanwhile         another person saved this record first
└── NotFound
    └── CustomerNotFound · PairNotFound · MergeNotFound
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class CodeTaken(Refused):
    code = "customer_code_taken"
    text = _("Another customer already has the code %(value)s.")
    field = "code"


class PointAlreadyThere(Refused):
    code = "customer_point_already_there"
    text = _("%(value)s is already on this file.")
    field = "value"


class EntryAlreadySuperseded(Refused):
    code = "customer_entry_already_superseded"
    text = _("A newer value has been written for this entry meanwhile. Reload the page to see it.")


class FileClosed(Refused):
    code = "customer_file_closed"
    text = _("This customer is deactivated. Reactivate it first.")


class FileMerged(Refused):
    code = "customer_file_merged"
    text = _("This file was merged into %(name)s (%(code)s). What you want to do belongs there.")


class FileErased(Refused):
    code = "customer_file_erased"
    status = 410
    text = _("The person of file %(code)s was erased. Nothing can be added to it or changed.")


class MergeOfOne(Refused):
    code = "customer_merge_of_one"
    text = _("A file cannot be merged with itself. Choose another one.")


class MergeOfClosed(Refused):
    code = "customer_merge_of_closed"
    text = _("%(name)s (%(code)s) is deactivated. Reactivate it before you merge it.")


class MergeOfErased(Refused):
    code = "customer_merge_of_erased"
    text = _("%(code)s was erased. Nothing is left to merge.")


class MergeUndone(Refused):
    code = "customer_merge_undone"
    text = _("This merge has already been taken back by %(who)s.")


class MergeUndoneInTurn(Refused):
    code = "customer_merge_undone_in_turn"
    text = _("Merges are taken back in turn, the last one first: %(merged)s was merged into %(survivor)s later. Take that back before.")


class MergeForgotten(Refused):
    code = "customer_merge_forgotten"
    text = _("This merge cannot be taken back: the person was erased since, and with them what each file was.")


class PairNotFound(NotFound):
    code = "customer_pair_not_found"


class MergeNotFound(NotFound):
    code = "customer_merge_not_found"


class NothingChosen(Refused):
    code = "customer_nothing_chosen"
    text = _("Choose at least one customer first.")


class NameMissing(Invalid):
    code = "customer_name_missing"
    text = _("A name is needed.")
    field = "name"


class TextMissing(Invalid):
    code = "customer_text_missing"
    text = _("Write something first.")
    field = "text"


class TextTooLong(Invalid):
    code = "customer_text_too_long"
    text = _("This is too long: at most %(limit)s characters.")


class InvalidPhone(Invalid):
    code = "customer_invalid_phone"
    text = _("“%(value)s” is not a phone number: 5 to 15 digits, with + in front for other countries.")
    field = "phone"


class InvalidEmail(Invalid):
    code = "customer_invalid_email"
    text = _("“%(value)s” is not an e-mail address.")
    field = "email"


class InvalidWecom(Invalid):
    code = "customer_invalid_wecom"
    text = _("A WeCom id has at most 64 characters and no spaces.")
    field = "wecom"


class InvalidTaxNumber(Invalid):
    code = "customer_invalid_tax_number"
    text = _("“%(value)s” is not a unified social credit code: 18 characters whose last one checks the others.")
    field = "tax_number"


class InvalidDay(Invalid):
    code = "customer_invalid_day"
    text = _("There is no such day in this calendar.")
    field = "day"


class DayInFuture(Invalid):
    code = "customer_day_in_future"
    text = _("This day has not come yet.")


class EvidenceMissing(Invalid):
    code = "customer_evidence_missing"
    text = _("An inference needs its evidence and a certainty from 1 to 99 percent.")
    field = "evidence"


class AmountOutOfRange(Invalid):
    code = "customer_amount_out_of_range"
    text = _("An amount is zero or more, with at most 14 digits before the point.")


class DaysOutOfRange(Invalid):
    code = "customer_days_out_of_range"
    text = _("Days are a whole number from 0 to 36,500.")


class UnknownCurrency(Invalid):
    code = "customer_unknown_currency"
    text = _("“%(value)s” is not a currency: three capital letters such as CNY.")
    field = "currency"


class RelationToItself(Refused):
    code = "customer_relation_to_itself"
    text = _("A customer has no relation to itself. Choose another one.")
    field = "other"


class RelationThere(Refused):
    code = "customer_relation_there"
    text = _("This relation is on the file already.")
    field = "other"


class RelationAboveThere(Refused):
    code = "customer_relation_above_there"
    text = _("%(name)s stands there already, and there can be only one. End that relation first.")
    field = "other"


class RelationCircle(Refused):
    code = "customer_relation_circle"
    text = _("That would be a circle: the other customer hangs below this one already.")
    field = "other"


class AssetIsSo(Refused):
    code = "customer_asset_is_so"
    text = _("The file says so already.")


class AssetStaysHere(Refused):
    code = "customer_asset_stays_here"
    text = _("It belongs to this customer already. Choose another one.")
    field = "to"


class NoStages(Refused):
    code = "customer_no_stages"
    text = _("There is no open stage to begin with. An administrator adds one under Settings, project stages.")


class StageGone(Refused):
    code = "customer_stage_gone"
    text = _("This stage is not used any more. Choose another one.")
    field = "stage"


class StageIsSo(Refused):
    code = "customer_stage_is_so"
    text = _("The project stands at “%(stage)s” already.")
    field = "stage"


class FieldMissing(Invalid):
    code = "customer_field_missing"
    text = _("“%(label)s” is needed.")


class FieldValueWrong(Invalid):
    code = "customer_field_value_wrong"
    text = _("This does not fit “%(label)s”: %(kind)s.")


class FieldGone(Refused):
    code = "customer_field_gone"
    text = _("This field is not on the file any more. Reload the page.")


class FieldHasValues(Refused):
    code = "customer_field_has_values"
    text = _(
        "%(count)s files have a value of “%(label)s”. Removing the field removes them for good; retiring it keeps them."
        " Tick that you mean it."
    )


class FieldNeedsChoices(Invalid):
    code = "customer_field_needs_choices"
    text = _("Write at least two choices, one a line.")
    field = "choices"


class EndBeforeStart(Invalid):
    code = "customer_end_before_start"
    text = _("This day lies before the beginning.")


class OwnerGone(Invalid):
    code = "customer_owner_gone"
    text = _("This person does not work here any more. Choose somebody else.")
    field = "owner"


class UnknownTeamRole(Invalid):
    code = "customer_unknown_team_role"
    text = _("Choose what this colleague does for the customer.")
    field = "role"


class HandOverReasonMissing(Invalid):
    code = "customer_hand_over_reason_missing"
    text = _("Say why, so that the file tells it later.")
    field = "reason"


class HandOverToSame(Refused):
    code = "customer_hand_over_to_same"
    text = _("These customers are this person's already. Choose somebody else.")
    field = "owner"


class NothingToHandOver(Refused):
    code = "customer_nothing_to_hand_over"
    text = _("%(who)s has no customers and is in no team.")
    field = "person"


class OwnerIsThere(Refused):
    code = "customer_owner_is_there"
    text = _("The owner looks after the customer already. Choose somebody else for the team.")
    field = "person"


class InTeamAlready(Refused):
    code = "customer_in_team_already"
    text = _("%(who)s is in the team already.")
    field = "person"


class LeftAlready(Refused):
    code = "customer_left_already"
    text = _("%(who)s has left the team already.")


class LookPurposeUnknown(Invalid):
    code = "customer_look_purpose_unknown"
    text = _("Choose what you need it for.")
    field = "purpose"


class LookPurposeMissing(Invalid):
    code = "customer_look_purpose_missing"
    text = _("Say in your words what you need it for.")
    field = "words"


class InPool(Refused):
    code = "customer_in_pool"
    text = _("This customer is in the public pool. Claim it first: then its contact data are yours to see.")


class EditedMeanwhile(Conflict):
    code = "customer_edited_meanwhile"


class CustomerNotFound(NotFound):
    code = "customer_not_found"


class ValueNotThere(Refused):
    code = "customer_value_not_there"
    text = _("What was chosen is not there any more. Choose again.")
