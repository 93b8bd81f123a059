"""Whatever happens below /api/, the answer is JSON in one shape, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from kexin.surfaces.api.contract import answering

PREFIX = "/api/"


class ApiMiddleware:
    """Stands first, so that also what fails before any page or operation is answered in the API's words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.kexin_speaks = partial(answering.unspoken, request)  # type: ignore[attr-defined]  # asked for by frame.errors
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.FILES_MAX_SIZE if request.content_type == "multipart/form-data" else settings.API_BODY_LIMIT
        if not length.isdecimal() or int(length) > limit:
            return answering.unspoken(request, 413 if length.isdecimal() else 400)
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()  # the operation counted days in its caller's zone
        if response.status_code >= 300 and not _is_ours(response):  # noqa: PLR2004 -- redirects are for browsers
            shown = answering.unspoken(request, response.status_code if response.status_code >= 400 else 401)  # noqa: PLR2004 -- see above
            if response.has_header("Allow"):
                shown["Allow"] = response["Allow"]
            response = shown
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        spent = getattr(request, "kexin_spent", None)
        if spent is not None:
            response["RateLimit-Limit"] = str(spent.limit)
            response["RateLimit-Remaining"] = str(spent.remaining)
            response["RateLimit-Reset"] = str(spent.full_in)
        response["Vary"] = "Accept-Language, Authorization, Cookie"
        return response


def _is_ours(response: HttpResponseBase) -> bool:
    return response.status_code == 304 or str(response.get("Content-Type", "")).startswith("application/json")  # noqa: PLR2004 -- "as you have it" has no body
