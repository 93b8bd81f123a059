"""Whose address it is: only proxies we trust may say."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from kexin.surfaces.frame.middleware import OriginMiddleware


def passed(**meta: str) -> HttpRequest:
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    OriginMiddleware(answer)(RequestFactory().get("/", **meta))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "sender", "forwarded", "address"),
    [
        ([], "203.0.113.7", "10.1.1.1", "203.0.113.7"),  # nobody is trusted: a stranger's word counts for nothing
        (["10.0.0.0/8"], "203.0.113.7", "198.51.100.9", "203.0.113.7"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.9", "198.51.100.9"),
        (["10.0.0.0/8"], "10.0.0.2", "6.6.6.6, 198.51.100.9", "198.51.100.9"),  # what stands left was written by the client
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.9, 10.0.0.3", "198.51.100.9"),  # two proxies in a row
        (["10.0.0.0/8"], "10.0.0.2", "6.6.6.6, nonsense", "10.0.0.2"),
        (["10.0.0.0/8"], "10.0.0.2", "", "10.0.0.2"),
        (["::1"], "::1", "2001:db8::9", "2001:db8::9"),
        (["unix"], "", "198.51.100.9", "198.51.100.9"),
        ([], "", "198.51.100.9", ""),
    ],
)
def test_the_clients_address(proxies: list[str], sender: str, forwarded: str, address: str, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = proxies

    request = passed(REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_REAL_IP="6.6.6.6")

    assert request.META["REMOTE_ADDR"] == address
    assert "HTTP_X_FORWARDED_FOR" not in request.META
    assert "HTTP_X_REAL_IP" not in request.META


@pytest.mark.parametrize(("sender", "secure"), [("10.0.0.2", True), ("203.0.113.7", False)])
def test_the_scheme_is_taken_from_a_trusted_proxy_only(sender: str, *, secure: bool, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    assert passed(REMOTE_ADDR=sender, HTTP_X_FORWARDED_PROTO="https").is_secure() is secure


def test_an_unknown_host_is_told_which_setting_is_meant(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["kexin.example.org"]

    answer = client.get("/accounts/login/", HTTP_HOST="evil<b>.example.org")

    assert answer.status_code == 400
    assert "KEXIN_ALLOWED_HOSTS" in answer.content.decode()
    assert "<b>" not in answer.content.decode()


@pytest.mark.django_db
def test_lock_out_counts_the_true_address(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    from tests.factories.staff import PASSWORD, make_user  # noqa: PLC0415 -- the settings first

    make_user(username="li.na", password=PASSWORD)
    wrong = {"login": "li.na", "password": "wrong"}
    answers = [Client().post("/accounts/login/", wrong, HTTP_X_FORWARDED_FOR="198.51.100.9").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    right = {"login": "li.na", "password": PASSWORD}
    assert Client().post("/accounts/login/", right, HTTP_X_FORWARDED_FOR="198.51.100.10").status_code == 302
