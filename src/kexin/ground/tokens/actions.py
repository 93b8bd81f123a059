"""Every write of tokens: made, revoked, used; and what repeated requests are answered."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.ground.tokens import errors, rules
from kexin.ground.tokens.models import Answer, Token
from kexin.kit.text import tidy

KEY = re.compile(r"[\x21-\x7e]{1,100}")
_spent: dict[int, float] = {}
_spending = threading.Lock()


@transaction.atomic
def issue(
    *, owner: User, name: str, scopes: Sequence[str], now: datetime, by: Actor, days: int = rules.LASTS_DAYS
) -> tuple[Token, rules.Written]:
    """Make a token. What is returned beside it is shown once: only its digest is kept."""
    name = tidy(name)
    if not 0 < len(name) <= 80:  # noqa: PLR2004 -- what the column holds
        raise errors.TokenNameMissing
    wanted = list(dict.fromkeys(scopes))
    if not wanted:
        raise errors.ScopesMissing
    unknown = next((scope for scope in wanted if scope not in rules.SCOPES), None)
    if unknown is not None:
        raise errors.ScopeUnknown(scope=unknown[:40], scopes=", ".join(rules.SCOPES))
    if not 1 <= days <= rules.LONGEST_DAYS:
        raise errors.DaysOutOfRange(most=rules.LONGEST_DAYS)
    if not owner.is_active:
        raise errors.TokenOwnerClosed

    written = rules.fresh()
    token = Token.objects.create(
        public=written.public,
        digest=rules.digest(written.secret),
        name=name,
        owner=owner,
        scopes=sorted(wanted, key=rules.SCOPES.index),
        created_at=now,
        created_by=by.id,
        expires_at=now + timedelta(days=days),
    )

    audit.record(
        action="token.issue",
        kind="token",
        record_id=token.pk,
        label=name,
        by=by,
        changes={"owner": [None, str(owner)], "scopes": [None, ", ".join(token.scopes)], "public": [None, f"kx_{token.public}"],
                 "days": [None, days]},
    )  # fmt: skip
    return token, written


@transaction.atomic
def revoke(*, token_id: int, now: datetime, by: Actor) -> Token:
    """End a token. It is refused from the next request on; revoking it again changes nothing."""
    token = Token.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=token_id).first()
    if token is None:
        raise errors.TokenNotFound
    if token.revoked_at is not None:
        return token

    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    Answer.objects.filter(token=token).delete()

    audit.record(
        action="token.revoke", kind="token", record_id=token.pk, label=token.name, by=by, changes={"owner": [None, str(token.owner)]}
    )
    return token


def note_use(*, token: Token, address: str, now: datetime) -> None:
    """When and from where a token was used last: written at most once a minute."""
    if token.last_used_at is None or now - token.last_used_at >= rules.USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address[:45])


@dataclass(frozen=True)
class Spent:
    """What is left of a token's bucket after one request."""

    limit: int
    remaining: int
    full_in: int


def spend(*, token: Token, now: datetime) -> Spent:
    """Take one request out of the token's bucket: one statement, right however many processes do so at once. TooManyRequests if empty."""
    rate = rules.Rate(settings.API_PER_MINUTE, settings.API_BURST)
    moment = now.timestamp()
    before = token.spent_until
    if settings.API_COUNTS_IN == "memory":
        with _spending:
            before = _spent.get(token.pk, 0.0)
            taken = rate.allows(before, moment)
            if taken:
                _spent[token.pk] = rate.after(before, moment)
    else:
        after = Greatest(F("spent_until"), Value(moment)) + Value(rate.interval)
        full = moment + (rate.burst - 1) * rate.interval
        taken = bool(Token.objects.filter(pk=token.pk, spent_until__lte=full).update(spent_until=after))
    if not taken:
        raise errors.TooManyRequests(seconds=max(1, rate.wait(max(before, moment + (rate.burst - 1) * rate.interval), moment)))
    after_this = rate.after(before, moment)
    return Spent(limit=rate.burst, remaining=rate.remaining(after_this, moment), full_in=rate.full_in(after_this, moment))


@dataclass(frozen=True)
class Kept:
    """An answer given before."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_key(key: str) -> str:
    if not KEY.fullmatch(key):
        raise errors.KeyUnreadable
    return key


def begin_answer(*, token: Token, secret: str, key: str, request: str, now: datetime) -> Answer | Kept:
    """Take a key for this request, or the answer it was given before. Called inside the transaction of the write it guards.

    A second request with the same key waits here until the first one's transaction ends: then it finds the answer, or, if
    the first one failed or its process was killed, takes the key itself. KeyReused where the request is another one.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()
    Answer.objects.filter(token=token, key=digest, created_at__lt=now - rules.ANSWERS_KEPT).delete()
    try:
        with transaction.atomic():
            return Answer.objects.create(token=token, key=digest, request=request, created_at=now)
    except IntegrityError:
        given = Answer.objects.get(token=token, key=digest)
    if given.request != request:
        raise errors.KeyReused
    try:
        body = _box(secret, key).decrypt(bytes(given.body))
    except InvalidToken:
        raise errors.KeyReused from None
    return Kept(given.status, given.headers, body)


def keep_answer(*, answer: Answer, secret: str, key: str, kept: Kept) -> None:
    """Write down what this request was answered, in the transaction of what it did."""
    answer.status, answer.headers, answer.body = kept.status, dict(kept.headers), _box(secret, key).encrypt(kept.body)
    answer.save(update_fields=["status", "headers", "body"])


def forget_answers(*, before: datetime, most: int = 1000) -> int:
    """Clear away what nobody may ask for any more. The job calls it."""
    old = Answer.objects.filter(created_at__lt=before).order_by("created_at").values_list("pk", flat=True)[:most]
    return Answer.objects.filter(pk__in=list(old)).delete()[0]


def fingerprint(*parts: Any) -> str:
    """A digest of a request."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()


def _box(secret: str, key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"kexin.answer:{secret}:{key}".encode()).digest()))
