"""Error pages: each says what happened and what to do, in the reader's language, as a page and as an htmx line."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django import forms
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.utils import translation
from tests.factories.staff import make_user

from kexin.ground.errors import Conflict, Invalid, KexinError, NotAllowed, NotFound, Refused
from kexin.surfaces.frame import answers, errors

pytestmark = pytest.mark.django_db


class Asked:
    """A request as the middleware makes them, with or without htmx."""

    def __init__(self, *, htmx: bool = False) -> None:
        self.request: Any = RequestFactory().get("/somewhere/")
        self.request.htmx = htmx
        self.request._messages = []
        self.request.resolver_match = None


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound(), 404), (NotAllowed(), 403), (Conflict(), 409), (Invalid(), 422), (Refused(), 409), (KexinError(), 409)],
)
def test_what_an_action_refuses_is_told(error: KexinError, status: int) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    middleware = errors.AnswersMiddleware(view)
    with translation.override("en"):
        page = middleware.process_exception(Asked().request, error)
        line = middleware.process_exception(Asked(htmx=True).request, error)
        sentence = error.sentence()

    assert page is not None
    assert line is not None
    assert (page.status_code, line.status_code) == (status, status)
    assert sentence in page.content.decode()
    assert unquote(line["X-Kexin-Message"]) == sentence


def test_a_lost_database_is_a_503_with_words() -> None:
    middleware = errors.AnswersMiddleware(lambda _request: HttpResponse())

    with translation.override("zh-hans"):
        page = middleware.process_exception(Asked().request, OperationalError("server closed the connection"))

    assert page is not None
    assert page.status_code == 503
    assert "暂时连不上数据库" in page.content.decode()
    assert middleware.process_exception(Asked().request, OperationalError("no such column: x")) is None


def test_a_method_not_allowed_is_a_page() -> None:
    middleware = errors.AnswersMiddleware(lambda _request: HttpResponseNotAllowed(["POST"]))

    page: Any = middleware(Asked().request)

    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert b"<h1>" in page.content


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_helps(language: str) -> None:
    with translation.override(language):
        pages = [
            errors.bad_request(Asked().request),
            errors.bad_request(Asked().request, RequestDataTooBig()),
            errors.forbidden(Asked().request, PermissionDenied()),
            errors.not_found(Asked().request),
            errors.form_expired(Asked().request),
            errors.broken(Asked().request),
        ]

    assert [page.status_code for page in pages] == [400, 413, 403, 404, 403, 500]
    assert len({page.content for page in pages}) == len(pages)


def test_our_own_fault_has_a_number_to_name() -> None:
    one, two = (errors.broken(Asked().request).content.decode() for _ in range(2))

    assert "<code>" in one
    assert one != two


def test_the_error_page_stands_when_its_frame_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked().request
    asked.__class__ = type("Broken", (type(asked),), {"user": property(lambda _self: 1 / 0)})

    page = errors.broken(asked)

    assert page.status_code == 500
    assert b"<h1>" in page.content


def test_an_unknown_address_for_somebody_signed_in_keeps_the_frame(client: Client) -> None:
    client.force_login(make_user(sees="all"))

    page = client.get("/nothing-here/")

    assert page.status_code == 404
    assert b"kx-side" in page.content


class _Form(forms.Form):
    phone = forms.CharField()


def test_a_refusal_stands_beside_its_field() -> None:
    form = _Form({"phone": "12"})
    form.is_valid()

    answers.onto(form, Invalid.of({"phone": "too short", "elsewhere": "of the whole"}))

    assert form.errors == {"phone": ["too short"], "__all__": ["of the whole"]}


def test_only_our_own_pages_are_gone_back_to() -> None:
    request = RequestFactory().post("/", {"next": "https://evil.example/"})
    own = RequestFactory().post("/", {"next": "/customers/?q=王"})

    assert answers.back(request, "/x/") == "/x/"
    assert answers.back(own) == "/customers/?q=王"
