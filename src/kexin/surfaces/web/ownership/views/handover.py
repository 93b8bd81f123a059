"""All customers of a colleague who leaves or moves: looked at first, then handed over as one act."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kexin.ground.errors import KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.customers import actions, queries
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.ownership.forms import EverythingForm


@page("cover.manage")
@require_http_methods(["GET", "POST"])
def everything(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = EverythingForm(request.POST or None, user=user)
    known = None
    if request.method == "POST" and form.is_valid():
        given = form.values
        branches = staff.branches_within(user)
        known = queries.belongings_of(given["person"], branches)
        if request.POST.get("confirmed"):
            try:
                count, job = actions.hand_over_everything(by=user.actor, branches=branches, **given)
            except KexinError as error:
                answers.onto(form, error)
            else:
                words = ngettext("%(n)s customer handed over.", "%(n)s customers handed over.", count) % {"n": count}
                if job is not None:
                    return answers.done(request, f"/jobs/{job.public_id}/", _("The hand-over goes on in the background."))
                return answers.done(request, reverse("customers:list"), words)
    status = 422 if form.errors else 200
    return render(request, "ownership/handover.html", {"form": form, "known": known if not form.errors else None}, status=status)
