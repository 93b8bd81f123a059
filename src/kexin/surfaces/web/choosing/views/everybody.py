"""Everybody: how scores are spread, what is missing most, what became of earlier ones; the two lists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.jobs.models import Job, State
from kexin.ground.staff import queries as staff
from kexin.loop.choosing import actions, estimates, queries
from kexin.loop.choosing.actions.scoring import KIND
from kexin.loop.choosing.listing import GRANTS, SCORES
from kexin.loop.choosing.models import Grant, Score
from kexin.loop.choosing.rules.checklists import Definition
from kexin.loop.choosing.rules.scoring import BANDS
from kexin.surfaces.frame import answers, listing
from kexin.surfaces.frame.access import page as access
from kexin.surfaces.frame.access import person
from kexin.surfaces.web.choosing import reading

MISSING = 6


def _page_of(row: Score) -> str:
    return reverse("choosing:customer", args=[row.customer_id])


def _grant_of(row: Grant) -> str:
    return reverse("choosing:grant", args=[row.pk])


LINKED = SCORES.linked({"name": _page_of}, row_url=_page_of)
LINKED_GRANTS = GRANTS.linked({"name": _grant_of}, row_url=_grant_of)


@access("choosing.view")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = person(request)
    versions = queries.published()
    sources = {name for one in versions for name in Definition.from_json(one.definition).sources}
    missing = queries.most_missing(user, sources)[:MISSING]
    words = reading.labels(name for name, _count in missing)
    overall = queries.overall(user)
    width = 100 // BANDS
    context = {
        "run": queries.latest_run(),
        "job": Job.objects.filter(kind=KIND, state__in=(State.WAITING, State.RUNNING)).order_by("-pk").first(),
        "overall": overall,
        "verdicts": [(name, *reading.verdict_chip(name), count) for name, count in overall.verdicts.items()],
        "bands": [
            {"low": place * width, "high": (place + 1) * width, "count": count, "share": 100 * count / (overall.most or 1)}
            for place, count in enumerate(overall.bands)
        ],
        "missing": [(name, words[name], count, 100 * count / (overall.counted or 1)) for name, count in missing],
        "versions": versions,
        "calibration": estimates.calibration(user, today=timezone.localdate()),
        "fewest": estimates.FEWEST,
        "may_score": staff.may(user, "choosing.score"),
        "may_rule": staff.may(user, "choosing.rules"),
    }
    return render(request, "choosing/page.html", context)


@access("choosing.view")
def scores(request: HttpRequest) -> HttpResponse:
    return listing.render(request, LINKED)


@access("choosing.view")
def grants(request: HttpRequest) -> HttpResponse:
    return listing.render(request, LINKED_GRANTS)


@access("choosing.score")
@require_POST
def score(request: HttpRequest) -> HttpResponse:
    actions.score_everybody(by=person(request).actor)

    return answers.done(request, reverse("choosing:page"), _("Everybody is being scored. You can leave this page."))
