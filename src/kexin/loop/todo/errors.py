"""What cannot be done with a to-do.

KexinError
├── NotFound     ToDoNotFound
├── Invalid      TitleMissing, ReasonMissing, DueInThePast, OwnerUnknown
├── Conflict     EditedMeanwhile
└── Refused      AlreadyEnded, StillOpen, OpenedAgain
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class ToDoNotFound(NotFound):
    code = "todo_not_found"
    text = _("This to-do is not there, or it is not yours to see.")


class TitleMissing(Invalid):
    code = "todo_title_missing"
    text = _("Say in a few words what is to be done.")
    field = "title"


class ReasonMissing(Invalid):
    code = "todo_reason_missing"
    text = _("Say why this is not needed, so that the next person knows.")
    field = "reason"


class DueInThePast(Invalid):
    code = "todo_due_in_the_past"
    text = _("The new time has already passed. Choose a later one.")
    field = "due_at"


class OwnerUnknown(Invalid):
    code = "todo_owner_unknown"
    text = _("This person does not work here any more. Choose somebody else.")
    field = "owner"


class EditedMeanwhile(Conflict):
    code = "todo_edited_meanwhile"


class AlreadyEnded(Refused):
    code = "todo_already_ended"
    text = _("%(who)s has already dealt with this (%(state)s).")


class StillOpen(Refused):
    code = "todo_still_open"
    text = _("This to-do is still open.")


class OpenedAgain(Refused):
    code = "todo_opened_again"
    text = _("The same thing is already on the list again, so this one stays closed.")
