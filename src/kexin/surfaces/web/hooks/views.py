from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kexin.ground.errors import Conflict, KexinError
from kexin.ground.hooks import actions, queries, rules
from kexin.ground.hooks.choices import Off, State
from kexin.ground.hooks.listing import DELIVERIES
from kexin.ground.hooks.models import Delivery, Hook
from kexin.ground.lists.listing import Column
from kexin.surfaces.frame import answers, listing
from kexin.surfaces.frame.access import page, person
from kexin.surfaces.web.hooks import wording
from kexin.surfaces.web.hooks.forms import HookForm

LATELY = timedelta(days=7)
SHOWN = 15  # deliveries on a hook's page; all are one click away


def _page_of(row: Any) -> str:
    return reverse("hooks:delivery", args=[row.pk])


def _in_words(column: Column) -> Column:
    return replace(column, value=lambda row: wording.words_of(row.kind)) if column.name == "kind" else column


LINKED = DELIVERIES.linked({"kind": _page_of}, row_url=_page_of)
LINKED = replace(
    LINKED,
    columns=tuple(_in_words(column) for column in LINKED.columns),
    filters=tuple(
        replace(one, choices=lambda _user: [(name, wording.words_of(name)) for name in [*queries.announcement_names(), rules.TEST]])
        if one.name == "kind" else one for one in LINKED.filters
    ),
    empty=(gettext_lazy("Nothing was sent yet. A web hook sends when something it hears of happens."), gettext_lazy("To the web hooks"),
           "hooks:list"),
)  # fmt: skip


@page("hook.manage")
@require_GET
def hooks(request: HttpRequest) -> HttpResponse:
    rows = queries.with_numbers(queries.hooks_visible_to(person(request)), since=timezone.now() - LATELY)
    return render(request, "hooks/list.html", {"hooks": rows})


@page("hook.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    form = HookForm(request.POST or None)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "url", "announcements")}
        try:
            made, secret = actions.register_hook(**values, by=person(request).actor, now=timezone.now())
        except KexinError as error:
            answers.onto(form, error)
        else:
            return _shown(request, made, secret=secret)
    return render(request, "hooks/form.html", {"form": form, "http": settings.HOOKS_HTTP}, status=422 if form.errors else 200)


@page("hook.manage", record="hook")
@require_GET
@never_cache
def hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    return _shown(request, _visible(request, hook_id))


@page("hook.manage", record="hook")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, hook_id: int) -> HttpResponse:
    one = _visible(request, hook_id)
    began = {"name": one.name, "url": one.url, "announcements": one.announcements, "version": one.version}
    form = HookForm(request.POST or None, initial=began)
    if form.is_valid():
        try:
            actions.change_hook(hook_id=one.pk, by=person(request).actor, **form.cleaned_data)
        except Conflict as error:
            again = request.POST.copy()
            again["version"] = str(error.version)  # sent once more, what was typed here counts
            form.data = again
            answers.onto(form, error)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, reverse("hooks:hook", args=[one.pk]), _("Saved."))
    context = {"form": form, "hook": one, "http": settings.HOOKS_HTTP}
    return render(request, "hooks/form.html", context, status=422 if form.errors else 200)


@page("hook.manage", record="hook")
@require_POST
def switch_on(request: HttpRequest, hook_id: int) -> HttpResponse:
    one = _visible(request, hook_id)
    actions.switch_on(hook_id=one.pk, by=person(request).actor, now=timezone.now())
    return answers.done(request, reverse("hooks:hook", args=[one.pk]), _("It is on: what happens from now on is told."))


@page("hook.manage", record="hook")
@require_POST
def switch_off(request: HttpRequest, hook_id: int) -> HttpResponse:
    one = _visible(request, hook_id)
    actions.switch_off(hook_id=one.pk, by=person(request).actor, now=timezone.now())
    return answers.done(request, reverse("hooks:hook", args=[one.pk]), _("It is off: nothing more is told."))


@page("hook.manage", record="hook")
@require_POST
@never_cache
def renew(request: HttpRequest, hook_id: int) -> HttpResponse:
    one, secret = actions.renew_secret(hook_id=_visible(request, hook_id).pk, by=person(request).actor, now=timezone.now())
    return _shown(request, one, secret=secret)


@page("hook.manage", record="hook")
@require_POST
def test(request: HttpRequest, hook_id: int) -> HttpResponse:
    one = actions.send_test(hook_id=_visible(request, hook_id).pk, by=person(request).actor, now=timezone.now())
    return answers.done(request, reverse("hooks:delivery", args=[one.pk]), _("The test event is under way."))


@page("hook.manage", record="hook")
@require_POST
def all_again(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Everything that was given up, once more."""
    one = _visible(request, hook_id)
    count = actions.send_again_failed(hook_id=one.pk, by=person(request).actor, now=timezone.now())
    said = ngettext("%(n)s event is sent again.", "%(n)s events are sent again.", count) % {"n": count}
    return answers.done(request, reverse("hooks:hook", args=[one.pk]), said)


@page("hook.manage", record="hook")
@require_POST
def remove(request: HttpRequest, hook_id: int) -> HttpResponse:
    actions.remove_hook(hook_id=_visible(request, hook_id).pk, by=person(request).actor)
    return answers.done(request, reverse("hooks:list"), _("The web hook is removed."))


@page("hook.manage")
def deliveries(request: HttpRequest) -> HttpResponseBase:
    return listing.render(request, LINKED, template="hooks/deliveries.html")


@page("hook.manage", record="delivery")
@require_GET
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery: what was sent, every attempt and what was answered. Looks again by itself while it is under way."""
    one = _delivery(request, delivery_id)
    soon = one.state == State.WAITING and one.next_at <= timezone.now() + timedelta(seconds=10)
    context = {
        "delivery": one,
        "words": wording.words_of(one.kind),
        "attempts": queries.attempts_of(one),
        "body": _readable(one.body),
        "soon": soon,
        "may_again": one.hook.is_on or one.announcement_id is None,
    }
    return render(request, "hooks/delivery.html", context)


@page("hook.manage", record="delivery")
@require_POST
def again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    one = actions.send_again(delivery_id=_delivery(request, delivery_id).pk, by=person(request).actor, now=timezone.now())
    return answers.done(request, reverse("hooks:delivery", args=[one.pk]), _("It is sent again, with the same id."))


def _shown(request: HttpRequest, one: Hook, *, secret: str = "") -> HttpResponse:
    """A hook's page; right after a secret was made, with the secret."""
    latest = list(queries.deliveries_visible_to(person(request)).filter(hook=one).order_by("-pk")[:SHOWN])
    (counted,) = queries.with_numbers(Hook.objects.filter(pk=one.pk), since=timezone.now() - LATELY)
    context = {
        "hook": one,
        "secret": secret,
        "numbers": counted.numbers,  # type: ignore[attr-defined]  # beside the hook
        "events": [wording.words_of(name) for name in one.announcements],
        "rows": [(row, wording.words_of(row.kind)) for row in latest],
        "by_itself": one.off_cause in {Off.GONE, Off.FAILING},
    }
    return render(request, "hooks/hook.html", context)


def _visible(request: HttpRequest, hook_id: int) -> Hook:
    return get_object_or_404(queries.hooks_visible_to(person(request)), pk=hook_id)


def _delivery(request: HttpRequest, delivery_id: int) -> Delivery:
    return get_object_or_404(queries.deliveries_visible_to(person(request)), pk=delivery_id)


def _readable(body: str) -> str:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
