from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.jobs import actions, queries
from kexin.ground.jobs.models import ACTIVE, Job, State
from kexin.ground.staff.rules import ADMIN
from kexin.surfaces.frame import access, answers

PAGE = 50
FILTERS = {"": gettext_lazy("All jobs"), "active": gettext_lazy("Not ended"), **dict(State.choices[2:])}
# Words for the numbers a job may end with. A kind whose result needs more shows it on its own page (`link`).
NUMBERS = {
    "read": gettext_lazy("Rows read"),
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Left alone"),
    "refused": gettext_lazy("Refused"),
    "removed": gettext_lazy("Removed"),
    "rows": gettext_lazy("Rows"),
    "customers": gettext_lazy("Customers"),
    "moved": gettext_lazy("Customers that moved"),
}


@access.page("job.view")
@require_GET
def past_and_present(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("state", "")
    jobs = queries.jobs_visible_to(request.user).order_by("-id")
    if wanted == "active":
        jobs = jobs.filter(state__in=ACTIVE)
    elif wanted in FILTERS and wanted:
        jobs = jobs.filter(state=wanted)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 -- what fits a 64-bit key
        jobs = jobs.filter(pk__lt=int(before))

    shown = list(jobs[: PAGE + 1])
    more = len(shown) > PAGE
    shown = shown[:PAGE]

    context = {
        "jobs": shown,
        "filters": FILTERS,
        "wanted": wanted if wanted in FILTERS else "",
        "before": shown[-1].pk if more else None,
        "first_page": not before,
        "everybody": getattr(request.user, "role", "") == ADMIN,
        "unattended": _unattended(shown),
    }
    return render(request, "jobs/list.html", context)


@access.page("job.view", record="job")
@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    one = _visible(request, job_id)
    numbers = [(NUMBERS[key], value) for key, value in one.result.items() if key in NUMBERS and isinstance(value, int | float)]
    context = {
        "job": one,
        "numbers": numbers,
        "active": one.state in ACTIVE,
        "again": one.state in {State.FAILED, State.CANCELLED},
        "unattended": _unattended([one]),
    }
    return render(request, "jobs/job.html", context)


@access.page("job.view", record="job")
@require_GET
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress of one job, asked for every two seconds while it goes on. When it ended, the whole page is read again."""
    one = _visible(request, job_id)
    response = render(request, "jobs/progress.html", {"job": one})
    if one.state not in ACTIVE and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


@access.page("job.view")
@require_GET
def running(request: HttpRequest) -> HttpResponse:
    """The line in the header of every page: how many jobs of this person go on."""
    jobs = list(queries.running_jobs_of(request.user)[:10])
    return render(request, "jobs/running.html", {"jobs": jobs, "only": jobs[0] if len(jobs) == 1 else None})


@access.page("job.view", record="job")
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    one = actions.cancel(job_id=_visible(request, job_id).pk, by=_actor(request))
    said = _("Cancelled.") if one.state == State.CANCELLED else _("It stops at the end of the batch it is working on.")
    return answers.done(request, reverse("jobs:job", args=[job_id]), said)


@access.page("job.view", record="job")
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    actions.retry(job_id=_visible(request, job_id).pk, by=_actor(request))
    return answers.done(request, reverse("jobs:job", args=[job_id]), _("It goes on where it stopped."))


def _visible(request: HttpRequest, job_id: UUID) -> Job:
    return get_object_or_404(queries.jobs_visible_to(request.user), public_id=job_id)


def _actor(request: HttpRequest) -> Any:
    return request.user.actor  # type: ignore[union-attr]  # the page is for people who are signed in


def _unattended(jobs: list[Job]) -> bool:
    """Whether something waits and no worker has given a sign of life."""
    return any(one.state in ACTIVE for one in jobs) and not queries.living_workers().exists()
