"""What every request passes: whose address it really comes from, whose language and day it is, how long a session lasts."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from functools import lru_cache

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Company, User

Answer = Callable[[HttpRequest], HttpResponseBase]
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED")
SEEN = "kexin_seen"  # when this session last did something, to the minute
RENEW_AFTER = 60  # seconds: idle expiry needs no write on every page
WATCHING = "HTTP_X_KEXIN_WATCHING"  # a page that asks by itself how a job is doing is not somebody at work


class OriginMiddleware:
    """Take the client's address and scheme from a proxy we trust, and from nobody else.

    From then on REMOTE_ADDR is right for everything below: lock-out, throttling, trail. Headers of strangers are removed, so
    that no library can believe them. Stands first.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sender = request.META.get("REMOTE_ADDR", "")
        if _trusted(sender):
            request.META["REMOTE_ADDR"] = _client(request.META.get("HTTP_X_FORWARDED_FOR", ""), sender)
            if request.META.get("HTTP_X_FORWARDED_PROTO", "").lower() == "https":
                request.META["wsgi.url_scheme"] = request.environ["wsgi.url_scheme"] = "https"  # type: ignore[attr-defined]  # WSGI only
        for name in FORWARDED:
            request.META.pop(name, None)
        try:
            request.get_host()
        except DisallowedHost:
            host = request.META.get("HTTP_HOST", "")[:200]
            return HttpResponse(render_to_string("account/unknown_host.html", {"host": host}), status=400)
        return self.get_response(request)


class PersonMiddleware:
    """Speak the person's language, count days in their branch's zone, and end their session when nobody is there."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.company = SimpleLazyObject(staff.company)  # type: ignore[attr-defined]  # read at most once a request
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)

        if (missing := _second_factor_missing(request, user)) is not None:
            return missing
        _renew(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        company: Company = request.company  # type: ignore[attr-defined]  # see above
        timezone.activate(user.branch.zone if user.branch is not None else company.zone)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


def _second_factor_missing(request: HttpRequest, user: User) -> HttpResponse | None:
    """Somebody who must use a second factor sets one up before anything else."""
    if (
        not user.must_use_mfa
        or request.session.get("kexin_mfa")
        or request.path.startswith(("/accounts/", "/appearance/", settings.STATIC_URL))
    ):
        return None
    if is_mfa_enabled(user):
        request.session["kexin_mfa"] = True
        return None
    return HttpResponseRedirect(reverse("mfa_activate_totp"))


def _renew(request: HttpRequest) -> None:
    """Push the session's end away, with at most one write a minute."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) >= RENEW_AFTER and WATCHING not in request.META:
        request.session[SEEN] = now


def _client(forwarded: str, sender: str) -> str:
    """The nearest address that is not one of our proxies. Everything left of it was written by strangers."""
    for part in reversed(forwarded.split(",")):
        address = part.strip()
        try:
            ipaddress.ip_address(address)
        except ValueError:
            break
        sender = address
        if not _trusted(address):
            break
    return sender


def _trusted(address: str) -> bool:
    if not address:  # a unix socket has no address
        return "unix" in settings.TRUSTED_PROXIES
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies if proxy != "unix")
