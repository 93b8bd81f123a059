"""What can go wrong with tokens.

KexinError
├── NotSignedIn (401)
│   ├── TokenMissing            no token came along
│   ├── TokenUnknown            nobody has this token
│   ├── TokenExpired · TokenRevoked · TokenOwnerClosed
├── NotAllowed (403)
│   └── ScopeMissing            the token was not given for this
├── TooManyRequests (429)
├── Invalid (422)
│   ├── TokenNameMissing · ScopesMissing · ScopeUnknown · DaysOutOfRange
├── KeyUnreadable (400)         an Idempotency-Key that is none
└── Refused (409)
    └── KeyReused               the same key came with another request
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Invalid, KexinError, NotAllowed, NotFound, Refused


class NotSignedIn(KexinError):
    """Who asks is not known."""

    code = "not_signed_in"
    status = 401
    text = _("Sign in first.")


class TokenMissing(NotSignedIn):
    code = "token_missing"
    text = _("Send a token along: Authorization: Bearer kx_…")


class TokenUnknown(NotSignedIn):
    code = "token_unknown"
    text = _("This token is not known. Check that it was copied whole.")


class TokenExpired(NotSignedIn):
    code = "token_expired"
    text = _("This token ended on %(day)s. Make a new one.")


class TokenRevoked(NotSignedIn):
    code = "token_revoked"
    text = _("This token was revoked.")


class TokenOwnerClosed(NotSignedIn):
    code = "token_owner_closed"
    text = _("The account this token acts for is closed.")


class TokenNotFound(NotFound):
    code = "token_not_found"


class ScopeMissing(NotAllowed):
    code = "scope_missing"
    text = _("This token was not given for that: it lacks the scope %(scope)s.")


class TooManyRequests(KexinError):
    """The token's bucket is empty. `data["seconds"]` says how long to wait."""

    code = "too_many_requests"
    status = 429
    text = _("Too many requests with this token. Try again in %(seconds)s seconds.")


class TokenNameMissing(Invalid):
    code = "token_name_missing"
    text = _("Give the token a name of up to 80 characters that says what it is for.")
    field = "name"


class ScopesMissing(Invalid):
    code = "token_scopes_missing"
    text = _("Choose at least one thing the token may do.")
    field = "scopes"


class ScopeUnknown(Invalid):
    code = "token_scope_unknown"
    text = _("There is no scope called “%(scope)s”. Known: %(scopes)s.")
    field = "scopes"


class DaysOutOfRange(Invalid):
    code = "token_days_out_of_range"
    text = _("A token lasts from 1 to %(most)s days.")
    field = "days"


class KeyUnreadable(KexinError):
    code = "idempotency_key_unreadable"
    status = 400
    text = _("An Idempotency-Key has 1 to 100 visible characters without spaces.")


class KeyReused(Refused):
    code = "idempotency_key_reused"
    text = _("This Idempotency-Key came with another request before. Use a new key for a new request.")
