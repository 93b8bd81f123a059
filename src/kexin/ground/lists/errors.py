"""What lists refuse.

KexinError
├── BadAddress · ConditionNotYours · TooManyConditions · NoSuchList · FileExists
├── NothingChosen · ViewNameMissing
├── SegmentOwnerGone · CountTooSlow
└── EditNotYours · ValueMissing · ValueUnreadable · EditUndone · EditStillRuns · EditTooOld
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import KexinError


class BadAddress(KexinError):
    """Something in the address of a list cannot be read."""

    code = "bad_list_address"
    status = 400
    text = _("“%(value)s” cannot be read as %(name)s. Take this condition away and set it again.")


class ConditionNotYours(KexinError):
    """A condition or column that is not there, or not for this person: the answer does not say which."""

    code = "condition_not_yours"
    status = 403
    text = _("This list has no “%(name)s” for you: it was taken away, or is for others to see. Open the list without it.")


class TooManyConditions(KexinError):
    """The conditions of a list are too long to be kept. Cut short they would find something else."""

    code = "too_many_conditions"
    status = 422
    text = _("These are more conditions than can be kept. Choose fewer values and try again.")


class NoSuchList(KexinError):
    """No listing has this name."""

    code = "no_such_list"
    status = 404
    text = _("There is no list called “%(name)s”.")


class NothingChosen(KexinError):
    """A bulk action without records."""

    code = "nothing_chosen"
    status = 422
    text = _("Choose at least one row first.")


class ViewNameMissing(KexinError):
    """A view to be saved has no name."""

    code = "view_name_missing"
    status = 422
    text = _("Give the view a name of up to 60 characters.")


class FileExists(KexinError):
    """An export would overwrite a file."""

    code = "file_exists"
    text = _("%(path)s is there already. Choose another name, or add --force to replace it.")


class EditNotYours(KexinError):
    """A field that cannot be given to many, or not by this person (any more)."""

    code = "edit_not_yours"
    status = 403
    text = _("This field cannot be changed for many at once by you.")


class ValueMissing(KexinError):
    """A bulk edit without a value, of a field that may not be empty."""

    code = "edit_value_missing"
    status = 422
    text = _("Choose or type the value that all of them are to get.")


class ValueUnreadable(KexinError):
    """A bulk edit's value does not fit the field."""

    code = "edit_value_unreadable"
    status = 422
    text = _("“%(value)s” is no value for “%(field)s”.")


class EditUndone(KexinError):
    """A bulk edit taken back twice."""

    code = "edit_undone"
    text = _("%(who)s has undone this already.")


class EditStillRuns(KexinError):
    """A bulk edit that has not ended cannot be taken back."""

    code = "edit_still_runs"
    text = _("This still goes on. Cancel the job or wait until it has ended, then undo it.")


class EditTooOld(KexinError):
    """A bulk edit whose old values are no longer kept."""

    code = "edit_too_old"
    text = _("This can be undone for %(days)s days only.")


class SegmentOwnerGone(KexinError):
    """A segment is counted with its owner's rights, and its owner works here no more."""

    code = "segment_owner_gone"
    text = _("Its owner's account is closed, so nobody's rights are there to count with. Save it anew under your own name.")


class CountTooSlow(KexinError):
    """Counting took longer than it may."""

    code = "count_too_slow"
    text = _("Counting took longer than %(seconds)s seconds and was given up. Narrow the conditions down.")
