"""Every read of the privacy room."""

from kexin.loop.privacy.queries.consent import (
    Standing,
    consents_by_purpose,
    consents_of,
    may_contact,
    may_contact_each,
    may_contact_many,
    purposes,
    standing_of,
)
from kexin.loop.privacy.queries.erasure import (
    Goes,
    Preview,
    Stays,
    erasure_of,
    erasures,
    holds_of,
    imports_holding,
    kept_of,
    preview_of,
    stays_in_words,
)
from kexin.loop.privacy.queries.report import KeptKind, Look, kept_kinds, looks
from kexin.loop.privacy.queries.retention import RuleRow, removals, rule_rows

__all__ = [
    "Goes",
    "KeptKind",
    "Look",
    "Preview",
    "RuleRow",
    "Standing",
    "Stays",
    "consents_by_purpose",
    "consents_of",
    "erasure_of",
    "erasures",
    "holds_of",
    "imports_holding",
    "kept_kinds",
    "kept_of",
    "looks",
    "may_contact",
    "may_contact_each",
    "may_contact_many",
    "preview_of",
    "purposes",
    "removals",
    "rule_rows",
    "standing_of",
    "stays_in_words",
]
