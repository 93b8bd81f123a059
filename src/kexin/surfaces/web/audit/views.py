from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kexin.ground.audit import queries
from kexin.ground.staff import queries as staff
from kexin.surfaces.frame.access import page
from kexin.surfaces.web.audit import words


class Filters(forms.Form):
    kind = forms.CharField(max_length=30, required=False)
    record = forms.CharField(max_length=40, required=False)
    action = forms.CharField(max_length=200, required=False)
    person = forms.IntegerField(min_value=0, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(min_value=0, required=False)


@page("audit.view")
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    form = Filters(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    entries = queries.trail(
        kind=asked.get("kind") or None,
        record_id=asked.get("record") or None,
        actor_id=asked.get("person"),
        action=asked.get("action") or None,
        since=_start(asked.get("since")),
        until=_start(asked.get("until"), days=1),
        before=asked.get("before"),
        limit=queries.PAGE_SIZE + 1,
    )
    more = len(entries) > queries.PAGE_SIZE
    rows = [words.Row(entry) for entry in entries[: queries.PAGE_SIZE]]
    kept = {name: value for name, value in request.GET.items() if value and name != "before"}

    return render(
        request,
        "audit/trail.html",
        {
            "form": form,
            "rows": rows,
            "older": urlencode({**kept, "before": rows[-1].entry.pk}) if more else "",
            "newest": urlencode(kept) if asked.get("before") else None,
            "chosen": asked,
            "kinds": words.kinds(),
            "actions": words.actions(),
            "people": staff.people(),
            "filtered": bool(kept),
        },
        status=200 if form.is_valid() else 400,
    )


def _start(day: object, *, days: int = 0) -> datetime | None:
    """The day's first moment, in the reader's zone."""
    return None if not day else timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=days)  # type: ignore[arg-type]  # a DateField gave it
