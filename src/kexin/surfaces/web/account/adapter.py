"""What we ask of allauth: nobody signs up by themselves, our words, one place that counts failed passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Failed passwords from one address are counted by axes, in the database, where an administrator can lift a lock-out.

    Guesses at one account from everywhere are counted here, in a wider window: many addresses are no way around.
    """

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name or password is not right. After five wrong ones this name waits for a quarter of an hour."),
        "email_password_mismatch": _("Name or password is not right. After five wrong ones this name waits for a quarter of an hour."),
        "too_many_login_attempts": _("Too many failed attempts. Wait a few minutes, then try again."),
        "incorrect_code": _("This code is not right. Codes change every 30 seconds: take the one shown now."),
        "incorrect_password": _("This password is not right."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        key = client_username(request, credentials)
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action="password_guessed", key=key)
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    def get_totp_issuer(self) -> str:
        return f"客心 {staff.company().name}".strip()


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Reads the branch together with the person: every page asks for its zone."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        user = User.objects.select_related("branch").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def client_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Under which name failures are counted: the person's own, whether they typed it or their e-mail address."""
    given = credentials or {}
    typed = str(given.get("username") or given.get("login") or given.get("email") or request.POST.get("login", ""))[:150]
    person = staff.person_called(typed)
    return person.username if person is not None else typed.strip().lower()


def client_address(request: HttpRequest) -> str:
    """OriginMiddleware made it the true one."""
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 -- a unix socket without a proxy has none


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *_rest: Any) -> HttpResponse:  # noqa: ARG001 -- axes' signature
    """Instead of the sign-in page, while a name waits."""
    return render(request, "account/locked.html", {"minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)}, status=429)
