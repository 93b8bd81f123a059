"""Error pages that help: what happened, what to do, and for our own faults a number to name when asking."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kexin.ground.errors import KexinError
from kexin.surfaces.frame import answers

log = logging.getLogger("kexin.pages")


def _answer(request: HttpRequest, status: int, sentence: str = "", *, reference: str = "") -> HttpResponse:
    speaks = getattr(request, "kexin_speaks", None)  # a surface that is not made of pages says it in its own way
    if speaks is not None:
        spoken: HttpResponse = speaks(status, reference)
        return spoken
    if answers.by_htmx(request):
        return answers.said(status, sentence or str(_words(status)[0]))
    title, advice = _words(status)
    context = {"status": status, "sentence": sentence or title, "advice": advice, "reference": reference}
    try:
        return answers.told(request, status, **context)
    except Exception:
        log.exception("the error page itself failed")
        return HttpResponse(render_to_string("frame/bare.html", context), status=status)


def _words(status: int) -> tuple[str, str]:
    """What happened, and what to do about it."""
    return {
        400: (_("This address or form cannot be understood."), _("Go back and try again. If you typed the address, check it.")),
        403: (_("Your role does not allow this."), _("An administrator can change your role.")),
        404: (
            _("There is nothing at this address, or it is not yours to see."),
            _("Look for it with the search above, or go back to the workbench."),
        ),
        405: (_("This address cannot be opened this way."), _("Go back and use the button on the page.")),
        409: (_("This could not be done."), _("Go back, reload the page and look again.")),
        413: (_("What you sent is too large."), _("Send a smaller file, or ask the administrator to load it with the import command.")),
        503: (
            _("The database cannot be reached right now."),
            _("Nothing was half-written. What you typed is kept in this browser: try again in a moment."),
        ),
    }.get(
        status,
        (
            _("Something went wrong on our side."),
            _("Nothing was half-written. Try again; if it happens again, tell the administrator the number below."),
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    status = 413 if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)) else 400
    return _answer(request, status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return _answer(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):  # raised before any view: by the session, for one
        log.warning("database: %s %s", request.method, request.path)
        return _answer(request, 503)
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path)
    return _answer(request, 500, reference=reference)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF: the form was open while the person signed in again, or cookies are refused."""
    log.warning("form refused: %s (%s)", request.path, reason)
    sentence = _("This form was open too long. Go back, reload the page and send it once more: what you typed is kept.")
    return _answer(request, 403, sentence)


class AnswersMiddleware:
    """Turns what actions refuse into an answer, so that no view has to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            answer = _answer(request, 405)
            answer["Allow"] = response["Allow"]
            return answer
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, KexinError):
            return answers.refused(request, exception)
        # SQLite says "no such column" with the same class as "unable to open": the former is our own fault, a 500.
        if isinstance(exception, (OperationalError, InterfaceError)) and not str(exception).startswith("no such"):
            log.error("database: %s %s", request.method, request.path, exc_info=exception)
            return _answer(request, 503)
        return None
