from __future__ import annotations

import hmac
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.ground.tokens import errors, rules
from kexin.ground.tokens.models import Token


def bearer(text: str, *, now: datetime) -> tuple[Token, rules.Written]:
    """The usable token somebody sent, with its owner and their branch: one statement. Says why where it is no longer usable.

    Only who has the secret learns more than that the token is not known.
    """
    written = rules.read(text)
    token = None if written is None else Token.objects.select_related("owner", "owner__branch").filter(public=written.public).first()
    if written is None or token is None or not hmac.compare_digest(token.digest, rules.digest(written.secret)):
        raise errors.TokenUnknown
    if token.revoked_at is not None:
        raise errors.TokenRevoked
    if token.expires_at <= now:
        raise errors.TokenExpired(day=timezone.localtime(token.expires_at).date())
    if not token.owner.is_active:
        raise errors.TokenOwnerClosed
    return token, written


def tokens_of(user: User) -> QuerySet[Token]:
    """A person's own tokens, newest first."""
    return Token.objects.filter(owner=user).order_by("-id")


def tokens_visible_to(user: User | AnonymousUser) -> QuerySet[Token]:
    """Their own; whoever manages staff sees everybody's."""
    if not isinstance(user, User):
        return Token.objects.none()
    found = Token.objects.select_related("owner", "owner__branch").order_by("-id")
    return found if staff.may(user, "staff.manage") else found.filter(owner=user)
