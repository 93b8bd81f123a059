from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from axes.utils import reset as axes_reset
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff import errors, queries, rules
from kexin.ground.staff.actions import versions
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch, LinkPurpose, SignInLink, User
from kexin.kit.text import tidy

LINK_LASTS = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(days=1)}
# What decides which pages and records somebody reaches: when it changes, their open sessions end.
REACH = frozenset({"role", "sees", "branch"})


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str = "",
    role: str = Role.FRONT_LINE,
    sees: str = Sees.BRANCH,
    branch: Branch | None = None,
    email: str = "",
    password: str | None = None,
    by: Actor,
) -> User:
    """Add a member of staff. Without a password they cannot sign in until they used a link."""
    username, email = _username(username), _email(email)
    if password is not None:
        check_password(password, User(username=username, name=name, email=email))
    _check_free(username, email)

    person = User.objects.create(
        username=username,
        name=name,
        role=role,
        sees=sees,
        branch=branch,
        email=email,
        password=make_password(password),
        session_key_salt=_salt(),
    )

    audit.record(
        action="user.create",
        kind="user",
        record_id=person.pk,
        label=str(person),
        by=by,
        changes={"username": ["", username], "role": ["", role], "sees": ["", sees], "branch": ["", str(branch or "")]},
    )
    return person


@transaction.atomic
def invite(
    *,
    username: str,
    name: str = "",
    role: str = Role.FRONT_LINE,
    sees: str = Sees.BRANCH,
    branch: Branch | None = None,
    email: str = "",
    now: datetime,
    by: Actor,
) -> tuple[User, str]:
    """Add a member of staff and return what stands in the link the administrator passes on."""
    person = create_person(username=username, name=name, role=role, sees=sees, branch=branch, email=email, by=by)

    return person, _new_link(person, LinkPurpose.INVITATION, now=now)


@transaction.atomic
def create_integration(*, name: str, role: str, sees: str, branch: Branch | None = None, by: Actor) -> User:
    """Add another program as somebody who acts here: with a role and a reach like a person, and no way to sign in but its tokens."""
    name = tidy(name)[:80]
    if not name:
        raise errors.IntegrationNameMissing

    program = User.objects.create(
        username=f"integration-{secrets.token_hex(6)}",
        name=name,
        role=role,
        sees=sees,
        branch=branch,
        password=make_password(None),
        session_key_salt=_salt(),
        is_integration=True,
    )

    audit.record(
        action="user.create_integration",
        kind="user",
        record_id=program.pk,
        label=name,
        by=by,
        changes={"role": ["", role], "sees": ["", sees], "branch": ["", str(branch or "")]},
    )
    return program


@transaction.atomic
def give_link(*, user_id: int, now: datetime, by: Actor) -> str:
    """A link with which somebody chooses a new password (or their first one). Links given before stop working."""
    person = _locked(user_id)
    _check_signs_in(person)
    purpose = LinkPurpose.INVITATION if person.is_invited else LinkPurpose.RESET

    token = _new_link(person, purpose, now=now)
    audit.record(action=f"user.give_{purpose}_link", kind="user", record_id=person.pk, label=str(person), by=by)
    return token


@transaction.atomic
def use_link(*, token: str, password: str, now: datetime) -> User:
    """Choose a password by a link. The link is used up, sessions opened before end, and a lock-out is lifted."""
    link = queries.usable_link(token, now=now)
    person = _locked(link.user_id)
    if not person.is_active:
        raise errors.LinkUnusable
    check_password(password, person)
    # The condition decides between two who use one link at the same moment.
    if not SignInLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=now):
        raise errors.LinkUnusable

    _set_password(person, password)
    axes_reset(username=person.username)
    audit.record(
        action=f"user.use_{link.purpose}_link",
        kind="user",
        record_id=person.pk,
        label=str(person),
        by=Actor(id=person.pk, name=str(person)),
    )
    return person


@transaction.atomic
def set_password(*, user_id: int, password: str, by: Actor) -> User:
    """Set somebody's password from the command line; their open sessions end."""
    person = _locked(user_id)
    _check_signs_in(person)
    check_password(password, person)

    _set_password(person, password)
    SignInLink.objects.filter(user=person, ended_at=None).delete()
    audit.record(action="user.set_password", kind="user", record_id=person.pk, label=str(person), by=by)
    return person


@transaction.atomic
def change_person(*, user_id: int, version: int | None, fields: dict[str, Any], by: Actor) -> User:
    """Change name, sign-in name, e-mail, role, what they see, their branch, whether a second factor is asked.

    A change of role, reach or branch ends their open sessions, so that nothing stays open that they may no longer see.
    """
    if "username" in fields:
        fields = {**fields, "username": _username(fields["username"])}
    if "email" in fields:
        fields = {**fields, "email": _email(fields["email"])}
    _hold_administrators()
    person = versions.held(User, user_id, version=version, fields=fields)
    _check_free(fields.get("username", person.username), fields.get("email", person.email), other_than=person)
    if person.role == Role.ADMINISTRATOR and fields.get("role", person.role) != Role.ADMINISTRATOR:
        _check_another_administrator(person)

    changed = versions.apply(person, fields)
    if REACH & changed.keys():
        _end_sessions(person)

    if changed:
        audit.record(action="user.change", kind="user", record_id=person.pk, label=str(person), by=by, changes=changed)
    return person


