from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kexin.ground.errors import Conflict, KexinError
from kexin.ground.staff import queries
from kexin.ground.staff.actions import company as companies
from kexin.ground.staff.actions import people
from kexin.ground.staff.models import User
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.settings.forms import CompanyForm, MeForm


@page("settings.manage")
def company(request: HttpRequest) -> HttpResponse:
    now = queries.company()
    opened: dict[str, Any] = {name: getattr(now, name) for name in ("name", "zone", "currency", "simulated", "version")}
    form = CompanyForm(request.POST or None, initial=opened, currency=now.currency)

    if form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            companies.change_company(version=fields.pop("version"), fields=fields, by=_person(request).actor)
        except Conflict as told:
            return conflict(request, form, told, "settings/company.html", {"mail": settings.MAIL_IS_SET_UP})
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("settings:page"), _("Saved."))

    return render(
        request,
        "settings/company.html",
        {"form": form, "mail": settings.MAIL_IS_SET_UP, "https": settings.HTTPS, "minutes": settings.SESSION_COOKIE_AGE // 60},
        status=422 if form.errors else 200,
    )


@page(None)
def me(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    opened: dict[str, Any] = {name: getattr(person, name) for name in ("name", "email", "language", "theme", "version")}
    form = MeForm(request.POST or None, initial=opened)
    context = {"person": person, "second_factor": is_mfa_enabled(person)}

    if form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            changed = people.change_self(user_id=person.pk, version=fields.pop("version"), fields=fields, by=person.actor)
        except Conflict as told:
            return conflict(request, form, told, "settings/me.html", context)
        except KexinError as error:
            answers.onto(form, error)
        else:
            with translation.override(changed.language or translation.get_language()):
                return answers.done(request, reverse("settings:me"), _("Saved."))

    return render(request, "settings/me.html", {"form": form, **context}, status=422 if form.errors else 200)


def conflict(request: HttpRequest, form: Any, told: Conflict, template: str, context: dict[str, Any]) -> HttpResponse:
    """The same form again, what was typed still in it, with theirs beside it; sending it once more decides for one's own."""
    form.data = form.data.copy()
    form.data["version"] = told.version
    labels = {name: str(field.label or name) for name, field in form.fields.items()}
    both = [(labels.get(name, name), told.theirs[name], told.yours[name]) for name in told.yours]
    return render(request, template, {**context, "form": form, "conflict": told, "both": both}, status=409)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- for the type: @page let nobody else in
    return request.user
