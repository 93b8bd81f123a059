"""Who asks, and whether they may: a token, or for reading a page's session; the role's permission and the token's scope both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone, translation

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import NotAllowed
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.ground.tokens import actions, queries, rules
from kexin.ground.tokens import errors as tokens
from kexin.ground.tokens.models import Token
from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.answering import language_of
from kexin.surfaces.frame.access import Access

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: a person or an integration, and the token they asked with."""

    user: User
    token: Token | None = None
    secret: str = ""  # of the token, for as long as the request lasts: it opens what the token was answered before
    looked_at: set[int] = field(default_factory=set)  # customers whose data this request was given

    @property
    def actor(self) -> Actor:
        return self.token.actor if self.token is not None else Actor(id=self.user.pk, name=str(self.user), surface="api")

    def covers(self, scope: str) -> bool:
        """A session covers what its person may read."""
        return self.token is None or rules.covers(self.token.scopes, scope)

    def may_see(self, permission: str) -> bool:
        return not permission or (staff.may(self.user, permission) and self.covers(rules.scope_for(permission, writes=False)))

    def lacks(self, permission: str) -> str:
        """What somebody would need to see a field, in a word."""
        return rules.scope_for(permission, writes=False) if staff.may(self.user, permission) else permission


def caller_of(request: HttpRequest) -> Caller:
    """Whoever the gate let in."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]  # set by the library from what Gate returned


class Gate:
    """Asked before anything of the call is read. The library calls it as its authentication."""

    def __init__(self, access: Access, *, writes: bool) -> None:
        self.access = access
        self.scope = rules.scope_for(access.permission, writes=writes)

    def __call__(self, request: HttpRequest) -> Caller:
        caller = _identified(request)
        user = caller.user
        request.user = user
        translation.activate(language_of(request, otherwise=user.language))
        company: Any = request.company  # type: ignore[attr-defined]  # read at most once, by the frame's middleware
        timezone.activate(user.branch.zone if user.branch is not None else company.zone)
        permission = self.access.permission
        if permission is not None and not staff.may(user, permission):
            raise NotAllowed
        if not caller.covers(self.scope):
            raise tokens.ScopeMissing(scope=self.scope)
        return caller


def _identified(request: HttpRequest) -> Caller:
    translation.activate(language_of(request))
    given = request.headers.get("Authorization")
    if given is None:
        # No token check stands behind a session, so another site's page must not be able to write with it: it only reads.
        if not isinstance(request.user, User) or not request.user.is_active:
            raise tokens.TokenMissing
        if request.method not in READS:
            raise errors.SessionReadsOnly
        return Caller(request.user)
    kind, _, text = given.partition(" ")
    if kind.lower() != "bearer":
        raise tokens.TokenMissing
    now = timezone.now()
    token, written = queries.bearer(text.strip(), now=now)
    spent = actions.spend(token=token, now=now)
    request.kexin_spent = spent  # type: ignore[attr-defined]  # told in the answer's headers
    actions.note_use(token=token, address=request.META.get("REMOTE_ADDR", ""), now=now)
    return Caller(token.owner, token, written.secret)
