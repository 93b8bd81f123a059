"""Rules: versions, the draft, its simulation, and putting it into force."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import KexinError
from kexin.ground.staff import queries as staff
from kexin.loop.standing import actions, queries
from kexin.loop.standing.models import RuleSet
from kexin.surfaces.frame import access, answers
from kexin.surfaces.web.standing import editing, reading


@access.page("standing.view")
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    return render(request, "standing/versions.html", {"versions": queries.versions(), "draft": queries.draft()})


@access.page("standing.rules")
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    draft = actions.new_draft(by=access.person(request).actor)

    return answers.done(request, reverse("standing:rules", args=[draft.pk]))


@access.page("standing.view", change="standing.rules")
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, rules_id: int) -> HttpResponse:
    """One version: read, or edited where it is a draft and the person may."""
    record = get_object_or_404(RuleSet, pk=rules_id)
    if request.method != "POST":
        return render(request, "standing/rules.html", reading.of_rules(record, request))

    typed = editing.typed(request.POST)
    try:
        actions.edit(
            rules_id=rules_id,
            version=editing.whole(request.POST.get("version")),
            definition=typed,
            note=request.POST.get("note", ""),
            by=access.person(request).actor,
        )
        if "simulate" in request.POST:
            actions.simulate(rules_id=rules_id, by=access.person(request).actor)
    except KexinError as error:
        context = reading.of_rules(record, request, typed=typed, error=error)
        return render(request, "standing/rules.html", context, status=answers.status_of(error))
    return answers.done(request, reverse("standing:rules", args=[rules_id]), _("The draft is saved."))


@access.page("standing.rules")
@require_POST
def simulate(request: HttpRequest, rules_id: int) -> HttpResponse:
    actions.simulate(rules_id=rules_id, by=access.person(request).actor)

    return answers.done(request, reverse("standing:rules", args=[rules_id]) + "#simulation")


@access.page("standing.rules")
@require_GET
def affected(request: HttpRequest, rules_id: int) -> HttpResponse:
    record = get_object_or_404(RuleSet, pk=rules_id)

    return render(request, "standing/affected.html", reading.affected(record, request.user))


@access.page("standing.rules")
@require_POST
def looked(request: HttpRequest, rules_id: int) -> HttpResponse:
    actions.note_looked(rules_id=rules_id, by=access.person(request).actor)

    return answers.done(request, reverse("standing:rules", args=[rules_id]) + "#simulation")


@access.page("standing.apply")
@require_POST
def apply(request: HttpRequest, rules_id: int) -> HttpResponse:
    """Put the rules into force and assess the day they were simulated on anew, so that what was shown is what happens."""
    run = queries.latest_run()
    record = actions.apply(rules_id=rules_id, version=editing.whole(request.POST.get("version")), by=access.person(request).actor)
    told = _("Version %(number)s is in force.") % {"number": record.number}
    if run is None or not staff.may(request.user, "standing.assess"):
        return answers.done(request, reverse("standing:page"), told)

    following = actions.assess(as_of=run.as_of, by=access.person(request).actor)

    return answers.done(request, reverse("standing:run", args=[following.pk]), told)


@access.page("standing.rules")
@require_POST
def discard(request: HttpRequest, rules_id: int) -> HttpResponse:
    record = actions.discard_draft(rules_id=rules_id, by=access.person(request).actor)

    return answers.done(request, reverse("standing:versions"), _("Draft %(number)s is put aside.") % {"number": record.number})
