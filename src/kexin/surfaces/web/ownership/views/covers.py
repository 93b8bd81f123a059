"""Cover while away: who stands in for whom, named and called off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.staff import queries as staff
from kexin.ground.staff.actions import covers as actions
from kexin.surfaces.frame import answers, forming
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.ownership.forms import CoverForm

SHOWN = 100


@page("cover.name")
@require_GET
def covers(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    rows = list(staff.covers_visible_to(user)[:SHOWN])
    for row in rows:
        row.now = row.called_off_at is None and row.first_day <= today <= row.last_day  # type: ignore[attr-defined]  # for the page
        row.open = row.called_off_at is None and row.last_day >= today  # type: ignore[attr-defined]  # as above
    return render(request, "ownership/covers.html", {"covers": rows, "today": today})


@page("cover.name")
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    initial = {"first_day": today, "last_day": today}
    form = CoverForm(request.POST, user=user) if request.method == "POST" else CoverForm(user=user, initial=initial)
    return forming.ask(
        request,
        form,
        save=lambda form: actions.name_cover(today=today, by=user.actor, **form.values),
        title=_("Name who stands in"),
        back=reverse("ownership:covers"),
        done=_("Named. It begins and ends by itself."),
        explanation=_(
            "On these days the colleague sees your customers, may do what you may for them, and has your to-dos on the workbench."
        ),
    )


@page("cover.name", record="cover")
@require_POST
def end(request: HttpRequest, cover_id: int) -> HttpResponse:
    user = person(request)
    cover = get_object_or_404(staff.covers_visible_to(user), pk=cover_id)

    actions.call_off_cover(cover_id=cover.pk, today=timezone.localdate(), by=user.actor)

    return answers.done(request, reverse("ownership:covers"), _("Called off."))
