"""Every write to practices, partners and offices."""

from kexin.loop.partners.actions.directory import (
    add_contact,
    add_office,
    add_partner,
    change_contact,
    change_office,
    change_partner,
    remind_of_agreements,
    remove_contact,
    remove_office,
)
from kexin.loop.partners.actions.evidence import add_evidence, remove_evidence
from kexin.loop.partners.actions.kinds import add_kind, change_kind, remove_kind
from kexin.loop.partners.actions.practices import answer, close, confirm, examine, hear, reject, report_practice

__all__ = [
    "add_contact",
    "add_evidence",
    "add_kind",
    "add_office",
    "add_partner",
    "answer",
    "change_contact",
    "change_kind",
    "change_office",
    "change_partner",
    "close",
    "confirm",
    "examine",
    "hear",
    "reject",
    "remind_of_agreements",
    "remove_contact",
    "remove_evidence",
    "remove_kind",
    "remove_office",
    "report_practice",
]
