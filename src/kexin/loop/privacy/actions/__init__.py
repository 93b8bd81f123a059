"""Every write of the privacy room."""

from kexin.loop.privacy.actions.clearing import clear_up, forget_left_values
from kexin.loop.privacy.actions.consent import note_consent, save_purpose
from kexin.loop.privacy.actions.copying import copy_person
from kexin.loop.privacy.actions.erasing import erase_contact, erase_person
from kexin.loop.privacy.actions.replaying import replay
from kexin.loop.privacy.actions.retaining import keep_for, remove_expired

__all__ = [
    "clear_up",
    "copy_person",
    "erase_contact",
    "erase_person",
    "forget_left_values",
    "keep_for",
    "note_consent",
    "remove_expired",
    "replay",
    "save_purpose",
]