@transaction.atomic
def deactivate(*, user_id: int, by: Actor) -> User:
    """Let somebody in no longer. What they did stays theirs."""
    _hold_administrators()
    person = _locked(user_id)
    if person.role == Role.ADMINISTRATOR:
        _check_another_administrator(person)

    changed = versions.apply(person, {"is_active": False})
    if changed:
        _end_sessions(person)
        SignInLink.objects.filter(user=person, ended_at=None).delete()
        audit.record(action="user.deactivate", kind="user", record_id=person.pk, label=str(person), by=by, changes=changed)
    return person


@transaction.atomic
def activate(*, user_id: int, by: Actor) -> User:
    """Let somebody in again, with the password they had."""
    person = _locked(user_id)

    changed = versions.apply(person, {"is_active": True})
    if changed:
        audit.record(action="user.activate", kind="user", record_id=person.pk, label=str(person), by=by, changes=changed)
    return person


@transaction.atomic
def end_sessions(*, user_id: int, by: Actor) -> User:
    """Sign somebody out everywhere."""
    person = _locked(user_id)

    _end_sessions(person)
    audit.record(action="user.end_sessions", kind="user", record_id=person.pk, label=str(person), by=by)
    return person


@transaction.atomic
def unlock(*, user_id: int, by: Actor) -> int:
    """Lift a lock-out after failed sign-ins. Returns how many addresses were locked for this person."""
    person = _locked(user_id)

    lifted: int = axes_reset(username=person.username)
    audit.record(action="user.unlock", kind="user", record_id=person.pk, label=str(person), by=by)
    return lifted


@transaction.atomic
def remove_second_factor(*, user_id: int, by: Actor) -> User:
    """Take away a lost second factor, so that somebody can sign in by password and set up a new one."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 -- allauth's models are ready only after ours

    person = _locked(user_id)

    Authenticator.objects.filter(user=person).delete()
    _end_sessions(person)
    audit.record(action="user.remove_second_factor", kind="user", record_id=person.pk, label=str(person), by=by)
    return person


@transaction.atomic
def change_self(*, user_id: int, version: int | None, fields: dict[str, Any], by: Actor) -> User:
    """What everybody may change of themselves: name, e-mail, language, theme."""
    fields = {name: value for name, value in fields.items() if name in {"name", "email", "language", "theme"}}
    if "email" in fields:
        fields["email"] = _email(fields["email"])
    person = versions.held(User, user_id, version=version, fields=fields)
    _check_free(person.username, fields.get("email", person.email), other_than=person)

    changed = versions.apply(person, fields)
    if changed:
        audit.record(action="user.change_self", kind="user", record_id=person.pk, label=str(person), by=by, changes=changed)
    return person


def choose_look(*, user_id: int, language: str | None = None, theme: str | None = None) -> None:
    """The language or theme switch of the frame. A taste, not a change of a record: neither version nor trail know of it."""
    wanted = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if wanted:
        User.objects.filter(pk=user_id).update(**wanted)


def check_password(password: str, person: User) -> None:
    """The password rules: each broken one in a sentence."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise errors.WeakPassword(reasons=" ".join(error.messages)) from error


def _new_link(person: User, purpose: LinkPurpose, *, now: datetime) -> str:
    SignInLink.objects.filter(user=person, ended_at=None).update(ended_at=now)
    link = SignInLink.objects.create(user=person, purpose=purpose, nonce=secrets.token_urlsafe(32), expires_at=now + LINK_LASTS[purpose])
    return signing.dumps([link.pk, link.nonce], salt=queries.LINK_SALT)


def _set_password(person: User, password: str) -> None:
    person.password = make_password(password)
    person.session_key_salt = _salt()
    person.save(update_fields=["password", "session_key_salt"])


def _end_sessions(person: User) -> None:
    person.session_key_salt = _salt()
    person.save(update_fields=["session_key_salt"])


def _salt() -> str:
    return secrets.token_hex(16)


def _locked(user_id: int) -> User:
    return versions.held(User, user_id, version=None, fields={})


def _check_signs_in(person: User) -> None:
    if person.is_integration:
        raise errors.IntegrationsDoNotSignIn(name=str(person))


def _hold_administrators() -> None:
    """Lock all administrators in one order: of two who remove each other at the same moment the second one is refused."""
    list(User.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk").values_list("pk", flat=True))


def _check_another_administrator(person: User) -> None:
    others = queries.administrators().exclude(pk=person.pk).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if not others.exists():
        raise errors.LastAdministrator


def _check_free(username: str, email: str, *, other_than: User | None = None) -> None:
    others = User.objects.exclude(pk=other_than.pk) if other_than is not None else User.objects.all()
    # One box takes both: a sign-in name must not be somebody else's e-mail address either.
    if others.filter(Q(username__iexact=username) | Q(email__iexact=username)).exists():
        raise errors.NameTaken(username=username)
    if email and others.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
        raise errors.MailTaken(email=email)


def _username(name: str) -> str:
    written = unicodedata.normalize("NFKC", name).strip().lower()
    if not rules.is_sign_in_name(written):
        raise errors.NameUnusable(username=name)
    return written


def _email(address: str) -> str:
    return unicodedata.normalize("NFKC", address).strip().lower()
