"""The workbench and what belongs to every page: appearance and quick notes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kexin.surfaces.frame import access, answers
from kexin.surfaces.frame.context import THEMES

YEAR = 365 * 24 * 3600


@access.page(None)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/page.html", {})


@access.open_to_all("the sign-in page can be read in one's own language and colours too")
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember language and colours: in this browser, and with the person who is signed in."""
    response = HttpResponseRedirect(answers.back(request))
    language, theme = request.POST.get("language"), request.POST.get("theme")
    if language in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    if theme in THEMES and "theme" in request.POST:
        _keep(response, "kexin_theme", theme)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
