"""Where customers stand, who moved, and every assessment with how it was computed."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.jobs.models import Job
from kexin.loop.standing import actions, queries
from kexin.loop.standing.models import Transition
from kexin.surfaces.frame import access, answers
from kexin.surfaces.web.standing import reading


@access.page("standing.view")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    context = reading.overview(request)

    return render(request, "standing/page.html", context)


@access.page("standing.assess")
@require_POST
def assess(request: HttpRequest) -> HttpResponse:
    as_of = _day(request.POST.get("as_of", ""))

    run = actions.assess(as_of=as_of, by=access.person(request).actor)

    return answers.done(request, reverse("standing:run", args=[run.pk]), _("The assessment has begun. You can leave this page."))


@access.page("standing.view")
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    return render(request, "standing/runs.html", {"runs": queries.runs()[:100]})


@access.page("standing.view")
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    record = get_object_or_404(queries.runs().select_related("previous"), pk=run_id)
    job = Job.objects.filter(pk=record.job_id).first() if record.job_id is not None else None

    return render(request, "standing/run.html", {"job": job, **reading.of_run(record, request.user)})


@access.page("standing.view")
@require_GET
def movers(request: HttpRequest) -> HttpResponse:
    """Everybody who moved in a run, a page at a time."""
    chosen = request.GET.get("run", "")
    record = queries.runs().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else queries.latest_run()  # noqa: PLR2004 -- digits of a bigint
    if chosen and record is None:
        raise Http404

    return render(request, "standing/movers.html", reading.all_movers(record, request))


@access.page("todo.edit", record="move")
@require_POST
def next_step(request: HttpRequest, move_id: int) -> HttpResponse:
    shown: Transition = get_object_or_404(queries.transitions_visible_to(request.user).select_related("customer", "run"), pk=move_id)

    actions.next_step(move=shown, by=access.person(request).actor)

    return answers.done(request, answers.back(request, reverse("standing:movers")), _("It is on the list of to-dos."))


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
