from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.staff.actions import people
from kexin.ground.staff.models import User
from kexin.ground.tokens import actions, queries
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.tokens.forms import ProgramForm, ProgramTokenForm, TokenForm

MOST = 200  # tokens on one page, the newest


@page(None)
@require_http_methods(["GET", "POST"])
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own tokens, and one made anew: shown once."""
    user = person(request)
    form = TokenForm(request.POST or None)
    made = _issued(form, user, user) if form.is_valid() else None
    rows = queries.tokens_of(user)[:MOST]
    context = {"form": TokenForm() if made else form, "made": made, "rows": rows, "mine": True}
    return render(request, "tokens/tokens.html", context, status=422 if form.errors else 200)


@page("staff.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def everybodys(request: HttpRequest) -> HttpResponse:
    """All tokens; and tokens of programs, made here."""
    user = person(request)
    form = ProgramTokenForm(request.POST or None)
    made = _issued(form, form.cleaned_data["owner"], user) if form.is_valid() else None
    rows = queries.tokens_visible_to(user)
    owner = request.GET.get("owner", "")
    if owner.isascii() and owner.isdigit() and len(owner) < 19:  # noqa: PLR2004 -- what a key holds
        rows = rows.filter(owner=int(owner))
    context = {
        "form": ProgramTokenForm() if made else form,
        "made": made,
        "rows": rows[:MOST],
        "mine": False,
        "programs": User.objects.filter(is_integration=True, is_active=True).exists(),
    }
    return render(request, "tokens/tokens.html", context, status=422 if form.errors else 200)


@page("staff.manage")
@require_http_methods(["GET", "POST"])
def new_program(request: HttpRequest) -> HttpResponse:
    form = ProgramForm(request.POST or None)
    if form.is_valid():
        try:
            people.create_integration(**form.cleaned_data, by=person(request).actor)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("tokens:all"), _("The program can be given tokens now."))
    return render(request, "tokens/program.html", {"form": form}, status=422 if form.errors else 200)


@page(None, record="token")
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = person(request)
    token = get_object_or_404(queries.tokens_visible_to(user), pk=token_id)
    actions.revoke(token_id=token.pk, now=timezone.now(), by=user.actor)
    fallback = reverse("tokens:mine" if token.owner_id == user.pk else "tokens:all")
    return answers.done(request, answers.back(request, fallback), _("The token is revoked. Nobody can use it any more."))


def _issued(form: Any, owner: User, by: User) -> Any:
    """What is shown once; None where the action refused, which then stands on the form."""
    values = form.cleaned_data
    try:
        _token, written = actions.issue(
            owner=owner, name=values["name"], scopes=values["scopes"], days=values["days"], now=timezone.now(), by=by.actor
        )
    except KexinError as error:
        answers.onto(form, error)
        return None
    return written
