from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kexin.ground.audit import queries as audit
from kexin.ground.errors import Conflict, KexinError
from kexin.ground.staff import queries
from kexin.ground.staff.actions import branches as branch_actions
from kexin.ground.staff.actions import calendars, people
from kexin.ground.staff.choices import Role
from kexin.ground.staff.models import Branch, User
from kexin.loop.customers import actions as customers
from kexin.surfaces.frame import answers
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.settings.views import conflict
from kexin.surfaces.web.staff import forms

PAGE_SIZE = 100
DEEDS = {
    "deactivate": people.deactivate,
    "activate": people.activate,
    "sign-out": people.end_sessions,
    "unlock": people.unlock,
    "second-factor": people.remove_second_factor,
}


@page("staff.manage")
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    text, role, branch_id = request.GET.get("q", "").strip(), request.GET.get("role", ""), request.GET.get("branch", "")
    state = request.GET.get("state", "active")
    found = queries.people(
        text=text,
        role=role if role in Role.values else "",
        branch_id=int(branch_id) if branch_id.isascii() and branch_id.isdigit() else None,
        active={"active": True, "closed": False}.get(state),
    ).order_by("username")
    if after := request.GET.get("after"):
        found = found.filter(username__gt=after)
    rows = list(found[: PAGE_SIZE + 1])

    return render(
        request,
        "staff/people.html",
        {
            "rows": rows[:PAGE_SIZE],
            "after": rows[PAGE_SIZE - 1].username if len(rows) > PAGE_SIZE else "",
            "text": text,
            "role": role,
            "roles": Role.choices,
            "state": state,
            "branches": queries.branch_tree(),
            "branch_id": branch_id,
            "filtered": bool(text or role or branch_id or state != "active"),
        },
    )


@page("staff.manage")
def invite(request: HttpRequest) -> HttpResponse:
    form = forms.PersonForm(request.POST or None)

    if form.is_valid():
        try:
            person, token = people.invite(**form.cleaned_data, now=timezone.now(), by=_actor(request))
        except KexinError as error:
            answers.onto(form, error)
        else:
            return _link_page(request, person, token)

    return render(request, "staff/invite.html", {"form": form}, status=422 if form.errors else 200)


@page("staff.manage", record="user")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    found = get_object_or_404(User.objects.select_related("branch"), pk=user_id)
    names = ("username", "name", "role", "sees", "branch", "email", "must_use_mfa", "version")
    form = forms.PersonChangeForm(request.POST or None, initial={name: getattr(found, name) for name in names})

    if form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            people.change_person(user_id=user_id, version=fields.pop("version"), fields=fields, by=_actor(request))
        except Conflict as told:
            return conflict(request, form, told, "staff/person.html", _about(found))
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("staff:person", args=[user_id]), _("Saved."))

    return render(request, "staff/person.html", {"form": form, **_about(found)}, status=422 if form.errors else 200)


@page("staff.manage", record="user")
@require_POST
@never_cache
def give_link(request: HttpRequest, user_id: int) -> HttpResponse:
    found = get_object_or_404(User, pk=user_id)
    token = people.give_link(user_id=user_id, now=timezone.now(), by=_actor(request))
    return _link_page(request, found, token)


@page("staff.manage", record="user")
@require_POST
def person_deed(request: HttpRequest, user_id: int, deed: str) -> HttpResponse:
    if deed not in DEEDS:
        raise Http404
    DEEDS[deed](user_id=user_id, by=_actor(request))
    return answers.done(request, reverse("staff:person", args=[user_id]), _("Done."))


@page("staff.manage")
@require_GET
def branches(request: HttpRequest) -> HttpResponse:
    counts = queries.people_by_branch()
    rows = [(one, counts.get(one.pk, 0)) for one in queries.branch_tree()]
    return render(request, "staff/branches.html", {"rows": rows})


@page("staff.manage")
def new_branch(request: HttpRequest) -> HttpResponse:
    form = forms.NewBranchForm(request.POST or None, initial={"parent": request.GET.get("below")})

    if form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            made = branch_actions.create_branch(holidays_of=fields.pop("holidays"), **fields, by=_actor(request))
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(
                request, reverse("staff:branch", args=[made.pk]), _("The branch is there. It keeps the hours of the one above.")
            )

    return render(request, "staff/new_branch.html", {"form": form}, status=422 if form.errors else 200)


@page("staff.manage", record="branch")
def branch(request: HttpRequest, branch_id: int) -> HttpResponse:
    found = get_object_or_404(Branch, pk=branch_id)
    form = forms.BranchChangeForm(
        request.POST or None, initial={name: getattr(found, name) for name in ("name", "code", "zone", "holidays", "version")}
    )

    if form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            branch_actions.change_branch(branch_id=branch_id, version=fields.pop("version"), fields=fields, by=_actor(request))
        except Conflict as told:
            return conflict(request, form, told, "staff/branch.html", _calendar_of(request, found))
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("staff:branch", args=[branch_id]), _("Saved."))

    return render(request, "staff/branch.html", {"form": form, **_calendar_of(request, found)}, status=422 if form.errors else 200)


