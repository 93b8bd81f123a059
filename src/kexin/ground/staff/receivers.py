"""Hears the sign-in libraries and writes the trail. They tell by Django's signals, which carry no business of ours otherwise."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from kexin.ground.staff.actions import sign_ins
from kexin.ground.staff.models import User


@receiver(user_logged_in)
def signed_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    if _page_asked(request):  # a session made without a page is nobody signing in
        sign_ins.note_sign_in(person=user, address=_address(request))


@receiver(user_logged_out)
def signed_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None and _page_asked(request):
        sign_ins.note_sign_out(person=user, address=_address(request))


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    typed = str(credentials.get("username") or credentials.get("email") or credentials.get("login") or "")
    sign_ins.note_failure(typed=typed, address=_address(request))


@receiver(user_locked_out)
def locked_out(request: HttpRequest | None, username: str, **_: Any) -> None:
    sign_ins.note_lock_out(typed=username or "", address=_address(request))


@receiver([password_changed, password_reset, authenticator_added, authenticator_removed, authenticator_reset])
def changed_own(signal: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    sign_ins.note_own(action=OWN[signal], person=user, address=_address(request))


OWN = {
    password_changed: "user.change_password",
    password_reset: "user.reset_password_by_mail",
    authenticator_added: "user.add_second_factor",
    authenticator_removed: "user.remove_own_second_factor",
    authenticator_reset: "user.renew_recovery_codes",
}


def _page_asked(request: HttpRequest | None) -> bool:
    return request is not None and bool(request.path)


def _address(request: HttpRequest | None) -> str:
    return request.META.get("REMOTE_ADDR", "") if request is not None else ""
