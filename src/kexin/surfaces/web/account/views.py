from __future__ import annotations

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kexin.ground.errors import KexinError
from kexin.ground.staff import errors, queries
from kexin.ground.staff.actions import people
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import open_to_all
from kexin.surfaces.web.account.forms import ChosenPassword


@open_to_all("whoever forgot the password asks for a mail here, or is told whom to ask")
@never_cache
def reset_by_mail(request: HttpRequest) -> HttpResponseBase:
    if not settings.MAIL_IS_SET_UP:
        return render(request, "account/ask_administrator.html", {"administrators": queries.administrators()[:5]})
    return allauth.password_reset(request)  # type: ignore[no-any-return]  # allauth ships no types


@open_to_all("whoever was given the link chooses a password; the link is signed, used once and expires")
@sensitive_post_parameters("password", "again")
@never_cache
def use_link(request: HttpRequest, link_token: str) -> HttpResponse:
    now = timezone.now()
    try:
        link = queries.usable_link(link_token, now=now)
    except errors.LinkUnusable as error:
        return render(request, "account/link_unusable.html", {"sentence": error.sentence()}, status=error.status)
    form = ChosenPassword(request.POST or None)

    if form.is_valid():
        try:
            person = people.use_link(token=link_token, password=form.cleaned_data["password"], now=now)
        except KexinError as error:
            answers.onto(form, error)
        else:
            messages.success(request, _("Your password is set. Sign in with it now."))
            request.session["account_login_hint"] = person.username
            return HttpResponseRedirect(reverse("account_login"))

    response = render(request, "account/link.html", {"form": form, "person": link.user, "link": link}, status=422 if form.errors else 200)
    response["Referrer-Policy"] = "no-referrer"  # the address is the secret
    return response
