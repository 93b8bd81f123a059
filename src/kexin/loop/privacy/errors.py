"""What cannot be done in the privacy room.

KexinError
├── Refused
│   ├── ErasureHeld          something at work still needs the person
│   ├── ErasedAlready        the person was erased before
│   ├── ErasureOfMerged      the file went up in another: that one is erased, with all that came to it
│   └── PurposeUnused        the purpose is not used any more
├── Invalid
│   ├── CodeMistyped         the code typed to confirm is not this customer's
│   ├── ProofMissing         what was said, or a document of it
│   ├── ConsentInFuture · ProofTooBig · PurposeCodeTaken · DaysOutOfRange · WhyMissing
├── Conflict                 EditedMeanwhile
└── NotFound                 ErasureNotFound · PurposeNotFound
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class ErasureHeld(Refused):
    code = "privacy_erasure_held"
    text = _("This person cannot be erased yet: %(reasons)s")


class ErasedAlready(Refused):
    code = "privacy_erased_already"
    text = _("This person was erased before, with certificate %(number)s.")


class ErasureOfMerged(Refused):
    code = "privacy_erasure_of_merged"
    text = _("This file was merged into %(code)s. Erase that one: everything that came to it goes along.")


class PurposeUnused(Refused):
    code = "privacy_purpose_unused"
    text = _("This purpose is not used any more. Choose another one.")
    field = "purpose"


class CodeMistyped(Invalid):
    code = "privacy_code_mistyped"
    text = _("This is not the customer's code. Type it exactly as it stands above.")
    field = "confirmation"


class ProofMissing(Invalid):
    code = "privacy_proof_missing"
    text = _("Write what the customer agreed to, in the words used, or attach a document.")
    field = "words"


class ConsentInFuture(Invalid):
    code = "privacy_consent_in_future"
    text = _("This moment has not come yet.")
    field = "occurred_at"


class ProofTooBig(Invalid):
    code = "privacy_proof_too_big"
    text = _("The document is larger than %(limit)s MB.")
    field = "document"


class PurposeCodeTaken(Invalid):
    code = "privacy_purpose_code_taken"
    text = _("Another purpose already has this short name.")
    field = "code"


class DaysOutOfRange(Invalid):
    code = "privacy_days_out_of_range"
    text = _("Days are a whole number from %(least)s to 36,500.")
    field = "days"


class WhyMissing(Invalid):
    code = "privacy_why_missing"
    text = _("Say why you need to see it.")
    field = "why"


class EditedMeanwhile(Conflict):
    code = "privacy_edited_meanwhile"


class PurposeNotFound(NotFound):
    code = "privacy_purpose_not_found"


class ErasureNotFound(NotFound):
    code = "privacy_erasure_not_found"
