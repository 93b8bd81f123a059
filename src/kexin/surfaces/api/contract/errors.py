"""What can be wrong with a call, before any domain is asked.

KexinError
├── AddressUnknown (404) · MethodUnknown (405)
├── BodyUnreadable · UploadUnreadable · ParameterUnknown · ParameterUnreadable · FieldUnknown · IfMatchUnreadable (400)
├── BodyTooLarge (413) · MediaTypeUnknown (415)
├── FieldNotYours (403)
├── NobodyToChoose · NoBranchToChoose · NoCustomerToChoose · OwnFieldUnknown · PurposeUnknown (422)
├── Unreadable (422)            entries of the body or the address that cannot be accepted, each beside its field
├── IfMatchMissing (428) · Stale (412)
├── SessionReadsOnly (401)
└── Broken (500) · Unavailable (503)
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Invalid, KexinError, NotAllowed, NotFound


class AddressUnknown(NotFound):
    code = "address_unknown"
    text = _("There is nothing at this address, or it is not yours to see.")


class MethodUnknown(KexinError):
    code = "method_unknown"
    status = 405
    text = _("This address does not answer this method. The header Allow says which it does.")


class BodyUnreadable(KexinError):
    code = "body_unreadable"
    status = 400
    text = _("The body is not the JSON that is expected: %(reason)s")


class UploadUnreadable(KexinError):
    code = "upload_unreadable"
    status = 400
    text = _("The upload cannot be read. Send it as multipart/form-data, with a file name of at most 200 letters.")


class ParameterUnknown(KexinError):
    code = "parameter_unknown"
    status = 400
    text = _("There is no parameter “%(name)s” here. Known: %(known)s.")


class ParameterUnreadable(KexinError):
    code = "parameter_unreadable"
    status = 400
    text = _("“%(value)s” cannot be read as %(name)s.")


class FieldUnknown(KexinError):
    code = "fields_unknown"
    status = 400
    text = _("There is no field “%(name)s”. Known: %(known)s.")


class FieldNotYours(NotAllowed):
    code = "field_not_yours"
    text = _("The field “%(name)s” is not yours to see: it needs %(needs)s.")


class IfMatchUnreadable(KexinError):
    code = "if_match_unreadable"
    status = 400
    text = _('Send as If-Match the ETag you were given with the record, such as "3".')


class BodyTooLarge(KexinError):
    code = "body_too_large"
    status = 413
    text = _("The body is too large: at most %(limit)s bytes.")


class MediaTypeUnknown(KexinError):
    code = "media_type_unknown"
    status = 415
    text = _("Send the body as %(expected)s.")


class Unreadable(Invalid):
    code = "entries_unreadable"
    text = _("Some entries cannot be accepted.")


class NobodyToChoose(Invalid):
    code = "nobody_to_choose"
    text = _("There is nobody with this number whom you may choose.")
    field = "owner_id"


class NoBranchToChoose(Invalid):
    code = "no_branch_to_choose"
    text = _("There is no branch with this number that you may choose.")
    field = "branch_id"


class NoCustomerToChoose(Invalid):
    code = "no_customer_to_choose"
    text = _("There is no customer with this number that you may choose.")
    field = "other_id"


class OwnFieldUnknown(Invalid):
    code = "own_field_unknown"
    text = _("There is no added field “%(name)s” to be filled in on this file.")


class PurposeUnknown(Invalid):
    code = "purpose_unknown"
    text = _("There is no purpose “%(name)s”. Known: %(known)s.")
    field = "purpose"


class IfMatchMissing(KexinError):
    code = "if_match_missing"
    status = 428
    text = _("Read the record first and send its ETag as If-Match, so that nobody's change is written over.")


class Stale(KexinError):
    """Somebody changed the record after it was read. What changed is told beside."""

    code = "stale"
    status = 412
    text = _("Somebody else changed this record meanwhile. Nothing was saved: read it again and decide.")


class SessionReadsOnly(KexinError):
    code = "session_reads_only"
    status = 401
    text = _("With a page's session the API can only be read. To change something, send a token along.")


class Broken(KexinError):
    code = "broken"
    status = 500
    text = _("Something went wrong on our side. Nothing was half-written. The administrator finds the details under %(reference)s.")


class Unavailable(KexinError):
    code = "unavailable"
    status = 503
    text = _("The database cannot be reached right now. Nothing was half-written. Try again in a moment.")
