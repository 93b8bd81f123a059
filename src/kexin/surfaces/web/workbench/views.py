"""The workbench itself, and the choice of language and colours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.staff.actions import people
from kexin.ground.staff.models import User
from kexin.surfaces.frame import access, answers
from kexin.surfaces.frame.context import THEMES
from kexin.surfaces.web.workbench import reading

YEAR = 365 * 24 * 3600


@access.page(None)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    context = reading.workbench(request)

    return render(request, "workbench/page.html", context)


@access.open_to_all("the sign-in page can be read in one's own language and colours too")
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember language and colours: in this browser, and with the person who is signed in."""
    language = request.POST.get("language") if request.POST.get("language") in dict(settings.LANGUAGES) else None
    theme = request.POST.get("theme") if request.POST.get("theme") in THEMES else None

    if isinstance(request.user, User):
        people.choose_look(user_id=request.user.pk, language=language, theme=theme)

    response = HttpResponseRedirect(answers.back(request))
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("kexin_theme", theme)):
        if value is not None:
            response.set_cookie(name, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
