"""Addresses for signing in. Each of allauth's views is named here with who may call it; those we do not use are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path, re_path

from kexin.surfaces.frame.access import open_to_all, page
from kexin.surfaces.web.account import views

# No namespace: allauth looks these names up by themselves.
OPEN: tuple[tuple[str, Callable[..., Any], str, str], ...] = (
    ("login/", account.login, "account_login", "people sign in here"),
    ("logout/", account.logout, "account_logout", "leaving needs no permission, also half-way through signing in"),
    ("inactive/", account.account_inactive, "account_inactive", "says why somebody cannot sign in"),
    ("password/reset/done/", account.password_reset_done, "account_reset_password_done", "says that a mail is on its way"),
    (
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
        "says that the password is changed",
    ),
    ("2fa/authenticate/", mfa.authenticate, "mfa_authenticate", "the second step of signing in; allauth asks for the first one"),
)
SIGNED_IN: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    ("password/change/", account.password_change, "account_change_password"),
    ("password/set/", account.password_set, "account_set_password"),
    ("2fa/", mfa.index, "mfa_index"),
    ("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    ("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    ("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    ("2fa/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    ("2fa/recovery-codes/generate/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    ("2fa/recovery-codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    ("sessions/", sessions.list_usersessions, "usersessions_list"),
)

urlpatterns: list[URLPattern] = [
    *(path(address, open_to_all(reason)(view), name=name) for address, view, name, reason in OPEN),
    *(path(address, page(None)(view), name=name) for address, view, name in SIGNED_IN),
    path("password/reset/", views.reset_by_mail, name="account_reset_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        open_to_all("whoever has the link from the mail chooses a new password")(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("link/<str:link_token>/", views.use_link, name="account_link"),
]
