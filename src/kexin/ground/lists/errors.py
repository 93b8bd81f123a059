"""KexinError → BadAddress, ConditionNotYours, NoSuchList, NothingChosen, ViewNameMissing, FileExists."""

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
