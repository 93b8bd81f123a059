"""Answers: JSON for what was asked, one shape for every refusal: code, message, fields."""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from ninja.errors import HttpError, ValidationError

from kexin.ground.errors import Conflict, KexinError
from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.wording import sentence_of
from kexin.surfaces.frame.answers import status_of

log = logging.getLogger("kexin.api")
# What a refusal tells of somebody else's change must not show what is masked everywhere else.
MASKED = frozenset({"value", "year", "phone", "email", "wecom", "address", "tax_number"})


def plain(value: Any) -> Any:
    """What JSON has no word for: amounts stay exact as text, moments are UTC."""
    if isinstance(value, Decimal):
        return amount(value)
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def amount(value: Decimal | None) -> str | None:
    """18200.50 as "18200.5": no exponent, no zeros at the end."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def moment(value: dt.datetime | None) -> str | None:
    return None if value is None else value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(data: Any, status: int = 200, *, etag: str = "", location: str = "") -> HttpResponse:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=plain).encode()
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    if etag:
        response["ETag"] = etag
    if location:
        response["Location"] = location
    return response


def nothing() -> HttpResponse:
    return HttpResponse(status=204)


def version_tag(record: Any) -> str:
    return f'"{record.version}"'


def refused(error: KexinError) -> HttpResponse:
    """A refusal in the language spoken now."""
    if isinstance(error, Conflict):
        shown = {name: "•" if name.rpartition(".")[2] in MASKED else value for name, value in error.theirs.items()}
        stale = errors.Stale()
        return _refusal(stale, changed=shown, **({"version": error.version} if error.version is not None else {}))
    response = _refusal(error)
    if response.status_code == 401:  # noqa: PLR2004 -- the one status that must say how to sign in
        response["WWW-Authenticate"] = 'Bearer realm="Kexin"'
    if "seconds" in error.data and response.status_code == 429:  # noqa: PLR2004 -- the same
        response["Retry-After"] = str(error.data["seconds"])
    return response


def _refusal(error: KexinError, **more: Any) -> HttpResponse:
    fields = {name: sentences for name, sentences in error.fields().items() if name}
    return answer({"code": error.code, "message": error.sentence(), "fields": fields, **more}, status_of(error))


def refused_for(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: PLR0911 -- a table of what becomes of what
    """What any exception below an operation becomes."""
    if isinstance(exception, KexinError):
        return refused(exception)
    if isinstance(exception, ValidationError):
        return refused(errors.Unreadable.of(_by_field(exception.errors)))
    if isinstance(exception, Http404):
        return refused(errors.AddressUnknown())
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return refused(errors.BodyTooLarge(limit=settings.API_BODY_LIMIT))
    if isinstance(exception, MultiPartParserError):
        return refused(errors.UploadUnreadable())
    if isinstance(exception, HttpError) and isinstance(exception.__context__, KexinError):
        return refused(exception.__context__)  # the library wraps whatever reading the body raised
    if isinstance(exception, HttpError):
        return refused(errors.BodyUnreadable(reason=str(exception)[:100]))
    # SQLite says "no such column" with the same class as "unable to open": the former is our own fault.
    if isinstance(exception, OperationalError | InterfaceError) and not str(exception).startswith("no such"):
        log.error("database: %s %s", request.method, request.path, exc_info=exception)
        return refused(errors.Unavailable())
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s", reference, request.method, request.path, exc_info=exception)
    return refused(errors.Broken(reference=reference))


def _by_field(found: list[dict[str, Any]]) -> dict[str, str]:
    """The first thing wrong with each entry, by its place in the body: ("body", "payload", "name") is beside "name"."""
    told: dict[str, str] = {}
    for one in found:
        place = ".".join(str(part) for part in one["loc"][2 if one["loc"][0] in {"body", "form", "file"} else 1 :]) or str(one["loc"][-1])
        told.setdefault(place, sentence_of(one["type"], one.get("ctx") or {}))
    return told


def unspoken(request: HttpRequest, status: int, reference: str = "") -> HttpResponse:
    """A refusal that came from outside the API: unknown address, method, or a failure before any operation."""
    with translation.override(language_of(request)):
        known: dict[int, KexinError] = {
            401: errors.SessionReadsOnly(),
            404: errors.AddressUnknown(),
            405: errors.MethodUnknown(),
            413: errors.BodyTooLarge(limit=settings.API_BODY_LIMIT),
            503: errors.Unavailable(),
        }
        if status in known:
            return refused(known[status])
        if status >= 500:  # noqa: PLR2004 -- ours
            return refused(errors.Broken(reference=reference or "-"))
        response = refused(errors.BodyUnreadable(reason=""))
        response.status_code = status
        return response


def language_of(request: HttpRequest, *, otherwise: str = "") -> str:
    """What Accept-Language asks for, of the languages we speak; else the person's own, else Chinese."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if code == "*":
            break
        try:
            return str(get_supported_language_variant(code))
        except LookupError:
            continue
    return otherwise or settings.LANGUAGE_CODE