@page("staff.manage", record="branch")
@require_POST
def move_branch(request: HttpRequest, branch_id: int) -> HttpResponse:
    found = get_object_or_404(Branch, pk=branch_id)
    form = forms.MoveForm(request.POST, branch=found)
    if not form.is_valid():
        return _branch_again(request, found, move=form)
    parent = form.cleaned_data["parent"]
    branch_actions.move_branch(branch_id=branch_id, parent_id=parent.pk if parent else None, by=_actor(request))
    return answers.done(request, reverse("staff:branch", args=[branch_id]), _("Moved, with everything below it."))


@page("staff.manage", record="branch")
@require_POST
def locate_branch(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Where it stands. Its customers' distances follow as a job."""
    found = get_object_or_404(Branch, pk=branch_id)
    form = forms.CoordinatesForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            customers.locate_branch(branch_id=branch_id, given=given["coordinates"], system=given["system"], by=_actor(request))
        except KexinError as error:
            answers.onto(form, error)
        else:
            done = _("Saved. The distances of its customers are being measured.")
            return answers.done(request, reverse("staff:branch", args=[branch_id]), done)
    return _branch_again(request, found, place=form)


@page("staff.manage", record="branch")
@require_POST
def branch_active(request: HttpRequest, branch_id: int) -> HttpResponse:
    found = get_object_or_404(Branch, pk=branch_id)
    act = branch_actions.close_branch if found.is_active else branch_actions.open_branch
    act(branch_id=branch_id, by=_actor(request))
    return answers.done(request, reverse("staff:branch", args=[branch_id]), _("Done."))


@page("staff.manage", record="branch")
@require_POST
def week(request: HttpRequest, branch_id: int) -> HttpResponse:
    found = get_object_or_404(Branch, pk=branch_id)
    form = forms.WeekForm(request.POST)

    if form.is_valid():
        try:
            calendars.set_week(branch_id=branch_id, version=form.cleaned_data["version"], week=form.week(), by=_actor(request))
        except Conflict:
            raise
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("staff:branch", args=[branch_id]) + "#week", _("Saved."))

    return _branch_again(request, found, week=form)


@page("staff.manage", record="branch")
@require_POST
def single_day(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Set a day apart, or with `clear` let it follow the week again."""
    found = get_object_or_404(Branch, pk=branch_id)
    form = forms.DayForm(request.POST)

    if form.is_valid():
        chosen = form.cleaned_data["day"]
        try:
            if "clear" in request.POST:
                calendars.clear_day(branch_id=branch_id, day=chosen, by=_actor(request))
            else:
                calendars.set_day(
                    branch_id=branch_id,
                    day=chosen,
                    hours=form.cleaned_data["hours"],
                    reason=form.cleaned_data["reason"],
                    by=_actor(request),
                )
        except KexinError as error:
            answers.onto(form, error)
        else:
            address = reverse("staff:branch", args=[branch_id])
            return answers.done(request, f"{address}?month={chosen:%Y-%m}#month", _("Saved."))

    return _branch_again(request, found, day=form)


def _branch_again(request: HttpRequest, found: Branch, **given: Any) -> HttpResponse:
    """The branch's page with the form that was not accepted, as it was filled in."""
    form = forms.BranchChangeForm(initial={name: getattr(found, name) for name in ("name", "code", "zone", "holidays", "version")})
    return render(request, "staff/branch.html", {"form": form, **_calendar_of(request, found, **given)}, status=422)


def _about(found: User) -> dict[str, Any]:
    return {
        "person": found,
        "locked": AccessAttempt.objects.filter(username=found.username, failures_since_start__gte=5).exists(),
        "entries": audit.trail(actor_id=found.pk, limit=8),
    }


def _calendar_of(request: HttpRequest, found: Branch, **given: Any) -> dict[str, Any]:
    shown = _month(request.GET.get("month", ""))
    days = queries.month_of(found, year=shown.year, month=shown.month)
    return {
        "branch": found,
        "move": forms.MoveForm(branch=found, initial={"parent": found.parent_id}),
        "week": forms.WeekForm(initial=forms.WeekForm.of(found)),
        "day": forms.DayForm(),
        "place": forms.CoordinatesForm(initial=forms.CoordinatesForm.of(found)),
        "month": shown,
        "before": (shown - timedelta(days=1)).replace(day=1),
        "after": (shown + timedelta(days=31)).replace(day=1),
        "blanks": range(days[0].day.weekday()),
        "days": days,
        "overrides": queries.days_of(found, since=shown),
        "weekdays": forms.WEEKDAYS,
        "follows": not queries.week_of(found),
        "certain": all(day.certain for day in days),
        **given,
    }


def _month(text: str) -> date:
    try:
        chosen = date.fromisoformat(f"{text}-01")
    except ValueError:
        chosen = timezone.localdate()
    return chosen.replace(year=min(max(chosen.year, 2018), 2099), day=1)


def _link_page(request: HttpRequest, person: User, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("account_link", args=[token]))
    response = render(request, "staff/link.html", {"person": person, "link": link})
    response["Cache-Control"] = "no-store"
    return response


def _actor(request: HttpRequest) -> Any:
    return request.user.actor  # type: ignore[union-attr]  # @page let nobody else in
