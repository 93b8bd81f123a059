"""Answers: one way to say yes, no and why, on pages, in fragments and on forms."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from kexin.ground.errors import Conflict, Invalid, KexinError, NotAllowed, NotFound
from kexin.ground.staff.models import User

STATUS: tuple[tuple[type[KexinError], int], ...] = ((NotFound, 404), (NotAllowed, 403), (Conflict, 409), (Invalid, 422), (KexinError, 409))


def status_of(error: KexinError) -> int:
    chosen: int | None = getattr(error, "status", None)
    return chosen or next(status for kind, status in STATUS if isinstance(error, kind))


def onto(form: BaseForm, error: KexinError) -> None:
    """Put an action's refusal beside the fields it concerns, or above the form."""
    for name, sentences in error.fields().items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else NON_FIELD_ERRORS, sentence)


def refused(request: HttpRequest, error: KexinError) -> HttpResponse:
    """Tell a person why: as a page, or asked by htmx as a line in the corner."""
    status = status_of(error)
    if by_htmx(request):
        return said(status, error.sentence())
    return told(request, status, status=status, sentence=error.sentence())


def told(request: HttpRequest, code: int, **context: Any) -> HttpResponse:
    """The error page: within the frame for somebody signed in, who can search and go on; else by itself."""
    framed = isinstance(getattr(request, "user", None), User)
    base = "frame/page.html" if framed else "frame/plain.html"
    return render(request, "frame/error.html", {"base": base, "framed": framed, **context}, status=code)


def said(status: int, sentence: str) -> HttpResponse:
    """A refusal without a page: the sentence travels in a header, where the page's script shows it."""
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8", headers={"X-Kexin-Message": quote(sentence)})


def done(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """The end of a post: go on to `url`, and say there what happened."""
    if message:
        messages.success(request, message)
    if by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def back(request: HttpRequest, fallback: str = "/") -> str:
    """Where a post came from, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return (
        wanted
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
        else fallback
    )


def revealed(request: HttpRequest, value: str, *, purpose: str) -> HttpResponse:
    """What an eye button gets: the value, in place of the mask, and a button to say another purpose. Never kept by a cache."""
    told = {"value": value, "purpose": purpose, "url": request.path}
    return never_kept(render(request, "frame/parts/revealed.html", told))


def never_kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer


def by_htmx(request: HttpRequest) -> bool:
    details: Any = getattr(request, "htmx", False)
    return bool(details) and not getattr(details, "boosted", False)


def events(*, say: str = "", close: bool = False) -> str:
    """What the page's script is told beside a fragment: a line to show, a dialog to close. For the HX-Trigger header."""
    told: dict[str, Any] = {"kx:say": {"value": say}} if say else {}
    if close:
        told["kx:close"] = {}
    return json.dumps(told)  # escapes everything beyond ASCII, as headers must
